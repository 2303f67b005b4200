"""Remembers which mode a channel has earned, and every change of it with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class ModeChange(Base):
    """One step of a channel's mode. `cause`: earned (proposed on evidence), fell (lowered at once) or chosen.

    `state`: proposed, done or declined; only `done` ones count. `evidence` is the figures that led to it.
    """

    __tablename__ = "mode_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[str]
    after: Mapped[str]
    cause: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
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

    def get(self, change_id: int) -> ModeChange | None:
        return self._session.get(ModeChange, change_id)

    def current(self, channel_id: str) -> str | None:
        """The mode that the last finished change gave the channel; None when there was none."""
        last = self._session.scalars(
            select(ModeChange)
            .where(ModeChange.channel_id == channel_id, ModeChange.state == "done")
            .order_by(ModeChange.id.desc())
            .limit(1)
        ).first()
        return last.after if last else None

    def of_channel(self, channel_id: str) -> Sequence[ModeChange]:
        """Oldest first."""
        return self._session.scalars(
            select(ModeChange).where(ModeChange.channel_id == channel_id).order_by(ModeChange.id)
        ).all()
