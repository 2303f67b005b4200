"""What every branch of the intake needs, made once for each event, and the receipt that each branch leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.directory.channel_mode import mode_of
from bot.incoming import IncomingMessage
from bot.jobs import ReceiveEvent
from bot.outbox import posting
from bot.ports import Profiles
from bot.settings.config import Config
from bot.triage.known_names import KnownNames, names_one_of
from bot.triage.model import TriageModel
from knowledge.vocabulary import Vocabulary
from storage.addresses import Address
from storage.conversations import Conversation, Message
from storage.transaction import Storage, Transaction

MOST_LOOKS = 4


@dataclass(frozen=True)
class IntakeContext:
    storage: Storage
    profiles: Profiles
    config: Config
    clock: Clock
    job: ReceiveEvent
    triage_model: TriageModel
    vocabulary: Callable[[], Vocabulary]

    def known_names(self, tx: Transaction) -> KnownNames:
        """Whom a message may greet; what it names of the product: terms of the vocabulary and titles of articles."""
        terms = [term for group in self.vocabulary().groups for term in group]
        return KnownNames(
            people=frozenset(
                {"footbridge", self.config.company.name, *(person.name.split()[0] for person in self.config.people)}
            ),
            names_product=lambda words: names_one_of(words, [*terms, *tx.articles.titles().values()]),
        )


def keep_decision(
    tx: Transaction,
    context: IntakeContext,
    event: IncomingMessage,
    decision: str,
    reason: str,
    conversation: Conversation | None = None,
    **details: Any,
) -> None:
    """The receipt of what was decided about one message."""
    write_receipt(
        tx,
        context.clock.now(),
        decision,
        reason,
        address_id=tx.addresses.id_of(event.address),
        conversation_id=conversation.id if conversation else None,
        event_id=context.job.event_id,
        **details,
    )


def store_message(
    tx: Transaction,
    event: IncomingMessage,
    side: str,
    kind: str,
    *,
    conversation: Conversation | None = None,
    escalation_id: int | None = None,
) -> Message:
    """Keeps what was written, in a conversation or inside an escalation."""
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id if conversation else None,
            escalation_id=escalation_id,
            address_id=tx.addresses.id_of(event.address),
            author_id=event.user_id,
            side=side,
            kind=kind,
            text=event.text,
            in_thread=event.thread is not None,
            said_at=event.at,
            files=[
                {"id": file.file_id, "name": file.name, "mimetype": file.mimetype, "size": file.size}
                for file in event.files
            ],
        )
    )


def read_again_later(tx: Transaction, context: IntakeContext, place: Address) -> bool:
    """Several events are read at once, so one may overtake the message that it is about: then it is read again.

    False when it was read often enough: the message is none of ours.
    """
    job = context.job
    if job.looks >= MOST_LOOKS or not is_served(tx, context, place):
        return False
    again = replace(job, looks=job.looks + 1)
    return tx.jobs.enqueue(again, delay=timedelta(seconds=0.2 * 3**job.looks))


def is_served(tx: Transaction, context: IntakeContext, place: Address) -> bool:
    """Whether words in the channel may be kept: a customer's whose mode is not off, or one with an escalation in it."""
    if context.config.customer_at(place) is not None:
        return mode_of(tx, context.config, place) != "off"
    return bool(tx.posts.latest_in(tx.addresses.find(place.whole) or 0, "escalation", 1))


def notify_triage(tx: Transaction, context: IntakeContext, text: str) -> None:
    """A notice to our people, at most once a day in the same words."""
    say_once_a_day(tx, context, context.config.triage_place, text)


def say_once_a_day(
    tx: Transaction, context: IntakeContext, place: Address, text: str, *, thread: Address | None = None
) -> None:
    posting.say_once_a_day(tx, context.clock.now(), place, text, thread=thread)
