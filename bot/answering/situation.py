"""Reads all that is needed to answer a question, and decides whether an answer is still wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.answering.finding import NOT_FOUND
from bot.audit.receipts import write_receipt
from bot.contents.conversations import TranscriptLine
from bot.conversations.transcript import transcript
from bot.directory.channel_mode import mode_of
from bot.directory.people import name_of, zone_of
from bot.jobs import AnswerQuestion
from bot.settings.config import Config, Customer, Mode
from bot.triage.classify import SILENT_KINDS
from storage.addresses import Address
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.tickets import Ticket
from storage.transaction import Transaction

NO_ANSWER_KINDS = SILENT_KINDS


@dataclass(frozen=True)
class Situation:
    """All that is needed to answer a question, read in one transaction that ends before searching and drafting.

    `redo`: the message was edited and is answered again. `zone` is the contact's time zone. `shown_passages` are ids of
    passages that did not help. `asked_back` counts the questions back to earlier messages.
    """

    conversation: Conversation
    place: Address
    message: Message
    customer: Customer
    mode: Mode
    redo: bool
    talk: tuple[TranscriptLine, ...]
    contact_name: str
    zone: str
    shown_passages: frozenset[str]
    asked_back: int


def read_situation(tx: Transaction, job: AnswerQuestion, config: Config) -> Situation:
    """Read the situation of a job. Raises LookupError when its message or customer is gone."""
    conversation = tx.conversations.get(job.conversation_id)
    message = tx.conversations.message(job.message_id)
    customer = config.customer(conversation.customer_id)
    if message is None or customer is None:
        raise LookupError(f"message {job.message_id} or customer {conversation.customer_id} is gone")
    answers = tx.answers.of_conversation(conversation.id)
    shown = {c["passage_id"] for answer in answers if answer.verdict == "not_quite" for c in answer.citations}
    redo = job.revision > 0
    messages = tx.conversations.messages(conversation.id)
    if not message.in_thread:
        # One question in several messages: the answer to its first part is replaced, so that it is left out here.
        messages = [each for each in messages if each.side != "bot" and not (redo and each.in_thread)]
    elif redo:
        messages = [each for each in messages if each.said_at <= message.said_at]
    place = tx.addresses.get(conversation.place_id)
    return Situation(
        conversation=conversation,
        place=place,
        message=message,
        customer=customer,
        mode=mode_of(tx, config, place),
        redo=redo,
        talk=transcript(tx, config, messages),
        contact_name=name_of(tx, config, conversation.contact_id),
        zone=zone_of(tx, config, conversation.contact_id, customer.id),
        shown_passages=frozenset(shown),
        asked_back=sum(a.outcome == "asked_back" and a.message_id != message.id for a in answers),
    )


def why_silent(tx: Transaction, situation: Situation) -> str | None:
    """Return a stable word for why no answer is wanted (any more), or None."""
    conversation, message = situation.conversation, situation.message
    if situation.mode == "off":
        return "channel_off"
    if message.deleted_at is not None:
        return "message_deleted"
    if message.kind in NO_ANSWER_KINDS:
        return message.kind
    if conversation.taken_over_at is not None:
        return "person_answers"
    ticket = tx.tickets.of_conversation(conversation.id)
    if situation.mode == "auto" and is_with_people(tx, ticket, message):
        return "person_coming"
    if not situation.redo and any(a.message_id == message.id for a in tx.answers.of_conversation(conversation.id)):
        # An earlier attempt at this job stored the answer before it was interrupted.
        return "already_answered"
    if situation.redo and (answered := answers_to(tx, situation)):
        return None if answered[-1].verdict is None else "customer_decided"
    later = [m for m in tx.conversations.messages(conversation.id) if m.side == "contact" and m.id > message.id]
    if conversation.status in ("solved", "withdrawn") and any(m.kind in ("solved", "withdrawn") for m in later):
        return "taken_back"
    return "superseded" if any(m.kind not in NO_ANSWER_KINDS for m in later) else None


def is_with_people(tx: Transaction, ticket: Ticket | None, message: Message) -> bool:
    """Whether people answer because of the ticket, instead of Footbridge.

    Customers write a question in several messages. When the first found no article and nobody has claimed the ticket,
    a message that they add (or edit) at the top level of the channel is still answered.
    """
    if ticket is None or not ticket.is_open:
        return False
    if message.in_thread or ticket.status != "new" or ticket.assignee_id is not None:
        return True
    sent = [answer for answer in tx.answers.of_conversation(ticket.conversation_id) if answer.state == "sent"]
    return not sent or sent[-1].reason not in NOT_FOUND or sent[-1].verdict is not None


def answers_to(tx: Transaction, situation: Situation) -> list[Answer]:
    """The visible answers to the situation's message, oldest first."""
    return [a for a in visible_answers(tx, situation) if is_answer_to(tx, a, situation.message)]


def visible_answers(tx: Transaction, situation: Situation) -> list[Answer]:
    """The conversation's answers that somebody can see (drafted or sent), oldest first."""
    answers = tx.answers.of_conversation(situation.conversation.id)
    return [answer for answer in answers if answer.state in ("drafted", "sent")]


def is_answer_to(tx: Transaction, answer: Answer, message: Message) -> bool:
    """Whether the answer is to that message. All messages at the top level of the channel count as one question."""
    if answer.message_id == message.id:
        return True
    answered = tx.conversations.message(answer.message_id)
    return not message.in_thread and answered is not None and not answered.in_thread


def keep_decision(
    tx: Transaction, now: datetime, situation: Situation, decision: str, reason: str, **details: Any
) -> None:
    """Write the receipt of a decision about the situation's message."""
    write_receipt(
        tx,
        now,
        decision,
        reason,
        address_id=situation.message.address_id,
        conversation_id=situation.conversation.id,
        **details,
    )
