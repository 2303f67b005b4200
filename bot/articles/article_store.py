"""Updates the articles table from the sources, and the search index from the table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from bot.clock import Clock
from bot.errors import BadRequest
from bot.jobs import RefreshIndex, ReviewAnswers
from knowledge.documents import Article, Reading, article
from knowledge.index_rows import IndexedArticle
from knowledge.ingestion import Changes, Ingested, plan_changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.stable_ids import is_below
from storage.articles import StoredArticle
from storage.transaction import Storage, Transaction

Progress = Callable[[int, int, str], None]

REMEMBERED = "remembered:"  # the source of saved answers; a folder cannot have this name
ABOUT = "## About this answer"  # the heading of the note at the end of a saved answer, which is never quoted


@dataclass(frozen=True)
class ReviewPolicy:
    """The owner of the articles below `root`, and the number of days after which each should be reviewed."""

    root: str
    owner: str | None = None
    review_after_days: int | None = None


NO_CARE = ReviewPolicy("")


def store(
    reading: Reading,
    *,
    storage: Storage,
    clock: Clock,
    care: Sequence[ReviewPolicy] = (),
    forget: Sequence[str] = (),
    refresh: bool = False,
) -> Changes:
    """Write what changed into the articles table in one transaction, and return the changes.

    The stored states of the sources in `forget` are deleted. With `refresh` a job that updates the search index is
    queued in the same transaction.
    """
    with storage.transaction() as tx:
        changes = store_in(tx, reading, now=clock.now(), care=care)
        tx.articles.forget_states(forget)
        if refresh and (changes.to_write or changes.removed):
            tx.jobs.enqueue(RefreshIndex(clock.now().isoformat()))
    return changes


def store_in(tx: Transaction, reading: Reading, *, now: datetime, care: Sequence[ReviewPolicy] = ()) -> Changes:
    """Like `store`, inside a transaction.

    Articles below the roots that were read, and no longer found there, are removed; those of other sources stay. A job
    checks the answers that depend on an article that changed or was removed.
    """
    rows = {row.id: row for row in tx.articles.all()}
    changes = _plan(rows, reading)
    moved = {page.id for page in changes.moved}
    for page in changes.to_write:
        read_at = rows[page.id].read_at if page.id in moved else now
        _write(tx, _new_row(page, _policy_for(page.source, care), read_at), now, moved=page.id in moved)
    read = {page.source: page for page in reading.articles}
    for row in (rows[article_id] for article_id in changes.unchanged):
        _update_owner_and_review(row, _policy_for(row.source, care), read.get(row.source))
    remove(tx, changes.removed, now)
    for key, state in reading.states.items():
        tx.articles.keep_state(key, dict(state), now)
    return changes


def planned(reading: Reading, *, storage: Storage, as_ours: bool = False) -> Changes:
    """Return the changes that `store` would write, without writing them.

    `as_ours`: what was read is a copy, and replaces the articles with the same ids whatever source they came from.
    """
    with storage.reading() as tx:
        rows = {row.id: row for row in tx.articles.all()}
    return _plan(rows, reading, (lambda path: False) if as_ours else _may_exist)


def _plan(rows: Mapping[str, StoredArticle], reading: Reading, exists: Callable[[str], bool] | None = None) -> Changes:
    known = {row.id: IndexedArticle(row.checksum, row.source) for row in rows.values()}
    return plan_changes(reading, known, exists=exists or _may_exist)


def put(tx: Transaction, page: Article, now: datetime, *, owner: str) -> None:
    """Write one article that a colleague wrote or changed, and queue the check of answers that depend on it."""
    _write(tx, _new_row(page, ReviewPolicy("", owner), now), now)


def _write(tx: Transaction, row: StoredArticle, now: datetime, *, moved: bool = False) -> None:
    """Write a row. An article that was marked as wrong loses the mark when its text changed."""
    before = tx.articles.get(row.id)
    if before is not None and before.wrong_since and (before.title, before.body) != (row.title, row.body):
        row.wrong_since, row.wrong_note = None, None
    came_back = before is None and bool(tx.corrections.waiting(row.id))
    changed = came_back or (before is not None and before.checksum != row.checksum and not moved)
    tx.articles.put(row)
    if changed:
        _queue_review(tx, row.id, row.checksum, "changed", now)


def remove(tx: Transaction, article_ids: Iterable[str], now: datetime) -> None:
    """Remove articles, and queue the check of answers that depend on them."""
    for article_id in article_ids:
        tx.articles.remove([article_id])
        _queue_review(tx, article_id, "", "withdrawn", now)


def mark(tx: Transaction, row: StoredArticle, wrong: str | None, now: datetime) -> None:
    """Mark an article as wrong for the reason `wrong`, or remove the mark (None); queues the update of the index."""
    row.wrong_since, row.wrong_note = (now, wrong) if wrong else (None, None)
    refresh_soon(tx, now)
    if wrong:
        _queue_review(tx, row.id, row.checksum, "wrong", now)


def refresh_soon(tx: Transaction, now: datetime) -> None:
    """Queue a job that updates the search index from the articles table."""
    tx.jobs.enqueue(RefreshIndex(now.isoformat()))


def _queue_review(tx: Transaction, article_id: str, checksum: str, cause: str, now: datetime) -> None:
    tx.jobs.enqueue(ReviewAnswers(article_id, checksum, cause, now.isoformat()))


def _may_exist(source: str) -> bool:
    """Whether a page of a source that was not read may still exist; for a web address this is not checked."""
    return "://" in source or os.path.exists(source)


def _policy_for(source: str, care: Sequence[ReviewPolicy]) -> ReviewPolicy:
    fitting = (each for each in care if is_below(source, [each.root]))
    return max(fitting, key=lambda each: len(each.root), default=NO_CARE)


def _new_row(page: Article, care: ReviewPolicy, read_at: datetime) -> StoredArticle:
    row = StoredArticle(
        id=page.id,
        title=page.title,
        body=page.body,
        url=page.url,
        source=page.source,
        audience=page.audience,
        checksum=page.checksum,
        updated_at=page.updated_at,
        read_at=read_at,
    )
    if care is not NO_CARE or page.owner is not None:
        # Otherwise the article keeps its present owner.
        row.owner = page.owner or care.owner
        row.review_by = _review_date(page.updated_at or read_at, care)
    return row


def _update_owner_and_review(row: StoredArticle, care: ReviewPolicy, read: Article | None) -> None:
    """Update the owner and the review date of an article whose text has not changed."""
    if read is not None and read.updated_at is not None:
        row.updated_at = read.updated_at
    if care is not NO_CARE:
        row.owner = (read.owner if read is not None else None) or care.owner
        row.review_by = _review_date(row.updated_at or row.read_at, care)


def _review_date(since: datetime, care: ReviewPolicy) -> datetime | None:
    return since + timedelta(days=care.review_after_days) if care.review_after_days else None


def update_index(
    knowledge: KnowledgeBase,
    *,
    storage: Storage,
    help_centre: str | None,
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Update the search index from the articles table; only articles that differ are embedded.

    `help_centre` is the base URL of public articles that have no URL of their own.
    """
    while True:
        articles = list_indexed_articles(storage=storage, help_centre=help_centre)
        done = sync_index(knowledge, articles, progress)
        # Two jobs may run at once, and the one that read the table first may write last.
        if articles == list_indexed_articles(storage=storage, help_centre=help_centre):
            return done


def sync_index(
    knowledge: KnowledgeBase,
    articles: Sequence[Article],
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Update an index so that it holds exactly these articles, given as `as_indexed` returns them."""
    known = knowledge.known()
    wanted = {page.id for page in articles}
    return knowledge.update(
        Changes(
            new=tuple(a for a in articles if a.id not in known),
            changed=tuple(a for a in articles if a.id in known and known[a.id] != IndexedArticle(a.checksum, a.source)),
            removed=tuple(sorted(article_id for article_id in known if article_id not in wanted)),
        ),
        progress,
    )


def list_indexed_articles(*, storage: Storage, help_centre: str | None) -> list[Article]:
    """The articles that answers may use, as they are indexed: all stored ones except those marked as wrong."""
    with storage.reading() as tx:
        return [as_indexed(row, help_centre) for row in tx.articles.all() if row.wrong_since is None]


def plan_replacement(article_id: str, reading: Reading, *, storage: Storage) -> Changes:
    """Return the one article that was read as a change of the stored article with that id (its own id when empty).

    Audience and URL are those of the stored article. Raises BadRequest when not exactly one article was read, or when
    there is no stored article with that id.
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
    """Return the indexed articles as they would be after `changes`."""
    replaced = {*changes.removed, *(page.id for page in changes.to_write)}
    kept = [page for page in articles if page.id not in replaced]
    return kept + [as_indexed(page, help_centre) for page in changes.to_write]


def address_of(row: StoredArticle | Article, help_centre: str | None) -> str | None:
    """The URL of an article, or None. Public articles without a URL of their own are in the help centre."""
    return row.url or (f"{help_centre.rstrip('/')}/{row.id}" if help_centre and row.audience == "public" else None)


def as_indexed(row: StoredArticle | Article, help_centre: str | None) -> Article:
    """Return an article as it is indexed: with its URL, and without the note at the end of a saved answer."""
    url = address_of(row, help_centre)
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
    """Do the job RefreshIndex: update the search index from the articles table."""
    update_index(knowledge, storage=storage, help_centre=help_centre)


def public_article(article_id: str, *, storage: Storage) -> StoredArticle | None:
    """Return a public article, or None when there is none with that id or it is not public."""
    with storage.reading() as tx:
        row = tx.articles.get(article_id)
    return row if row is not None and row.audience == "public" else None
