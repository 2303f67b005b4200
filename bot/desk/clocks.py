"""The clocks of the desk: promises to a customer with a time, when they start and what stops them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.audit.receipts import write_receipt
from bot.events import CustomerHeardFromUs, EscalationEnded, EscalationEvent, TicketOpened, TicketResolved
from bot.settings.config import Config
from storage.escalations import Escalation
from storage.transaction import Transaction

FIRST_RESPONSE, STATUS_UPDATE = "first_response", "status_update"
# kind of promise -> the decision on the receipt when it is made, and when it is kept
PROMISED = {FIRST_RESPONSE: "first_response_promised", STATUS_UPDATE: "update_promised"}
KEPT = {FIRST_RESPONSE: "first_response_given", STATUS_UPDATE: "update_given"}


def promise(tx: Transaction, at: datetime, ticket_id: int, kind: str, what: str, due_at: datetime) -> None:
    """Start a clock. `kind` is a key of PROMISED, `what` a sentence without its full stop."""
    tx.tickets.promise(ticket_id, kind, what, due_at)
    decision = PROMISED.get(kind, f"{kind}_promised")
    write_receipt(tx, at, decision, f"{what}.", ticket_id=ticket_id, clock=kind, due_at=due_at.isoformat())


def keep_promises(tx: Transaction, at: datetime, ticket_id: int, kind: str) -> None:
    """Stop the ticket's running clocks of that kind, whether they are late or not."""
    for kept in tx.tickets.keep_promises(ticket_id, kind, at):
        late = max(0, round((at - kept.due_at).total_seconds()))
        write_receipt(
            tx,
            at,
            KEPT.get(kind, f"{kind}_given"),
            "late" if late else "in_time",
            ticket_id=ticket_id,
            clock=kind,
            due_at=kept.due_at.isoformat(),
            seconds_late=late,
        )


def start_first_response(tx: Transaction, event: TicketOpened, config: Config) -> None:
    """Subscriber: start the clock of the first response."""
    ticket = tx.tickets.get(event.ticket_id)
    customer = config.customer(ticket.customer_id) if ticket else None
    if ticket is not None:
        what = f"A person answers {customer.name if customer else ticket.customer_id} on #{ticket.id}"
        promise(tx, event.at, ticket.id, FIRST_RESPONSE, what, ticket.first_response_due)


def stop_first_response(tx: Transaction, event: CustomerHeardFromUs, config: Config) -> None:
    """Subscriber: stop the clock of the first response. Only messages of people count, not those of Footbridge."""
    ticket = tx.tickets.of_conversation(event.conversation_id)
    if ticket is not None:
        keep_promises(tx, event.at, ticket.id, FIRST_RESPONSE)


def stop_clocks_of_ticket(tx: Transaction, event: TicketResolved, config: Config) -> None:
    """Subscriber: stop the clock of the first response of a resolved ticket."""
    keep_promises(tx, event.at, event.ticket_id, FIRST_RESPONSE)


def next_update_due(escalation: Escalation, config: Config, now: datetime) -> tuple[datetime, datetime]:
    """Return when the next status update is due, and when its owner is asked for it, counted from `now`."""
    severity = config.severity(escalation.severity) or config.mildest_severity
    due = now + timedelta(minutes=severity.update_every_minutes)
    return due, max(now, due - timedelta(minutes=severity.ask_before_minutes))


def restart_update_clock(tx: Transaction, event: EscalationEvent, config: Config) -> None:
    """Subscriber: the customer has just heard from us, so the next update is due a whole period from now."""
    escalation = tx.escalations.get(event.escalation_id)
    if escalation is None or escalation.status == "resolved":
        return
    escalation.next_update_at, escalation.next_ask_at = next_update_due(escalation, config, event.at)
    keep_promises(tx, event.at, event.ticket_id, STATUS_UPDATE)
    what = f"A status update on #{event.ticket_id}"
    promise(tx, event.at, event.ticket_id, STATUS_UPDATE, what, escalation.next_update_at)


def stop_update_clock(tx: Transaction, event: EscalationEnded, config: Config) -> None:
    """Subscriber: stop the clock of the status update."""
    keep_promises(tx, event.at, event.ticket_id, STATUS_UPDATE)
