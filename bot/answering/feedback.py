"""Handles the buttons under an answer: *That solved it*, *Not quite* and *Get a person*."""

from __future__ import annotations

from datetime import datetime

from bot.answering.wording import wording
from bot.answering.words_around import words_around
from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.contents.answers import NotQuiteForm
from bot.desk.lifecycle import apply
from bot.directory.access import Actor, must_be_in_conversation
from bot.directory.languages import answer_language
from bot.directory.people import name_of, zone_of
from bot.errors import NotFound
from bot.events import AnswerPressed, CustomerWrote
from bot.jobs import AnswerQuestion, OpenTicket
from bot.outbox.posting import post_to_customer
from bot.settings.config import Config
from bot.texts.catalogue import for_customers, mark
from bot.texts.language import language_of
from bot.texts.times import dated_time
from bot.verification.normalise import known_stems, stems_of
from storage.addresses import own_address
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.feedback import Feedback
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

GONE = mark("That answer is no longer there. Please write in the thread; a person will see it.")
# What replaces an answer's buttons when one was pressed.
PRESSED = {
    "solved": mark("{name} said that this solved it, {time}"),
    "not_quite": mark("{name} said that this was not quite it, {time}"),
    "get_person": mark("{name} asked for a person, {time}"),
    "chose": mark("{name} chose “{choice}”, {time}"),
}


def answer_solved(answer_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str | None:
    """*That solved it*: solve the conversation and its ticket. Returns None: the post itself shows the result."""
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor, config)
        now = clock.now()
        record_press(tx, answer, conversation, actor, "solved", config, now)
        apply(tx, conversation, "solve", by=actor, at=now, why="The customer said that the answer solved it.")
    return None


def not_quite_form(answer_id: int, *, actor: Actor, storage: Storage, config: Config) -> NotQuiteForm:
    """Return the form that asks what is missing. Raises NotFound when a button was pressed already."""
    with storage.reading() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor, config)
        return NotQuiteForm(answer.id, answer_language(tx, config, conversation, answer.question))


def answer_not_quite(
    answer_id: int, missing: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> str | None:
    """*Not quite*: answer again with what was missing, without the passages that were shown already.

    Hands over to a person when `missing` is empty or says nothing new, and the second time. Returns words for the
    person who pressed, or None.
    """
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor, config)
        now = clock.now()
        record_press(tx, answer, conversation, actor, "not_quite", config, now, missing=missing.strip())
        misses = sum(f.kind == "not_quite" for f in tx.feedback.of_conversation(conversation.id))
        missing = missing.strip()
        message = _add_form_message(tx, conversation, actor, answer, missing, now) if missing else None
        if message is None or misses > 1 or not _adds_to(answer.question, missing):
            return hand_over(tx, answer, conversation, "did_not_help", config, clock, told_us=bool(missing))
        apply(tx, conversation, "continue", by=actor, at=now)
        tx.jobs.enqueue(AnswerQuestion(conversation.id, message.id))
    return None


def _adds_to(question: str, missing: str) -> bool:
    """Whether `missing` has a word that is not in the question; the same question again has no better answer."""
    return bool(set(stems_of(missing, language_of(missing))) - known_stems(question, language_of(question)))


def get_person(answer_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str | None:
    """*Get a person*: hand over to a person at once. Returns words for the person who pressed, or None."""
    with storage.transaction() as tx:
        answer, conversation = find_pressed_answer(tx, answer_id, actor, config)
        record_press(tx, answer, conversation, actor, "get_person", config, clock.now())
        return hand_over(tx, answer, conversation, "person_requested", config, clock)


def find_pressed_answer(tx: Transaction, answer_id: int, actor: Actor, config: Config) -> tuple[Answer, Conversation]:
    """Return the answer whose button was pressed, and its conversation.

    Raises NotFound when the answer is gone or a button was pressed already, and NotAllowed for outsiders.
    """
    try:
        answer = tx.answers.get(answer_id)
    except LookupError:
        raise NotFound(GONE) from None
    conversation = tx.conversations.get(answer.conversation_id)
    must_be_in_conversation(actor, conversation.customer_id)
    if answer.closed_by is not None:
        t = for_customers(answer_language(tx, config, conversation, answer.question))
        raise NotFound(t("{what}. If you need more, write in the thread.", what=answer.closed_by))
    return answer, conversation


def record_press(
    tx: Transaction,
    answer: Answer,
    conversation: Conversation,
    actor: Actor,
    verdict: str,
    config: Config,
    now: datetime,
    *,
    missing: str = "",
    chosen: str = "",
) -> None:
    """Store which button was pressed, with the words that replace the buttons.

    `verdict` is a key of PRESSED; `missing` is what the customer wrote; `chosen` is the option of a question back.
    """
    t = for_customers(answer_language(tx, config, conversation, answer.question))
    time = dated_time(now, zone_of(tx, config, actor.user_id, conversation.customer_id), t)
    answer.verdict, answer.closed_by = verdict, t(PRESSED[verdict], name=actor.name, time=time, choice=chosen)
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


def _add_form_message(
    tx: Transaction, conversation: Conversation, actor: Actor, answer: Answer, missing: str, now: datetime
) -> Message:
    """Store what the customer typed into the form as a message in the thread."""
    conversation.last_message_at = now
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=tx.addresses.id_of(own_address("form", answer.id)),
            author_id=actor.user_id,
            side="contact",
            kind="question",
            in_thread=True,
            text=missing,
            said_at=now,
        )
    )


def _emit_person_request(tx: Transaction, conversation: Conversation, at: datetime, why: str) -> None:
    """Treat the press like a message that asks for a person, so that the people on the ticket see it."""
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
    """Post in the thread that a person answers by a given time, and open the ticket.

    `told_us`: the customer said what is missing. When a ticket is open already, nothing is posted; the words for the
    person who pressed are returned instead.
    """
    now = clock.now()
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None and ticket.is_open:
        _emit_person_request(tx, conversation, now, "They pressed for a person.")
        write_receipt(tx, now, "person_has_it", reason, ticket_id=ticket.id, answer_id=answer.id)
        return _already_with_person(tx, ticket, answer_language(tx, config, conversation, answer.question), config)
    handed = _build_hand_over(tx, answer, conversation, reason, config, now, told_us=told_us)
    apply(tx, handed, "send", by=None, at=now)
    apply(tx, conversation, "hand_over", by=None, at=now)
    post_to_customer(tx, now, conversation, "answer", handed.id, handed.frame, author_id="footbridge", side="bot")
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


def _build_hand_over(
    tx: Transaction,
    answer: Answer,
    conversation: Conversation,
    reason: str,
    config: Config,
    now: datetime,
    *,
    told_us: bool,
) -> Answer:
    """The hand-over as an answer that is not stored yet, with the time by which a person answers."""
    customer = config.customer(conversation.customer_id)
    if customer is None:
        raise NotFound("This customer is no longer in the configuration; please tell your administrator.")
    language = answer_language(tx, config, conversation, answer.question)
    text = words_around(
        "handed_over",
        reason,
        answer.question,
        name_of(tx, config, conversation.contact_id),
        False,
        config.tier_of(customer).first_response_due(now),
        now,
        zone_of(tx, config, conversation.contact_id, customer.id),
        language=language,
    )
    closing = wording("person", language).closing if told_us else text.closing
    return Answer(
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


def _already_with_person(tx: Transaction, ticket: Ticket, language: str, config: Config) -> str:
    """Words for the person who pressed: who has the ticket already."""
    t = for_customers(language)
    if ticket.assignee_id:
        who = name_of(tx, config, ticket.assignee_id)
        return t("{name} has this already and will answer here. You do not have to repeat anything.", name=who)
    return t("Our team has this already, and a person will answer here. You do not have to repeat anything.")
