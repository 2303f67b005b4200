"""What a customer's press on an answer's button means; it decides, and leaves the work to jobs."""

from __future__ import annotations

from datetime import datetime

from bot.answering.answer_question import words_around
from bot.audit.receipts import write_receipt
from bot.clock import Clock, local_time
from bot.desk.lifecycle import apply
from bot.directory.access import Actor, must_be_in_conversation
from bot.directory.people import name_of, zone_of
from bot.errors import NotFound
from bot.events import AnswerPressed, CustomerWrote
from bot.jobs import AnswerQuestion, OpenTicket
from bot.outbox.posting import post_to_customer
from bot.settings.config import Config
from bot.texts.language import language_of
from bot.verification.normalise import known_stems, stems_of
from storage.addresses import own
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.feedback import Feedback
from storage.transaction import Storage, Transaction


def answer_solved(answer_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str | None:
    """*That solved it*: the conversation is over, and so is its ticket. Returns words for the person who pressed."""
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor)
        now = clock.now()
        record_press(tx, answer, conversation, actor, "solved", f"{actor.name} said this solved it", config, now)
        apply(tx, conversation, "solve", by=actor, at=now)
        ticket = tx.tickets.of_conversation(conversation.id)
        if ticket is not None and ticket.is_open:
            why = "The customer said that the answer solved it."
            apply(tx, ticket, "resolve", by=actor, at=now, why=why, confirmed=True)
    return None


def answer_not_quite(
    answer_id: int, missing: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """*Not quite*: what was missing is looked up, leaving out what was shown already.

    Without it, when it says nothing new, or the second time, a person comes.
    """
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor)
        now = clock.now()
        words = f"{actor.name} said this was not quite it"
        record_press(tx, answer, conversation, actor, "not_quite", words, config, now, missing=missing.strip())
        misses = sum(f.kind == "not_quite" for f in tx.feedback.of_conversation(conversation.id))
        missing = missing.strip()
        message = _keep_message(tx, conversation, actor, answer, missing, now) if missing else None
        if message is None or misses > 1 or not _adds_to(answer.question, missing):
            return hand_over(tx, answer, conversation, "did_not_help", config, clock, told_us=bool(missing))
        apply(tx, conversation, "continue", by=actor, at=now)
        tx.jobs.enqueue(AnswerQuestion(conversation.id, message.id))
    return None


def _adds_to(question: str, missing: str) -> bool:
    """Whether it says anything that was not asked before; the same question again has no better answer."""
    return bool(set(stems_of(missing, language_of(missing))) - known_stems(question, language_of(question)))


def get_person(answer_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str | None:
    """*Get a person*: always granted, at once."""
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor)
        record_press(
            tx, answer, conversation, actor, "get_person", f"{actor.name} asked for a person", config, clock.now()
        )
        return hand_over(tx, answer, conversation, "person_requested", config, clock)


def find_pressed_answer(tx: Transaction, answer_id: int, actor: Actor) -> tuple[Answer, Conversation]:
    """The answer whose button was pressed, and its conversation. Raises NotFound when that was decided already."""
    try:
        answer = tx.answers.get(answer_id)
    except LookupError:
        raise NotFound("That answer is no longer there. Please write in the thread; a person will see it.") from None
    conversation = tx.conversations.get(answer.conversation_id)
    must_be_in_conversation(actor, conversation.customer_id)
    if answer.closed_by is not None:
        raise NotFound(f"This was already answered: {answer.closed_by}. If you need more, write in the thread.")
    return answer, conversation


def record_press(
    tx: Transaction,
    answer: Answer,
    conversation: Conversation,
    actor: Actor,
    verdict: str,
    words: str,
    config: Config,
    now: datetime,
    *,
    missing: str = "",
) -> None:
    """Writes down what was pressed, in words that replace the buttons."""
    zone = zone_of(tx, config, actor.user_id, conversation.customer_id)
    answer.verdict, answer.closed_by = verdict, f"{words}, {local_time(now, zone, now)}"
    tx.feedback.add(
        Feedback(
            conversation_id=conversation.id,
            answer_id=answer.id,
            user_id=actor.user_id,
            kind=verdict,
            text=missing,
            at=now,
        )
    )
    tx.emit(
        AnswerPressed(
            answer_id=answer.id,
            conversation_id=conversation.id,
            at=now,
            by=actor.user_id,
            why="pressed",
            verdict=verdict,
        )
    )


def _keep_message(
    tx: Transaction, conversation: Conversation, actor: Actor, answer: Answer, missing: str, now: datetime
) -> Message:
    """What the customer typed into the form counts as said in the thread."""
    conversation.last_message_at = now
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=tx.addresses.id_of(own("form", answer.id)),
            author_id=actor.user_id,
            side="contact",
            kind="question",
            in_thread=True,
            text=missing,
            said_at=now,
        )
    )


def _tell_desk(tx: Transaction, conversation: Conversation, at: datetime, why: str) -> None:
    """A press counts as a word of the customer for the people who have the ticket."""
    tx.emit(
        CustomerWrote(
            conversation_id=conversation.id,
            message_id=None,
            kind="person_request",
            at=at,
            by=conversation.contact_id,
            why=why,
        )
    )


def hand_over(
    tx: Transaction,
    answer: Answer,
    conversation: Conversation,
    reason: str,
    config: Config,
    clock: Clock,
    *,
    told_us: bool = False,
) -> str | None:
    """Promises a person by a time, in the thread, and opens the ticket. `told_us`: they said what is missing.

    Where a person is there already nothing is promised a second time; then the words are for who pressed.
    """
    now = clock.now()
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None and ticket.is_open:
        _tell_desk(tx, conversation, now, "They pressed for a person.")
        write_receipt(tx, now, "person_has_it", reason, ticket_id=ticket.id, answer_id=answer.id)
        who = name_of(tx, config, ticket.assignee_id) if ticket.assignee_id else "A person of our team"
        return f"{who} has this already and answers here in the thread. You need not repeat anything."
    customer = config.customer(conversation.customer_id)
    if customer is None:
        raise NotFound("This customer is no longer in the configuration; please tell your administrator.")
    text = words_around(
        "handed_over",
        reason,
        answer.question,
        name_of(tx, config, conversation.contact_id),
        False,
        config.tier_of(customer).first_response_due(now),
        now,
        zone_of(tx, config, conversation.contact_id, customer.id),
    )
    closing = (
        words_around("handed_over", "person_requested", answer.question, "", False, now, now, "UTC").closing
        if told_us
        else text.closing
    )
    handed = Answer(
        conversation_id=conversation.id,
        message_id=answer.message_id,
        question=answer.question,
        outcome="handed_over",
        reason=reason,
        mode=answer.mode,
        frame=text.frame,
        closing=closing,
        created_at=now,
        confidence=answer.confidence,
    )
    apply(tx, handed, "send", by=None, at=now)
    apply(tx, conversation, "hand_over", by=None, at=now)
    post_to_customer(tx, now, conversation, "answer", handed.id, text.frame, author_id="footbridge", side="bot")
    tx.jobs.enqueue(OpenTicket(conversation.id, handed.id))
    asked = tx.conversations.message(answer.message_id)
    write_receipt(
        tx,
        now,
        "handed_over",
        reason,
        address_id=asked.address_id if asked else None,
        conversation_id=conversation.id,
        answer_id=handed.id,
        after_answer_id=answer.id,
        mode=answer.mode,
        told_us=told_us,
    )
    return None
