"""Reads the sources that footbridge.yaml names and has what changed stored; how a kind is read only that kind knows."""

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
"""Called with the source's name, pages done, pages to do when that is known, and what was done last."""


@dataclass(frozen=True)
class SourceContext:
    """Where copies of repositories are kept, and the environment in which the variables with secrets are looked up."""

    cache: Path
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Stale:
    """An article that somebody should have looked over by `review_by`; `owner` as footbridge.yaml or the page names."""

    title: str
    owner: str | None
    review_by: datetime


@dataclass(frozen=True)
class Report:
    """What a reading changed; `removed` are titles."""

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
    """Reads the sources and stores what changed, in one transaction.

    `all_named` are all sources of footbridge.yaml. When they were all read, the articles of a source that it named
    before and names no longer are removed. `refresh` as in `article_store.store`.
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
    """What the sources hold now, read in whole and stored nowhere."""
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
    """While the desk works: all sources once more. What cannot be read is logged, and tried again the next time.

    Raises OutsideBusy when another reading is under way and the job must not be left out.
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
    """Counts, and each page that could not be read with what to do."""
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
    """The named paths, or all that footbridge.yaml names. Raises ConfigurationError unless every path is there.

    A source that is missing by mistake must not look like one whose articles were all deleted. A path that
    footbridge.yaml names is for whom it says there, unless `audience` says otherwise.
    """
    problems = []
    customers = {f"customer:{customer.id}" for customer in config.customers}
    if audience is not None and audience not in {"public", "internal"} | customers:
        told = ", ".join(["public", "internal", *sorted(customers)])
        problems.append(f"{audience!r} is no audience we know; there are {told}.")
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
    """Whether a source is on this machine's own disk, so that nothing need wait for others when it is read."""
    return isinstance(entry, FolderEntry)


def name_of(entry: KnowledgeSource) -> str:
    """What a person calls the source."""
    if isinstance(entry, GitEntry | WebsiteEntry):
        return entry.url
    if isinstance(entry, ZendeskEntry):
        return entry.url or str(entry.path)
    return str(entry.path) if isinstance(entry, FolderEntry | ConfluenceEntry | NotionEntry) else "solved tickets"


def source_of(entry: KnowledgeSource, *, storage: Storage, surroundings: SourceContext) -> Source:
    """The reader for an entry."""
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
    """Sources whose token is not in the environment."""
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
