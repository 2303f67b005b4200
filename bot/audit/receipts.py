"""Leaves receipts: what was decided, why, and by which version; and starts and stops the clocks that are promises.

A receipt holds ids, scores and words of ours, never what somebody wrote.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.audit.versions import versions as versions_now
from storage.receipts import Receipt
from storage.transaction import Transaction

# kind of promise -> the decision on the receipt when it is made, and when it is kept
PROMISED = {"first_response": "first_response_promised", "status_update": "update_promised"}
KEPT = {"first_response": "first_response_given", "status_update": "update_given"}


def write_receipt(
    tx: Transaction,
    at: datetime,
    decision: str,
    reason: str,
    *,
    conversation_id: int | None = None,
    ticket_id: int | None = None,
    channel_id: str | None = None,
    ts: str | None = None,
    versions: dict[str, Any] | None = None,
    **details: Any,
) -> Receipt:
    """One receipt. `reason` is a sentence, or a stable word that `bot/explain/reasons.py` has a sentence for.

    A ticket's conversation need not be named. `versions` is what decided; by default our code and prompts.
    """
    if conversation_id is None and ticket_id is not None:
        ticket = tx.tickets.get(ticket_id)
        conversation_id = ticket.conversation_id if ticket else None
    return tx.receipts.add(
        at,
        decision,
        reason,
        channel_id=channel_id,
        ts=ts,
        conversation_id=conversation_id,
        ticket_id=ticket_id,
        versions=versions or versions_now(),
        **details,
    )


def promise(tx: Transaction, at: datetime, ticket_id: int, kind: str, what: str, due_at: datetime) -> None:
    """Starts a clock: something is promised to the customer by a time."""
    tx.tickets.promise(ticket_id, kind, what, due_at)
    decision = PROMISED.get(kind, f"{kind}_promised")
    write_receipt(tx, at, decision, f"{what}.", ticket_id=ticket_id, clock=kind, due_at=due_at.isoformat())


def keep_promises(tx: Transaction, at: datetime, ticket_id: int, kind: str) -> None:
    """Stops the ticket's running clocks of that kind, late or not; nothing when none runs."""
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
