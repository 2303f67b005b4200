"""Replies of colleagues to the customer, and the subscribers that react when a customer heard from a person."""

from __future__ import annotations

from bot.clock import Clock
from bot.desk.lifecycle import apply
from bot.desk.tickets import find_ticket
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.events import CustomerHeardFromUs, ReplySent
from bot.outbox.posting import post_to_customer
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.transaction import Storage, Transaction

LONGEST_REPLY = 3000


def reply(ticket_id: int, text: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Post a reply in the customer's thread, in the actor's name.

    Raises NotFound, and BadRequest when the text is empty or longer than LONGEST_REPLY characters.
    """
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest(
            "There is nothing to say yet. Write the reply after the number, like "
            f"`/support reply {ticket_id} We are on it.`"
        )
    if len(words) > LONGEST_REPLY:
        raise BadRequest(f"That is {len(words)} characters; a reply may have {LONGEST_REPLY}. Please send it in two.")
    with storage.transaction() as tx:
        ticket = find_ticket(tx, ticket_id, lock=True)
        conversation, now = tx.conversations.get(ticket.conversation_id), clock.now()
        step = tx.tickets.record(ticket.id, now, "replied", actor.user_id, words)
        post_to_customer(tx, now, conversation, "reply", step.id, words, author_id=actor.user_id, side="ours")
        said = {"event_id": step.id}
        tx.emit(ReplySent(ticket_id=ticket.id, at=now, by=actor.user_id, why="pressed", details=said))
        tx.emit(CustomerHeardFromUs(conversation_id=conversation.id, at=now, by=actor.user_id, takes_over=True))


def record_first_response(tx: Transaction, event: CustomerHeardFromUs, config: Config) -> None:
    """Subscriber: store when the customer first heard from a person, and reset the count of new messages."""
    conversation = tx.conversations.get(event.conversation_id)
    conversation.first_response_at = conversation.first_response_at or event.at
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None:
        ticket.first_response_at = ticket.first_response_at or event.at
        ticket.new_messages = 0


def take_over(tx: Transaction, event: CustomerHeardFromUs, config: Config) -> None:
    """Subscriber: let people answer this conversation from now on, instead of Footbridge."""
    conversation = tx.conversations.get(event.conversation_id)
    ticket = tx.tickets.of_conversation(conversation.id)
    if not event.takes_over:
        return
    if conversation.taken_over_at is None:
        why = "A person of ours answers in this thread."
        apply(tx, conversation, "take_over", by=None, on_behalf_of=event.by, at=event.at, why=why)
    elif ticket is not None and ticket.is_open:
        apply(tx, conversation, "hand_over", by=None, on_behalf_of=event.by, at=event.at)


def give_owner(tx: Transaction, event: CustomerHeardFromUs, config: Config) -> None:
    """Subscriber: assign an unclaimed ticket to the person who answers it first."""
    ticket = tx.tickets.of_conversation(event.conversation_id)
    if ticket is not None and ticket.is_open and ticket.assignee_id is None and event.by is not None:
        apply(tx, ticket, "claim_by_answering", by=None, on_behalf_of=event.by, at=event.at, assignee_id=event.by)
