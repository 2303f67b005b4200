"""Every slot of a schedule is queued once, whatever the clock, the replicas and the database do."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.scheduler import DailyAt, Schedule, Scheduler, every, slots
from storage.database import writing
from storage.errors import DatabaseUnavailableError
from storage.jobs import JobLog, JobQueue

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Digest:
    queue: ClassVar[str] = "work"
    partition: ClassVar[None] = None
    slot: str

    @property
    def key(self) -> str:
        return f"Digest:{self.slot}"


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


def digest(name: str, trigger: Any, **options: Any) -> Schedule:
    return Schedule(name, trigger, lambda slot: Digest(slot.isoformat()), **options)


def table(*schedules: Schedule) -> Callable[[], tuple[Schedule, ...]]:
    return lambda: schedules


def offer_to(engine: Engine) -> Callable[[Any, str], bool]:
    def offer(job: Any, key: str) -> bool:
        with Session(writing(engine)) as session, session.begin():
            return JobQueue(session).enqueue(job, key=key)

    return offer


def keys(offered: list[tuple[Any, str]]) -> list[str]:
    return [key for _, key in offered]


def test_slots_are_those_after_the_last_look_up_to_now() -> None:
    hourly = CronTrigger(minute=0, timezone=UTC)
    found = list(slots(hourly, NOON, NOON + timedelta(hours=3)))
    assert found == [NOON + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_a_manager_in_berlin_gets_the_digest_at_eight_there_in_winter_and_in_summer() -> None:
    at_eight = DailyAt("08:00", "Europe/Berlin")
    winter, summer = datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)
    assert [slot.hour for slot in slots(at_eight, winter, winter + timedelta(days=1))] == [7]
    assert [slot.hour for slot in slots(at_eight, summer, summer + timedelta(days=1))] == [6]


def test_intervals_have_the_same_slots_in_every_process() -> None:
    first, second = every(timedelta(minutes=7)), every(timedelta(minutes=7))
    later = NOON + timedelta(minutes=3, seconds=13)
    assert (
        list(slots(first, NOON, NOON + timedelta(days=1)))[-10:]
        == list(slots(second, later, NOON + timedelta(days=1)))[-10:]
    )


def test_a_slot_is_offered_once_and_what_is_due_is_asked_for_at_every_tick() -> None:
    clock, offered, due = SetClock(NOON), [], []
    scheduler = Scheduler(
        table(digest("hourly", CronTrigger(minute=0, timezone=UTC))),
        clock,
        lambda job, key: offered.append((job, key)),
        due.append,
        look_back=timedelta(),
    )
    scheduler.tick()
    clock.at = NOON + timedelta(minutes=59)
    scheduler.tick()
    assert offered == []
    clock.at = NOON + timedelta(minutes=60)
    scheduler.tick()
    scheduler.tick()
    assert offered == [(Digest("2026-11-20T13:00:00+00:00"), "hourly@2026-11-20T13:00:00+00:00")]
    assert due == [NOON, NOON + timedelta(minutes=59), clock.at, clock.at]


def test_the_slots_of_an_outage_are_offered_at_the_start() -> None:
    offered: list[tuple[Any, str]] = []
    half_hourly = digest("half-hourly", CronTrigger(minute="0,30", timezone=UTC))
    Scheduler(table(half_hourly), SetClock(NOON), lambda job, key: offered.append((job, key)), print).tick()
    assert [key.partition("T")[2][:5] for key in keys(offered)] == ["10:30", "11:00", "11:30", "12:00"]


def test_a_clock_that_jumps_three_days_brings_every_slot_between_or_the_last_one_where_that_is_enough() -> None:
    clock, offered = SetClock(NOON), []
    daily, often = CronTrigger(hour=9, timezone=UTC), every(timedelta(minutes=1))
    scheduler = Scheduler(
        table(digest("daily", daily), digest("often", often, latest_only=True)),
        clock,
        lambda job, key: offered.append((job, key)),
        lambda now: None,
        look_back=timedelta(),
    )
    clock.at = NOON + timedelta(days=3)
    scheduler.tick()
    assert keys(offered) == [
        "daily@2026-11-21T09:00:00+00:00",
        "daily@2026-11-22T09:00:00+00:00",
        "daily@2026-11-23T09:00:00+00:00",
        "often@2026-11-23T12:00:00+00:00",
    ]


def test_a_clock_that_is_set_back_goes_on_from_where_it_is() -> None:
    clock, offered = SetClock(NOON), []
    scheduler = Scheduler(
        table(digest("hourly", CronTrigger(minute=0, timezone=UTC))),
        clock,
        lambda job, key: offered.append((job, key)),
        lambda now: None,
        look_back=timedelta(),
    )
    for moved in (timedelta(days=2), timedelta(), timedelta(hours=1)):
        clock.at = NOON + moved
        offered.clear()
        scheduler.tick()
    assert keys(offered) == ["hourly@2026-11-20T13:00:00+00:00"]


def test_a_schedule_that_cannot_be_queued_does_not_stop_the_others_and_is_made_up_for() -> None:
    clock, offered, away = SetClock(NOON), [], True

    def offer(job: Any, key: str) -> None:
        if away and key.startswith("first"):
            raise DatabaseUnavailableError("gone for a moment")
        offered.append((job, key))

    def wrong(slot: datetime) -> Any:
        raise ValueError("there is no such manager")

    hourly = CronTrigger(minute=0, timezone=UTC)
    scheduler = Scheduler(
        table(digest("first", hourly), Schedule("wrong", hourly, wrong), digest("last", hourly)),
        clock,
        offer,
        lambda now: None,
        expected=(DatabaseUnavailableError,),
        look_back=timedelta(),
    )
    clock.at = NOON + timedelta(hours=1)
    scheduler.tick()
    assert keys(offered) == ["last@2026-11-20T13:00:00+00:00"]
    away = False
    scheduler.tick()
    assert keys(offered)[1:] == ["first@2026-11-20T13:00:00+00:00"]


def test_two_schedules_of_one_name_are_refused() -> None:
    same = digest("same", every(timedelta(minutes=1)))
    with pytest.raises(ValueError, match="same name"):
        Scheduler(table(same, same), SetClock(NOON), lambda job, key: None, lambda now: None)


def test_three_replicas_queue_each_slot_once_also_over_a_jump_of_the_clock(engine: Engine) -> None:
    clocks = [SetClock(NOON + timedelta(seconds=seconds)) for seconds in (0, 7, 20)]
    schedules = [
        digest("often", every(timedelta(minutes=5))),
        digest("daily", CronTrigger(hour=9, timezone=UTC)),
    ]

    def replica(clock: SetClock) -> None:
        scheduler = Scheduler(
            lambda: schedules, clock, offer_to(engine), lambda now: None, look_back=timedelta(minutes=30)
        )
        for minutes in (0, 3, 6, 60, 61, 24 * 60):
            clock.at = NOON + timedelta(minutes=minutes)
            scheduler.tick()

    threads = [threading.Thread(target=replica, args=(clock,)) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queued = JobLog(engine).pending(limit=1000)
    # From 11:30 (not itself, which is the edge of the look-back) to noon the next day.
    assert len([job for job in queued if job.key.startswith("often@")]) == 6 + 24 * 12
    assert len([job for job in queued if job.key.startswith("daily@")]) == 1
    assert {job.fields["slot"] for job in queued} == {job.key.partition("@")[2] for job in queued}


def test_the_running_scheduler_ticks_by_itself_and_stops() -> None:
    ticks, ticked = [], threading.Event()

    def due(now: datetime) -> None:
        ticks.append(now)
        if len(ticks) >= 3:
            ticked.set()

    scheduler = Scheduler(table(), SetClock(NOON), lambda job, key: None, due, tick_seconds=0.05)
    scheduler.start()
    assert ticked.wait(5)
    assert scheduler.alive()
    scheduler.stop()
    assert not scheduler.alive()
    seen = len(ticks)
    assert not threading.Event().wait(0.2)
    assert len(ticks) == seen
