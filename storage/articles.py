"""Remembers the articles as they were last read from their sources; the search index is made from these rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, UtcDateTime


class StoredArticle(Base):
    """One article with its whole text (Markdown). `source` is the folder or site it came from."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    url: Mapped[str | None]
    source: Mapped[str] = mapped_column(index=True)
    audience: Mapped[str]
    checksum: Mapped[str]
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Articles:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, article_id: str) -> StoredArticle | None:
        return self._session.get(StoredArticle, article_id)

    def all(self) -> Sequence[StoredArticle]:
        return self._session.scalars(select(StoredArticle).order_by(StoredArticle.id)).all()

    def put(self, article: StoredArticle) -> None:
        self._session.merge(article)

    def remove(self, article_ids: Iterable[str]) -> None:
        self._session.execute(delete(StoredArticle).where(StoredArticle.id.in_(list(article_ids))))

    def count(self) -> int:
        return self._session.scalar(select(func.count()).select_from(StoredArticle)) or 0
