"""Keeps the articles table in step with its sources, and the search index with the table; it writes no article."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from bot.clock import Clock
from bot.config import KnowledgeSource
from bot.errors import BadRequest
from bot.jobs import RefreshIndex, ReviewAnswers
from knowledge.base import KnowledgeBase
from knowledge.documents import Article, Reading, article
from knowledge.ingestion import Changes, Ingested, plan
from knowledge.sources import folder
from knowledge.vector_index import Known
from storage.articles import StoredArticle
from storage.transaction import Storage, Transaction

Progress = Callable[[int, int, str], None]

REMEMBERED = "remembered:"  # the source of articles that our people wrote as answers; no folder is called so
ABOUT = "## About this answer"  # the heading of what is to be read with such an answer, and never quoted from it


def read_sources(sources: Iterable[KnowledgeSource]) -> Reading:
    """Every article of the sources, each with its source's audience; what cannot be read is named, not raised."""
    readings = [folder.read([source.path], audience=source.audience) for source in sources]
    return Reading(
        articles=tuple(page for reading in readings for page in reading.articles),
        broken=tuple(page for reading in readings for page in reading.broken),
        roots=tuple(root for reading in readings for root in reading.roots),
    )


def store(reading: Reading, *, storage: Storage, clock: Clock) -> Changes:
    """Writes what changed into the articles table, all of it or nothing.

    Articles that came from below what was read and are gone are removed; those of other sources stay. The answers that
    lean on what changed or is gone are looked at by a job of the same transaction.
    """
    with storage.transaction() as tx:
        changes = _planned(tx, reading)
        for page in changes.to_write:
            put(tx, page, clock)
        remove(tx, changes.removed, clock)
    return changes


def planned(reading: Reading, *, storage: Storage, as_ours: bool = False) -> Changes:
    """What `store` would write, without writing it.

    `as_ours`: what was read is a copy, and stands in for the articles of the same ids wherever those were read from.
    """
    with storage.reading() as tx:
        return _planned(tx, reading, (lambda path: False) if as_ours else os.path.exists)


def _planned(tx: Transaction, reading: Reading, exists: Callable[[str], bool] = os.path.exists) -> Changes:
    return plan(reading, {row.id: Known(row.checksum, row.source) for row in tx.articles.all()}, exists=exists)


def put(tx: Transaction, page: Article, clock: Clock, *, owner: str | None = None) -> None:
    """Writes one article; one that was marked wrong may be answered from again once its text is another."""
    before = tx.articles.get(page.id)
    row = _row(page, clock)
    if owner is not None:
        row.owner = owner
    if before is not None and before.wrong_since and (before.title, before.body) != (page.title, page.body):
        row.wrong_since, row.wrong_note = None, None
    came_back = before is None and bool(tx.corrections.waiting(page.id))
    changed = came_back or (before is not None and before.checksum != page.checksum)
    tx.articles.put(row)
    if changed:
        _review(tx, page.id, page.checksum, "changed", clock)


def remove(tx: Transaction, article_ids: Iterable[str], clock: Clock) -> None:
    for article_id in article_ids:
        tx.articles.remove([article_id])
        _review(tx, article_id, "", "withdrawn", clock)


def mark(tx: Transaction, row: StoredArticle, wrong: str | None, clock: Clock) -> None:
    """Sets (or, with None, takes away) the mark that an article is wrong; the index follows."""
    row.wrong_since, row.wrong_note = (clock.now(), wrong) if wrong else (None, None)
    refresh_soon(tx, clock)
    if wrong:
        _review(tx, row.id, row.checksum, "wrong", clock)


def refresh_soon(tx: Transaction, clock: Clock) -> None:
    """Queues bringing the search index to what the articles table holds."""
    tx.jobs.enqueue(RefreshIndex(clock.now().isoformat()))


def _review(tx: Transaction, article_id: str, checksum: str, cause: str, clock: Clock) -> None:
    tx.jobs.enqueue(ReviewAnswers(article_id, checksum, cause, clock.now().isoformat()))


def _row(page: Article, clock: Clock) -> StoredArticle:
    return StoredArticle(
        id=page.id,
        title=page.title,
        body=page.body,
        url=page.url,
        source=page.source,
        audience=page.audience,
        checksum=page.checksum,
        updated_at=page.updated_at,
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
    while True:
        articles = answered_from(storage=storage, help_centre=help_centre)
        done = bring_to(knowledge, articles, progress)
        # Two jobs may do this at once, and the one that read the table first may write last.
        if articles == answered_from(storage=storage, help_centre=help_centre):
            return done


def bring_to(
    knowledge: KnowledgeBase,
    articles: Sequence[Article],
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Makes an index hold exactly these articles, given as they are indexed."""
    known = knowledge.known()
    held = {page.id for page in articles}
    return knowledge.update(
        Changes(
            new=tuple(a for a in articles if a.id not in known),
            changed=tuple(a for a in articles if a.id in known and known[a.id] != Known(a.checksum, a.source)),
            removed=tuple(sorted(article_id for article_id in known if article_id not in held)),
        ),
        progress,
    )


def answered_from(*, storage: Storage, help_centre: str | None) -> list[Article]:
    """The stored articles as they are indexed, without those that one of us marked as wrong."""
    with storage.reading() as tx:
        return [as_indexed(row, help_centre) for row in tx.articles.all() if row.wrong_since is None]


def in_place_of(article_id: str, reading: Reading, *, storage: Storage) -> Changes:
    """The one article that was read, as a change of the stored one with that id (its own, when empty).

    Audience and address stay those of the stored one. Raises BadRequest when there is not one, or none to change.
    """
    if len(reading.articles) != 1:
        broken = [f"{page.path}: {page.reason} {page.what_to_do}" for page in reading.broken]
        raise BadRequest(" ".join(broken) or "Name one file with one article; for a whole folder use --articles.")
    page = reading.articles[0]
    with storage.reading() as tx:
        row = tx.articles.get(article_id or page.id)
        if row is None:
            near = get_close_matches(article_id or page.id, [one.id for one in tx.articles.all()], n=1, cutoff=0.4)
            guess = f" Did you mean {near[0]}?" if near else ""
            raise BadRequest(
                f"There is no article {article_id or page.id!r}; name the one it changes with --as.{guess}"
            )
    changed = article(
        id=row.id,
        title=page.title,
        body=page.body,
        source=row.source,
        url=row.url,
        audience=row.audience,
        updated_at=page.updated_at,
    )
    return Changes(changed=(changed,))


def with_changes(articles: Sequence[Article], changes: Changes, help_centre: str | None) -> list[Article]:
    """Indexed articles as they would be after `changes`."""
    gone = {*changes.removed, *(page.id for page in changes.to_write)}
    kept = [page for page in articles if page.id not in gone]
    return kept + [as_indexed(page, help_centre) for page in changes.to_write]


def as_indexed(row: StoredArticle | Article, help_centre: str | None) -> Article:
    url = row.url or (f"{help_centre.rstrip('/')}/{row.id}" if help_centre and row.audience == "public" else None)
    return Article(
        id=row.id,
        title=row.title,
        body=row.body.partition(f"\n{ABOUT}\n")[0] if row.source.startswith(REMEMBERED) else row.body,
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
