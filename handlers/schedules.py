"""The table of what is queued when: digests at each manager's local hour, sources read again, modes, upkeep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.triggers.cron import CronTrigger

from bot.jobs import Job, PurgeJobs, ReadSources, ReviewModes, SendDigest
from bot.settings.config import Colleague
from handlers.scheduler import Schedule, every


def for_desk(readers: Sequence[tuple[Colleague, str]], *, read_sources_every: timedelta) -> tuple[Schedule, ...]:
    """`readers` are the people with a `digest_at`, each with their time zone. No time means: read no sources."""
    return (
        *(
            Schedule(
                f"digest-{person.id}", _daily(person.digest_at, zone), partial(_digest, person.id), latest_only=True
            )
            for person, zone in readers
            if person.digest_at
        ),
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


def _daily(at: str, zone: str) -> CronTrigger:
    hour, minute = at.split(":")
    return CronTrigger(hour=int(hour), minute=int(minute), timezone=zone)


def _digest(user_id: str, slot: datetime) -> Job:
    return SendDigest(user_id, slot.isoformat())
