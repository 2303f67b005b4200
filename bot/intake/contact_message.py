"""Messages of a customer's people in the customer's channel."""

from __future__ import annotations

from datetime import timedelta

from bot.answering.situation import is_with_people
from bot.desk.lifecycle import apply
from bot.desk.open_ticket import may_reopen, reopen
from bot.directory.access import Actor
from bot.directory.channel_mode import mode_of
from bot.events import CustomerWrote
from bot.incoming import IncomingMessage
from bot.intake.belonging import NEEDS_NO_ANSWER, find_conversation, kind_of_message
from bot.intake.closing_message import VERBS, close_conversation
from bot.intake.context import IntakeContext, keep_decision, store_message
from bot.jobs import AnswerQuestion, OpenTicket, React
from bot.settings.config import Customer
from bot.triage.standalone_question import depends_on_earlier
from storage.conversations import Conversation, Message
from storage.tickets import Ticket
from storage.transaction import Transaction

# A reaction says "seen" in the customer's channel; in the other modes nobody there may see anything of us.
SEEN_IN_MODES = ("auto", "suggest")


def handle_contact_message(
    tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor, customer: Customer
) -> None:
    """Stores the message in its conversation, tells the people who have its ticket, and queues an answer."""
    kind, why = kind_of_message(
        tx,
        context,
        event.text,
        in_thread=event.thread is not None,
        has_files=bool(event.files),
        mentions_us=event.mentions_us,
    )
    conversation = find_conversation(tx, context, event, author, kind)
    if conversation is None and kind in NEEDS_NO_ANSWER:
        keep_decision(tx, context, event, kind, why, kind=kind, rule=why)
        return
    if conversation is not None and kind in ("question", "request") and depends_on_earlier(event.text):
        kind, why = "follow_up", "it leans on what was said before it"
    if conversation is None:
        conversation = _open_conversation(tx, event, author, customer)
    elif event.thread is None and event.at < conversation.opened_at and not _has_answers(tx, conversation):
        # What the same person wrote next has overtaken it: the thread hangs under what was written first.
        conversation.thread_id, conversation.opened_at = tx.addresses.id_of(event.address), event.at
    message = store_message(tx, event, "contact", kind, conversation=conversation)
    conversation.last_message_at = max(conversation.last_message_at, message.said_at)
    ticket = tell_desk(tx, context, conversation, message, author)
    _decide(tx, context, event, conversation, message, ticket, author, why)


def _open_conversation(tx: Transaction, event: IncomingMessage, author: Actor, customer: Customer) -> Conversation:
    conversation = Conversation(
        place_id=tx.addresses.id_of(event.address.whole),
        thread_id=tx.addresses.id_of(event.thread or event.address),
        customer_id=customer.id,
        contact_id=author.user_id,
        opened_at=event.at,
        last_message_at=event.at,
    )
    apply(tx, conversation, "open", by=author, at=event.at)
    return conversation


def _has_answers(tx: Transaction, conversation: Conversation) -> bool:
    """Whether anything of ours stands in its thread already, or is on its way there."""
    return bool(tx.answers.of_conversation(conversation.id))


def tell_desk(
    tx: Transaction, context: IntakeContext, conversation: Conversation, message: Message, author: Actor
) -> Ticket | None:
    """The people who work on the ticket hear of it.

    One that was resolved a short time ago is opened again when it needs them; later the conversation begins again, so
    that the question is answered, or gets a ticket of its own.
    """
    now = context.clock.now()
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None and not ticket.is_open and message.kind not in NEEDS_NO_ANSWER:
        if may_reopen(ticket, now, context.config):
            reopen(tx, ticket, author, now, f"{author.name} wrote again.", context.config)
        else:
            apply(tx, conversation, "begin_again", by=author, at=now, why="It was resolved long ago.")
    tx.emit(
        CustomerWrote(
            conversation_id=conversation.id, message_id=message.id, kind=message.kind, at=now, by=author.user_id
        )
    )
    return ticket


def _decide(
    tx: Transaction,
    context: IntakeContext,
    event: IncomingMessage,
    conversation: Conversation,
    message: Message,
    ticket: Ticket | None,
    author: Actor,
    why: str,
) -> None:
    """Silence, a person, or an answer; each with its receipt."""
    kind, mode = message.kind, mode_of(tx, context.config, event.address)
    taken = {"kind": kind, "rule": why}
    said = f"A contact wrote a {kind.replace('_', ' ')}: {why}."
    if kind in NEEDS_NO_ANSWER:
        closed = kind in VERBS and close_conversation(tx, context, conversation, message, author)
        keep_decision(tx, context, event, kind, why, conversation, closed=closed, **taken)
    elif conversation.taken_over_at is not None:
        if ticket is None or not ticket.is_open:
            # What is asked where a person answers must wait for that person in the queue, and not in the thread alone.
            tx.jobs.enqueue(OpenTicket(conversation.id, message_id=message.id))
        said = f"A person of ours answers in this thread. {said}"
        keep_decision(tx, context, event, "person_answers", said, conversation, **taken)
    elif mode == "auto" and ticket is not None and is_with_people(tx, ticket, message):
        tx.jobs.enqueue(React(event.address.key, "eyes"))
        said = f"Ticket #{ticket.id} is open; a person answers. {said}"
        keep_decision(tx, context, event, "person_coming", said, conversation, **taken)
    else:
        _queue_answer(tx, context, event, conversation, message, seen=mode in SEEN_IN_MODES)
        keep_decision(tx, context, event, "answer_queued", said, conversation, **taken)


def _queue_answer(
    tx: Transaction,
    context: IntakeContext,
    event: IncomingMessage,
    conversation: Conversation,
    message: Message,
    *,
    seen: bool,
) -> None:
    if conversation.status in ("solved", "withdrawn"):
        again = conversation.reopened + (conversation.status == "solved")
        apply(tx, conversation, "reopen", by=None, at=context.clock.now(), reopened=again)
    if seen:
        tx.jobs.enqueue(React(event.address.key, "eyes"))
    settle = timedelta(seconds=context.config.policies.settle_seconds)
    tx.jobs.enqueue(AnswerQuestion(conversation.id, message.id), delay=settle)
