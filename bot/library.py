"""Keeps the articles table in step with its sources, and the search index with the table; it writes no article."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.jobs import RefreshIndex
from knowledge.base import KnowledgeBase
from knowledge.documents import Article, Reading
from knowledge.ingestion import Changes, Ingested, plan
from knowledge.lasting_ids import below
from knowledge.vector_index import Known
from storage.articles import StoredArticle
from storage.transaction import Storage, Transaction

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Care:
    """Who looks after the articles below `root`, and after how many days somebody should look at each again."""

    root: str
    owner: str | None = None
    review_after_days: int | None = None


NO_CARE = Care("")


def store(
    reading: Reading,
    *,
    storage: Storage,
    clock: Clock,
    care: Sequence[Care] = (),
    forget: Sequence[str] = (),
    refresh: bool = False,
) -> Changes:
    """Writes what changed into the articles table, all of it or nothing, and says what that was.

    The states of the sources in `forget` are dropped. With `refresh` the search index is brought up to date by a job,
    which is queued in the same transaction.
    """
    with storage.transaction() as tx:
        changes = store_in(tx, reading, now=clock.now(), care=care)
        tx.articles.forget_states(forget)
        if refresh and (changes.to_write or changes.removed):
            tx.jobs.enqueue(RefreshIndex(clock.now().isoformat()))
    return changes


def store_in(tx: Transaction, reading: Reading, *, now: datetime, care: Sequence[Care] = ()) -> Changes:
    """The same inside a transaction. Articles that came from below what was read and are gone are removed; those of
    other sources stay."""
    rows = {row.id: row for row in tx.articles.all()}
    changes = plan(reading, {row.id: Known(row.checksum, row.source) for row in rows.values()}, exists=_may_be_there)
    moved = {article.id for article in changes.moved}
    for article in changes.to_write:
        read_at = rows[article.id].read_at if article.id in moved else now
        tx.articles.put(_row(article, _care_of(article.source, care), read_at))
    read = {article.source: article for article in reading.articles}
    for row in (rows[article_id] for article_id in changes.unchanged):
        _look_after(row, _care_of(row.source, care), read.get(row.source))
    if changes.removed:
        tx.articles.remove(changes.removed)
    for key, state in reading.states.items():
        tx.articles.keep_state(key, dict(state), now)
    return changes


def _may_be_there(source: str) -> bool:
    """Whether a page of a source that was not read may still be where it was: of an address nobody knows."""
    return "://" in source or os.path.exists(source)


def _care_of(source: str, care: Sequence[Care]) -> Care:
    fitting = (each for each in care if below(source, [each.root]))
    return max(fitting, key=lambda each: len(each.root), default=NO_CARE)


def _row(article: Article, care: Care, read_at: datetime) -> StoredArticle:
    return StoredArticle(
        id=article.id,
        title=article.title,
        body=article.body,
        url=article.url,
        source=article.source,
        audience=article.audience,
        checksum=article.checksum,
        updated_at=article.updated_at,
        read_at=read_at,
        owner=article.owner or care.owner,
        review_by=_review_by(article.updated_at or read_at, care),
    )


def _look_after(row: StoredArticle, care: Care, read: Article | None) -> None:
    """Owner and time of review follow footbridge.yaml and the page, though its words are as they were."""
    if read is not None and read.updated_at is not None:
        row.updated_at = read.updated_at
    if care is not NO_CARE:
        row.owner = (read.owner if read is not None else None) or care.owner
        row.review_by = _review_by(row.updated_at or row.read_at, care)


def _review_by(since: datetime, care: Care) -> datetime | None:
    return since + timedelta(days=care.review_after_days) if care.review_after_days else None


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
