"""Beginnings that many scenarios share: a ticket, an escalation, a form that somebody has open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from storage.escalations import Escalation
from storage.jobs import JobLog
from storage.tickets import Ticket
from tests.fakes.running_desk import OAKLINE, TRIAGE, Desk, everything_in
from tests.fakes.slack_addresses import at

ANA, JOMAR, TOM, LEA, GRACE, RUTH, MIRA = "U0ANA", "U0JOMAR", "U0TOM", "U0LEA", "U0GRACE", "U0RUTH", "U0MIRA"
MAYA, DEREK, IMOGEN, JONAS, RENEE = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0RENEE"
ERP = "C0ERP"
GET_PERSON = "answer.get_person"


def person_wanted(desk: Desk, who: str, channel: str, question: str) -> tuple[str, int]:
    """A customer asks and gets a person: (ts of the question, number of the ticket), its card shown in triage."""
    asked = desk.ask(who, channel, question)
    answer = desk.reply_to(who, channel, asked)
    if GET_PERSON in buttons(answer):
        desk.people.click(who, channel, answer["ts"], GET_PERSON)
    ticket = desk.people.wait_for(lambda: ticket_of(desk, channel, asked), 15, f"a ticket for {question!r}")
    card(desk, ticket.id)
    desk.settle()  # the word to the customer that a person comes may still be on its way
    return asked, ticket.id


def ticket_of(desk: Desk, channel: str, asked: str) -> Ticket | None:
    with desk.storage.reading() as tx:
        conversation = tx.conversations.of_thread(at(channel, asked))
        return tx.tickets.of_conversation(conversation.id) if conversation else None


def ticket(desk: Desk, number: int) -> Ticket:
    with desk.storage.reading() as tx:
        found = tx.tickets.get(number)
    assert found is not None
    return found


def card(desk: Desk, number: int, containing: str = "", *, without: str | None = None) -> dict[str, Any]:
    """Waits for the ticket's card in triage to say that, and no longer to say `without`."""

    def look() -> dict[str, Any] | None:
        for message in desk.people.messages(ANA, TRIAGE):
            said = everything_in(message)
            if f"Ticket #{number}:" in said and containing in said and (without is None or without not in said):
                return message
        return None

    found: dict[str, Any] = desk.people.wait_for(look, 15, f"card #{number} with {containing!r}")
    return found


def press(desk: Desk, who: str, channel: str, message: dict[str, Any], button: str, **chosen: Any) -> None:
    answer = desk.people.click(who, channel, message["ts"], button, **chosen)
    assert answer["acked"], answer


def buttons(message: dict[str, Any]) -> list[str]:
    """The action ids that can be pressed on a message."""
    return [
        element["action_id"]
        for block in message.get("blocks", [])
        for element in block.get("elements", [])
        if "action_id" in element
    ]


def form(desk: Desk, who: str) -> dict[str, Any]:
    """Waits until the window that this person opened is ready."""

    def look() -> dict[str, Any] | None:
        return next((view for view in desk.people.modals(who)[-1:] if "One moment" not in str(view)), None)

    found: dict[str, Any] = desk.people.wait_for(look, 10, f"a form for {who}")
    return found


def filled_in(view: dict[str, Any]) -> dict[str, str]:
    """What a form's inputs hold when it opens, by block id."""
    held = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if block["type"] == "input":
            held[block["block_id"]] = element.get("initial_value") or element.get("initial_option", {}).get("value", "")
    return held


def told(desk: Desk, who: str, channel: str, containing: str) -> str:
    """Waits for words that only this person sees, and returns them."""

    def look() -> str | None:
        seen = (everything_in(m) for m in desk.people.messages(who, channel) if m.get("is_ephemeral"))
        return next((words for words in seen if containing in words), None)

    found: str = desk.people.wait_for(look, 10, f"{who} being told {containing!r}")
    return found


def escalated(desk: Desk, number: int, *, team: str = "erp-integration", severity: str = "sev2") -> dict[str, Any]:
    """Ana escalates the ticket by its card: the first message of the thread in the team's channel."""
    press(desk, ANA, TRIAGE, card(desk, number), "ticket.escalate")
    view = form(desk, ANA)
    sent = desk.people.submit(ANA, view["id"], {"team": {"choice": team}, "severity": {"choice": severity}})
    assert sent == {"ok": True}, sent
    return escalation_root(desk, number)


def escalation_root(desk: Desk, number: int, containing: str = "") -> dict[str, Any]:
    with desk.storage.reading() as tx:
        channel = tx.addresses.get(escalation_of(desk, number).place_id).place

    def look() -> dict[str, Any] | None:
        found = (m for m in reversed(desk.people.messages(ANA, channel)) if f"#{number}, escalated" in everything_in(m))
        return next((message for message in found if containing in everything_in(message)), None)

    root: dict[str, Any] = desk.people.wait_for(look, 15, f"the escalation of #{number} with {containing!r}")
    return root


def escalation_of(desk: Desk, number: int) -> Escalation:
    def look() -> Escalation | None:
        with desk.storage.reading() as tx:
            return next(iter(reversed(tx.escalations.of_ticket(number))), None)

    found: Escalation = desk.people.wait_for(look, 10, f"an escalation of #{number}")
    return found


def resolved(desk: Desk, number: int, *, cause: str, fix: str, words: str, who: str = ANA) -> None:
    """Resolved by the card's form."""
    press(desk, who, TRIAGE, card(desk, number), "ticket.resolve")
    view = form(desk, who)
    values = {"cause": {"text": cause}, "fix": {"text": fix}, "words": {"text": words}}
    assert desk.people.submit(who, view["id"], values) == {"ok": True}


def until(desk: Desk, look: Callable[[], Any], what: str) -> Any:
    return desk.people.wait_for(look, 15, what)


def clock_moved(desk: Desk, **change: Any) -> None:
    """Moves everybody's clock, and waits until the desk, which asks for the time twice a second, has noticed."""
    wanted = datetime.fromtimestamp(desk.people.set_clock(**change)["now"], UTC)

    def noticed() -> bool:
        ts = desk.people.say(JOMAR, OAKLINE, "What time is it at your desk?")

        def receipt() -> datetime | None:
            with desk.storage.reading() as tx:
                return next((one.at for one in tx.receipts.at(at(OAKLINE, ts))), None)

        stamped: datetime = desk.people.wait_for(receipt, 10, "a receipt")
        return stamped >= wanted

    desk.people.wait_for(noticed, 15, "the desk's clock")


def jobs_done(desk: Desk) -> None:
    """Waits until nothing is under way any more, so that what has not happened will not happen."""
    log = JobLog(desk.storage.engine)
    desk.people.wait_for(lambda: not log.pending(), 15, "all jobs done")


def noted(desk: Desk, channel: str, ts: str) -> None:
    """Waits until the desk remembers the message."""

    def look() -> bool:
        with desk.storage.reading() as tx:
            return tx.conversations.message_at(at(channel, ts)) is not None

    desk.people.wait_for(look, 10, "the message being kept")
