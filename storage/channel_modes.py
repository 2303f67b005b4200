"""Every change of a channel's mode, with the evidence for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class ModeChange(Base):
    """A change of a channel's mode. `cause`: earned (proposed because of good results), fell (lowered at once because
    of bad ones) or chosen by a person.

    `state`: proposed, done, declined or withdrawn (outdated before anybody decided); only `done` changes have an
    effect. `configured` is the channel's mode in footbridge.yaml at that time. `evidence` holds the numbers that led to
    the change.
    """

    __tablename__ = "mode_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[str]
    after: Mapped[str]
    cause: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
    configured: Mapped[str]
    by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evidence: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)


class ChannelModes:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, change: ModeChange) -> ModeChange:
        self._session.add(change)
        self._session.flush()
        return change

    def get(self, change_id: int, *, lock: bool = False) -> ModeChange | None:
        """Return the change with this id, or None.

        With `lock` it is read again, and no other transaction can change it until this one ends.
        """
        return self._session.get(ModeChange, change_id, with_for_update=lock or None, populate_existing=lock)

    def last_done(self, place_id: int) -> ModeChange | None:
        """Return the change that gave the channel its current mode, or None."""
        return self._last(place_id, ModeChange.state == "done")

    def last_decided(self, place_id: int) -> ModeChange | None:
        """Return the last change that was done or declined, or None."""
        return self._last(place_id, ModeChange.state.in_(("done", "declined")))

    def last_fresh_start(self, place_id: int) -> ModeChange | None:
        """Return the last time that the mode fell or was chosen by a person: only evidence after it counts."""
        return self._last(place_id, ModeChange.state == "done", ModeChange.cause.in_(("fell", "chosen")))

    def proposed(self, place_id: int) -> ModeChange | None:
        """Return the proposal that waits for a decision, or None. There is never more than one."""
        return self._last(place_id, ModeChange.state == "proposed")

    def _last(self, place_id: int, *conditions: ColumnElement[bool]) -> ModeChange | None:
        """Return the last change by the time of the decision, which may differ from the order of the proposals."""
        return self._session.scalars(
            select(ModeChange)
            .where(ModeChange.place_id == place_id, *conditions)
            .order_by(ModeChange.decided_at.desc(), ModeChange.id.desc())
            .limit(1)
        ).first()

    def of_channel(self, place_id: int) -> Sequence[ModeChange]:
        """Return the channel's changes, oldest first."""
        return self._session.scalars(
            select(ModeChange).where(ModeChange.place_id == place_id).order_by(ModeChange.id)
        ).all()
