"""Corrections of answers whose article changed, was wrong or was removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class Correction(Base):
    """A correction of one answer. `cause`: changed, wrong or withdrawn.

    `state`: drafted, sent, discarded, or replaced (the article changed again before anybody decided). `checksum` is the
    article's when the correction was drafted, or "" if the article was removed: an answer gets one correction per
    change. `before` is the text that is no longer true; `citations` support the new `text`, and if there are none, a
    person must write it.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(index=True)
    article_id: Mapped[str] = mapped_column(index=True)
    checksum: Mapped[str] = mapped_column(default="")
    cause: Mapped[str]
    before: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    state: Mapped[str] = mapped_column(default="drafted")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("answer_id", "article_id", "checksum", "cause"),)


class Corrections:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, correction: Correction) -> Correction:
        self._session.add(correction)
        self._session.flush()
        return correction

    def get(self, correction_id: int, *, lock: bool = False) -> Correction | None:
        """Return the correction with this id, or None. `lock` locks it until this transaction ends."""
        return self._session.get(Correction, correction_id, with_for_update=lock or None)

    def of_answer(self, answer_id: int) -> Sequence[Correction]:
        return self._session.scalars(
            select(Correction).where(Correction.answer_id == answer_id).order_by(Correction.id)
        ).all()

    def waiting(self, article_id: str) -> Sequence[Correction]:
        """Return the corrections caused by an article that wait for a decision, oldest first."""
        return self._session.scalars(
            select(Correction)
            .where(Correction.article_id == article_id, Correction.state == "drafted")
            .order_by(Correction.id)
        ).all()
