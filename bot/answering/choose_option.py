"""Handles a customer's choice under a question back: it is stored like a message in the thread and answered."""

from __future__ import annotations

from datetime import datetime

from bot.answering.feedback import find_pressed_answer, record_press
from bot.answering.situation import is_with_people
from bot.clock import Clock
from bot.directory.access import Actor
from bot.directory.channel_mode import mode_of
from bot.directory.languages import answer_language
from bot.errors import NotFound
from bot.events import CustomerWrote
from bot.jobs import AnswerQuestion
from bot.settings.config import Config
from bot.texts.catalogue import for_customers
from storage.addresses import own_address
from storage.answers import Answer
from storage.conversations import Message
from storage.transaction import Storage, Transaction


def choose_option(
    answer_id: int, number: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """A choice such as *NetSuite*: store it as a follow-up and answer the question again. `number` counts from 0.

    Returns words for the person who pressed, or None. Raises NotFound when the answer or the choice is gone.
    """
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor, config)
        now = clock.now()
        t = for_customers(answer_language(tx, config, conversation, answer.question))
        if not 0 <= number < len(answer.options):
            raise NotFound(t("That choice is no longer there. Please write in the thread what it is about."))
        chosen = answer.options[number]
        conversation.last_message_at = now
        record_press(tx, answer, conversation, actor, "chose", config, now, chosen=chosen)
        message = _add_choice(tx, answer, chosen, actor, now)
        ticket = tx.tickets.of_conversation(conversation.id)
        if ticket is not None and ticket.is_open:
            why = f"They chose “{chosen}”."
            tx.emit(
                CustomerWrote(
                    conversation_id=conversation.id,
                    message_id=message.id,
                    kind=message.kind,
                    at=now,
                    by=actor.user_id,
                    why=why,
                )
            )
        in_auto = mode_of(tx, config, tx.addresses.get(conversation.place_id)) == "auto"
        if conversation.taken_over_at is not None or (in_auto and is_with_people(tx, ticket, message)):
            return t("Our team has this already, and a person will answer here. You do not have to repeat anything.")
        tx.jobs.enqueue(AnswerQuestion(conversation.id, message.id))
    return None


def _add_choice(tx: Transaction, answer: Answer, chosen: str, actor: Actor, now: datetime) -> Message:
    """Store the choice as a message of the contact in the thread."""
    return tx.conversations.add_message(
        Message(
            conversation_id=answer.conversation_id,
            address_id=tx.addresses.id_of(own_address("choice", answer.id)),
            author_id=actor.user_id,
            side="contact",
            kind="follow_up",
            in_thread=True,
            text=chosen,
            said_at=now,
        )
    )
