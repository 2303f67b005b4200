"""Remembers the people Footbridge has met in Slack; who they are to us is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Person(Base):
    """A Slack user as last looked up."""

    __tablename__ = "people"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    tz: Mapped[str | None]
    is_bot: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class People:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, user_id: str) -> Person | None:
        return self._session.get(Person, user_id)

    def put(self, person: Person) -> Person:
        """Inserts or replaces by user id."""
        return self._session.merge(person)

    def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Names by user id; the unknown ones are absent."""
        query = select(Person.user_id, Person.name).where(Person.user_id.in_(set(user_ids)))
        return {user_id: name for user_id, name in self._session.execute(query)}
