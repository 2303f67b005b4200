"""The Slack users that Footbridge knows. `bot.directory` decides who of them is a contact or a colleague."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Person(Base):
    """A Slack user as last looked up. `deactivated`: the account was deactivated or has left the workspace."""

    __tablename__ = "people"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    tz: Mapped[str | None]
    is_bot: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated: Mapped[bool] = mapped_column(default=False, server_default=false())


class People:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, user_id: str) -> Person | None:
        return self._session.get(Person, user_id)

    def put(self, person: Person) -> Person:
        """Insert the person, or replace the one with the same user id."""
        return self._session.merge(person)

    def with_ids(self, user_ids: Iterable[str]) -> Sequence[Person]:
        """Return the people with these user ids, in any order; unknown users are left out."""
        return self._session.scalars(select(Person).where(Person.user_id.in_(set(user_ids)))).all()

    def without_deactivated(self, user_ids: Sequence[str]) -> list[str]:
        """Return the given users without deactivated ones, in the same order. An unknown user counts as active."""
        gone = select(Person.user_id).where(Person.user_id.in_(set(user_ids)), Person.deactivated.is_(True))
        left = set(self._session.scalars(gone))
        return [user_id for user_id in user_ids if user_id not in left]

    def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Return user id -> name; unknown users are left out."""
        query = select(Person.user_id, Person.name).where(Person.user_id.in_(set(user_ids)))
        return {user_id: name for user_id, name in self._session.execute(query)}
