"""Resolving: cause and fix are written down, the customer is told in plain words and asked whether it is solved."""

from __future__ import annotations

from bot.access import Actor, must_be_in_conversation, must_work_tickets
from bot.clock import Clock, local_time
from bot.config import Config
from bot.desk.escalation import stop_updates
from bot.desk.relay import checked_words
from bot.desk.tickets import find, reopen
from bot.errors import BadRequest
from bot.jobs import React
from bot.messages import ResolutionForm
from bot.people import zone_of
from bot.posting import announce, refresh, say
from bot.safeguards import customer_safe
from storage.feedback import Feedback
from storage.transaction import Storage

LONGEST_NOTE = 2000


def resolution_form(ticket_id: int, *, actor: Actor, storage: Storage) -> ResolutionForm:
    """The form, with the last words to the customer as a beginning."""
    must_work_tickets(actor)
    with storage.reading() as tx:
        ticket = find(tx, ticket_id)
        if not ticket.is_open:
            raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
        told = [
            event.text for event in tx.tickets.events(ticket_id) if event.what in ("replied", "reply") and event.text
        ]
        return ResolutionForm(
            ticket.id,
            ticket.title,
            ticket.cause or "",
            ticket.fix or "",
            ticket.words or (customer_safe(told[-1]) if told else ""),
        )


def resolve(
    ticket_id: int, cause: str, fix: str, words: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> None:
    """Ends ticket and escalation, tells the customer, asks whether it is solved. All three texts are needed."""
    must_work_tickets(actor)
    for name, text in (("cause", cause), ("fix", fix)):
        if not text.strip():
            raise BadRequest(f"Please write the {name} in a sentence, so that the next person need not find it again.")
    told = checked_words(words)
    with storage.transaction() as tx:
        ticket = find(tx, ticket_id)
        if not ticket.is_open:
            raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
        now = clock.now()
        ticket.status, ticket.resolved_at, ticket.resolved_by, ticket.confirmed = "resolved", now, actor.user_id, None
        ticket.cause, ticket.fix, ticket.words = cause.strip()[:LONGEST_NOTE], fix.strip()[:LONGEST_NOTE], told
        ticket.first_response_at = ticket.first_response_at or now
        ticket.new_messages = 0
        conversation = tx.conversations.get(ticket.conversation_id)
        conversation.first_response_at = conversation.first_response_at or now
        tx.tickets.keep_promises(ticket.id, "first_response", now)
        tx.tickets.record(ticket.id, now, "resolved", actor.user_id, f"Cause: {ticket.cause} Fix: {ticket.fix}")
        for escalation in tx.escalations.of_ticket(ticket.id):
            if escalation.status != "resolved":
                escalation.status, escalation.resolved_at = "resolved", now
                stop_updates(tx, escalation, now)
                refresh(tx, "escalation", escalation.id)
        say(tx, clock, conversation, "resolution", ticket.id, told, author_id=actor.user_id, side="ours")
        tx.receipts.add(
            now,
            "resolved",
            "Resolved; the customer was told and asked.",
            ticket_id=ticket.id,
            conversation_id=conversation.id,
        )
        refresh(tx, "ticket", ticket.id)


def confirm_resolution(
    ticket_id: int, solved: bool, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """The customer's word on a resolution; *still stuck* opens the ticket again and tells its people at once."""
    with storage.transaction() as tx:
        ticket = find(tx, ticket_id)
        must_be_in_conversation(actor, ticket.customer_id)
        if ticket.status != "resolved" or ticket.confirmed is not None:
            return "Thank you, this was already answered. If anything is open, just write in the thread."
        now = clock.now()
        conversation = tx.conversations.get(ticket.conversation_id)
        tx.feedback.add(
            Feedback(
                conversation_id=conversation.id,
                ticket_id=ticket.id,
                user_id=actor.user_id,
                at=now,
                kind="resolution_confirmed" if solved else "resolution_denied",
                text=local_time(now, zone_of(tx, config, actor.user_id, ticket.customer_id), now),
            )
        )
        if solved:
            ticket.confirmed = True
            conversation.status, conversation.solved_at = "solved", now
            tx.tickets.record(ticket.id, now, "confirmed", actor.user_id, "The customer says that it is solved.")
            tx.jobs.enqueue(React(conversation.channel_id, conversation.thread_ts, "white_check_mark"))
        else:
            reopen(tx, ticket, actor.user_id, now, "The customer is still stuck.")
            ticket.confirmed = False
            conversation.status = "with_people"
            who = f"<@{ticket.assignee_id}> " if ticket.assignee_id else ""
            card = tx.posts.showing("ticket", ticket.id)
            if card:
                announce(
                    tx,
                    clock,
                    "note",
                    ticket.id,
                    card[0].channel_id,
                    under=card[0],
                    text=f"{who}{actor.name} says that #{ticket.id} is not solved yet. Please write in their thread.",
                )
        refresh(tx, "resolution", ticket.id)
        refresh(tx, "ticket", ticket.id)
    return None
