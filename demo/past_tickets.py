"""Import the tickets and escalations of the demo's history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.conversations.transcript import title_of
from bot.desk.clocks import restart_update_clock
from bot.events import TicketEscalated
from bot.outbox.posting import create_post
from bot.settings.customers import Customer
from demo.past_entry import BOT, PastEntry, add_receipt
from storage.conversations import Conversation
from storage.escalations import Escalation, Relay
from storage.tickets import Ticket
from storage.transaction import Transaction


def import_ticket(
    tx: Transaction,
    past: PastEntry,
    conversation: Conversation,
    question: str,
    entry: Mapping[str, Any],
    clock: Clock,
) -> None:
    """Store a ticket with its history and its escalation. The post of an open ticket is queued."""
    customer = past.config.customer(conversation.customer_id)
    if customer is None:
        raise LookupError(f"history.yaml names the customer {conversation.customer_id}, who is not in footbridge.yaml")
    ticket = tx.tickets.add(_make_ticket(past, customer, conversation, question, entry))
    tx.tickets.record(ticket.id, ticket.opened_at, "opened", None, ticket.reason)
    due: dict[str, Any] = {"resolution_due": ticket.resolution_due.isoformat(), "tier": customer.tier}
    add_receipt(tx, conversation.id, ticket.opened_at, "ticket_opened", ticket.reason, **due)
    promise = tx.tickets.promise(
        ticket.id, "first_response", f"A person answers {customer.name} on #{ticket.id}", ticket.first_response_due
    )
    if entry.get("first_response_after"):
        at = ticket.first_response_at = promise.kept_at = past.at(entry["first_response_after"])
        conversation.first_response_at = conversation.first_response_at or at
        tx.tickets.record(ticket.id, at, "replied", entry.get("assignee"))
        late = "late" if at > ticket.first_response_due else "in_time"
        add_receipt(tx, conversation.id, at, "first_response_given", late)
    if entry.get("escalation"):
        _import_escalation(tx, past, ticket, entry["escalation"], clock)
    if entry["status"] == "resolved":
        _resolve_ticket(tx, past, conversation, ticket, past.at(entry["resolved_after"]))
    else:
        create_post(tx, clock.now(), "ticket", ticket.id, past.config.triage_place)


def _make_ticket(
    past: PastEntry, customer: Customer, conversation: Conversation, question: str, entry: Mapping[str, Any]
) -> Ticket:
    tier, opened = past.config.tier_of(customer), past.asked_at + timedelta(seconds=10)
    return Ticket(
        conversation_id=conversation.id,
        customer_id=customer.id,
        title=entry.get("title") or title_of(question),
        reason=entry.get("reason", "The customer asked for a person."),
        status=entry["status"],
        priority=entry["priority"],
        assignee_id=entry.get("assignee"),
        opened_at=opened,
        first_response_due=tier.first_response_due(opened),
        resolution_due=tier.resolution_due(opened),
        cause=entry.get("cause"),
        fix=entry.get("fix"),
        words=entry.get("words"),
        confirmed=entry.get("satisfied"),
    )


def _resolve_ticket(tx: Transaction, past: PastEntry, conversation: Conversation, ticket: Ticket, at: datetime) -> None:
    ticket.resolved_at, ticket.resolved_by = at, ticket.assignee_id
    tx.tickets.record(ticket.id, at, "resolved", ticket.assignee_id, f"Cause: {ticket.cause} Fix: {ticket.fix}")
    late = "late" if at > ticket.resolution_due else "in_time"
    add_receipt(tx, conversation.id, at, "resolved", late, by=ticket.resolved_by)
    past.add_slack_message(BOT, at, ticket.words or "", tx.addresses.get(conversation.thread_id).item)


def _import_escalation(
    tx: Transaction, past: PastEntry, ticket: Ticket, entry: Mapping[str, Any], clock: Clock
) -> None:
    team = past.config.team(entry["team"])
    if team is None:
        raise LookupError(f"history.yaml names the team {entry['team']}, which is not in footbridge.yaml")
    opened = ticket.opened_at + timedelta(minutes=5)
    still_open = ticket.status == "escalated"
    escalation = tx.escalations.add(
        Escalation(
            ticket_id=ticket.id,
            team_id=team.id,
            place_id=tx.addresses.id_of(team.place),
            severity=entry["severity"],
            summary=entry["summary"],
            status="taken" if still_open else "resolved",
            opened_by=ticket.assignee_id or "",
            opened_at=opened,
            engineer_id=entry["engineer"],
            taken_at=opened,
            resolved_at=None if still_open else past.at(past.entry["ticket"]["resolved_after"]),
        )
    )
    tx.tickets.record(ticket.id, opened, "escalated", ticket.assignee_id, f"to {team.name}, {entry['severity']}")
    why, by = f"Escalated to {team.name} as {entry['severity']}.", ticket.assignee_id
    add_receipt(tx, ticket.conversation_id, opened, "escalated", why, by=by, escalation_id=escalation.id)
    for number, text in enumerate(entry.get("updates", []), 1):
        _import_status_update(tx, ticket, escalation, text, opened + timedelta(minutes=45 * number))
    if still_open:
        restart_update_clock(
            tx, TicketEscalated(ticket_id=ticket.id, escalation_id=escalation.id, at=clock.now()), past.config
        )
        root = create_post(tx, clock.now(), "escalation", escalation.id, team.place)
        create_post(tx, clock.now(), "context_pack", escalation.id, under=root)


def _import_status_update(tx: Transaction, ticket: Ticket, escalation: Escalation, text: str, at: datetime) -> None:
    engineer = escalation.engineer_id
    add_receipt(tx, ticket.conversation_id, at, "sent_to_customer", "approved_by_person", by=engineer)
    tx.escalations.add_relay(
        Relay(
            escalation_id=escalation.id,
            purpose="status_update",
            text=text,
            state="sent",
            drafted_at=at,
            done_at=at,
            done_by=engineer,
            due_at=at,
        )
    )
