"""Edits and deletions: what was answered to a message follows it."""

from __future__ import annotations

from datetime import timedelta

from bot.answering.situation import is_with_people
from bot.audit.receipts import write_receipt
from bot.desk.lifecycle import apply
from bot.directory.channel_mode import mode_of
from bot.events import CustomerChangedMessage
from bot.incoming import MessageDeleted, MessageEdited
from bot.intake.belonging import NEEDS_NO_ANSWER, kind_of_message
from bot.intake.context import IntakeContext, read_again_later
from bot.jobs import AnswerQuestion
from storage.conversations import Conversation, Message
from storage.transaction import Transaction


def handle_edit(tx: Transaction, context: IntakeContext, event: MessageEdited) -> None:
    message = _find(tx, context, event)
    if message is None or message.text == event.text or message.deleted_at is not None:
        return
    before, message.text, message.edited_at = message.text or "", event.text, context.clock.now()
    if message.side == "contact":
        message.kind, why = kind_of_message(
            tx, context, event.text, in_thread=message.in_thread, has_files=bool(message.files)
        )
        if message.conversation_id is not None:
            _follow(tx, context, tx.conversations.get(message.conversation_id), message, "edited", before, why)


def handle_deletion(tx: Transaction, context: IntakeContext, event: MessageDeleted) -> None:
    message = _find(tx, context, event)
    if message is None or message.deleted_at is not None:
        return
    before, message.text, message.files, message.deleted_at = message.text or "", None, [], context.clock.now()
    if message.side == "contact" and message.conversation_id is not None:
        _follow(tx, context, tx.conversations.get(message.conversation_id), message, "deleted", before, "")


def _find(tx: Transaction, context: IntakeContext, event: MessageEdited | MessageDeleted) -> Message | None:
    tx.conversations.lock_channel(event.address.whole)
    message = tx.conversations.message_at(event.address)
    if message is None:
        read_again_later(tx, context, event.address)
    return message


def _follow(
    tx: Transaction,
    context: IntakeContext,
    conversation: Conversation,
    message: Message,
    change: str,
    before: str,
    rule: str,
) -> None:
    """A change of a customer's message reaches everything that was made from it."""
    now = context.clock.now()
    write_receipt(
        tx,
        now,
        f"message_{change}",
        f"The contact {change} a message.",
        address_id=message.address_id,
        conversation_id=conversation.id,
        kind=message.kind,
        rule=rule,
    )
    tx.emit(
        CustomerChangedMessage(
            conversation_id=conversation.id,
            message_id=message.id,
            change=change,
            text_before=before,
            at=now,
            by=message.author_id,
        )
    )
    ticket = tx.tickets.of_conversation(conversation.id)
    auto = mode_of(tx, context.config, tx.addresses.get(conversation.place_id)) == "auto"
    if conversation.taken_over_at is None and not (auto and is_with_people(tx, ticket, message)):
        _answer_again(tx, context, conversation, message)


def _answer_again(tx: Transaction, context: IntakeContext, conversation: Conversation, changed: Message) -> None:
    """What was answered to a message that has changed is redone in its place, or goes with it.

    Messages at the top level of the channel are one question, so what is left of them is answered together.
    """
    asked = [
        m
        for m in tx.conversations.messages(conversation.id)
        if m.side == "contact" and m.kind not in NEEDS_NO_ANSWER and m.in_thread == changed.in_thread
    ]
    left = [m for m in asked if m.id == changed.id] if changed.in_thread else asked
    if not left:
        _withdraw(tx, context, conversation, changed)
        return
    if changed.deleted_at is not None and conversation.thread_id == changed.address_id and not changed.in_thread:
        _move_thread(tx, conversation, left[0])
    revision = int(context.clock.now().timestamp() * 1000)
    settle = timedelta(seconds=context.config.policies.settle_seconds)
    tx.jobs.enqueue(AnswerQuestion(conversation.id, left[-1].id, revision), delay=settle)


def _move_thread(tx: Transaction, conversation: Conversation, first: Message) -> None:
    """A first message that is gone can have no thread; unless it began one before, the next message has it."""
    if all(m.side == "contact" and not m.in_thread for m in tx.conversations.messages(conversation.id)):
        conversation.thread_id = first.address_id


def _withdraw(tx: Transaction, context: IntakeContext, conversation: Conversation, taken_back: Message) -> None:
    """The customer took a question back: what was answered to it goes with it, and so does its ticket."""
    now = context.clock.now()
    messages = {m.id: m for m in tx.conversations.messages(conversation.id)}
    for answer in tx.answers.of_conversation(conversation.id):
        replied_to = messages.get(answer.message_id)
        own = answer.message_id == taken_back.id or (not taken_back.in_thread and replied_to is None)
        if own and answer.state in ("drafted", "sent"):
            why = "The customer took the question back, so its answer goes with it."
            apply(tx, answer, "withdraw", by=None, at=now, why=why)
    if not any(m.side == "contact" and m.kind not in NEEDS_NO_ANSWER for m in messages.values()):
        apply(tx, conversation, "withdraw", by=None, at=now)
