"""What is known when a question is about to be answered, and whether an answer is still wanted."""

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
    """All that deciding needs, read in one go, so that no transaction is open while searching or drafting."""

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
        # One question in several messages: what was answered to its beginning is about to be replaced.
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
    """A stable word for why no answer is wanted (any more), or None."""
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
        # An earlier try of this very job got so far before it was cut off.
        return "already_answered"
    if situation.redo and (answered := answers_to(tx, situation)):
        return None if answered[-1].verdict is None else "customer_decided"
    later = [m for m in tx.conversations.messages(conversation.id) if m.side == "contact" and m.id > message.id]
    if conversation.status in ("solved", "withdrawn") and any(m.kind in ("solved", "withdrawn") for m in later):
        return "taken_back"
    return "superseded" if any(m.kind not in NO_ANSWER_KINDS for m in later) else None


def is_with_people(tx: Transaction, ticket: Ticket | None, message: Message) -> bool:
    """Whether a ticket's people answer, and not Footbridge.

    People write a question in pieces. When a piece found no article and nobody has taken the ticket yet, what is added
    to it (or mended in it) at the top level of the channel is looked up once more.
    """
    if ticket is None or not ticket.is_open:
        return False
    if message.in_thread or ticket.status != "new" or ticket.assignee_id is not None:
        return True
    told = [answer for answer in tx.answers.of_conversation(ticket.conversation_id) if answer.state == "sent"]
    return not told or told[-1].reason not in NOT_FOUND or told[-1].verdict is not None


def answers_to(tx: Transaction, situation: Situation) -> list[Answer]:
    return [a for a in standing_answers(tx, situation) if is_answer_to(tx, a, situation.message)]


def standing_answers(tx: Transaction, situation: Situation) -> list[Answer]:
    """Answers that somebody can see, oldest first."""
    answers = tx.answers.of_conversation(situation.conversation.id)
    return [answer for answer in answers if answer.state in ("drafted", "sent")]


def is_answer_to(tx: Transaction, answer: Answer, message: Message) -> bool:
    """Whether the answer is to that message; messages at the top level of the channel are one question."""
    if answer.message_id == message.id:
        return True
    answered = tx.conversations.message(answer.message_id)
    return not message.in_thread and answered is not None and not answered.in_thread


def keep_decision(
    tx: Transaction, now: datetime, situation: Situation, decision: str, reason: str, **details: Any
) -> None:
    write_receipt(
        tx,
        now,
        decision,
        reason,
        address_id=situation.message.address_id,
        conversation_id=situation.conversation.id,
        **details,
    )
