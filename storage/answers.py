"""Remembers every answer that was drafted, whether or not anybody saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class Answer(Base):
    """A drafted answer.

    `outcome`: answered, asked_back (what, or which one, is it about?) or handed_over. `state`: drafted (shadow, or
    waiting for an agent), sent, discarded, withdrawn, or replaced (a later draft stands in its place). `parts`,
    `citations` and `near` are lists as `bot.messages` has them; `options` are what a question back offers to choose
    from. `closed_by` says what the customer pressed and when, in words. `drafted` is what the draft said before an
    agent edited it; `parts` are then the words that were sent. `sure` says whether auto would have given it: drafts for
    agents may be less sure.
    """

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int]
    question: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    mode: Mapped[str]
    state: Mapped[str] = mapped_column(default="drafted")
    frame: Mapped[str]
    closing: Mapped[str] = mapped_column(default="")
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    near: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    options: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    confidence: Mapped[float] = mapped_column(default=0.0)
    model: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None]
    edited: Mapped[bool] = mapped_column(default=False)
    sure: Mapped[bool] = mapped_column(default=True, server_default=true())
    drafted: Mapped[str | None]
    verdict: Mapped[str | None]
    closed_by: Mapped[str | None]


class AnswerDependency(Base):
    """That an answer cites an article, and what the article's checksum was then."""

    __tablename__ = "answer_dependencies"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    article_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    checksum: Mapped[str] = mapped_column(default="")


class Answers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, answer: Answer) -> Answer:
        self._session.add(answer)
        self._session.flush()
        return answer

    def get(self, answer_id: int) -> Answer:
        """Raises LookupError when there is none."""
        found = self._session.get(Answer, answer_id)
        if found is None:
            raise LookupError(f"no answer {answer_id}")
        return found

    def of_conversation(self, conversation_id: int) -> Sequence[Answer]:
        """Oldest first."""
        return self._session.scalars(
            select(Answer).where(Answer.conversation_id == conversation_id).order_by(Answer.id)
        ).all()

    def past(self, limit: int) -> Sequence[Answer]:
        """The newest answers and hand-overs that stand, or were thrown away by somebody; newest first."""
        return self._session.scalars(
            select(Answer)
            .where(Answer.state.in_(("drafted", "sent", "discarded")), Answer.question != "")
            .order_by(Answer.id.desc())
            .limit(limit)
        ).all()

    def record_dependencies(self, answer_id: int, checksums: Mapping[str, str]) -> None:
        """Remembers which articles an answer cites: article id -> its checksum."""
        for article_id, checksum in checksums.items():
            self._session.merge(AnswerDependency(answer_id=answer_id, article_id=article_id, checksum=checksum))

    def dependencies(self, answer_id: int) -> dict[str, str]:
        """Article id -> its checksum when the answer was made, of those that it cites."""
        rows = self._session.scalars(select(AnswerDependency).where(AnswerDependency.answer_id == answer_id))
        return {row.article_id: row.checksum for row in rows}

    def depending_on(self, article_id: str) -> Sequence[Answer]:
        """Every answer that cites the article, oldest first."""
        return self._session.scalars(
            select(Answer)
            .join(AnswerDependency, AnswerDependency.answer_id == Answer.id)
            .where(AnswerDependency.article_id == article_id)
            .order_by(Answer.id)
        ).all()
