"""Keeps the articles table in step with its sources, and the search index with the table; it writes no article."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.clock import Clock
from bot.config import KnowledgeSource
from bot.jobs import RefreshIndex
from knowledge.base import KnowledgeBase
from knowledge.documents import Article, Reading
from knowledge.ingestion import Changes, Ingested, plan
from knowledge.sources import folder
from knowledge.vector_index import Known
from storage.articles import StoredArticle
from storage.transaction import Storage

Progress = Callable[[int, int, str], None]


def read_sources(sources: Iterable[KnowledgeSource]) -> Reading:
    """Every article of the sources, each with its source's audience; what cannot be read is named, not raised."""
    readings = [folder.read([source.path], audience=source.audience) for source in sources]
    return Reading(
        articles=tuple(article for reading in readings for article in reading.articles),
        broken=tuple(page for reading in readings for page in reading.broken),
        roots=tuple(root for reading in readings for root in reading.roots),
    )


def store(reading: Reading, *, storage: Storage, clock: Clock) -> Changes:
    """Writes what changed into the articles table, all of it or nothing.

    Articles that came from below what was read and are gone are removed; those of other sources stay.
    """
    with storage.transaction() as tx:
        known = {row.id: Known(row.checksum, row.source) for row in tx.articles.all()}
        changes = plan(reading, known)
        for article in changes.to_write:
            tx.articles.put(_row(article, clock))
        if changes.removed:
            tx.articles.remove(changes.removed)
    return changes


def _row(article: Article, clock: Clock) -> StoredArticle:
    return StoredArticle(
        id=article.id,
        title=article.title,
        body=article.body,
        url=article.url,
        source=article.source,
        audience=article.audience,
        checksum=article.checksum,
        updated_at=article.updated_at,
        read_at=clock.now(),
    )


def update_index(
    knowledge: KnowledgeBase,
    *,
    storage: Storage,
    help_centre: str | None,
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Brings the search index to what the articles table holds; only what differs is embedded.

    `help_centre` is the base of the links of public articles that have no address of their own.
    """
    with storage.reading() as tx:
        articles = [_article(row, help_centre) for row in tx.articles.all()]
    known = knowledge.known()
    held = {article.id for article in articles}
    return knowledge.update(
        Changes(
            new=tuple(a for a in articles if a.id not in known),
            changed=tuple(a for a in articles if a.id in known and known[a.id] != Known(a.checksum, a.source)),
            removed=tuple(sorted(article_id for article_id in known if article_id not in held)),
        ),
        progress,
    )


def address_of(row: StoredArticle, help_centre: str | None) -> str | None:
    """Where people read the article; public ones without an address of their own are in the help centre."""
    return row.url or (f"{help_centre.rstrip('/')}/{row.id}" if help_centre and row.audience == "public" else None)


def _article(row: StoredArticle, help_centre: str | None) -> Article:
    url = address_of(row, help_centre)
    return Article(
        id=row.id,
        title=row.title,
        body=row.body,
        url=url,
        source=row.source,
        audience=row.audience,
        updated_at=row.updated_at,
        checksum=f"{row.checksum}{url or ''}",
    )


def refresh_index(job: RefreshIndex, *, knowledge: KnowledgeBase, storage: Storage, help_centre: str | None) -> None:
    update_index(knowledge, storage=storage, help_centre=help_centre)


def public_article(article_id: str, *, storage: Storage) -> StoredArticle | None:
    """An article that anybody may read; None for all others, as if they did not exist."""
    with storage.reading() as tx:
        row = tx.articles.get(article_id)
    return row if row is not None and row.audience == "public" else None
