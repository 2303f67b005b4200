"""Resolves tickets: stores cause and fix, tells the customer, and asks whether it is solved."""

from __future__ import annotations

from bot.clock import Clock
from bot.contents.tickets import ResolutionForm
from bot.desk.lifecycle import apply
from bot.desk.open_ticket import reopen
from bot.desk.relay import check_customer_words
from bot.desk.tickets import find_open_ticket, find_ticket
from bot.directory.access import Actor, must_be_in_conversation
from bot.directory.languages import conversation_language
from bot.directory.people import name_of, zone_of
from bot.errors import BadRequest
from bot.events import ResolutionDenied
from bot.outbox.posting import create_post, post_to_customer, queue_redraw
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from bot.texts.catalogue import for_customers, mark
from bot.texts.times import dated_time
from storage.feedback import Feedback
from storage.transaction import Storage, Transaction

LONGEST_NOTE = 2000
# Labels of the buttons under a resolution.
SOLVED, NOT_SOLVED = mark("Yes, it is solved"), mark("No, still stuck")


def resolution_form(ticket_id: int, *, storage: Storage) -> ResolutionForm:
    """Return the form, filled in with cause and fix from before and a drafted reply that was not sent.

    Raises NotFound, and BadRequest when the ticket is resolved already.
    """
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


def resolve(ticket_id: int, cause: str, fix: str, words: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Resolve a ticket (which ends its escalation), tell the customer, and ask whether it is solved.

    Raises NotFound, and BadRequest when one of the three texts is empty or the ticket is resolved already.
    """
    for name, text in (("cause", cause), ("fix", fix)):
        if not text.strip():
            raise BadRequest(
                f"Please write the {name} in a sentence, so that the next person does not have to find it again.",
                at=name,
            )
    message = check_customer_words(words)
    with storage.transaction() as tx:
        ticket = find_open_ticket(tx, ticket_id)
        conversation, now = tx.conversations.get(ticket.conversation_id), clock.now()
        apply(
            tx,
            ticket,
            "resolve",
            by=actor,
            at=now,
            why="late" if now > ticket.resolution_due else "in_time",
            details={"due_at": ticket.resolution_due.isoformat()},
            cause=cause.strip()[:LONGEST_NOTE],
            fix=fix.strip()[:LONGEST_NOTE],
            words=message,
            first_response_at=ticket.first_response_at or now,
        )
        conversation.first_response_at = conversation.first_response_at or now
        queue_redraw(tx, "resolution", ticket.id)
        post_to_customer(tx, now, conversation, "resolution", ticket.id, message, author_id=actor.user_id, side="ours")


def confirm_resolution(
    ticket_id: int, solved: bool, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """Store whether the customer says that it is solved; if not, reopen the ticket and notify its people.

    Returns words for the person who pressed when the question was answered before. Raises NotFound, and NotAllowed for
    outsiders.
    """
    with storage.transaction() as tx:
        ticket = find_ticket(tx, ticket_id, lock=True)
        must_be_in_conversation(actor, ticket.customer_id)
        if ticket.status != "resolved" or ticket.confirmed is not None:
            t = for_customers(conversation_language(tx, config, tx.conversations.get(ticket.conversation_id)))
            return t("Thank you. This was answered before. If you need more, write in the thread.")
        now = clock.now()
        conversation = tx.conversations.get(ticket.conversation_id)
        t = for_customers(conversation_language(tx, config, conversation))
        tx.feedback.add(
            Feedback(
                conversation_id=conversation.id,
                ticket_id=ticket.id,
                user_id=actor.user_id,
                at=now,
                kind="resolution_confirmed" if solved else "resolution_denied",
                text=dated_time(now, zone_of(tx, config, actor.user_id, ticket.customer_id), t),
            )
        )
        if solved:
            apply(tx, ticket, "confirm", by=actor, at=now, why="pressed", confirmed=True)
            apply(tx, conversation, "solve", by=actor, at=now)
        else:
            apply(tx, ticket, "deny", by=actor, at=now, why="pressed")
            reopen(tx, ticket, actor, now, f"{actor.name} is still stuck.", config)
            ticket.confirmed = False
    return None


def tell_engineers(tx: Transaction, event: ResolutionDenied, config: Config) -> None:
    """Subscriber: tell the engineers in the escalation's thread that the resolution did not help."""
    for escalation in tx.escalations.of_ticket(event.ticket_id)[-1:]:
        for root in tx.posts.showing("escalation", escalation.id)[:1]:
            text = (
                f"{name_of(tx, config, event.by)} says that it is not solved yet, so ticket #{event.ticket_id} is open "
                "again. When your team is needed, the agent escalates it anew."
            )
            create_post(tx, event.at, "note", event.ticket_id, under=root, text=text)
