"""An ending that the customer can accept: told in plain words, asked, and heard when it is not solved after all."""

from __future__ import annotations

from typing import Any

from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    GET_PERSON,
    IMOGEN,
    JOMAR,
    JONAS,
    MAYA,
    RENEE,
    TOM,
    buttons,
    card,
    escalated,
    escalation_of,
    escalation_root,
    filled_in,
    form,
    jobs_done,
    noted,
    person_wanted,
    press,
    resolved,
    ticket,
    ticket_of,
    told,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OAKLINE, TRIAGE, Desk, everything_in

ASKED = "Is it solved for you?"


def reactions(desk: Desk, who: str, channel: str, ts: str) -> list[str]:
    return [r["name"] for r in desk.people.messages(who, channel, ts)[0].get("reactions", [])]


def question(desk: Desk, who: str, channel: str, asked: str, containing: str = ASKED) -> dict[str, Any]:
    return desk.reply_to(who, channel, asked, containing)


def test_resolving_needs_cause_fix_and_words_and_the_customer_is_told_and_asked(desk: Desk) -> None:
    asked, number = person_wanted(desk, MAYA, BRIGHT, "NetSuite credit notes come in with a plus sign.")
    root = escalated(desk, number)
    press(desk, TOM, ERP, root, "escalation.resolve")
    view = form(desk, TOM)
    assert filled_in(view) == {"cause": "", "fix": "", "words": ""}
    good = {"cause": "Sign lost in mapping", "fix": "Mapping 14", "words": "Credit notes are negative again, Maya."}
    for missing, hint in (
        ("cause", "write the cause"),
        ("fix", "write the fix"),
        ("words", "no words for the customer"),
    ):
        values = {key: {"text": " " if key == missing else text} for key, text in good.items()}
        refused = desk.people.submit(TOM, view["id"], values)
        assert list(refused["errors"]) == [missing]
        assert hint in refused["errors"][missing]
    assert desk.people.submit(TOM, view["id"], {key: {"text": text} for key, text in good.items()}) == {"ok": True}

    message = question(desk, MAYA, BRIGHT, asked)
    assert "Credit notes are negative again, Maya." in everything_in(message)
    assert "From Tom Brandvold" in everything_in(message)
    assert "Sign lost in mapping" not in str(desk.thread(MAYA, BRIGHT, asked)), "the cause stays inside"
    assert "Mapping 14" in everything_in(card(desk, number, "Resolved"))
    assert buttons(escalation_root(desk, number, "Resolved")) == ["why.ticket", "link.thread"]

    press(desk, MAYA, BRIGHT, message, "resolution.solved")
    done = question(desk, MAYA, BRIGHT, asked, "Maya Ferrant said that this is solved")
    assert buttons(done) == []
    until(desk, lambda: "white_check_mark" in reactions(desk, MAYA, BRIGHT, asked), "the check mark")
    assert ticket(desk, number).confirmed is True


def test_no_still_stuck_opens_it_again_tells_its_people_and_a_new_resolution_works(desk: Desk) -> None:
    asked, number = person_wanted(desk, JONAS, KESTREL, "SAP invoices of company code 2000 wait in status parked.")
    press(desk, JOMAR, TRIAGE, card(desk, number), "ticket.claim")
    card(desk, number, "Claimed by <@U0JOMAR>")
    root = escalated(desk, number)
    resolved(desk, number, cause="Workflow", fix="Restarted it", words="They are posted now, Jonas.", who=JOMAR)
    press(desk, JONAS, KESTREL, question(desk, JONAS, KESTREL, asked), "resolution.not_solved")

    again = question(desk, JONAS, KESTREL, asked, "Jonas Weidner is still stuck, ")
    assert buttons(again) == []
    opened = card(desk, number, "Claimed by <@U0JOMAR>")
    assert "Restarted it" not in everything_in(opened), "what did not mend it is not shown as the fix"
    note = everything_in(desk.reply_to(JOMAR, TRIAGE, opened["ts"], "is open again"))
    assert f"<@U0JOMAR>: #{number} is open again. Jonas Weidner is still stuck." in note
    assert "is not solved yet" in everything_in(desk.reply_to(TOM, ERP, root["ts"], "Jonas Weidner says"))

    press(desk, JOMAR, TRIAGE, opened, "ticket.resolve")
    view = form(desk, JOMAR)
    assert filled_in(view) == {"cause": "Workflow", "fix": "Restarted it", "words": ""}
    values = {"fix": {"text": "Restarted it on both hosts"}, "words": {"text": "Now all 41 are posted, Jonas."}}
    assert desk.people.submit(JOMAR, view["id"], values) == {"ok": True}
    press(desk, JONAS, KESTREL, question(desk, JONAS, KESTREL, asked, "all 41 are posted"), "resolution.solved")
    until(desk, lambda: ticket(desk, number).confirmed, "the confirmation")
    assert "They are posted now, Jonas." in everything_in(
        question(desk, JONAS, KESTREL, asked, "newer message follows")
    )


def test_thanks_after_the_resolution_opens_nothing_and_a_new_problem_opens_it_again(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "The Entra sign-in sends our drivers to a blank page.")
    desk.people.say(ANA, KESTREL, "Hi Imogen, I look into it.", thread_ts=asked)
    card(desk, number, "Claimed by <@U0ANA>")
    resolved(desk, number, cause="Wrong reply address", fix="Corrected it", words="Your drivers can sign in again.")
    question(desk, IMOGEN, KESTREL, asked)
    thanks = desk.people.say(IMOGEN, KESTREL, "Great, thank you so much!", thread_ts=asked)
    noted(desk, KESTREL, thanks)
    jobs_done(desk)
    assert ticket(desk, number).status == "resolved"

    desk.people.say(IMOGEN, KESTREL, "Sorry, now the page says error 500 after the sign-in.", thread_ts=asked)
    opened = card(desk, number, "1 new message")
    assert "Claimed by <@U0ANA>" in everything_in(opened)
    note = everything_in(desk.reply_to(ANA, TRIAGE, opened["ts"], "is open again"))
    assert f"<@U0ANA>: #{number} is open again. Imogen Thackray wrote again." in note
    stale = question(desk, IMOGEN, KESTREL, asked, "We are working on this again")
    assert buttons(stale) == []
    assert ticket(desk, number).confirmed is None


def test_pressing_twice_is_answered_kindly(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "Okta groups of the bakery are not shown as departments.")
    resolved(desk, number, cause="Filter", fix="Removed it", words="The bakery is there, Derek.")
    message = question(desk, DEREK, BRIGHT, asked)
    with desk.storage.transaction() as tx:  # as if the redrawn message had not reached this reader yet
        found = tx.tickets.get(number)
        assert found is not None
        found.confirmed = True
    press(desk, DEREK, BRIGHT, message, "resolution.not_solved")
    assert "If you need more, write in the thread." in told(desk, DEREK, BRIGHT, "answered before")
    assert ticket(desk, number).status == "resolved"


def test_when_an_answer_solves_it_while_engineers_work_their_escalation_ends_too(desk: Desk) -> None:
    asked = desk.ask(RENEE, OAKLINE, "How can I merge two entries of the same vendor?")
    number = until(desk, lambda: ticket_of(desk, OAKLINE, asked), "the ticket").id
    shown = card(desk, number)
    press(desk, ANA, TRIAGE, desk.reply_to(ANA, TRIAGE, shown["ts"], "Select Merge"), "suggestion.send")
    answer = desk.reply_to(RENEE, OAKLINE, asked, "Select Merge")
    escalated(desk, number, team="subscriptions")
    press(desk, RENEE, OAKLINE, answer, "answer.solved")
    until(desk, lambda: escalation_of(desk, number).status == "resolved", "the end of the escalation")
    assert escalation_of(desk, number).next_update_at is None
    assert GET_PERSON not in buttons(desk.reply_to(RENEE, OAKLINE, asked, "said that this solved it"))
