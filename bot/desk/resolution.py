"""Resolving: cause and fix are written down, the customer is told in plain words and asked whether it is solved."""

from __future__ import annotations

from bot.audit.receipts import keep_promises, write_receipt
from bot.clock import Clock, local_time
from bot.contents.tickets import ResolutionForm
from bot.desk.escalation import end_escalations
from bot.desk.relay import check_customer_words
from bot.desk.tickets import find_ticket, reopen
from bot.directory.access import Actor, must_be_in_conversation, must_work_tickets
from bot.directory.people import zone_of
from bot.errors import BadRequest
from bot.jobs import CloseEscalations, React
from bot.outbox.posting import create_post, post_to_customer, queue_redraw
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.feedback import Feedback
from storage.transaction import Storage, Transaction

LONGEST_NOTE = 2000


def resolution_form(ticket_id: int, *, actor: Actor, storage: Storage) -> ResolutionForm:
    """The form; what was found before is filled in, and words for the customer that are drafted but not sent."""
    must_work_tickets(actor)
    with storage.reading() as tx:
        ticket = find_ticket(tx, ticket_id)
        if not ticket.is_open:
            raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
        drafted = [
            relay.text
            for escalation in tx.escalations.of_ticket(ticket_id)
            for relay in tx.escalations.relays(escalation.id)
            if relay.state == "drafted" and relay.purpose == "reply"
        ]
        return ResolutionForm(
            ticket.id, ticket.title, ticket.cause or "", ticket.fix or "", customer_safe(drafted[-1]) if drafted else ""
        )


def resolve(
    ticket_id: int, cause: str, fix: str, words: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> None:
    """Ends ticket and escalation, tells the customer, asks whether it is solved. All three texts are needed."""
    must_work_tickets(actor)
    for name, text in (("cause", cause), ("fix", fix)):
        if not text.strip():
            raise BadRequest(
                f"Please write the {name} in a sentence, so that the next person need not find it again.", at=name
            )
    told = check_customer_words(words)
    with storage.transaction() as tx:
        ticket = find_ticket(tx, ticket_id, lock=True)
        if not ticket.is_open:
            raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
        now = clock.now()
        ticket.status, ticket.resolved_at, ticket.resolved_by, ticket.confirmed = "resolved", now, actor.user_id, None
        ticket.cause, ticket.fix, ticket.words = cause.strip()[:LONGEST_NOTE], fix.strip()[:LONGEST_NOTE], told
        ticket.first_response_at = ticket.first_response_at or now
        ticket.new_messages = 0
        conversation = tx.conversations.get(ticket.conversation_id)
        conversation.first_response_at = conversation.first_response_at or now
        keep_promises(tx, now, ticket.id, "first_response")
        tx.tickets.record(ticket.id, now, "resolved", actor.user_id, f"Cause: {ticket.cause} Fix: {ticket.fix}")
        end_escalations(tx, ticket.id, now)
        queue_redraw(tx, "resolution", ticket.id)
        post_to_customer(tx, clock, conversation, "resolution", ticket.id, told, author_id=actor.user_id, side="ours")
        write_receipt(
            tx,
            now,
            "resolved",
            "late" if now > ticket.resolution_due else "in_time",
            ticket_id=ticket.id,
            by=actor.user_id,
            due_at=ticket.resolution_due.isoformat(),
        )
        queue_redraw(tx, "ticket", ticket.id)


def close_escalations(job: CloseEscalations, *, storage: Storage, clock: Clock) -> None:
    """After the customer said that an answer solved it: nobody works on it any more, and no update is due."""
    with storage.transaction() as tx:
        ticket = tx.tickets.get(job.ticket_id, lock=True)
        if ticket is not None and not ticket.is_open:
            end_escalations(tx, ticket.id, clock.now())
            queue_redraw(tx, "ticket", ticket.id)


def confirm_resolution(
    ticket_id: int, solved: bool, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """The customer's word on a resolution; *still stuck* opens the ticket again and tells its people at once."""
    with storage.transaction() as tx:
        ticket = find_ticket(tx, ticket_id, lock=True)
        must_be_in_conversation(actor, ticket.customer_id)
        if ticket.status != "resolved" or ticket.confirmed is not None:
            return "Thank you, this was already answered. If anything is open, write in the thread."
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
        write_receipt(
            tx,
            now,
            "pressed_resolution_confirmed" if solved else "pressed_resolution_denied",
            "pressed",
            ticket_id=ticket.id,
            by=actor.user_id,
        )
        if solved:
            ticket.confirmed = True
            conversation.status, conversation.solved_at = "solved", now
            tx.tickets.record(ticket.id, now, "confirmed", actor.user_id, "The customer says that it is solved.")
            tx.jobs.enqueue(React(conversation.channel_id, conversation.thread_ts, "white_check_mark"))
        else:
            reopen(tx, clock, ticket, actor.user_id, f"{actor.name} is still stuck.")
            ticket.confirmed = False
            _tell_engineers(tx, clock, ticket.id, actor.name)
        queue_redraw(tx, "resolution", ticket.id)
        queue_redraw(tx, "ticket", ticket.id)
    return None


def _tell_engineers(tx: Transaction, clock: Clock, ticket_id: int, who: str) -> None:
    """A resolution that was none is told where it was worked on, too."""
    for escalation in tx.escalations.of_ticket(ticket_id)[-1:]:
        for root in tx.posts.showing("escalation", escalation.id)[:1]:
            text = (
                f"{who} says that it is not solved yet, so ticket #{ticket_id} is open again. When your team is "
                "needed, the agent escalates it anew."
            )
            create_post(tx, clock, "note", ticket_id, root.channel_id, under=root, text=text)
