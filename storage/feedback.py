"""Feedback of customers and agents on answers and resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Feedback(Base):
    """One click on a button. `kind`: solved, not_quite, get_person, resolution_confirmed, resolution_denied, ..."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(index=True)
    answer_id: Mapped[int | None]
    ticket_id: Mapped[int | None]
    user_id: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedbackRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, feedback: Feedback) -> Feedback:
        self._session.add(feedback)
        self._session.flush()
        return feedback

    def of_conversation(self, conversation_id: int) -> Sequence[Feedback]:
        return self._session.scalars(
            select(Feedback).where(Feedback.conversation_id == conversation_id).order_by(Feedback.id)
        ).all()
