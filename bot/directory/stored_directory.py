"""The directory in the database: one frozen snapshot for everybody, and one way to change it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.clock import Clock
from bot.directory.rows import to_config, to_rows
from bot.errors import BadRequest, ConfigurationError
from bot.jobs import ReadSources, RefreshIndex
from bot.ports import DirectoryVersion
from bot.settings.changes import Change, compare
from bot.settings.config import Config
from bot.settings.contradictions import contradictions, in_words
from storage.directory import DirectoryRows
from storage.transaction import Storage, Transaction

log = logging.getLogger(__name__)

NOTHING_STORED = (
    "No configuration is stored yet. Write a footbridge.yaml (footbridge.example.yaml shows how) and run "
    "`python app.py config apply`, or start Footbridge, which does so by itself the first time."
)


@dataclass(frozen=True)
class _Snapshot:
    number: int
    config: Config


class StoredDirectory:
    """Implements bot.ports.Directory. Safe for several threads, and for several processes on one database."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        # Replaced whole: a thread sees one snapshot or the other. An older one that was put here last is noticed by
        # its number.
        self._snapshot: _Snapshot | None = None

    def current(self) -> Config:
        """The configuration as it is stored now. Reads one number, and all rows only when that has changed.

        Raises ConfigurationError when nothing is stored, or when this version cannot read what is.
        """
        known = self._snapshot
        with self._storage.reading() as tx:
            number = tx.directory.number()
            if known is not None and known.number == number:
                return known.config
            number, rows = _read_whole(tx)
        if number == 0:
            raise ConfigurationError([NOTHING_STORED])
        snapshot = _Snapshot(number, to_config(rows))
        if known is not None:
            log.info("configuration changed; version %d is used from now on", number)
        self._snapshot = snapshot
        return snapshot.config

    def version(self) -> DirectoryVersion:
        with self._storage.reading() as tx:
            found = tx.directory.version()
        return DirectoryVersion(found.number, found.changed_at, found.checksum) if found else DirectoryVersion()

    def apply(self, config: Config, *, checksum: str | None = None, on_top_of: int | None = None) -> tuple[Change, ...]:
        """As the port says. A running desk that must do something about the change gets jobs in the transaction."""
        problems = [f"{in_words(where)}: {what}." for where, what in contradictions(config)]
        if problems:
            raise ConfigurationError(problems)
        with self._storage.transaction() as tx:
            version = tx.directory.lock()
            if on_top_of is not None and version.number != on_top_of:
                raise BadRequest(
                    "Somebody else has changed the configuration in the meantime, so nothing was stored. Run the "
                    "command again and look at what it would change now."
                )
            before = _stored(tx) if version.number else None
            changes = compare(before, config)
            # The order of entries can differ where no entry does.
            if before is None or before.model_dump() != config.model_dump() or _set_otherwise(before, config):
                now = self._clock.now()
                tx.directory.replace(to_rows(config), now)
                version.number += 1
                version.changed_at = now
                if before is not None:
                    _follow(tx, before, config, version.number)
            if checksum is not None:
                version.checksum = checksum
        return changes


def _read_whole(tx: Transaction) -> tuple[int, DirectoryRows]:
    """All rows of one version. On PostgreSQL each statement may see a newer one, so the number is read again."""
    while True:
        number = tx.directory.number()
        rows = tx.directory.rows()
        if tx.directory.number() == number:
            return number, rows


def _stored(tx: Transaction) -> Config | None:
    """What is stored, or None when this version cannot read it: then all of it is stored anew."""
    try:
        return to_config(tx.directory.rows())
    except ConfigurationError as error:
        log.warning("the stored configuration cannot be read and is replaced: %s", error)
        return None


def _set_otherwise(before: Config, after: Config) -> bool:
    """Whether a policy was set that had its default before, or the other way round, to the same value."""
    return before.policies.model_fields_set != after.policies.model_fields_set


def _follow(tx: Transaction, before: Config, after: Config, number: int) -> None:
    """What a running desk must do about a change beside reading it: see bot.workflows.JOBS."""
    if before.knowledge != after.knowledge:
        tx.jobs.enqueue(ReadSources(f"directory:{number}", must=True))
    if before.company.help_centre != after.company.help_centre:
        tx.jobs.enqueue(RefreshIndex(f"directory:{number}"))
