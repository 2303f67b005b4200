"""`app.py ingest`: reads articles into the table and brings the search index up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bot.articles import article_store, sources
from bot.articles.sources import Report
from bot.clock import SystemClock
from bot.jobs import RefreshIndex
from bot.tools import help_centre
from knowledge.errors import IndexBusyError
from wiring.adapters import (
    open_knowledge,
    open_storage,
    read_configuration,
    read_settings,
    source_context,
    tell_unapplied,
)

Progress = Callable[[str, int, int | None, str], None]


def ingest(paths: Sequence[Path], audience: str | None, progress: Progress) -> tuple[Report, str]:
    """Reads articles into the table, and into the index: here, or in the running bot when that owns the index."""
    given, clock = read_settings(), SystemClock()
    with open_storage(given) as (storage, _):
        config = read_configuration(given, storage)
        wanted = sources.select_sources(config, paths, audience)
        note = tell_unapplied(given, storage)
        report = sources.sync_sources(
            wanted,
            storage=storage,
            clock=clock,
            surroundings=source_context(given),
            all_named=config.knowledge,
            progress=progress,
        )
        try:
            with open_knowledge(given) as knowledge:
                article_store.update_index(
                    knowledge,
                    storage=storage,
                    help_centre=help_centre(config, given.web_url),
                    progress=partial(progress, "search index"),
                )
        except IndexBusyError as busy:
            with storage.transaction() as tx:
                tx.jobs.enqueue(RefreshIndex(clock.now().isoformat()))
            return report, (
                f"Process {busy.pid or 'of another program'} has the index open. If that is Footbridge at work, it "
                f"brings the index up to date now; if not, Footbridge does so at its next start.{note}"
            )
    return report, f"The index is up to date.{note}"
