"""What a customer writes next: fragments, follow-ups, new questions, thanks, and words beside a person's answer."""

from __future__ import annotations

from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in

MAYA, DEREK, IMOGEN, JONAS, ANA = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA"


def test_messages_in_quick_succession_are_one_question_with_one_answer(desk: Desk) -> None:
    first = desk.ask(MAYA, BRIGHT, "Hello, about our ERP connection.")
    second = desk.ask(MAYA, BRIGHT, "Its authorisation has expired.")
    third = desk.ask(MAYA, BRIGHT, "How do we reconnect it?")
    answer = desk.reply_to(MAYA, BRIGHT, first, "Reconnect")
    desk.settle()
    assert [m["ts"] for m in desk.thread(MAYA, BRIGHT, first)] == [answer["ts"]]
    assert desk.thread(MAYA, BRIGHT, second) == [] and desk.thread(MAYA, BRIGHT, third) == []


def test_messages_that_overtake_each_other_are_answered_under_the_first(desk: Desk) -> None:
    desk.people.set_faults(reorder={"next": 2})
    first = desk.ask("U0IMOGEN", KESTREL, "Our authorisation for SAP has expired.")
    second = desk.ask("U0IMOGEN", KESTREL, "How do we reconnect the ERP?")
    desk.reply_to("U0IMOGEN", KESTREL, first, "Reconnect")
    assert desk.thread("U0IMOGEN", KESTREL, second) == []


def test_words_added_after_the_answer_are_answered_below_it_and_the_answer_stays(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "We see an error in our ERP sync, what does it mean?")
    answer = desk.reply_to(DEREK, BRIGHT, asked)
    added = desk.ask(DEREK, BRIGHT, "It says TW-ERP-409.")
    second = desk.reply_to(DEREK, BRIGHT, asked, "TW-ERP-409")
    desk.settle()
    first, *_ = desk.thread(DEREK, BRIGHT, asked)
    assert first["ts"] == answer["ts"] != second["ts"]
    assert everything_in(first) == everything_in(answer)
    assert desk.thread(DEREK, BRIGHT, added) == []


def test_a_second_whole_question_soon_after_gets_a_thread_of_its_own(desk: Desk) -> None:
    first = desk.ask(IMOGEN, KESTREL, "How can I undo the merge of two vendors?")
    answer = everything_in(desk.reply_to(IMOGEN, KESTREL, first, "Undo merge"))
    second = desk.ask(
        IMOGEN, KESTREL, "One person has a new phone and cannot pass two-step verification, how can we reset it?"
    )
    assert "wo-step verification" in everything_in(desk.reply_to(IMOGEN, KESTREL, second))
    assert everything_in(desk.reply_to(IMOGEN, KESTREL, first)) == answer


def test_a_follow_up_in_the_thread_needs_no_mention_and_keeps_its_context(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "What does the ERP error TW-ERP-409 mean?")
    desk.reply_to(JONAS, KESTREL, asked, "TW-ERP-409")
    desk.ask(JONAS, KESTREL, "and TW-ERP-101?", thread_ts=asked)
    second = everything_in(desk.reply_to(JONAS, KESTREL, asked, "TW-ERP-101", number=2))
    assert "authorisation has expired" in second and "TW-ERP-409" not in second


def test_and_for_another_product_is_the_same_question_about_that_product(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we connect QuickBooks Online?")
    desk.reply_to(IMOGEN, KESTREL, asked, "Connect QuickBooks Online")
    desk.ask(IMOGEN, KESTREL, "and for SAP S/4HANA?", thread_ts=asked)
    second = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, number=3))
    assert "Connect SAP S/4HANA" in second and "QuickBooks" not in second


def test_a_colleague_of_the_customer_may_follow_up_too(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "How do we merge duplicate vendors?")
    desk.reply_to(JONAS, KESTREL, asked, "Select Merge")
    desk.ask(IMOGEN, KESTREL, "Can it be undone later?", thread_ts=asked)
    assert "Undo merge" in everything_in(desk.reply_to(IMOGEN, KESTREL, asked, number=3))


def test_thanks_in_the_thread_get_no_answer_and_no_ticket(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Which exchange rate turns our euro invoices into dollars?")
    desk.reply_to(MAYA, BRIGHT, asked)
    desk.settle()
    before = len(desk.people.messages(ANA, TRIAGE))
    for text in ("Thank you so much!", "perfect, that worked :tada:", ":+1:"):
        desk.ask(MAYA, BRIGHT, text, thread_ts=asked)
    desk.settle()
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 4
    assert len(desk.people.messages(ANA, TRIAGE)) == before


def test_when_a_person_of_ours_has_answered_the_bot_keeps_quiet(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "How is the spend of a vendor in two currencies added up?")
    desk.reply_to(DEREK, BRIGHT, asked)
    desk.ask(ANA, BRIGHT, "Hi Derek, Ana here, I am looking at your workspace right now.", thread_ts=asked)
    desk.settle()
    follow_up = desk.ask(DEREK, BRIGHT, "Great! How can I merge two vendors meanwhile?", thread_ts=asked)
    desk.settle()
    assert desk.decisions(BRIGHT, follow_up) == ["person_answers"]
    assert len(desk.thread(DEREK, BRIGHT, asked)) == 3


def test_a_person_who_is_quicker_than_the_bot_is_not_talked_over(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we add a vendor that has not sent us any invoice yet?")
    desk.ask(ANA, KESTREL, "Hi Imogen, I have just added it for you.", thread_ts=asked)
    desk.settle()
    written = [m["user"] for m in desk.thread(IMOGEN, KESTREL, asked)]
    assert written.count("U0BOT") <= 1
    later = desk.ask(IMOGEN, KESTREL, "And how do I rename it?", thread_ts=asked)
    desk.settle()
    assert desk.decisions(KESTREL, later) == ["person_answers"]


def test_while_a_person_is_coming_new_words_are_marked_as_seen_and_reach_the_card(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Can the approval list be printed on the goblins printer in our stables?")
    desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    desk.card(ANA, TRIAGE, "goblins")
    more = desk.ask(MAYA, BRIGHT, "The stables are in Galway, if that matters.", thread_ts=asked)
    desk.card(ANA, TRIAGE, "in Galway")
    desk.settle()
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 2
    seen = next(m for m in desk.thread(MAYA, BRIGHT, asked) if m["ts"] == more)
    assert [reaction["name"] for reaction in seen["reactions"]] == ["eyes"]


def test_words_that_come_late_are_answered_as_long_as_nobody_has_taken_the_ticket(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "We have trouble with a certain supplier of ours.")
    handed = desk.reply_to(JONAS, KESTREL, asked, "a person will answer here by")
    card = desk.card(ANA, TRIAGE, "a certain supplier")
    desk.ask(JONAS, KESTREL, "It has two entries, and I want to merge these vendor entries.")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Select Merge")
    assert answer["ts"] == handed["ts"]
    desk.settle()
    closed = next(m for m in desk.people.messages(ANA, TRIAGE) if m["ts"] == card["ts"])
    assert "Resolved" in everything_in(closed)
    desk.press(JONAS, KESTREL, answer, "answer.get_person")
    desk.reply_to(JONAS, KESTREL, asked, "a person will answer here by")
    desk.settle()
    opened = next(m for m in desk.people.messages(ANA, TRIAGE) if m["ts"] == card["ts"])
    assert "nobody has taken it yet" in everything_in(opened)


def test_once_somebody_has_taken_the_ticket_late_words_are_theirs(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "We have trouble with a certain wholesaler.")
    desk.reply_to(DEREK, BRIGHT, asked, "a person will answer here by")
    card = desk.card(ANA, TRIAGE, "a certain wholesaler")
    desk.press(ANA, TRIAGE, card, "ticket.claim")
    desk.settle()
    late = desk.ask(DEREK, BRIGHT, "It has two entries, and I want to merge these vendor entries.")
    desk.settle()
    assert desk.decisions(BRIGHT, late) == ["person_coming"]
    assert len(desk.thread(DEREK, BRIGHT, asked)) == 1
