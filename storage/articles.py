"""Articles as they were last read from their sources. The search index is built from these rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class StoredArticle(Base):
    """One article with its text (Markdown). `source` is the path or URL of the page it was read from.

    `owner` is responsible for it (a Slack user id or a name); after `review_by` it is stale. `wrong_since` is set when
    a colleague reports that it is wrong, with the reason in `wrong_note`; no answer uses it until its text changes.
    """

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
    owner: Mapped[str | None]
    review_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wrong_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wrong_note: Mapped[str | None]


class SourceState(Base):
    """The state of a source that it needs for the next reading (etags, cursors, broken pages), by the source's key."""

    __tablename__ = "source_states"

    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Articles:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, article_id: str) -> StoredArticle | None:
        return self._session.get(StoredArticle, article_id)

    def all(self) -> Sequence[StoredArticle]:
        return self._session.scalars(select(StoredArticle).order_by(StoredArticle.id)).all()

    def titles(self) -> dict[str, str]:
        """Return article id -> title."""
        return {row.id: row.title for row in self._session.execute(select(StoredArticle.id, StoredArticle.title))}

    def sources(self) -> frozenset[str]:
        """Return the paths and URLs of the pages that the articles were read from."""
        return frozenset(self._session.scalars(select(StoredArticle.source)))

    def checksums(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return article id -> checksum; ids without an article are left out."""
        wanted = StoredArticle.id.in_(set(article_ids))
        rows = self._session.execute(select(StoredArticle.id, StoredArticle.checksum).where(wanted))
        return {row.id: row.checksum for row in rows}

    def at(self, url: str) -> StoredArticle | None:
        """Return the article with this URL, or None."""
        return self._session.scalar(select(StoredArticle).where(StoredArticle.url == url).limit(1))

    def of_source(self, beginning: str) -> Sequence[StoredArticle]:
        """Return the articles whose `source` starts with `beginning`, ordered by id."""
        return self._session.scalars(
            select(StoredArticle)
            .where(StoredArticle.source.startswith(beginning, autoescape=True))
            .order_by(StoredArticle.id)
        ).all()

    def put(self, article: StoredArticle) -> None:
        """Insert the article, or replace the one with the same id."""
        self._session.merge(article)

    def remove(self, article_ids: Iterable[str]) -> None:
        self._session.execute(delete(StoredArticle).where(StoredArticle.id.in_(list(article_ids))))

    def count(self) -> int:
        return self._session.scalar(select(func.count()).select_from(StoredArticle)) or 0

    def stale(self, now: datetime) -> Sequence[StoredArticle]:
        """Return the articles that should have been reviewed by `now`, the longest overdue first."""
        return self._session.scalars(
            select(StoredArticle)
            .where(StoredArticle.review_by <= now)
            .order_by(StoredArticle.review_by, StoredArticle.id)
        ).all()

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the key of each source -> its state."""
        return {row.key: dict(row.state) for row in self._session.scalars(select(SourceState))}

    def forget_states(self, keys: Iterable[str]) -> None:
        self._session.execute(delete(SourceState).where(SourceState.key.in_(list(keys))))

    def keep_state(self, source: str, state: dict[str, Any], at: datetime) -> None:
        self._session.merge(SourceState(key=source, state=state, read_at=at))
