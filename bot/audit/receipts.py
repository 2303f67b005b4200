"""Writes receipts. A receipt holds ids and numbers, and no text that a person wrote."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.audit.versions import versions as versions_now
from bot.events import Event
from bot.settings.config import Config
from storage.receipts import Receipt
from storage.transaction import Transaction

# Fields of an event that are columns of a receipt or are not kept; all others become its details.
NO_DETAILS = frozenset({"at", "why", "details", "conversation_id", "ticket_id"})


def write_receipt(
    tx: Transaction,
    at: datetime,
    decision: str,
    reason: str,
    *,
    conversation_id: int | None = None,
    ticket_id: int | None = None,
    address_id: int | None = None,
    versions: dict[str, Any] | None = None,
    **details: Any,
) -> Receipt:
    """Write one receipt. `reason` is a sentence, or a stable word that `bot/explain/reasons.py` has a sentence for.

    `address_id` is the address of the message that was decided about. With `ticket_id`, the conversation is looked up.
    `versions` are those of everything that took part in the decision; by default our code and prompts.
    """
    if conversation_id is None and ticket_id is not None:
        ticket = tx.tickets.get(ticket_id)
        conversation_id = ticket.conversation_id if ticket else None
    return tx.receipts.add(
        at,
        decision,
        reason,
        address_id=address_id,
        conversation_id=conversation_id,
        ticket_id=ticket_id,
        versions=versions or versions_now(),
        **details,
    )


def keep_receipt(tx: Transaction, event: Event, config: Config) -> None:
    """Subscriber: write the receipt of an event, under the event's DECISION."""
    held = {each.name: getattr(event, each.name) for each in fields(event) if each.name not in NO_DETAILS}
    of_what = {name: getattr(event, name, None) for name in ("conversation_id", "ticket_id")}
    known = {name: value for name, value in held.items() if value is not None}
    write_receipt(tx, event.at, event.decision, event.why or "pressed", **{**of_what, **known, **event.details})
