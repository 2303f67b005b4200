"""Syncs the sources of articles that footbridge.yaml names."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.articles import article_store
from bot.articles.solved_tickets import SolvedTickets
from bot.clock import Clock
from bot.errors import ConfigurationError, OutsideBusy
from bot.jobs import ReadSources
from bot.settings.config import Config
from bot.settings.knowledge_entries import (
    ConfluenceEntry,
    FolderEntry,
    GitEntry,
    KnowledgeSource,
    NotionEntry,
    WebsiteEntry,
    ZendeskEntry,
)
from knowledge.documents import BrokenPage, Reading, merge_readings
from knowledge.errors import IndexBusyError
from knowledge.folder_lock import FolderLock
from knowledge.ingestion import Changes
from knowledge.sources.confluence import ConfluenceExport
from knowledge.sources.folder import Folder
from knowledge.sources.git import GitRepository
from knowledge.sources.notion import NotionExport
from knowledge.sources.source import PreviousReading, Source
from knowledge.sources.website import Website
from knowledge.sources.zendesk import ZendeskExport, ZendeskGuide
from storage.transaction import Storage

log = logging.getLogger(__name__)

SECONDS_UNTIL_READ_AGAIN = 20.0

Progress = Callable[[str, int, int | None, str], None]
"""Called with the source's name, pages done, pages to do (None: not known yet), and the last page."""


@dataclass(frozen=True)
class SourceContext:
    """What sources need: the folder for copies of repositories, and the environment variables with secrets."""

    cache: Path
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Stale:
    """An article whose review date (`review_by`) has passed; `owner` as footbridge.yaml or the page names them."""

    title: str
    owner: str | None
    review_by: datetime


@dataclass(frozen=True)
class Report:
    """The result of a sync: the changes, the titles of removed articles, and articles that are due for a review."""

    changes: Changes
    removed: tuple[str, ...]
    stale: tuple[Stale, ...]


def sync_sources(
    entries: Sequence[KnowledgeSource],
    *,
    storage: Storage,
    clock: Clock,
    surroundings: SourceContext,
    all_named: Sequence[KnowledgeSource] = (),
    refresh: bool = False,
    progress: Progress = lambda name, done, total, what: None,
) -> Report:
    """Read the sources and store what changed, in one transaction.

    `all_named` are all sources of footbridge.yaml. When all of them were read, the articles of sources that were
    deleted from footbridge.yaml are removed. `refresh` as in `article_store.store`. Pages that cannot be read are in
    the report's `changes.broken`.
    """
    readers = [source_of(entry, storage=storage, surroundings=surroundings) for entry in entries]
    named = {source_of(entry, storage=storage, surroundings=surroundings).key for entry in all_named}
    with storage.reading() as tx:
        states = tx.articles.states()
        titles, held = tx.articles.titles(), tx.articles.sources()
    readings, care = [], []
    for entry, source in zip(entries, readers, strict=True):
        missing = _missing_secret(entry, surroundings)
        before = PreviousReading(states.get(source.key, {}), held)
        reading = Reading(broken=(missing,)) if missing else _read(name_of(entry), source, before, progress)
        more = {"roots": list(reading.roots), "named": source.key in named}
        readings.append(replace(reading, states={key: {**state, **more} for key, state in reading.states.items()}))
        care += [article_store.ReviewPolicy(root, entry.owner, entry.review_after_days) for root in reading.roots]
    whole = merge_readings(readings)
    all_read = named == {reader.key for reader, reading in zip(readers, readings, strict=True) if reading.roots}
    forgotten = [key for key, state in states.items() if all_read and state.get("named") and key not in named]
    whole = replace(whole, roots=(*whole.roots, *(root for key in forgotten for root in states[key]["roots"])))
    changes = article_store.store(whole, storage=storage, clock=clock, care=care, forget=forgotten, refresh=refresh)
    with storage.reading() as tx:
        stale = [Stale(row.title, row.owner, row.review_by) for row in tx.articles.stale(clock.now()) if row.review_by]
    return Report(changes, tuple(titles.get(article_id, article_id) for article_id in changes.removed), tuple(stale))


def read_sources(
    entries: Sequence[KnowledgeSource],
    *,
    storage: Storage,
    surroundings: SourceContext,
    progress: Progress = lambda name, done, total, what: None,
) -> Reading:
    """Read the sources completely, without storing anything."""
    readings = []
    for entry in entries:
        missing = _missing_secret(entry, surroundings)
        source = source_of(entry, storage=storage, surroundings=surroundings)
        before = PreviousReading({}, frozenset())
        readings.append(Reading(broken=(missing,)) if missing else _read(name_of(entry), source, before, progress))
    return merge_readings(readings)


def _read(name: str, source: Source, before: PreviousReading, progress: Progress) -> Reading:
    progress(name, 0, None, "")
    reading = source.read(before, partial(progress, name))
    done = len(reading.articles) + len(reading.kept) + len(reading.broken)
    progress(name, done, done, "")
    return reading


def resync_sources(
    job: ReadSources, *, storage: Storage, config: Config, clock: Clock, surroundings: SourceContext
) -> None:
    """Sync all sources. What cannot be read is logged and tried again by the next sync.

    When another sync is running, the job is skipped; with `job.must` it raises OutsideBusy instead.
    """
    try:
        with FolderLock(surroundings.cache / "reading"):
            found = sync_sources(
                config.knowledge,
                storage=storage,
                clock=clock,
                surroundings=surroundings,
                all_named=config.knowledge,
                refresh=True,
            )
    except IndexBusyError:
        if job.must:
            raise OutsideBusy("sources are still being read", SECONDS_UNTIL_READ_AGAIN) from None
        log.info("sources are still being read; this time is left out", extra={"slot": job.slot})
        return
    log_report(found)


def log_report(found: Report) -> None:
    """Log the numbers of changes, and each page that could not be read with what to do."""
    changes = found.changes
    log.info(
        "sources read",
        extra={
            "new": len(changes.new),
            "changed": len(changes.changed),
            "moved": len(changes.moved),
            "removed": len(changes.removed),
            "broken": len(changes.broken),
            "stale": len(found.stale),
        },
    )
    for page in changes.broken:
        log.warning("article not read: %s %s", page.reason, page.what_to_do, extra={"path": page.path})


def select_sources(config: Config, paths: Sequence[Path], audience: str | None) -> Sequence[KnowledgeSource]:
    """Return the sources for the given paths, or all that footbridge.yaml names.

    A path that footbridge.yaml names has the audience that is set there, unless `audience` is given. Raises
    ConfigurationError when a path does not exist, because it would look like a source whose articles were all deleted.
    """
    problems = []
    customers = {f"customer:{customer.id}" for customer in config.customers}
    if audience is not None and audience not in {"public", "internal"} | customers:
        known = ", ".join(["public", "internal", *sorted(customers)])
        problems.append(f"{audience!r} is no audience we know; there are {known}.")
        audience = "public"
    named = {entry.path.resolve(): entry for entry in config.knowledge if isinstance(entry, FolderEntry)}
    sources: Sequence[KnowledgeSource] = config.knowledge
    if paths:
        sources = [
            named[path.resolve()]
            if audience is None and path.resolve() in named
            else FolderEntry(path=path, audience=audience or "public")
            for path in paths
        ]
    for source in sources:
        path = getattr(source, "path", None)
        if path is not None and not path.exists():
            problems.append(f"{path}: there is no such folder or file. Check the path; nothing was changed.")
    if not sources:
        problems.append("No source is named. Type `ingest FOLDER`, or list folders under knowledge in footbridge.yaml.")
    if problems:
        raise ConfigurationError(problems)
    return sources


def is_quick(entry: KnowledgeSource) -> bool:
    """Whether a source is on the local disk, so that it can be read without waiting for a network."""
    return isinstance(entry, FolderEntry)


def name_of(entry: KnowledgeSource) -> str:
    """The name of a source for people: its URL or path."""
    if isinstance(entry, GitEntry | WebsiteEntry):
        return entry.url
    if isinstance(entry, ZendeskEntry):
        return entry.url or str(entry.path)
    return str(entry.path) if isinstance(entry, FolderEntry | ConfluenceEntry | NotionEntry) else "solved tickets"


def source_of(entry: KnowledgeSource, *, storage: Storage, surroundings: SourceContext) -> Source:
    """Return the Source that reads an entry of footbridge.yaml."""
    token = _token(entry, surroundings)
    match entry:
        case FolderEntry():
            return Folder(entry.path, entry.audience)
        case GitEntry():
            return GitRepository(entry.url, surroundings.cache, entry.audience, entry.branch, entry.folder, token)
        case WebsiteEntry():
            return Website(entry.url, entry.audience, entry.sitemap, entry.most_pages)
        case ZendeskEntry(path=Path() as path):
            return ZendeskExport(path, entry.audience, entry.locale)
        case ZendeskEntry():
            return ZendeskGuide(entry.url or "", entry.audience, entry.locale, entry.email, token)
        case ConfluenceEntry():
            return ConfluenceExport(entry.path, entry.audience, entry.url)
        case NotionEntry():
            return NotionExport(entry.path, entry.audience, entry.url)
        case _:
            return SolvedTickets(storage, entry.audience)


def missing_secrets(entries: Sequence[KnowledgeSource], surroundings: SourceContext) -> list[BrokenPage]:
    """Return the sources whose token is not set in the environment, with what to do."""
    return [page for entry in entries if (page := _missing_secret(entry, surroundings))]


def _token(entry: KnowledgeSource, surroundings: SourceContext) -> str | None:
    name = entry.token_from if isinstance(entry, GitEntry | ZendeskEntry) else None
    return surroundings.environ.get(name, "").strip() or None if name else None


def _missing_secret(entry: KnowledgeSource, surroundings: SourceContext) -> BrokenPage | None:
    if not isinstance(entry, GitEntry | ZendeskEntry) or not entry.token_from or _token(entry, surroundings):
        return None
    return BrokenPage(
        name_of(entry),
        f"The variable {entry.token_from} is not set.",
        "Set it to the token in the environment of Footbridge, then read again.",
    )
