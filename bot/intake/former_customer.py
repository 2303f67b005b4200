"""Messages in the threads of a customer who is no longer served: their tickets are still seen through by people."""

from __future__ import annotations

from bot.directory.access import Actor
from bot.incoming import IncomingMessage
from bot.intake.agent_message import handle_agent_message
from bot.intake.belonging import kind_of_message
from bot.intake.contact_message import tell_desk
from bot.intake.context import IntakeContext, keep_decision, store_message
from storage.conversations import Conversation
from storage.transaction import Transaction


def find_former_conversation(
    tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor
) -> Conversation | None:
    """The conversation with a ticket in whose thread one of its own people, or one of ours, has written."""
    conversation = tx.conversations.of_thread(event.thread) if event.thread else None
    if conversation is None or conversation.customer_id not in context.config.former.customers:
        return None
    if tx.tickets.of_conversation(conversation.id) is None:
        return None
    return conversation if author.ours or author.customer_id == conversation.customer_id else None


def handle_former_customer(
    tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor, conversation: Conversation
) -> None:
    """Footbridge answers nothing; the people who have the ticket hear of it, and what they write counts as before."""
    if author.ours:
        handle_agent_message(tx, context, event, author)
        return
    kind, why = kind_of_message(
        tx, context, event.text, in_thread=True, has_files=bool(event.files), mentions_us=event.mentions_us
    )
    message = store_message(tx, event, "contact", kind, conversation=conversation)
    conversation.last_message_at = max(conversation.last_message_at, message.said_at)
    tell_desk(tx, context, conversation, message, author)
    reason = "The customer is no longer served, so a person answers."
    keep_decision(tx, context, event, "former_customer", reason, conversation, kind=kind, rule=why)
