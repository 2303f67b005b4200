"""The queue: the open tickets as people see them, in order, counted and filtered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.escalations import Escalation
from storage.posts import Post
from storage.tickets import OPEN, Ticket

#: When a ticket is due next: its first response, or once it has one, its resolution.
NEXT_DUE = case((Ticket.first_response_at.is_(None), Ticket.first_response_due), else_=Ticket.resolution_due)
PRIORITY_RANK = case({"urgent": 0, "high": 1, "normal": 2, "low": 3}, value=Ticket.priority, else_=2)
#: Maximum number of the customer's messages that are shown with a ticket.
ASKED_AT_MOST = 4


@dataclass(frozen=True)
class QueueFilter:
    """Selects open tickets: of one agent, unclaimed, of one customer, or escalated. By default all of them."""

    assignee_id: str | None = None
    unclaimed: bool = False
    customer_id: str | None = None
    escalated: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the SQL conditions of the filter."""
        found: list[ColumnElement[bool]] = [Ticket.status.in_(OPEN)]
        if self.assignee_id is not None:
            found.append(Ticket.assignee_id == self.assignee_id)
        if self.unclaimed:
            found.append(Ticket.assignee_id.is_(None))
        if self.customer_id is not None:
            found.append(Ticket.customer_id == self.customer_id)
        if self.escalated:
            found.append(Ticket.status == "escalated")
        return found


@dataclass(frozen=True)
class QueueCounts:
    """Numbers of open tickets at a time. `overdue`: their first response or resolution was due before."""

    open: int
    unclaimed: int
    escalated: int
    overdue: int


@dataclass
class TicketContext:
    """What is shown together with a ticket. `asked` are the customer's first messages."""

    conversation: Conversation
    asked: list[str] = field(default_factory=list)
    escalation: Escalation | None = None
    escalation_link: str | None = None
    answer_link: str | None = None


class Queue:
    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, wanted: QueueFilter, limit: int = 50, offset: int = 0) -> Sequence[Ticket]:
        """Return open tickets, those due soonest first."""
        return self._session.scalars(
            select(Ticket)
            .where(*wanted.conditions())
            .order_by(NEXT_DUE, PRIORITY_RANK, Ticket.id)
            .limit(limit)
            .offset(offset)
        ).all()

    def count(self, wanted: QueueFilter) -> int:
        return self._session.scalar(select(func.count()).select_from(Ticket).where(*wanted.conditions())) or 0

    def counts(self, now: datetime) -> QueueCounts:
        def tally(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

        row = self._session.execute(
            select(
                func.count(),
                tally(Ticket.assignee_id.is_(None)),
                tally(Ticket.status == "escalated"),
                tally(now > NEXT_DUE),
            ).where(Ticket.status.in_(OPEN))
        ).one()
        return QueueCounts(*(int(value) for value in row))

    def oldest(self, limit: int) -> Sequence[Ticket]:
        """Return the open tickets that were opened first."""
        return self._session.scalars(
            select(Ticket).where(Ticket.status.in_(OPEN)).order_by(Ticket.opened_at, Ticket.id).limit(limit)
        ).all()

    def contexts(self, tickets: Sequence[Ticket]) -> dict[int, TicketContext]:
        """Return ticket id -> its context. The number of queries does not depend on the number of tickets."""
        conversations = self._by_id(ticket.conversation_id for ticket in tickets)
        asked, answers = self._asked(conversations), self._first_answers(conversations)
        escalations = self._last_escalations(ticket.id for ticket in tickets)
        links = self._links("escalation", (escalation.id for escalation in escalations.values()))
        answer_links = self._links("answer", answers.values())
        found = {}
        for ticket in tickets:
            escalation = escalations.get(ticket.id)
            found[ticket.id] = TicketContext(
                conversation=conversations[ticket.conversation_id],
                asked=asked[ticket.conversation_id][:ASKED_AT_MOST],
                escalation=escalation,
                escalation_link=links.get(escalation.id) if escalation else None,
                answer_link=answer_links.get(answers.get(ticket.conversation_id, 0)),
            )
        return found

    def _by_id(self, ids: Iterable[int]) -> dict[int, Conversation]:
        rows = self._session.scalars(select(Conversation).where(Conversation.id.in_(set(ids))))
        return {row.id: row for row in rows}

    def _asked(self, conversations: Iterable[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        rows = self._session.execute(
            select(Message.conversation_id, Message.text)
            .where(
                Message.conversation_id.in_(set(conversations)),
                Message.side == "contact",
                Message.deleted_at.is_(None),
                Message.text.is_not(None),
            )
            .order_by(Message.said_at, Message.id)
        )
        for conversation_id, text in rows:
            if text:
                found[conversation_id or 0].append(text)
        return found

    def _first_answers(self, conversations: Iterable[int]) -> dict[int, int]:
        rows = self._session.execute(
            select(Answer.conversation_id, func.min(Answer.id))
            .where(Answer.conversation_id.in_(set(conversations)))
            .group_by(Answer.conversation_id)
        )
        return {conversation_id: answer_id for conversation_id, answer_id in rows}

    def _last_escalations(self, tickets: Iterable[int]) -> dict[int, Escalation]:
        rows = self._session.scalars(
            select(Escalation).where(Escalation.ticket_id.in_(set(tickets))).order_by(Escalation.id)
        )
        return {row.ticket_id: row for row in rows}

    def _links(self, kind: str, subjects: Iterable[int]) -> dict[int, str]:
        """Return subject id -> URL of the first post that shows it."""
        rows = self._session.execute(
            select(Post.subject_id, Post.permalink)
            .where(Post.kind == kind, Post.subject_id.in_(set(subjects)), Post.permalink.is_not(None))
            .order_by(Post.id.desc())
        )
        return {subject_id: permalink for subject_id, permalink in rows if permalink}
