"""Records a ticket's history: one step for each event that a reader of the ticket wants to know about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.directory.people import name_of
from bot.events import (
    CustomerChangedMessage,
    CustomerWrote,
    EscalationTaken,
    Event,
    PriorityChanged,
    ResolutionConfirmed,
    TicketAssigned,
    TicketClaimed,
    TicketEscalated,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from bot.settings.config import Config
from storage.transaction import Transaction

# event -> (the step's word, its text). Notes and replies are recorded by the functions that store them.
_STEPS: Mapping[type[Event], tuple[str, Callable[[Transaction, Any, Config], str]]] = {
    TicketOpened: ("opened", lambda tx, event, config: event.why),
    TicketClaimed: ("claimed", lambda tx, event, config: ""),
    TicketAssigned: ("assigned", lambda tx, event, config: name_of(tx, config, event.assignee_id)),
    PriorityChanged: ("priority", lambda tx, event, config: event.priority),
    TicketEscalated: ("escalated", lambda tx, event, config: _escalated_to(tx, event, config)),
    EscalationTaken: ("taken", lambda tx, event, config: ""),
    TicketResolved: ("resolved", lambda tx, event, config: _how_resolved(tx, event)),
    TicketReopened: ("reopened", lambda tx, event, config: event.why),
    ResolutionConfirmed: ("confirmed", lambda tx, event, config: "The customer says that it is solved."),
    CustomerWrote: ("customer_wrote", lambda tx, event, config: event.why),
    CustomerChangedMessage: ("message_", lambda tx, event, config: ""),
}


def add_step(tx: Transaction, event: Event, config: Config) -> None:
    """Subscriber: add the event to the history of its ticket, or of its conversation's open ticket."""
    what, text_of = _STEPS[type(event)]
    if isinstance(event, CustomerWrote | CustomerChangedMessage):
        ticket = tx.tickets.of_conversation(event.conversation_id)
        if ticket is None or not ticket.is_open:
            return
        ticket_id = ticket.id
        what += event.change if isinstance(event, CustomerChangedMessage) else ""
    else:
        ticket_id = getattr(event, "ticket_id", 0)
    tx.tickets.record(ticket_id, event.at, what, event.by, text_of(tx, event, config))


def _escalated_to(tx: Transaction, event: TicketEscalated, config: Config) -> str:
    escalation = tx.escalations.get(event.escalation_id)
    team = config.team(escalation.team_id) if escalation else None
    return f"to {team.name}, {escalation.severity}" if team and escalation else ""


def _how_resolved(tx: Transaction, event: TicketResolved) -> str:
    ticket = tx.tickets.get(event.ticket_id)
    if ticket is None or not ticket.cause:
        return event.why
    return f"Cause: {ticket.cause} Fix: {ticket.fix}"
