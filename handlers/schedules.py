"""The table of what is queued when: digests at each manager's local hour, sources read again, modes, upkeep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.triggers.cron import CronTrigger

from bot.clock import Clock
from bot.jobs import Job, PurgeJobs, ReadSources, ReviewModes, SendDigest
from bot.settings.config import Colleague, Config
from handlers.scheduler import DailyAt, Schedule, every

Readers = Sequence[tuple[Colleague, str]]

# Where people are is asked of Slack, which tells nobody when they travel.
ZONES_ARE_FRESH = timedelta(minutes=10)


class DeskSchedules:
    """The table as the configuration has it now: made anew when that has changed, and for people who travel.

    `readers` gives everyone with a `digest_at`, each with their time zone.
    """

    def __init__(self, current: Callable[[], Config], readers: Callable[[], Readers], clock: Clock) -> None:
        self._current = current
        self._readers = readers
        self._clock = clock
        self._table: tuple[Schedule, ...] = ()
        self._made_of: Config | None = None
        self._made_at: datetime | None = None

    def __call__(self) -> Sequence[Schedule]:
        config, now = self._current(), self._clock.now()
        fresh = self._made_at is not None and timedelta() <= now - self._made_at < ZONES_ARE_FRESH
        if config is not self._made_of or not fresh:
            every_minutes = timedelta(minutes=config.policies.read_sources_every_minutes)
            self._table = for_desk(self._readers(), read_sources_every=every_minutes)
            self._made_of, self._made_at = config, now
        return self._table


def for_desk(readers: Readers, *, read_sources_every: timedelta) -> tuple[Schedule, ...]:
    """`readers` are the people with a `digest_at`, each with their time zone. No time means: read no sources."""
    return (
        *(_digest(person.id, DailyAt(person.digest_at, zone)) for person, zone in readers if person.digest_at),
        Schedule(
            "purge-jobs",
            CronTrigger(hour=4, minute=10, timezone=UTC),
            lambda slot: PurgeJobs(slot.isoformat()),
            latest_only=True,
        ),
        Schedule(
            "review-modes",
            CronTrigger(hour=4, minute=40, timezone=UTC),
            lambda slot: ReviewModes("", slot.isoformat()),
            latest_only=True,
        ),
        *(
            [
                Schedule(
                    "read-sources",
                    every(read_sources_every),
                    lambda slot: ReadSources(slot.isoformat()),
                    latest_only=True,
                )
            ]
            if read_sources_every
            else []
        ),
    )


def _digest(user_id: str, daily: DailyAt) -> Schedule:
    """One digest on each day of the reader's own, also on the day on which its hour is changed."""
    return Schedule(
        f"digest-{user_id}",
        daily,
        partial(_send_digest, user_id),
        latest_only=True,
        occasion=lambda slot: slot.astimezone(daily.zone).date().isoformat(),
    )


def _send_digest(user_id: str, slot: datetime) -> Job:
    return SendDigest(user_id, slot.isoformat())
