"""Shows the progress of reading the sources, one bar for each, and a report of the changes at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from bot.articles.sources import Report, Stale

MOST_TITLES = 10
"""Titles in each part of the report; of the others only the number is told."""
_WIDTH = 42


class Article(Protocol):
    """What the report shows of an article."""

    @property
    def title(self) -> str: ...
    @property
    def audience(self) -> str: ...


@contextmanager
def bars(console: Console) -> Iterator[Callable[[str, int, int | None, str], None]]:
    """A call that moves the bar of a source: its name, pages done, pages to do when known, and the last one."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[last]}"),
        console=console,
        transient=True,
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int | None, last: str) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(escape(_short(name)), total=total, last="")
            progress.update(tasks[name], completed=done, total=total, last=escape(_short(last)))

        yield show


def lines(report: Report, note: str) -> Iterator[str]:
    """The report, the counts first."""
    changes = report.changes
    yield (
        f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.moved)} moved, "
        f"{len(changes.removed)} removed, {len(changes.unchanged)} unchanged, "
        f"{len(changes.broken)} could not be read. {note}"
    )
    yield from _part("New", [_shown(article) for article in changes.new])
    yield from _part("Changed", [_shown(article) for article in changes.changed])
    yield from _part("Moved", [f"{article.title} (now {article.source})" for article in changes.moved])
    yield from _part("Removed", report.removed)
    if changes.broken:
        yield "Could not be read (what was read before is kept; the next reading tries again):"
        yield from (f"  {page.path}: {page.reason} {page.what_to_do}" for page in changes.broken)
    yield from _part("Past their time of review", [_waiting(stale) for stale in report.stale])


def _part(name: str, entries: Sequence[str]) -> Iterable[str]:
    if entries:
        yield f"{name}:"
        yield from (f"  {entry}" for entry in entries[:MOST_TITLES])
        if len(entries) > MOST_TITLES:
            yield f"  and {len(entries) - MOST_TITLES} more"


def _shown(article: Article) -> str:
    return article.title if article.audience == "public" else f"{article.title} ({article.audience})"


def _waiting(stale: Stale) -> str:
    return f"{stale.title} (due {stale.review_by:%Y-%m-%d}, {stale.owner or 'no owner: name one in footbridge.yaml'})"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"…{text[-_WIDTH + 1 :]}"
