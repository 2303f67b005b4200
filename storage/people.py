"""Remembers the people Footbridge has met in Slack; who they are to us is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Person(Base):
    """A Slack user as last looked up. One who is `deactivated` has left the workspace, or was switched off there."""

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
        """Inserts or replaces by user id."""
        return self._session.merge(person)

    def with_ids(self, user_ids: Iterable[str]) -> Sequence[Person]:
        """Those whom we have met, in no order."""
        return self._session.scalars(select(Person).where(Person.user_id.in_(set(user_ids)))).all()

    def without_deactivated(self, user_ids: Sequence[str]) -> list[str]:
        """Those whose account is active as far as we know, in their order; one whom we never met counts as active."""
        gone = select(Person.user_id).where(Person.user_id.in_(set(user_ids)), Person.deactivated.is_(True))
        left = set(self._session.scalars(gone))
        return [user_id for user_id in user_ids if user_id not in left]

    def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Names by user id; the unknown ones are absent."""
        query = select(Person.user_id, Person.name).where(Person.user_id.in_(set(user_ids)))
        return {user_id: name for user_id, name in self._session.execute(query)}
