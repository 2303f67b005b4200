"""Brings the demo world's past days into the database and, as messages, into the pretend Slack; it invents nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.clock import Clock
from bot.contents.answers import AnswerPart, Citation
from bot.conversations.transcript import title_of
from bot.desk.clocks import restart_update_clock
from bot.events import TicketEscalated
from bot.jobs import ReviewModes
from bot.outbox.posting import create_post
from bot.settings.config import Config
from demo.ago import duration
from storage.addresses import SLACK, Address
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.escalations import Escalation, Relay
from storage.feedback import Feedback
from storage.people import Person
from storage.posts import Post
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

BOT = "U0BOT"


@dataclass
class Past:
    """One entry of a history on its way into the world; `counter` keeps Slack's message ids apart."""

    entry: Mapping[str, Any]
    asked_at: datetime
    config: Config
    titles: Mapping[str, str]
    messages: list[dict[str, Any]]
    page_url: str

    def at(self, after: str | None) -> datetime:
        return self.asked_at + duration(after) if after else self.asked_at

    def say(
        self, user: str, at: datetime, text: str, thread: str | None, reactions: Mapping[str, Any] | None = None
    ) -> str:
        """Adds a message to the pretend Slack's history; returns its ts."""
        ts = f"{at.timestamp():.0f}.{len(self.messages) + 100:06d}"
        message: dict[str, Any] = {"channel": self.entry["channel"], "user": user, "ts": ts, "text": text}
        if thread:
            message["thread"] = thread
        if reactions:
            message["reactions"] = reactions
        self.messages.append(message)
        return ts


def load(
    paths: Sequence[Path],
    *,
    storage: Storage,
    config: Config,
    clock: Clock,
    titles: Mapping[str, str],
    users: Sequence[Mapping[str, Any]],
    page_url: str,
) -> list[dict[str, Any]]:
    """Writes the past into the database; returns the same as messages of a workspace file, oldest first.

    `titles` are the articles' titles by id, `users` the workspace's people, `page_url` the pretend Slack's.
    Cards of what is still open are queued, so that the desk posts them when it starts, and a look at what the channels
    have earned.
    """
    entries = [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    messages: list[dict[str, Any]] = []
    with storage.transaction() as tx:
        for user in users:
            tx.people.put(
                Person(
                    user_id=user["id"],
                    team_id=user["team"],
                    name=user.get("real_name", user["name"]),
                    email=user.get("email"),
                    tz=user.get("tz"),
                    is_bot=bool(user.get("is_bot")),
                    seen_at=clock.now(),
                )
            )
        for entry in entries:
            past = Past(entry, clock.now() - duration(entry["ago"]), config, titles, messages, page_url)
            _bring(tx, past, clock)
        tx.jobs.enqueue(ReviewModes("", "history"))
    return sorted(messages, key=lambda message: float(message["ts"]))


def _bring(tx: Transaction, past: Past, clock: Clock) -> None:
    entry = past.entry
    asked = entry["question"] if isinstance(entry["question"], list) else [entry["question"]]
    answer = entry.get("answer")
    solved = bool(answer and answer.get("feedback") == "solved")
    marks = {"eyes": [BOT]} | ({"white_check_mark": [BOT]} if solved else {})
    stamps = [
        past.say(entry["contact"], past.asked_at + timedelta(seconds=20 * n), text, None, None if n else marks)
        for n, text in enumerate(asked)
    ]
    conversation = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(Address(SLACK, entry["channel"])),
            thread_id=tx.addresses.id_of(Address(SLACK, entry["channel"], stamps[0])),
            customer_id=entry["customer"],
            contact_id=entry["contact"],
            status=_last_status(entry),
            opened_at=past.asked_at,
            last_message_at=past.asked_at,
            link=f"{past.page_url}archives/{entry['channel']}/p{stamps[0].replace('.', '')}",
        )
    )
    kept = [
        _keep(tx, conversation, entry["contact"], "contact", text, ts) for text, ts in zip(asked, stamps, strict=True)
    ]
    if answer:
        _bring_answer(tx, past, conversation, kept[-1], "\n".join(asked), answer)
    if "handed_over" in entry:
        _bring_hand_over(tx, past, conversation, kept[-1], "\n".join(asked), entry["handed_over"])
    ours = {person.id for person in past.config.people}
    for reply in entry.get("replies", []):
        side = "ours" if reply["user"] in ours else "contact"
        at = past.at(reply["after"])
        _keep(
            tx, conversation, reply["user"], side, reply["text"], past.say(reply["user"], at, reply["text"], stamps[0])
        )
        conversation.last_message_at = at
        if side == "ours":
            conversation.first_response_at = conversation.first_response_at or at
            if conversation.taken_over_at is None:
                said = "A person of ours answers in this thread."
                _left(tx, conversation.id, at, "person_took_over", said, by=reply["user"])
            conversation.taken_over_at, conversation.taken_over_by = conversation.taken_over_at or at, reply["user"]
    if entry.get("ticket"):
        _bring_ticket(tx, past, conversation, "\n".join(asked), entry["ticket"], clock)


def _last_status(entry: Mapping[str, Any]) -> str:
    """How the conversation stands today: rows of the past are written as they ended."""
    ticket, answer = entry.get("ticket"), entry.get("answer")
    if ticket:
        return "solved" if ticket["status"] == "resolved" and ticket.get("satisfied") else "with_people"
    if answer:
        return "solved" if answer.get("feedback") == "solved" else "answered"
    return "open"


def _left(
    tx: Transaction,
    conversation_id: int,
    at: datetime,
    decision: str,
    reason: str,
    address_id: int | None = None,
    **more: Any,
) -> None:
    """A receipt of the past: what was decided, without scores and versions, which nobody has."""
    tx.receipts.add(at, decision, reason, address_id=address_id, conversation_id=conversation_id, **more)


def _keep(tx: Transaction, conversation: Conversation, user: str, side: str, text: str, ts: str) -> Message:
    thread = tx.addresses.get(conversation.thread_id)
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=tx.addresses.id_of(thread.at(ts)),
            author_id=user,
            side=side,
            text=text,
            in_thread=ts != thread.item,
            said_at=datetime.fromtimestamp(float(ts), conversation.opened_at.tzinfo),
        )
    )


def _bring_answer(
    tx: Transaction, past: Past, conversation: Conversation, message: Message, question: str, answer: Mapping[str, Any]
) -> None:
    at = past.at(answer["after"])
    customer = past.config.customer(conversation.customer_id)
    citations = _citations(past, answer["articles"], answer["text"].splitlines()[0])
    verdict = answer.get("feedback")
    mode = past.config.configured_mode(tx.addresses.get(conversation.place_id))
    stored = tx.answers.add(
        Answer(
            conversation_id=conversation.id,
            message_id=message.id,
            question=question,
            outcome="answered",
            reason="quoted",
            mode=mode,
            state="sent",
            frame="This is what our help centre says:",
            confidence=0.8,
            created_at=at,
            sent_at=at,
            parts=[asdict(AnswerPart(answer.get("mended", answer["text"]), tuple(c.number for c in citations)))],
            decided_by=answer.get("mended_by") or answer.get("sent_by"),
            edited="mended" in answer,
            citations=[asdict(c) for c in citations],
            verdict=verdict,
            closed_by={"solved": "Solved", "not_quite": "Not quite"}.get(verdict or ""),
        )
    )
    _left(tx, conversation.id, at, "answered", "quoted", message.address_id, answer_id=stored.id, mode=mode)
    conversation.first_response_at = at
    said = str(stored.parts[0]["text"])
    sources = " ".join(f"[{c.number}] {c.title}" for c in citations)
    thread = tx.addresses.get(conversation.thread_id)
    ts = past.say(BOT, at, f"{stored.frame}\n{said}\n_Source: {sources}_", thread.item)
    _keep(tx, conversation, "footbridge", "bot", said, ts)
    tx.posts.add(
        Post(
            kind="answer",
            subject_id=stored.id,
            place_id=conversation.place_id,
            thread_id=conversation.thread_id,
            address_id=tx.addresses.id_of(thread.at(ts)),
            created_at=at,
            sent_at=at,
        )
    )
    if verdict:
        pressed = at + timedelta(minutes=2)
        _left(tx, conversation.id, pressed, f"pressed_{verdict}", "pressed", by=conversation.contact_id)
        tx.feedback.add(
            Feedback(
                conversation_id=conversation.id,
                answer_id=stored.id,
                user_id=conversation.contact_id,
                kind=verdict,
                at=at + timedelta(minutes=2),
            )
        )
    if verdict == "solved":
        conversation.solved_at = at + timedelta(minutes=2)
    if customer is None:
        raise LookupError(f"history.yaml names a customer {conversation.customer_id} that footbridge.yaml has not")


def _citations(past: Past, articles: Sequence[str], quote: str) -> list[Citation]:
    centre = (past.config.company.help_centre or "").rstrip("/")
    return [
        Citation(
            number,
            article,
            past.titles.get(article, article),
            f"{centre}/{article}" if centre else None,
            quote,
            f"{article}#0",
        )
        for number, article in enumerate(articles, 1)
    ]


def _bring_hand_over(
    tx: Transaction, past: Past, conversation: Conversation, message: Message, question: str, told: Mapping[str, Any]
) -> None:
    """A question that no article was good enough for; the customer was told so where Footbridge answers by itself."""
    at, mode = past.at(told["after"]), past.config.configured_mode(tx.addresses.get(conversation.place_id))
    frame = "I looked through our help centre and found no answer to this, so I have asked a person."
    sent = mode == "auto"
    tx.answers.add(
        Answer(
            conversation_id=conversation.id,
            message_id=message.id,
            question=question,
            outcome="handed_over",
            reason="nothing_relevant",
            mode=mode,
            state="sent" if sent else "discarded",
            frame=frame,
            confidence=0.5,
            created_at=at,
            sent_at=at if sent else None,
            near=[asdict(one) for one in _citations(past, told["near"], "")],
        )
    )
    if sent:
        conversation.first_response_at = at
        _keep(
            tx,
            conversation,
            "footbridge",
            "bot",
            frame,
            past.say(BOT, at, frame, tx.addresses.get(conversation.thread_id).item),
        )


def _bring_ticket(
    tx: Transaction, past: Past, conversation: Conversation, question: str, told: Mapping[str, Any], clock: Clock
) -> None:
    customer = past.config.customer(conversation.customer_id)
    if customer is None:
        raise LookupError(f"history.yaml names a customer {conversation.customer_id} that footbridge.yaml has not")
    tier, opened = past.config.tier_of(customer), past.asked_at + timedelta(seconds=10)
    ticket = tx.tickets.add(
        Ticket(
            conversation_id=conversation.id,
            customer_id=customer.id,
            title=told.get("title") or title_of(question),
            reason=told.get("reason", "The customer asked for a person."),
            status=told["status"],
            priority=told["priority"],
            assignee_id=told.get("assignee"),
            opened_at=opened,
            first_response_due=tier.first_response_due(opened),
            resolution_due=tier.resolution_due(opened),
            cause=told.get("cause"),
            fix=told.get("fix"),
            words=told.get("words"),
            confirmed=told.get("satisfied"),
        )
    )
    tx.tickets.record(ticket.id, opened, "opened", None, ticket.reason)
    due: dict[str, Any] = {"resolution_due": ticket.resolution_due.isoformat(), "tier": customer.tier}
    _left(tx, conversation.id, opened, "ticket_opened", ticket.reason, **due)
    promise = tx.tickets.promise(
        ticket.id, "first_response", f"A person answers {customer.name} on #{ticket.id}", ticket.first_response_due
    )
    if told.get("first_response_after"):
        ticket.first_response_at = promise.kept_at = past.at(told["first_response_after"])
        conversation.first_response_at = conversation.first_response_at or ticket.first_response_at
        tx.tickets.record(ticket.id, ticket.first_response_at, "replied", told.get("assignee"))
        late = "late" if ticket.first_response_at > ticket.first_response_due else "in_time"
        _left(tx, conversation.id, ticket.first_response_at, "first_response_given", late)
    if told.get("escalation"):
        _bring_escalation(tx, past, ticket, told["escalation"], clock)
    if told["status"] == "resolved":
        ticket.resolved_at, ticket.resolved_by = past.at(told["resolved_after"]), told.get("assignee")
        tx.tickets.record(
            ticket.id, ticket.resolved_at, "resolved", told.get("assignee"), f"Cause: {ticket.cause} Fix: {ticket.fix}"
        )
        late = "late" if ticket.resolved_at > ticket.resolution_due else "in_time"
        _left(tx, conversation.id, ticket.resolved_at, "resolved", late, by=ticket.resolved_by)
        past.say(BOT, ticket.resolved_at, ticket.words or "", tx.addresses.get(conversation.thread_id).item)
    else:
        create_post(tx, clock.now(), "ticket", ticket.id, past.config.triage_place)


def _bring_escalation(tx: Transaction, past: Past, ticket: Ticket, told: Mapping[str, Any], clock: Clock) -> None:
    team = past.config.team(told["team"])
    if team is None:
        raise LookupError(f"history.yaml names a team {told['team']} that footbridge.yaml has not")
    opened = ticket.opened_at + timedelta(minutes=5)
    still_open = ticket.status == "escalated"
    escalation = tx.escalations.add(
        Escalation(
            ticket_id=ticket.id,
            team_id=team.id,
            place_id=tx.addresses.id_of(team.place),
            severity=told["severity"],
            summary=told["summary"],
            status="taken" if still_open else "resolved",
            opened_by=ticket.assignee_id or "",
            opened_at=opened,
            engineer_id=told["engineer"],
            taken_at=opened,
            resolved_at=None if still_open else past.at(past.entry["ticket"]["resolved_after"]),
        )
    )
    tx.tickets.record(ticket.id, opened, "escalated", ticket.assignee_id, f"to {team.name}, {told['severity']}")
    why = f"Escalated to {team.name} as {told['severity']}."
    person = ticket.assignee_id
    _left(tx, ticket.conversation_id, opened, "escalated", why, by=person, escalation_id=escalation.id)
    for number, text in enumerate(told.get("updates", []), 1):
        at = opened + timedelta(minutes=45 * number)
        _left(tx, ticket.conversation_id, at, "sent_to_customer", "approved_by_person", by=told["engineer"])
        tx.escalations.add_relay(
            Relay(
                escalation_id=escalation.id,
                purpose="status_update",
                text=text,
                state="sent",
                drafted_at=at,
                done_at=at,
                done_by=told["engineer"],
                due_at=at,
            )
        )
    if still_open:
        opened_now = TicketEscalated(ticket_id=ticket.id, escalation_id=escalation.id, at=clock.now())
        restart_update_clock(tx, opened_now, past.config)
        root = create_post(tx, clock.now(), "escalation", escalation.id, team.place)
        create_post(tx, clock.now(), "context_pack", escalation.id, under=root)
