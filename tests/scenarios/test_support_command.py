"""/support: every subcommand as its help shows it, answered where only the person who typed sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox import SandboxError
from storage.queue import QueueFilter
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    IMOGEN,
    JOMAR,
    JONAS,
    MAYA,
    MIRA,
    TOM,
    card,
    escalated,
    form,
    jobs_done,
    person_wanted,
    press,
    resolved,
    ticket,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OLAF, TRIAGE, Desk, everything_in

SUPPORT_ROOM = "C0SUPPORT"


def typed(desk: Desk, who: str, text: str, channel: str = SUPPORT_ROOM) -> str:
    """Types the command and returns what only this person reads."""
    before = len(ephemerals(desk, who, channel))
    sent = desk.people.command(who, channel, "/support", text)
    assert sent["ok"], sent
    found: list[dict[str, Any]] = until(desk, lambda: ephemerals(desk, who, channel)[before:], f"an answer to {text!r}")
    return everything_in(found[-1])


def ephemerals(desk: Desk, who: str, channel: str) -> list[dict[str, Any]]:
    return [message for message in desk.people.messages(who, channel) if message.get("is_ephemeral")]


def opens_form(desk: Desk, who: str, text: str) -> dict[str, Any]:
    assert desk.people.command(who, SUPPORT_ROOM, "/support", text)["ok"]
    view = form(desk, who)
    desk.people.close_view(who, view["id"], clear=True)
    return view


def test_every_example_of_the_help_works_as_it_is_written(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "How do we export the savings report to our own data warehouse?")
    page = typed(desk, JOMAR, "help")
    examples = [found.replace("12", str(number), 1) for found in re.findall(r"For example `/support ([^`]+)`", page)]
    words = [example.split()[0] for example in examples]
    assert ", ".join(words) == (
        "list, show, claim, assign, reply, note, escalate, resolve, status, search, digest, mode, mode, why, replay, "
        "gaps, dashboard, wrong, right, remember, remembered, help"
    )
    before = desk.people.messages(ANA, SUPPORT_ROOM)
    for example in examples:
        if example.split()[0] in ("escalate", "resolve", "remember"):
            assert "submit" in opens_form(desk, JOMAR, example)
        elif example.split()[0] in ("why", "replay"):
            assert re.search(r"handed over to a person|comes out the same", str(opens_form(desk, JOMAR, example)))
        elif example == "digest" or example.startswith("mode #"):
            assert "Only managers" in typed(desk, JOMAR, example)
        else:
            answer = typed(desk, JOMAR, example)
            assert not re.search(r"I don't know|Unknown|Which|There is no|Only managers", answer), (example, answer)
    jobs_done(desk)
    assert desk.people.messages(ANA, SUPPORT_ROOM) == before, "nobody else sees any of it"
    assert ticket(desk, number).assignee_id == ANA, "the example of assign gives it to Ana"
    card(desk, number, "Claimed by <@U0ANA>")


def test_the_lists_show_what_is_asked_for(desk: Desk) -> None:
    _, first = person_wanted(desk, JONAS, KESTREL, "Is there a discount for a second Hamburg company?")
    _, second = person_wanted(desk, DEREK, BRIGHT, "Where is the button to print labels for our pallets?")
    assert f"Ticket #{first} is yours" in typed(desk, ANA, f"claim #{first}")
    mine, unclaimed = typed(desk, ANA, "list mine"), typed(desk, ANA, "list unclaimed")
    assert f"*#{first}*" in mine
    assert f"*#{second}*" not in mine
    assert f"*#{second}*" in unclaimed
    assert f"*#{first}*" not in unclaimed
    for name in ("kestrel", "Kestrel Logistics"):
        listed = typed(desk, TOM, f"list {name}")
        assert "Open tickets of Kestrel Logistics" in listed
        assert f"*#{first}*" in listed
        assert f"*#{second}*" not in listed
    escalated(desk, second, team="subscriptions")
    assert f"*#{second}*" in typed(desk, MIRA, "list escalated")
    assert {f"*#{first}*", f"*#{second}*"} <= set(typed(desk, MIRA, "list all").split())


def test_show_tells_the_whole_story_of_a_ticket(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Can you send somebody to train forty of our drivers?")
    desk.people.say(ANA, KESTREL, "We can, Imogen. When?", thread_ts=asked)
    card(desk, number, "Claimed by <@U0ANA>")
    typed(desk, ANA, f"note {number} She prefers mornings & tea.")
    story = typed(desk, TOM, str(number))
    for part in ("train forty of our drivers", "We can, Imogen. When?", "Ana Lindqvist noted: She prefers mornings"):
        assert part in story
    assert "& tea" in story.replace("&amp;", "&")
    assert "&amp;amp;" not in story


def test_a_reply_reaches_the_customer_as_it_was_typed(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "Who may sign for us when Maya is on holiday?")
    answer = typed(desk, ANA, f"reply {number} You & your deputy may, if the amount is < 5000.")
    assert "goes into the customer's thread" in answer
    reply = everything_in(desk.reply_to(DEREK, BRIGHT, asked, "From Ana Lindqvist"))
    assert "You & your deputy may, if the amount is < 5000." in reply


def test_assigning_tells_the_one_who_gets_it(desk: Desk) -> None:
    _, number = person_wanted(desk, JONAS, KESTREL, "Which of your data centres keeps our German invoices?")
    assert f"Ticket #{number} now belongs to <@U0JOMAR>" in typed(desk, MIRA, f"assign {number} @jomar")
    shown = card(desk, number, "Claimed by <@U0JOMAR>")
    note = everything_in(desk.reply_to(JOMAR, TRIAGE, shown["ts"], f"gave you ticket #{number}"))
    assert "<@U0JOMAR>: Mira Okafor gave you" in note


def test_a_note_stays_inside(desk: Desk) -> None:
    asked, number = person_wanted(desk, MAYA, BRIGHT, "Do you sponsor the summer party of our bakery?")
    before = desk.thread(MAYA, BRIGHT, asked)
    assert "The customer does not see it" in typed(desk, ANA, f"note {number} Ask Dana about the budget.")
    noted = everything_in(desk.reply_to(ANA, TRIAGE, card(desk, number)["ts"], "Ask Dana"))
    assert "Note by Ana Lindqvist (inside only)" in noted
    jobs_done(desk)
    assert desk.thread(MAYA, BRIGHT, asked) == before


def test_search_finds_articles_internal_ones_and_past_tickets(desk: Desk) -> None:
    _, number = person_wanted(desk, IMOGEN, KESTREL, "The gizmometer on our SAP dashboard shows zero.")
    resolved(desk, number, cause="Gizmometer unplugged", fix="Plugged it in", words="It shows numbers again.")
    card(desk, number, "Resolved")
    found = typed(desk, TOM, "search gizmometer")
    assert f"Ticket #{number}" in found
    assert "fix: Plugged it in" in found
    runbooks = typed(desk, TOM, "search runbook rebuild an ERP sync")
    assert "Runbook: rebuild an ERP sync" in runbooks
    assert ": ##" not in runbooks


def test_status_counts_the_desk_as_it_is(desk: Desk) -> None:
    with desk.storage.reading() as tx:
        opened = tx.queue.page(QueueFilter(), 1000)
    said = typed(desk, MIRA, "status")
    unclaimed = sum(one.assignee_id is None for one in opened)
    escalated_now = sum(one.status == "escalated" for one in opened)
    assert f"The desk now: {len(opened)} open, {unclaimed} unclaimed, {escalated_now} escalated" in said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("clam 3", "Did you mean `/support claim`?"),
        ("frobnicate", "Everything there is: `/support help`."),
        ("show", "Which ticket? Write its number after `show`, like `/support show 12`."),
        ("show twelve", "“twelve” is not a number"),
        ("show 99999", "There is no ticket #99999. `/support list all` shows the open ones."),
        ("claim 99999", "There is no ticket #99999."),
        ("assign 1", "Assign to whom? Mention a colleague, like `/support assign 12 @ana`."),
        ("assign 1 @olaf", "Tickets can be given to people listed in footbridge.yaml"),
        ("note 1", "Write the note after the number, like `/support note 12"),
        ("list nonsense", "Use mine, unclaimed, all, escalated, or a customer: brightwater, kestrel, oakline."),
        ("search", "Search for what?"),
        ("digest", "Only managers can do this."),
    ],
)
def test_a_slip_is_answered_with_what_to_type(desk: Desk, text: str, hint: str) -> None:
    assert hint in typed(desk, ANA, text)


def test_forms_say_in_their_window_what_cannot_be_done(desk: Desk) -> None:
    assert "There is no ticket #99999" in str(opens_form(desk, ANA, "escalate 99999"))
    _, number = person_wanted(desk, JONAS, KESTREL, "Is your office closed on the second of January?")
    resolved(desk, number, cause="Holiday", fix="None needed", words="It is, Jonas.")
    card(desk, number, "Resolved")
    assert f"Ticket #{number} is already resolved" in str(opens_form(desk, ANA, f"resolve {number}"))
    assert f"Ticket #{number} is already resolved" in typed(desk, ANA, f"claim {number}")


def test_a_manager_gets_the_day_so_far(desk: Desk) -> None:
    assert "Good day, Mira Okafor." in typed(desk, MIRA, "digest")


def test_a_colleague_who_is_not_listed_is_told_nothing(desk: Desk) -> None:
    for text in ("help", "list all", "show 1", "digest", "claim 1"):
        answer = typed(desk, OLAF, text, TRIAGE)
        assert "This command is for people who work on the support desk." in answer
        assert "#1" not in answer
        assert "unclaimed" not in answer


def test_customers_have_no_such_command(desk: Desk) -> None:
    with pytest.raises(SandboxError, match="not_allowed_for_external"):
        raise_if_refused(desk.people.command(MAYA, BRIGHT, "/support", "list all"))


def raise_if_refused(answer: dict[str, Any]) -> None:
    if not answer.get("ok"):
        raise SandboxError(403, str(answer.get("error")), "")


def test_pressing_show_in_a_list_opens_the_ticket(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Can we have the kick-off in our canteen in Ohio?")
    typed(desk, ANA, "list brightwater")
    listed = ephemerals(desk, ANA, SUPPORT_ROOM)[-1]
    block = next(b for b in listed["blocks"] if b.get("accessory", {}).get("value") == str(number))
    press(desk, ANA, SUPPORT_ROOM, listed, "ticket.show", block_id=block["block_id"])
    assert "canteen in Ohio" in str(form(desk, ANA))
