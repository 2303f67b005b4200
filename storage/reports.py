"""Counts and durations of a period, for digests and dashboards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.escalations import Escalation
from storage.tickets import Ticket
from storage.trials import Trial, Trials

Due = InstrumentedAttribute[datetime]
Done = InstrumentedAttribute[datetime | None]


@dataclass(frozen=True)
class Period:
    """The numbers of a period, from `start` to before `end`. Durations are in seconds, one for each ticket.

    `asked` counts conversations, and `answered_alone` those that were answered and never needed a person. `..._missed`
    counts tickets whose response or resolution was due in the period and was not done by the end of it.
    """

    start: datetime
    end: datetime
    asked: int
    answered_alone: int
    confirmed_solved: int
    tickets_opened: int
    tickets_resolved: int
    escalated: int
    reopened: int
    first_responses: tuple[float, ...]
    first_responses_in_time: int
    first_responses_missed: int
    resolutions: tuple[float, ...]
    resolutions_in_time: int
    resolutions_missed: int


@dataclass(frozen=True)
class ConversationHistory:
    """A conversation with its messages (without deleted ones), and its answers as trials, both oldest first."""

    conversation: Conversation
    messages: tuple[Message, ...]
    trials: tuple[Trial, ...]
    ticket: Ticket | None


class Reports:
    def __init__(self, session: Session) -> None:
        self._session = session

    def period(self, start: datetime, end: datetime) -> Period:
        """Return the numbers of the period from `start` to before `end`."""
        asked = self._session.scalars(
            select(Conversation).where(Conversation.opened_at >= start, Conversation.opened_at < end)
        ).all()
        opened = self._session.scalars(select(Ticket).where(Ticket.opened_at >= start, Ticket.opened_at < end)).all()
        resolved = self._session.scalars(
            select(Ticket).where(Ticket.resolved_at >= start, Ticket.resolved_at < end)
        ).all()
        answered = [t for t in opened if t.first_response_at is not None]
        return Period(
            start=start,
            end=end,
            asked=len(asked),
            answered_alone=self._count_answered_alone(asked),
            confirmed_solved=sum(c.status == "solved" for c in asked),
            tickets_opened=len(opened),
            tickets_resolved=len(resolved),
            escalated=self._count_escalated(start, end),
            reopened=sum(t.reopened > 0 for t in resolved),
            first_responses=tuple(
                (t.first_response_at - t.opened_at).total_seconds() for t in answered if t.first_response_at
            ),
            first_responses_in_time=sum(
                bool(t.first_response_at and t.first_response_at <= t.first_response_due) for t in answered
            ),
            first_responses_missed=self._count_missed(Ticket.first_response_due, Ticket.first_response_at, start, end),
            resolutions=tuple((t.resolved_at - t.opened_at).total_seconds() for t in resolved if t.resolved_at),
            resolutions_in_time=sum(bool(t.resolved_at and t.resolved_at <= t.resolution_due) for t in resolved),
            resolutions_missed=self._count_missed(Ticket.resolution_due, Ticket.resolved_at, start, end),
        )

    def _count_answered_alone(self, conversations: Sequence[Conversation]) -> int:
        with_people = set(self._session.scalars(select(Ticket.conversation_id)))
        sent = select(Answer.conversation_id).where(Answer.outcome == "answered", Answer.state == "sent")
        answered = set(self._session.scalars(sent))
        return sum(c.id in answered and c.id not in with_people and c.taken_over_at is None for c in conversations)

    def _count_escalated(self, start: datetime, end: datetime) -> int:
        opened = select(func.count()).select_from(Escalation)
        return self._session.scalar(opened.where(Escalation.opened_at >= start, Escalation.opened_at < end)) or 0

    def _count_missed(self, due: Due, done: Done, start: datetime, end: datetime) -> int:
        fell_due = select(func.count()).select_from(Ticket).where(due >= start, due < end)
        return self._session.scalar(fell_due.where(or_(done.is_(None), done >= end))) or 0

    def unanswered(self, start: datetime, end: datetime, limit: int = 5) -> Sequence[str]:
        """Return questions of the period for which no article was good enough, newest first.

        There is at most one for each conversation, and none twice. Withdrawn and replaced answers do not count.
        """
        rows = self._session.execute(
            select(Answer.conversation_id, Answer.question)
            .where(
                Answer.created_at >= start,
                Answer.created_at < end,
                Answer.reason.in_(("nothing_relevant", "model_declined", "not_grounded", "same_answer_again")),
                Answer.state.not_in(("replaced", "withdrawn")),
            )
            .order_by(Answer.id.desc())
        )
        found: dict[str, str] = {}
        conversations: set[int] = set()
        for conversation_id, question in rows:
            words = " ".join(re.findall(r"\w+", question.casefold()))
            if conversation_id not in conversations and words not in found and len(found) < limit:
                found[words] = question
            conversations.add(conversation_id)
        return list(found.values())

    def troubled(
        self, start: datetime, end: datetime, limit: int, *, customer_id: str | None = None
    ) -> Sequence[ConversationHistory]:
        """Return conversations of the period, newest first, that no article seems to have answered.

        These are conversations with a hand-over, with an answer that was rejected, edited or discarded, with a reopened
        ticket, or with an answer by a person alone. `bot.insights.missed` judges them.
        """
        failed = select(Answer.conversation_id).where(
            or_(
                Answer.outcome == "handed_over",
                Answer.verdict.in_(("not_quite", "get_person")),
                Answer.state == "discarded",
                Answer.edited,
            )
        )
        by_hand = and_(Conversation.taken_over_at.is_not(None), Conversation.id.not_in(select(Answer.conversation_id)))
        reopened = Conversation.id.in_(select(Ticket.conversation_id).where(Ticket.reopened > 0))
        query = select(Conversation).where(
            Conversation.opened_at >= start,
            Conversation.opened_at < end,
            or_(Conversation.id.in_(failed), reopened, by_hand),
        )
        if customer_id is not None:
            query = query.where(Conversation.customer_id == customer_id)
        return self._load_histories(self._session.scalars(query.order_by(Conversation.id.desc()).limit(limit)).all())

    def _load_histories(self, conversations: Sequence[Conversation]) -> Sequence[ConversationHistory]:
        ids = [conversation.id for conversation in conversations]
        messages: dict[int, list[Message]] = {each: [] for each in ids}
        trials: dict[int, list[Trial]] = {each: [] for each in ids}
        said = select(Message).where(Message.conversation_id.in_(ids), Message.deleted_at.is_(None))
        for message in self._session.scalars(said.order_by(Message.said_at, Message.id)):
            messages[message.conversation_id or 0].append(message)
        for trial in Trials(self._session).of_conversations(ids):
            trials[trial.answer.conversation_id].append(trial)
        tickets = {
            ticket.conversation_id: ticket
            for ticket in self._session.scalars(select(Ticket).where(Ticket.conversation_id.in_(ids)))
        }
        return [
            ConversationHistory(one, tuple(messages[one.id]), tuple(trials[one.id]), tickets.get(one.id))
            for one in conversations
        ]
