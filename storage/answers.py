"""Answers: every answer that was drafted, whether or not it was sent, and the articles that it cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class Answer(Base):
    """A drafted answer.

    `outcome`: answered, asked_back (what, or which one, is the question about?) or handed_over. `state`: drafted (in
    shadow mode, or waiting for an agent), sent, discarded, withdrawn, or replaced by a later draft. `parts`,
    `citations` and `near` are lists of plain values; `options` are the choices of an answer that asks back.
    `closed_by` says in words which button the customer pressed and when. `drafted` is the text before an agent edited
    it, and `parts` is then the text that was sent. `sure` is False for drafts that only agents see because they were
    not certain enough for the mode auto.
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
    """An article that an answer cites, and the article's checksum at that time."""

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
        """Return the answer with this id. Raises LookupError if there is none."""
        found = self._session.get(Answer, answer_id)
        if found is None:
            raise LookupError(f"no answer {answer_id}")
        return found

    def of_conversation(self, conversation_id: int) -> Sequence[Answer]:
        """Return the conversation's answers, oldest first."""
        return self._session.scalars(
            select(Answer).where(Answer.conversation_id == conversation_id).order_by(Answer.id)
        ).all()

    def past(self, limit: int) -> Sequence[Answer]:
        """Return the newest answers and hand-overs that were drafted, sent or discarded, newest first."""
        return self._session.scalars(
            select(Answer)
            .where(Answer.state.in_(("drafted", "sent", "discarded")), Answer.question != "")
            .order_by(Answer.id.desc())
            .limit(limit)
        ).all()

    def record_dependencies(self, answer_id: int, checksums: Mapping[str, str]) -> None:
        """Store which articles an answer cites: article id -> its checksum."""
        for article_id, checksum in checksums.items():
            self._session.merge(AnswerDependency(answer_id=answer_id, article_id=article_id, checksum=checksum))

    def dependencies(self, answer_id: int) -> dict[str, str]:
        """Return the cited articles: article id -> its checksum when the answer was made."""
        rows = self._session.scalars(select(AnswerDependency).where(AnswerDependency.answer_id == answer_id))
        return {row.article_id: row.checksum for row in rows}

    def depending_on(self, article_id: str) -> Sequence[Answer]:
        """Return every answer that cites the article, oldest first."""
        return self._session.scalars(
            select(Answer)
            .join(AnswerDependency, AnswerDependency.answer_id == Answer.id)
            .where(AnswerDependency.article_id == article_id)
            .order_by(Answer.id)
        ).all()
