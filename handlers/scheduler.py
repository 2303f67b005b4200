"""Queues what is due, when it is due; several replicas of it give one run."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

# All replicas count their intervals from here, so that they agree on the slots.
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC; it may jump."""
        ...


class Trigger(Protocol):
    """One of APScheduler's triggers in UTC, an interval made by `every`, or a `DailyAt` for a time of somebody's day.

    APScheduler's cron triggers are for UTC only: elsewhere a clock change brings a time at night twice.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None: ...


@dataclass(frozen=True)
class Schedule:
    """What to queue at which times: `make_job(slot)` is asked for each slot (aware, UTC).

    `latest_only`: of several slots that have passed, only the last one counts. `occasion` tells one run from the next:
    of all slots with the same one, the first is queued. Without it every slot is its own.
    """

    name: str
    trigger: Trigger
    make_job: Callable[[datetime], Any]
    latest_only: bool = False
    occasion: Callable[[datetime], str] = datetime.isoformat

    def key(self, slot: datetime) -> str:
        """The identity of the job that is queued for a slot."""
        return f"{self.name}@{self.occasion(slot)}"


def every(interval: timedelta) -> IntervalTrigger:
    """A trigger whose slots are the same in every process."""
    return IntervalTrigger(seconds=int(interval.total_seconds()), start_date=ANCHOR, timezone=UTC)


class DailyAt:
    """Once on each day of a place, at a time of its clocks, also when these are changed.

    A time that a day has twice counts the first time. A time that is left out comes as much later as the clocks are
    put forward: 02:30 at 03:30. `at` is "HH:MM", `zone` the name of a time zone.
    """

    def __init__(self, at: str, zone: str) -> None:
        self._at = time.fromisoformat(at)
        self.zone = ZoneInfo(zone)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first such time at or after `now` (aware); in UTC. None where the calendar ends."""
        today = now.astimezone(self.zone).date()
        with suppress(OverflowError):
            for days in range(-1, 3):
                # `fold` is 0: the first of two, or the offset from before the gap.
                here = datetime.combine(today + timedelta(days=days), self._at, self.zone)
                if (at := here.astimezone(UTC)) >= now:
                    return at
        return None


class Scheduler:
    """Offers the slots of `schedules()` to `offer(job, key)` and then calls `queue_due(now)`, at every tick.

    `schedules` is called at every tick, so that the table may change: one that is new counts from the tick before on.
    `offer` queues the job under the key, once. Slots up to `look_back` before the start are offered too.
    `expected` are the errors of storage: after one of them a slot is offered again at the next tick.
    """

    def __init__(
        self,
        schedules: Callable[[], Sequence[Schedule]],
        clock: Clock,
        offer: Callable[[Any, str], object],
        queue_due: Callable[[datetime], object],
        *,
        expected: tuple[type[Exception], ...] = (),
        tick_seconds: float = 1.0,
        look_back: timedelta = timedelta(hours=2),
    ) -> None:
        self._read_schedules = schedules
        self._schedules: tuple[Schedule, ...] = ()
        self._clock = clock
        self._offer = offer
        self._queue_due = queue_due
        self._expected = expected
        self._tick_seconds = tick_seconds
        self._offered_until: dict[str, datetime] = {}
        self._last_tick = clock.now() - look_back
        self._follow(self._last_tick)
        self._ticker: BackgroundScheduler | None = None

    def start(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        # Late ticks count, and late ones together count once: no slot hangs on a tick's own time.
        ticker = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        first = datetime.now(UTC)
        ticker.add_job(self.tick, "interval", seconds=self._tick_seconds, next_run_time=first)
        ticker.start()
        self._ticker = ticker

    def stop(self) -> None:
        """Ends after the tick that is under way."""
        ticker, self._ticker = self._ticker, None
        if ticker is not None:
            ticker.shutdown(wait=True)

    def alive(self) -> bool:
        return self._ticker is not None and self._ticker.running

    def tick(self) -> None:
        """Offer every slot up to now that was not offered yet, then what is due in the tables."""
        now = self._clock.now()
        try:
            self._follow(min(self._last_tick, now))
        except self._expected as error:
            log.warning("the table of schedules could not be read; it is used as it was: %s", error)
        self._last_tick = now
        for schedule in self._schedules:
            try:
                self._offer_slots(schedule, now)
            except self._expected as error:
                log.warning("a schedule could not be queued yet: %s", error, extra={"schedule": schedule.name})
        try:
            self._queue_due(now)
        except self._expected as error:
            log.warning("what is due is not queued yet: %s", error)
        except ValueError as error:
            # Its text may quote what a customer wrote.
            log.error("what is due could not be queued: %s", type(error).__name__)

    def _follow(self, since: datetime) -> None:
        """Use the table as it is now. ValueError when two schedules in it have the same name."""
        schedules = tuple(self._read_schedules())
        offered = {schedule.name: self._offered_until.get(schedule.name, since) for schedule in schedules}
        if len(offered) != len(schedules):
            raise ValueError("two schedules have the same name")
        self._schedules, self._offered_until = schedules, offered

    def _offer_slots(self, schedule: Schedule, now: datetime) -> None:
        # After the clock was set back, slots are offered again; their keys know whether they have been.
        since = min(self._offered_until[schedule.name], now)
        for slot in deque(slots(schedule.trigger, since, now), maxlen=1 if schedule.latest_only else None):
            key = schedule.key(slot)
            try:
                self._offer(schedule.make_job(slot), key)
            except ValueError as error:
                # It would be as wrong at the next tick: this slot is given up, the others are not.
                log.error("a slot was left out: %s", error, extra={"slot": key})
            self._offered_until[schedule.name] = slot
        self._offered_until[schedule.name] = now


def slots(trigger: Trigger, after: datetime, until: datetime) -> Iterator[datetime]:
    """The trigger's times in (after, until], in UTC and whole seconds."""
    asked = after
    while True:
        asked += timedelta(milliseconds=1)
        following = trigger.get_next_fire_time(None, asked)
        if following is None:
            return
        # Intervals are computed in floating point: 11:59:59.999999 means noon.
        slot = (following.astimezone(UTC) + timedelta(milliseconds=500)).replace(microsecond=0)
        if slot > until:
            return
        if slot > after:
            yield slot
            after = asked = slot
