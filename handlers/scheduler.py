"""Queues what is due, when it is due; it never works itself, and several replicas of it give one run."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

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
    """One of APScheduler's triggers, with a time zone; intervals are made by `every`.

    Cron times from 01:00 to 03:59 are for UTC only: elsewhere a clock change drops them or brings them twice.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None: ...


@dataclass(frozen=True)
class Schedule:
    """What to queue at which times: `make_job(slot)` is asked for each slot (aware, UTC).

    `latest_only`: of several slots that have passed, only the last one counts.
    """

    name: str
    trigger: Trigger
    make_job: Callable[[datetime], Any]
    latest_only: bool = False


def every(interval: timedelta) -> IntervalTrigger:
    """A trigger whose slots are the same in every process."""
    return IntervalTrigger(seconds=int(interval.total_seconds()), start_date=ANCHOR, timezone=UTC)


class Scheduler:
    """Offers the slots of `schedules` to `offer(job, key)` and then calls `queue_due(now)`, at every tick.

    `offer` queues the job under the key, once. Slots up to `look_back` before the start are offered too.
    `expected` are the errors of storage: after one of them a slot is offered again at the next tick.
    """

    def __init__(
        self,
        schedules: Sequence[Schedule],
        clock: Clock,
        offer: Callable[[Any, str], object],
        queue_due: Callable[[datetime], object],
        *,
        expected: tuple[type[Exception], ...] = (),
        tick_seconds: float = 1.0,
        look_back: timedelta = timedelta(hours=2),
    ) -> None:
        self._schedules = tuple(schedules)
        self._clock = clock
        self._offer = offer
        self._queue_due = queue_due
        self._expected = expected
        self._tick_seconds = tick_seconds
        start = clock.now() - look_back
        self._offered_until = {schedule.name: start for schedule in self._schedules}
        if len(self._offered_until) != len(self._schedules):
            raise ValueError("two schedules have the same name")
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

    def _offer_slots(self, schedule: Schedule, now: datetime) -> None:
        # After the clock was set back, slots are offered again; their keys know whether they have been.
        since = min(self._offered_until[schedule.name], now)
        for slot in deque(slots(schedule.trigger, since, now), maxlen=1 if schedule.latest_only else None):
            key = f"{schedule.name}@{slot.isoformat()}"
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
