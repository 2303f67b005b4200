"""Who has posts redrawn when something happened: each event names the subjects whose posts show it."""

from __future__ import annotations

from bot.events import (
    AnswerEvent,
    ConversationEvent,
    CorrectionEvent,
    CustomerChangedMessage,
    EscalationEvent,
    ModeEvent,
    RelayEvent,
    TicketEvent,
)
from bot.outbox.posting import queue_redraw
from bot.settings.config import Config
from storage.transaction import Transaction


def redraw_ticket(tx: Transaction, event: TicketEvent, config: Config) -> None:
    queue_redraw(tx, "ticket", event.ticket_id)


def redraw_ticket_of_conversation(tx: Transaction, event: ConversationEvent, config: Config) -> None:
    ticket = tx.tickets.of_conversation(event.conversation_id)
    if ticket is not None:
        queue_redraw(tx, "ticket", ticket.id)


def redraw_resolution(tx: Transaction, event: TicketEvent, config: Config) -> None:
    queue_redraw(tx, "resolution", event.ticket_id)


def redraw_escalation(tx: Transaction, event: EscalationEvent, config: Config) -> None:
    queue_redraw(tx, "escalation", event.escalation_id)


def redraw_relay(tx: Transaction, event: RelayEvent, config: Config) -> None:
    queue_redraw(tx, "relay", event.relay_id)


def redraw_answer(tx: Transaction, event: AnswerEvent, config: Config) -> None:
    queue_redraw(tx, "answer", event.answer_id)


def redraw_drafted_answer(tx: Transaction, event: AnswerEvent, config: Config) -> None:
    queue_redraw(tx, "suggestion", event.answer_id)


def redraw_correction(tx: Transaction, event: CorrectionEvent, config: Config) -> None:
    queue_redraw(tx, "correction", event.correction_id)


def redraw_mode_card(tx: Transaction, event: ModeEvent, config: Config) -> None:
    queue_redraw(tx, "mode_change", event.change_id)


def redraw_changed_message(tx: Transaction, event: CustomerChangedMessage, config: Config) -> None:
    """Where a contact's message was carried inside, it is shown as it is now."""
    queue_redraw(tx, "relayed_in", event.message_id)
