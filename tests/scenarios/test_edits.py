"""Customers mend and take back what they wrote; what Footbridge said follows."""

from __future__ import annotations

from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in

MAYA, DEREK, IMOGEN, JONAS, ANA = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA"


def test_an_edited_question_changes_the_answer_in_place(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I reconnect an ERP whose authorisation expired?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "Reconnect an ERP")
    desk.people.edit(MAYA, BRIGHT, asked, "How do we connect QuickBooks Online?")
    changed = desk.reply_to(MAYA, BRIGHT, asked, "Connect QuickBooks Online")
    desk.settle()
    assert changed["ts"] == answer["ts"]
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 1


def test_editing_the_first_of_two_messages_redoes_their_one_answer(desk: Desk) -> None:
    first = desk.ask(DEREK, BRIGHT, "We merged two vendors by mistake.")
    desk.ask(DEREK, BRIGHT, "How can we undo it?")
    answer = desk.reply_to(DEREK, BRIGHT, first, "Undo merge")
    desk.people.edit(DEREK, BRIGHT, first, "We connected QuickBooks Online by mistake.")
    changed = desk.reply_to(DEREK, BRIGHT, first, "QuickBooks")
    assert changed["ts"] == answer["ts"]


def test_an_edited_follow_up_changes_its_own_answer_only(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we merge duplicate vendors?")
    first = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, "Select Merge"))
    follow_up = desk.ask(IMOGEN, KESTREL, "Can that be undone?", thread_ts=asked)
    second = desk.reply_to(IMOGEN, KESTREL, asked, number=3)
    desk.people.edit(IMOGEN, KESTREL, follow_up, "Which exchange rate turns our euro invoices into pounds?")
    changed = desk.reply_to(IMOGEN, KESTREL, asked, "exchange rate", number=2)
    desk.settle()
    assert changed["ts"] == second["ts"]
    assert everything_in(desk.thread(IMOGEN, KESTREL, asked)[0]) == first
    assert len(desk.thread(IMOGEN, KESTREL, asked)) == 3


def test_a_question_edited_before_it_is_answered_is_answered_as_it_reads_now(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "How do I merge two entries of the same vendor?")
    desk.people.edit(JONAS, KESTREL, asked, "How do I start an ERP sync by hand?")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Sync now")
    desk.settle()
    assert [m["ts"] for m in desk.thread(JONAS, KESTREL, asked)] == [answer["ts"]]


def test_a_deleted_question_takes_its_answer_away(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "How do I invite a new colleague to Tallyworks?")
    desk.reply_to(JONAS, KESTREL, asked)
    desk.settle()
    desk.ask(JONAS, KESTREL, "thanks!", thread_ts=asked)
    desk.people.delete(JONAS, KESTREL, asked)
    desk.people.wait_for(
        lambda: not any(m["user"] == "U0BOT" for m in desk.people.messages(JONAS, KESTREL, asked)), 15, "no answer"
    )


def test_a_question_deleted_at_once_is_never_answered(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I start an ERP sync by hand?")
    desk.people.delete(MAYA, BRIGHT, asked)
    desk.settle()
    seen = [everything_in(m) for m in desk.people.messages(MAYA, BRIGHT)]
    assert not any("Sync now" in text for text in seen)
    again = desk.ask(MAYA, BRIGHT, "How do I start a sync of our ERP by hand?")
    assert "Sync now" in everything_in(desk.reply_to(MAYA, BRIGHT, again))


def test_when_the_first_of_two_messages_is_taken_back_the_rest_is_answered(desk: Desk) -> None:
    first = desk.ask(DEREK, BRIGHT, "Ah, wait a second, everybody, I had another thing.")
    second = desk.ask(DEREK, BRIGHT, "How can I merge two entries of the same vendor?")
    desk.people.delete(DEREK, BRIGHT, first)
    assert "Select Merge" in everything_in(desk.reply_to(DEREK, BRIGHT, second))


def test_a_deleted_follow_up_takes_only_its_own_answer_away(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do I forward PDF invoices to the invoice inbox?")
    first = desk.reply_to(IMOGEN, KESTREL, asked)
    follow_up = desk.ask(IMOGEN, KESTREL, "How can I merge two vendors?", thread_ts=asked)
    desk.reply_to(IMOGEN, KESTREL, asked, "Select Merge")
    desk.people.delete(IMOGEN, KESTREL, follow_up)
    desk.people.wait_for(lambda: len(desk.thread(IMOGEN, KESTREL, asked)) == 1, 15, "the first answer alone")
    assert desk.thread(IMOGEN, KESTREL, asked)[0]["ts"] == first["ts"]


def test_an_edit_and_a_deletion_after_a_ticket_is_open_reach_the_desk(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Can the office parrot recite our zebra ledger?")
    desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    card = desk.card(ANA, TRIAGE, "zebra ledger")
    desk.people.edit(MAYA, BRIGHT, asked, "Can the office parrot recite our walrus ledger?")
    assert desk.card(ANA, TRIAGE, "walrus ledger")["ts"] == card["ts"]
    desk.people.delete(MAYA, BRIGHT, asked)

    def taken_back() -> bool:
        now = next(m for m in desk.people.messages(ANA, TRIAGE) if m["ts"] == card["ts"])
        return "walrus" not in everything_in(now) and "taken back" in everything_in(now)

    desk.people.wait_for(taken_back, 15, "the card without the deleted words")
