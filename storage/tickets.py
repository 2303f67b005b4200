"""Tickets, their history, and the promises made to customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime

OPEN = ("new", "claimed", "escalated")


class Ticket(Base):
    """A ticket. `status`: see bot/desk/lifecycle.py.

    `conversation_id` is the conversation in which the customer is answered; `ticket_conversations` lists all its
    conversations. `priority`: low, normal, high or urgent. `reason` says why a person is needed. The due times depend
    on the customer's tier.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="new", index=True)
    priority: Mapped[str] = mapped_column(default="normal")
    assignee_id: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_response_due: Mapped[datetime] = mapped_column(UtcDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolution_due: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None]
    cause: Mapped[str | None]
    fix: Mapped[str | None]
    words: Mapped[str | None]
    confirmed: Mapped[bool | None]
    reopened: Mapped[int] = mapped_column(default=0)
    new_messages: Mapped[int] = mapped_column(default=0)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def next_due(self) -> datetime:
        """When the first response or then the resolution is due; `storage.queue.NEXT_DUE` is the same in SQL."""
        return self.resolution_due if self.first_response_at else self.first_response_due


class TicketConversation(Base):
    """Links a conversation to a ticket: a ticket may have several, and a conversation may have several over time."""

    __tablename__ = "ticket_conversations"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True, index=True)


class TicketEvent(Base):
    """An entry in a ticket's history. `what`: opened, claimed, assigned, noted, replied, escalated, resolved, ..."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None]
    what: Mapped[str]
    text: Mapped[str] = mapped_column(default="")


class Promise(Base):
    """Something that we told a customer we would do by a time. `kept_at` is when it was done, even if late."""

    __tablename__ = "promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str]
    what: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Tickets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ticket: Ticket) -> Ticket:
        self._session.add(ticket)
        self._session.flush()
        self.link(ticket.id, ticket.conversation_id)
        return ticket

    def link(self, ticket_id: int, conversation_id: int) -> None:
        """Add a conversation to a ticket."""
        if self._session.get(TicketConversation, (ticket_id, conversation_id)) is None:
            self._session.add(TicketConversation(ticket_id=ticket_id, conversation_id=conversation_id))
            self._session.flush()

    def conversations_of(self, ticket_id: int) -> Sequence[int]:
        """Return the ids of the ticket's conversations, oldest first."""
        return self._session.scalars(
            select(TicketConversation.conversation_id)
            .where(TicketConversation.ticket_id == ticket_id)
            .order_by(TicketConversation.conversation_id)
        ).all()

    def get(self, ticket_id: int, *, lock: bool = False) -> Ticket | None:
        """Return the ticket with this id, or None. `lock` locks it until this transaction ends."""
        return self._session.get(Ticket, ticket_id, with_for_update=lock or None)

    def with_ids(self, ids: Iterable[int]) -> Sequence[Ticket]:
        """Return the tickets with these ids, in any order; missing ones are left out."""
        return self._session.scalars(select(Ticket).where(Ticket.id.in_(set(ids)))).all()

    def of_conversation(self, conversation_id: int) -> Ticket | None:
        """Return the newest ticket of a conversation, or None."""
        return self._session.scalar(
            select(Ticket)
            .join(TicketConversation, TicketConversation.ticket_id == Ticket.id)
            .where(TicketConversation.conversation_id == conversation_id)
            .order_by(Ticket.id.desc())
            .limit(1)
        )

    def search(self, words: Sequence[str], *, resolved_only: bool = False, limit: int = 10) -> Sequence[Ticket]:
        """Return tickets that contain each of `words` in their title, cause, fix or words; newest first."""
        query = select(Ticket)
        for word in words:
            pattern = "%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
            columns = (Ticket.title, Ticket.cause, Ticket.fix, Ticket.words)
            query = query.where(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
        if resolved_only:
            query = query.where(Ticket.resolved_at.is_not(None))
        return self._session.scalars(query.order_by(Ticket.id.desc()).limit(limit)).all()

    def resolved_recently(self, limit: int = 400) -> Sequence[Ticket]:
        """Return resolved tickets with a cause or a fix, newest first."""
        return self._session.scalars(
            select(Ticket)
            .where(Ticket.resolved_at.is_not(None), or_(Ticket.fix.is_not(None), Ticket.cause.is_not(None)))
            .order_by(Ticket.id.desc())
            .limit(limit)
        ).all()

    def record(
        self, ticket_id: int, at: datetime, what: str, actor_id: str | None = None, text: str = ""
    ) -> TicketEvent:
        """Add an entry to the ticket's history."""
        event = TicketEvent(ticket_id=ticket_id, at=at, what=what, actor_id=actor_id, text=text)
        self._session.add(event)
        self._session.flush()
        return event

    def event(self, event_id: int) -> TicketEvent | None:
        return self._session.get(TicketEvent, event_id)

    def events(self, ticket_id: int) -> Sequence[TicketEvent]:
        return self._session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
        ).all()

    def promise(self, ticket_id: int, kind: str, what: str, due_at: datetime) -> Promise:
        promise = Promise(ticket_id=ticket_id, kind=kind, what=what, due_at=due_at)
        self._session.add(promise)
        self._session.flush()
        return promise

    def keep_promises(self, ticket_id: int, kind: str, at: datetime) -> Sequence[Promise]:
        """Mark the ticket's open promises of a kind as kept at `at`, and return them."""
        kept = self._session.scalars(
            select(Promise).where(Promise.ticket_id == ticket_id, Promise.kind == kind, Promise.kept_at.is_(None))
        ).all()
        for promise in kept:
            promise.kept_at = at
        return kept

    def promises_due(self, until: datetime) -> Sequence[Promise]:
        """Return open promises due at or before `until`, soonest first."""
        return self._session.scalars(
            select(Promise).where(Promise.kept_at.is_(None), Promise.due_at <= until).order_by(Promise.due_at)
        ).all()
