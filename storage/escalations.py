"""Escalations, and the replies and status updates for the customer that were drafted in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Escalation(Base):
    """A ticket's thread in a team's channel. `status`: open, taken or resolved.

    `next_ask_at` is when the engineer is asked for the next status update, `next_update_at` when the customer gets an
    update in any case. Both are None once resolved.
    """

    __tablename__ = "escalations"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    team_id: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    severity: Mapped[str]
    summary: Mapped[str]
    status: Mapped[str] = mapped_column(default="open", index=True)
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    engineer_id: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    next_update_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Relay(Base):
    """A text for the customer, drafted by a colleague. `state`: drafted, approved (is sent when due), sent, discarded.

    `purpose`: reply or status_update. A status update is for the time `due_at`.
    """

    __tablename__ = "relays"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"), index=True)
    purpose: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="drafted")
    drafted_by: Mapped[str | None]
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Escalations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, escalation: Escalation) -> Escalation:
        self._session.add(escalation)
        self._session.flush()
        return escalation

    def get(self, escalation_id: int, *, lock: bool = False) -> Escalation | None:
        """Return the escalation with this id, or None. `lock` locks it until this transaction ends."""
        return self._session.get(Escalation, escalation_id, with_for_update=lock or None)

    def open_of_ticket(self, ticket_id: int) -> Escalation | None:
        return self._session.scalar(
            select(Escalation)
            .where(Escalation.ticket_id == ticket_id, Escalation.status != "resolved")
            .order_by(Escalation.id.desc())
            .limit(1)
        )

    def of_ticket(self, ticket_id: int) -> Sequence[Escalation]:
        return self._session.scalars(
            select(Escalation).where(Escalation.ticket_id == ticket_id).order_by(Escalation.id)
        ).all()

    def open(self, *, engineer_id: str | None = None, team_id: str | None = None) -> Sequence[Escalation]:
        query = select(Escalation).where(Escalation.status != "resolved")
        if engineer_id is not None:
            query = query.where(Escalation.engineer_id == engineer_id)
        if team_id is not None:
            query = query.where(Escalation.team_id == team_id)
        return self._session.scalars(query.order_by(Escalation.severity, Escalation.id)).all()

    def to_ask(self, now: datetime) -> Sequence[Escalation]:
        """Return the escalations whose engineer is to be asked for a status update at `now`."""
        return self._session.scalars(select(Escalation).where(Escalation.next_ask_at <= now)).all()

    def to_update(self, now: datetime) -> Sequence[Escalation]:
        """Return the escalations whose status update is due at `now`."""
        return self._session.scalars(select(Escalation).where(Escalation.next_update_at <= now)).all()

    def add_relay(self, relay: Relay) -> Relay:
        self._session.add(relay)
        self._session.flush()
        return relay

    def relay(self, relay_id: int, *, lock: bool = False) -> Relay | None:
        """Return the relay with this id, or None. `lock` locks it until this transaction ends."""
        return self._session.get(Relay, relay_id, with_for_update=lock or None)

    def relays(self, escalation_id: int) -> Sequence[Relay]:
        return self._session.scalars(select(Relay).where(Relay.escalation_id == escalation_id).order_by(Relay.id)).all()

    def update_for(self, escalation_id: int, due_at: datetime) -> Relay | None:
        """Return the newest status update that was drafted for the time `due_at`, or None."""
        return self._session.scalar(
            select(Relay)
            .where(Relay.escalation_id == escalation_id, Relay.purpose == "status_update", Relay.due_at == due_at)
            .order_by(Relay.id.desc())
            .limit(1)
        )
