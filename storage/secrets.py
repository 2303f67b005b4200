"""Keys that Footbridge signs with, stored so that all replicas use the same ones."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class Secret(Base):
    """A random key, in hexadecimal, and its name. Deleting the row invalidates everything signed with the key."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Secrets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> str | None:
        found = self._session.get(Secret, name)
        return found.value if found else None

    def get_or_create(self, name: str, at: datetime) -> str:
        """Return the key with this name; create it if there is none."""
        found = self.get(name)
        if found is not None:
            return found
        try:
            with self._session.begin_nested():
                self._session.add(Secret(name=name, value=secrets.token_hex(32), made_at=at))
        except IntegrityError:
            pass  # another replica created it first
        return self._session.get_one(Secret, name).value
