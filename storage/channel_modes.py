"""Remembers which mode a channel has earned, and every change of it with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class ModeChange(Base):
    """One step of a channel's mode. `cause`: earned (proposed on evidence), fell (lowered at once) or chosen.

    `state`: proposed, done, declined or withdrawn (overtaken while it waited); only `done` ones count. `configured` is
    the mode that footbridge.yaml gave the channel at that time. `evidence` is the figures that led to it.
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
        """With `lock` it is read anew, and nobody else changes it until this transaction ends."""
        return self._session.get(ModeChange, change_id, with_for_update=lock or None, populate_existing=lock)

    def last_done(self, place_id: int) -> ModeChange | None:
        """The change that gave the channel its mode; None when there was none."""
        return self._last(place_id, ModeChange.state == "done")

    def last_decided(self, place_id: int) -> ModeChange | None:
        """The last change that people or figures decided, a declined proposal included."""
        return self._last(place_id, ModeChange.state.in_(("done", "declined")))

    def last_fresh_start(self, place_id: int) -> ModeChange | None:
        """The last time that the channel fell or people chose its mode: evidence is counted anew from there."""
        return self._last(place_id, ModeChange.state == "done", ModeChange.cause.in_(("fell", "chosen")))

    def proposed(self, place_id: int) -> ModeChange | None:
        """The proposal that waits for people; there is never more than one."""
        return self._last(place_id, ModeChange.state == "proposed")

    def _last(self, place_id: int, *conditions: ColumnElement[bool]) -> ModeChange | None:
        """By the order of decisions, which is not that of proposals."""
        return self._session.scalars(
            select(ModeChange)
            .where(ModeChange.place_id == place_id, *conditions)
            .order_by(ModeChange.decided_at.desc(), ModeChange.id.desc())
            .limit(1)
        ).first()

    def of_channel(self, place_id: int) -> Sequence[ModeChange]:
        """Oldest first."""
        return self._session.scalars(
            select(ModeChange).where(ModeChange.place_id == place_id).order_by(ModeChange.id)
        ).all()
