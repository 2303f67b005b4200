"""First decision on anything that arrives: records it with its receipt and queues the work; it does none itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import singledispatch
from typing import Any

from bot.answering.answer_question import is_with_people
from bot.audit.receipts import keep_promises, write_receipt
from bot.clock import Clock
from bot.conversations.transcript import title_of
from bot.desk.tickets import reopen
from bot.directory.access import Actor
from bot.directory.channel_mode import mode_of
from bot.directory.people import name_of, resolve_actor
from bot.incoming import HomeOpened, IncomingEvent, IncomingMessage, MessageDeleted, MessageEdited, NothingForUs
from bot.jobs import AnswerQuestion, DraftRelay, PublishHome, React, ReceiveEvent, ReviewModes
from bot.outbox.posting import create_post, queue_redraw
from bot.ports import EventReader, Profiles
from bot.settings.config import Config, Customer
from bot.triage.classify import classify
from bot.triage.standalone_question import depends_on_earlier
from storage.conversations import Conversation, Message
from storage.escalations import Escalation
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

NEEDS_NO_ANSWER = frozenset({"thanks", "small_talk", "empty"})
# A reaction says "seen" in the customer's channel; in the other modes nobody there may see anything of us.
SEEN_IN_MODES = ("auto", "suggest")
AGAIN, MOST_LOOKS = ":again", 4
OPENS_A_MATTER = ("question", "problem", "request", "follow_up")


@dataclass(frozen=True)
class Desk:
    """What every branch below needs; made once per event."""

    storage: Storage
    profiles: Profiles
    config: Config
    clock: Clock
    job: ReceiveEvent


def store_event(event_id: str, payload: dict[str, object], *, storage: Storage) -> None:
    """Makes an event durable; the same `event_id` twice is one job. Called before Slack gets its acknowledgement."""
    with storage.transaction() as tx:
        tx.jobs.enqueue(ReceiveEvent(event_id, payload))


def receive_event(
    job: ReceiveEvent, *, storage: Storage, read_event: EventReader, profiles: Profiles, config: Config, clock: Clock
) -> None:
    """Reads one raw event and acts on it; safe to run twice."""
    _receive(read_event(job.payload), Desk(storage, profiles, config, clock, job))


@singledispatch
def _receive(event: IncomingEvent, desk: Desk) -> None:
    raise TypeError(f"no branch for {type(event).__name__}")


@_receive.register
def _(event: NothingForUs, desk: Desk) -> None:
    """Most of what Slack sends; nothing to record."""


@_receive.register
def _(event: HomeOpened, desk: Desk) -> None:
    resolve_actor(
        event.user_id, event.team_id, storage=desk.storage, profiles=desk.profiles, config=desk.config, clock=desk.clock
    )
    with desk.storage.transaction() as tx:
        tx.jobs.enqueue(PublishHome(event.user_id, event.team_id, desk.job.event_id))


@_receive.register
def _(event: IncomingMessage, desk: Desk) -> None:
    customer = desk.config.customer_of_channel(event.channel_id)
    if event.from_bot:
        _decline(desk, event, "other_bot", "It was written by a bot.")
        return
    author = resolve_actor(
        event.user_id, event.team_id, storage=desk.storage, profiles=desk.profiles, config=desk.config, clock=desk.clock
    )
    with desk.storage.transaction() as tx:
        tx.conversations.lock_channel(event.channel_id)
        if tx.conversations.message_at(event.channel_id, event.ts) is not None:
            return
        if customer is None and author.ours:
            _hear_inside(tx, desk, event, author)
        elif customer is None:
            _hear_elsewhere(tx, desk, event, author)
        elif mode_of(tx, desk.config, event.channel_id) == "off":
            _receipt(tx, desk, event, "channel_off", "The channel's mode is off.")
        elif author.ours:
            _hear_ours(tx, desk, event, author)
        elif author.customer_id != customer.id:
            _hear_stranger(tx, desk, event, author, customer)
        else:
            _hear_contact(tx, desk, event, author, customer)


@_receive.register
def _(event: MessageEdited, desk: Desk) -> None:
    with desk.storage.transaction() as tx:
        tx.conversations.lock_channel(event.channel_id)
        message = tx.conversations.message_at(event.channel_id, event.ts)
        if message is None:
            _look_again(tx, desk, event.channel_id)
            return
        if message.text == event.text or message.deleted_at is not None:
            return
        before, message.text, message.edited_at = message.text or "", event.text, desk.clock.now()
        if message.side == "contact":
            message.kind, why = _kind_of(event.text, message.in_thread, bool(message.files))
            if message.conversation_id is not None:
                _after_change(tx, desk, message, "edited", before, rule=why)


@_receive.register
def _(event: MessageDeleted, desk: Desk) -> None:
    with desk.storage.transaction() as tx:
        tx.conversations.lock_channel(event.channel_id)
        message = tx.conversations.message_at(event.channel_id, event.ts)
        if message is None:
            _look_again(tx, desk, event.channel_id)
            return
        if message.deleted_at is not None:
            return
        before, message.text, message.files, message.deleted_at = message.text or "", None, [], desk.clock.now()
        if message.side == "contact" and message.conversation_id is not None:
            _after_change(tx, desk, message, "deleted", before)


def _look_again(tx: Transaction, desk: Desk, channel_id: str) -> bool:
    """Several events are read at once, so one may overtake the message that it is about: then it is read again.

    False when it has been looked at often enough: the message is none of ours.
    """
    looked = desk.job.event_id.count(AGAIN)
    if looked >= MOST_LOOKS or not _listened_to(tx, desk, channel_id):
        return False
    again = ReceiveEvent(desk.job.event_id + AGAIN, desk.job.payload)
    return tx.jobs.enqueue(again, delay=timedelta(seconds=0.2 * 3**looked))


def _listened_to(tx: Transaction, desk: Desk, channel_id: str) -> bool:
    """Whether words in the channel may be kept: a customer's whose mode is not off, or one with an escalation in it."""
    if desk.config.customer_of_channel(channel_id) is not None:
        return mode_of(tx, desk.config, channel_id) != "off"
    return bool(tx.posts.latest_in(channel_id, "escalation", 1))


def _hear_contact(tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor, customer: Customer) -> None:
    """A customer's person wrote in the customer's channel."""
    kind, why = _kind_of(event.text, event.thread_ts is not None, bool(event.files), event.mentions_us)
    conversation = _conversation_of(tx, desk, event, author, kind)
    if conversation is None and kind in NEEDS_NO_ANSWER:
        _receipt(tx, desk, event, kind, why, kind=kind, rule=why)
        return
    if conversation is not None and kind in ("question", "request") and depends_on_earlier(event.text, kind):
        kind, why = "follow_up", "it leans on what was said before it"
    if conversation is None:
        conversation = _open_conversation(tx, desk, event, author, customer)
    elif event.thread_ts is None and event.ts < conversation.thread_ts and not _answered(tx, conversation):
        # What the same person wrote next has overtaken it: the thread hangs under what was written first.
        conversation.thread_ts, conversation.opened_at = event.ts, _said_at(event)
    message = _keep(tx, event, conversation, "contact", kind)
    conversation.last_message_at = max(conversation.last_message_at, message.said_at)
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None:
        _tell_the_desk(tx, desk, ticket, message)
    taken = {"kind": kind, "rule": why}
    if kind in NEEDS_NO_ANSWER:
        _receipt(tx, desk, event, kind, why, conversation, **taken)
    elif conversation.taken_over_at is not None:
        said = f"A person of ours answers in this thread. {_as_words(kind, why)}"
        _receipt(tx, desk, event, "person_answers", said, conversation, **taken)
    elif mode_of(tx, desk.config, event.channel_id) == "auto" and ticket and is_with_people(tx, ticket, message):
        tx.jobs.enqueue(React(event.channel_id, event.ts, "eyes"))
        said = f"Ticket #{ticket.id} is open; a person answers. {_as_words(kind, why)}"
        _receipt(tx, desk, event, "person_coming", said, conversation, **taken)
    else:
        _queue_answer(tx, desk, event, conversation, message)
        _receipt(tx, desk, event, "answer_queued", _as_words(kind, why), conversation, **taken)


def _answered(tx: Transaction, conversation: Conversation) -> bool:
    """Whether anything of ours stands in its thread already, or is on its way there."""
    return bool(tx.answers.of_conversation(conversation.id))


def _as_words(kind: str, why: str) -> str:
    """What triage took a message for, as a sentence."""
    return f"A contact wrote a {kind.replace('_', ' ')}: {why}."


def _queue_answer(
    tx: Transaction, desk: Desk, event: IncomingMessage, conversation: Conversation, message: Message
) -> None:
    if conversation.status in ("solved", "withdrawn"):
        conversation.reopened += conversation.status == "solved"
        conversation.status = "open"
    if mode_of(tx, desk.config, event.channel_id) in SEEN_IN_MODES:
        tx.jobs.enqueue(React(event.channel_id, event.ts, "eyes"))
    settle = timedelta(seconds=desk.config.policies.settle_seconds)
    tx.jobs.enqueue(AnswerQuestion(conversation.id, message.id), delay=settle)


def _conversation_of(
    tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor, kind: str
) -> Conversation | None:
    """A thread's conversation; for a top-level message, what the same person began a moment ago.

    Once that has been answered, only words that lean on it belong to it: a whole question of its own begins anew.
    """
    # A reply may overtake the message it replies to; then its thread is here already.
    thread = tx.conversations.of_thread(event.channel_id, event.thread_ts or event.ts)
    if thread is not None or event.thread_ts is not None:
        return thread
    since = _said_at(event) - timedelta(minutes=desk.config.policies.same_question_minutes)
    latest = tx.conversations.latest_by(event.channel_id, author.user_id, since)
    if latest is None or latest.taken_over_at is not None or latest.status in ("solved", "withdrawn"):
        return None
    answers = tx.answers.of_conversation(latest.id)
    waits_for_words = ("opening", "which_one", "too_little")
    answered = any(answer.state != "withdrawn" and answer.reason not in waits_for_words for answer in answers)
    stands_alone = kind in OPENS_A_MATTER and (not event.text.strip() or not depends_on_earlier(event.text, kind))
    return None if answered and stands_alone else latest


def _open_conversation(
    tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor, customer: Customer
) -> Conversation:
    said_at = _said_at(event)
    return tx.conversations.add(
        Conversation(
            channel_id=event.channel_id,
            thread_ts=event.thread_ts or event.ts,
            customer_id=customer.id,
            contact_id=author.user_id,
            opened_at=said_at,
            last_message_at=said_at,
        )
    )


def _tell_the_desk(tx: Transaction, desk: Desk, ticket: Ticket, message: Message) -> None:
    """New words of a customer reach the people who work on the ticket, wherever they are."""
    now = desk.clock.now()
    if not ticket.is_open and message.kind not in NEEDS_NO_ANSWER:
        ticket.new_messages = 1
        reopen(tx, desk.clock, ticket, message.author_id, f"{name_of(tx, desk.config, message.author_id)} wrote again.")
    elif ticket.is_open:
        ticket.new_messages += 1
        tx.tickets.record(ticket.id, now, "customer_wrote", message.author_id)
    escalation = tx.escalations.open_of_ticket(ticket.id)
    if escalation is not None:
        _carry_inside(tx, desk, escalation, message)
    queue_redraw(tx, "ticket", ticket.id)


def _carry_inside(tx: Transaction, desk: Desk, escalation: Escalation, message: Message) -> None:
    root = tx.posts.showing("escalation", escalation.id)
    if root:
        create_post(tx, desk.clock, "relayed_in", message.id, escalation.channel_id, under=root[0])


def _hear_ours(tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor) -> None:
    """A person of ours wrote in a customer's channel: from then on Footbridge keeps quiet in that thread."""
    conversation = tx.conversations.of_thread(event.channel_id, event.thread_ts) if event.thread_ts else None
    if conversation is None:
        if event.thread_ts is None or not _look_again(tx, desk, event.channel_id):
            _receipt(tx, desk, event, "ours", "A person of ours wrote outside a conversation.")
        return
    message = _keep(tx, event, conversation, "ours", "reply")
    now = conversation.last_message_at = message.said_at
    conversation.first_response_at = conversation.first_response_at or now
    if conversation.taken_over_at is None:
        conversation.taken_over_at, conversation.taken_over_by = now, author.user_id
        conversation.status = "with_people"
    tx.jobs.enqueue(ReviewModes(conversation.channel_id, f"message:{message.id}"))
    dropped = [answer for answer in tx.answers.of_conversation(conversation.id) if answer.state == "drafted"]
    for answer in dropped:
        answer.state, answer.decided_by = "discarded", author.user_id
        queue_redraw(tx, "suggestion", answer.id)
    ticket = tx.tickets.of_conversation(conversation.id)
    if ticket is not None and ticket.is_open:
        ticket.first_response_at = ticket.first_response_at or now
        ticket.new_messages = 0
        if ticket.assignee_id is None and author.works_here:
            ticket.assignee_id, ticket.status = author.user_id, "claimed" if ticket.status == "new" else ticket.status
        tx.tickets.record(ticket.id, now, "replied", author.user_id)
        keep_promises(tx, now, ticket.id, "first_response")
        queue_redraw(tx, "ticket", ticket.id)
    said = "A person of ours answers in this thread."
    _receipt(
        tx,
        desk,
        event,
        "person_took_over",
        said,
        conversation,
        by=author.user_id,
        dropped_drafts=[answer.id for answer in dropped],
    )


def _hear_stranger(tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor, customer: Customer) -> None:
    """Somebody of an organisation we do not know: no answer, but our people hear of it once a day."""
    _receipt(tx, desk, event, "outsider", f"Team {author.team_id} belongs to no customer of this channel.")
    where = f"the channel of {customer.name} ({event.channel_id})"
    other = desk.config.customer(author.customer_id) if author.customer_id else None
    if other is not None:
        _notify_triage(
            tx,
            desk,
            f"{author.name} of {other.name} wrote in {where}. Footbridge stays silent: what it knows about "
            f"{customer.name} is not for {other.name}. Please look whether they should be in that channel.",
        )
        return
    known_as = f"organisation {author.team_id}" if author.team_id else "an organisation that Slack does not name"
    add = f"add {author.team_id} to its team_ids" if author.team_id else "add their address to its email_domains"
    _notify_triage(
        tx,
        desk,
        f"{author.name} ({known_as}) wrote in {where}. Footbridge does not know that organisation and stays silent. "
        f"If they belong to {customer.name}, {add} in footbridge.yaml and run `python app.py config apply`; until then "
        "please answer there yourself.",
    )


def _hear_elsewhere(tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor) -> None:
    """Somebody from outside wrote where no customer is set up: no answer, but our people hear of it once a day."""
    _receipt(tx, desk, event, "unknown_channel", "The channel belongs to no customer.")
    customer = desk.config.customer(author.customer_id) if author.customer_id else None
    whose = f" of {customer.name}" if customer else ""
    if event.channel_id.startswith("D"):
        said = (
            f"{author.name}{whose} wrote to Footbridge directly. It answers only in customers' channels, so please "
            "write to them, and ask them to write in their channel."
        )
    else:
        said = (
            f"Somebody from outside{whose} wrote in the channel {event.channel_id}, which belongs to no customer in "
            "footbridge.yaml, so Footbridge stays silent there. Please answer them; to have Footbridge answer, add the "
            "channel under `channels` of its customer and run `python app.py config apply`."
        )
    _notify_triage(tx, desk, said)


def _notify_triage(tx: Transaction, desk: Desk, said: str) -> None:
    """A notice to our people, at most once a day in the same words."""
    if not tx.posts.said_since(desk.config.triage_channel, said, desk.clock.now() - timedelta(days=1)):
        create_post(tx, desk.clock, "notice", 0, desk.config.triage_channel, text=said)


def _hear_inside(tx: Transaction, desk: Desk, event: IncomingMessage, author: Actor) -> None:
    """Words in an escalation's thread are kept for the engineers; all else outside customers' channels is not ours."""
    root = tx.posts.at(event.channel_id, event.thread_ts) if event.thread_ts else None
    if root is None and event.thread_ts and tx.posts.on_their_way(event.channel_id, "escalation"):
        # Slack shows a thread's first message before we have its ts: somebody quick, or a crash in between.
        _look_again(tx, desk, event.channel_id)
        return
    if root is None or root.kind != "escalation" or not author.ours:
        return
    escalation = tx.escalations.get(root.subject_id)
    if escalation is None:
        return
    tx.conversations.add_message(
        Message(
            escalation_id=escalation.id,
            channel_id=event.channel_id,
            ts=event.ts,
            author_id=author.user_id,
            side="inside",
            kind="for_customer" if event.mentions_us else "note",
            text=event.text,
            in_thread=True,
            said_at=_said_at(event),
            files=_files(event),
        )
    )
    if event.mentions_us:
        tx.jobs.enqueue(DraftRelay(escalation.id, author.user_id, event.ts))
    write_receipt(
        tx,
        desk.clock.now(),
        "meant_for_customer" if event.mentions_us else "kept_inside",
        "What is written in an escalation's thread stays inside until somebody sends it.",
        ticket_id=escalation.ticket_id,
        channel_id=event.channel_id,
        ts=event.ts,
        escalation_id=escalation.id,
        by=author.user_id,
    )


def _after_change(tx: Transaction, desk: Desk, message: Message, change: str, before: str, *, rule: str = "") -> None:
    """An edit or a deletion of a customer's message reaches everything that leaned on it."""
    conversation = tx.conversations.get(message.conversation_id or 0)
    now = desk.clock.now()
    ticket = tx.tickets.of_conversation(conversation.id)
    write_receipt(
        tx,
        now,
        f"message_{change}",
        f"The contact {change} a message.",
        channel_id=message.channel_id,
        ts=message.ts,
        conversation_id=conversation.id,
        kind=message.kind,
        rule=rule,
    )
    if ticket is not None and ticket.is_open:
        tx.tickets.record(ticket.id, now, f"message_{change}", message.author_id)
        escalation = tx.escalations.open_of_ticket(ticket.id)
        if escalation is not None:
            if not tx.posts.showing("relayed_in", message.id):
                _carry_inside(tx, desk, escalation, message)
            queue_redraw(tx, "relayed_in", message.id)
            if before.strip():
                # A summary is begun with the customer's words, and an agent adds to them.
                escalation.summary = escalation.summary.replace(before.strip(), message.text or "(taken back)")
            queue_redraw(tx, "context_pack", escalation.id)
            queue_redraw(tx, "escalation", escalation.id)
        _name_anew(tx, ticket)
        queue_redraw(tx, "ticket", ticket.id)
    with_people = mode_of(tx, desk.config, conversation.channel_id) == "auto" and is_with_people(tx, ticket, message)
    if conversation.taken_over_at is None and not with_people:
        _answer_anew(tx, desk, conversation, message)


def _answer_anew(tx: Transaction, desk: Desk, conversation: Conversation, changed: Message) -> None:
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
        _withdraw(tx, desk, conversation, changed)
        return
    if changed.deleted_at is not None and conversation.thread_ts == changed.ts and not changed.in_thread:
        _move_thread(tx, conversation, left[0])
    revision = int(desk.clock.now().timestamp() * 1000)
    settle = timedelta(seconds=desk.config.policies.settle_seconds)
    tx.jobs.enqueue(AnswerQuestion(conversation.id, left[-1].id, revision), delay=settle)


def _move_thread(tx: Transaction, conversation: Conversation, first: Message) -> None:
    """A first message that is gone can have no thread; unless it began one before, the next message has it."""
    if all(m.side == "contact" and not m.in_thread for m in tx.conversations.messages(conversation.id)):
        conversation.thread_ts = first.ts


def _name_anew(tx: Transaction, ticket: Ticket) -> None:
    """A ticket is named by its first question, also when that was edited or taken back."""
    words = (m.text for m in tx.conversations.messages(ticket.conversation_id) if m.side == "contact" and m.text)
    ticket.title = title_of(next(words, "A question that was taken back"))


def _withdraw(tx: Transaction, desk: Desk, conversation: Conversation, taken_back: Message) -> None:
    """The customer took a question back: what was answered to it goes with it."""
    messages = {m.id: m for m in tx.conversations.messages(conversation.id)}
    for answer in tx.answers.of_conversation(conversation.id):
        replied_to = messages.get(answer.message_id)
        own = answer.message_id == taken_back.id or (not taken_back.in_thread and replied_to is None)
        if own and answer.state in ("drafted", "sent"):
            answer.state = "withdrawn"
            queue_redraw(tx, "answer", answer.id)
            queue_redraw(tx, "suggestion", answer.id)
            write_receipt(
                tx,
                desk.clock.now(),
                "answer_withdrawn",
                "The customer took the question back, so its answer goes with it.",
                channel_id=taken_back.channel_id,
                ts=taken_back.ts,
                conversation_id=conversation.id,
                answer_id=answer.id,
            )
    if not any(m.side == "contact" and m.kind not in NEEDS_NO_ANSWER for m in messages.values()):
        conversation.status = "withdrawn"


def _keep(tx: Transaction, event: IncomingMessage, conversation: Conversation, side: str, kind: str) -> Message:
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            channel_id=event.channel_id,
            ts=event.ts,
            author_id=event.user_id,
            side=side,
            kind=kind,
            text=event.text,
            in_thread=event.thread_ts is not None,
            said_at=_said_at(event),
            files=_files(event),
        )
    )


def _kind_of(text: str, in_thread: bool, has_files: bool, mentions_us: bool = False) -> tuple[str, str]:
    """What a contact's message is, and why. Files, and calling us by name, want an answer also without words."""
    triage = classify(text, in_thread=in_thread)
    if triage.kind not in NEEDS_NO_ANSWER:
        return triage.kind, triage.reason
    if has_files:
        return "files", "it is nothing but files"
    if mentions_us and triage.kind == "empty":
        return "request", "it calls us without a word"
    return triage.kind, triage.reason


def _files(event: IncomingMessage) -> list[dict[str, object]]:
    return [
        {"id": file.file_id, "name": file.name, "mimetype": file.mimetype, "size": file.size} for file in event.files
    ]


def _decline(desk: Desk, event: IncomingMessage, decision: str, reason: str) -> None:
    with desk.storage.transaction() as tx:
        _receipt(tx, desk, event, decision, reason)


def _receipt(
    tx: Transaction,
    desk: Desk,
    event: IncomingMessage,
    decision: str,
    reason: str,
    conversation: Conversation | None = None,
    **details: Any,
) -> None:
    write_receipt(
        tx,
        desk.clock.now(),
        decision,
        reason,
        channel_id=event.channel_id,
        ts=event.ts,
        conversation_id=conversation.id if conversation else None,
        event_id=desk.job.event_id,
        **details,
    )


def _said_at(event: IncomingMessage) -> datetime:
    return datetime.fromtimestamp(float(event.ts), UTC)
