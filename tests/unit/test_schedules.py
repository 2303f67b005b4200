"""The table of schedules: a digest comes once on every day of its reader, and the table follows what is configured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs import SendDigest
from bot.settings.config import Colleague, Config
from bot.settings.config_file import parse
from handlers.scheduler import DailyAt, Schedule, Scheduler, every, slots
from handlers.schedules import DeskSchedules
from storage.errors import DatabaseUnavailableError

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# Zones whose clocks change at night, at midnight, by half an hour, in the southern hemisphere, or never.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Asia/Beirut",
)
ZONES = (*ZONES, "Africa/Cairo", "America/Santiago", "Asia/Kolkata", "UTC")


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


class Desk:
    """The scheduler of a desk whose configuration and people may change; `queued` keeps each key once, as jobs do."""

    def __init__(self, now: datetime, digest_at: str = "08:30", zone: str = "UTC", minutes: int = 0) -> None:
        self.clock = SetClock(now)
        self.zone = zone
        self.tables_made = 0
        self.queued: dict[str, Any] = {}
        self.broken = False
        self.configure(digest_at, minutes)
        table = DeskSchedules(self._current, self._readers, self.clock)
        self.scheduler = Scheduler(
            table,
            self.clock,
            lambda job, key: self.queued.setdefault(key, job),
            lambda now: None,
            expected=(DatabaseUnavailableError,),
            look_back=timedelta(),
        )

    def configure(self, digest_at: str | None, minutes: int = 0) -> None:
        digest = f", digest_at: '{digest_at}'" if digest_at else ""
        self.config = parse(
            "company: {name: Ours, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\n"
            f"people:\n  - {{id: U0MIRA, name: Mira, roles: [manager]{digest}}}\n"
            f"policies: {{read_sources_every_minutes: {minutes}}}\n"
        )

    def _current(self) -> Config:
        if self.broken:
            raise DatabaseUnavailableError("gone for a moment")
        return self.config

    def _readers(self) -> tuple[tuple[Colleague, str], ...]:
        self.tables_made += 1
        return tuple((person, self.zone) for person in self.config.people if person.digest_at)

    def tick(self, at: datetime) -> None:
        self.clock.at = at
        self.scheduler.tick()

    @property
    def digests(self) -> list[str]:
        return [job.due_at for job in self.queued.values() if isinstance(job, SendDigest)]


def days(first: date, number: int) -> Iterator[date]:
    return (first + timedelta(days=each) for each in range(number))


@pytest.mark.parametrize(
    ("at", "zone", "day", "due"),
    [
        ("02:30", "Europe/Berlin", date(2027, 10, 31), "2027-10-31T00:30:00+00:00"),  # twice there: the first time
        ("02:30", "Europe/Berlin", date(2027, 3, 28), "2027-03-28T01:30:00+00:00"),  # never there: at 03:30
        ("01:30", "America/New_York", date(2027, 11, 7), "2027-11-07T05:30:00+00:00"),  # twice there: the first time
        ("02:30", "America/New_York", date(2027, 3, 14), "2027-03-14T07:30:00+00:00"),  # never there: at 03:30
        ("02:30", "UTC", date(2027, 10, 31), "2027-10-31T02:30:00+00:00"),
    ],
)
def test_a_digest_at_night_comes_once_when_the_clocks_change(at: str, zone: str, day: date, due: str) -> None:
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    desk = Desk(midnight, at, zone)
    for minutes in range(0, 26 * 60, 10):
        desk.tick(midnight + timedelta(minutes=minutes))
    of_that_day = [slot for slot in desk.digests if datetime.fromisoformat(slot) < midnight + timedelta(hours=23)]
    assert of_that_day == [due]


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 24 * 60 - 1),
    first=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
)
def test_every_day_of_every_place_has_exactly_one_slot(zone: str, minute: int, first: date) -> None:
    at = f"{minute // 60:02d}:{minute % 60:02d}"
    place = ZoneInfo(zone)
    begin = datetime.combine(first, time(), place).astimezone(UTC) - timedelta(seconds=1)
    end = datetime.combine(first + timedelta(days=370), time(), place).astimezone(UTC) - timedelta(seconds=1)
    found = list(slots(DailyAt(at, zone), begin, end))
    assert [slot.astimezone(place).date() for slot in found] == list(days(first, 370))
    assert all(later > earlier for earlier, later in pairwise(found))


def test_an_hour_that_is_changed_counts_at_the_next_tick() -> None:
    desk = Desk(NOON)
    desk.tick(NOON)
    desk.configure("12:05")
    desk.tick(NOON + timedelta(minutes=4))
    assert desk.digests == []
    desk.tick(NOON + timedelta(minutes=5))
    assert desk.digests == ["2026-11-20T12:05:00+00:00"]


def test_an_hour_between_the_change_and_the_next_tick_is_not_missed() -> None:
    desk = Desk(NOON, "")
    desk.tick(NOON)
    desk.configure("12:05")
    desk.tick(NOON + timedelta(minutes=6))
    assert desk.digests == ["2026-11-20T12:05:00+00:00"]


def test_a_day_has_one_digest_also_when_its_hour_is_moved_behind_the_one_that_came() -> None:
    desk = Desk(NOON, "12:01")
    desk.tick(NOON + timedelta(minutes=1))
    desk.configure("12:10")
    desk.tick(NOON + timedelta(minutes=11))
    assert desk.digests == ["2026-11-20T12:01:00+00:00"]
    desk.tick(NOON + timedelta(days=1, minutes=11))
    assert desk.digests[1:] == ["2026-11-21T12:10:00+00:00"]


def test_a_new_reader_does_not_get_the_digest_of_an_hour_that_has_passed() -> None:
    desk = Desk(NOON, "")
    desk.tick(NOON)
    desk.configure("11:59")
    desk.tick(NOON + timedelta(seconds=1))
    assert desk.digests == []
    desk.tick(NOON + timedelta(days=1))
    assert desk.digests == ["2026-11-21T11:59:00+00:00"]


def test_a_reader_who_is_taken_out_gets_none() -> None:
    desk = Desk(NOON, "12:05")
    desk.tick(NOON)
    desk.configure(None)
    desk.tick(NOON + timedelta(days=2))
    assert desk.digests == []


def test_a_reader_who_travels_gets_it_at_the_hour_of_the_new_place() -> None:
    desk = Desk(NOON, "14:00", "UTC")
    desk.tick(NOON)
    desk.zone = "Europe/Berlin"
    desk.tick(NOON + timedelta(minutes=11))
    desk.tick(NOON + timedelta(hours=1))
    assert desk.digests == ["2026-11-20T13:00:00+00:00"]


def test_the_reading_of_sources_follows_its_interval_and_stops_at_none() -> None:
    desk = Desk(NOON, "", minutes=60)
    desk.tick(NOON + timedelta(minutes=30))
    assert desk.queued == {}
    desk.configure("", minutes=10)
    desk.tick(NOON + timedelta(minutes=31))
    desk.tick(NOON + timedelta(minutes=41))
    assert list(desk.queued) == ["read-sources@2026-11-20T12:40:00+00:00"]
    desk.configure("", minutes=0)
    desk.tick(NOON + timedelta(minutes=120))
    assert len(desk.queued) == 1


def test_the_table_is_made_again_only_when_something_may_have_changed() -> None:
    desk = Desk(NOON)
    for seconds in range(300):
        desk.tick(NOON + timedelta(seconds=seconds))
    assert desk.tables_made == 1


def test_a_database_that_is_away_for_a_moment_leaves_the_table_as_it_was() -> None:
    desk = Desk(NOON, "12:05")
    desk.tick(NOON)
    desk.broken = True
    desk.tick(NOON + timedelta(minutes=5))
    assert desk.digests == ["2026-11-20T12:05:00+00:00"]


def test_a_key_names_the_occasion_and_else_the_slot() -> None:
    by_slot = Schedule("often", every(timedelta(minutes=5)), lambda slot: slot)
    assert by_slot.key(NOON) == "often@2026-11-20T12:00:00+00:00"
