"""Messages of our own people in a customer's channel."""

from __future__ import annotations

from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.events import ColleagueWrote, CustomerHeardFromUs
from bot.incoming import IncomingMessage
from bot.intake.context import IntakeContext, keep_decision, read_again_later, store_message
from bot.triage.classify import classify
from storage.conversations import Conversation
from storage.transaction import Transaction


def handle_agent_message(tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor) -> None:
    """From an answer of an agent on, Footbridge keeps quiet in that thread.

    A word of a colleague who has no role on the desk, or small talk, is no answer: Footbridge goes on.
    """
    conversation = tx.conversations.of_thread(event.thread) if event.thread else None
    if conversation is None:
        if event.thread is None or not read_again_later(tx, context, event.address):
            keep_decision(tx, context, event, "ours", "A person of ours wrote outside a conversation.")
        return
    message = store_message(tx, event, "ours", "reply", conversation=conversation)
    conversation.last_message_at = message.said_at
    at, by = message.said_at, author.user_id
    tx.emit(ColleagueWrote(conversation_id=conversation.id, message_id=message.id, at=at, by=by))
    if not author.works_here:
        why = "A colleague without a role on the desk wrote, which is no answer of the desk."
        keep_decision(tx, context, event, "ours", why, conversation, by=by)
        return
    names = context.known_names(tx)
    if not event.files and classify(event.text, in_thread=True, model=context.triage_model, names=names).may_be_silent:
        keep_decision(
            tx, context, event, "ours", "One of us wrote small talk, which is no answer.", conversation, by=by
        )
        return
    dropped = _drop_drafts(tx, conversation, author, context)
    tx.emit(CustomerHeardFromUs(conversation_id=conversation.id, at=at, by=by, takes_over=True))
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None and ticket.is_open:
        tx.tickets.record(ticket.id, at, "replied", by)
    why = "A person of ours answers in this thread."
    keep_decision(tx, context, event, "person_took_over", why, conversation, by=by, dropped_drafts=dropped)


def _drop_drafts(tx: Transaction, conversation: Conversation, author: Actor, context: IntakeContext) -> list[int]:
    """Drafts that nobody sent are not needed where a person has answered."""
    drafts = [answer for answer in tx.answers.of_conversation(conversation.id) if answer.state == "drafted"]
    for answer in drafts:
        apply(tx, answer, "drop", by=author, at=context.clock.now())
    return [answer.id for answer in drafts]
