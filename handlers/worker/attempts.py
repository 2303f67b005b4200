"""Tries a job until it is done or no try is left: its turn, the pauses between tries, what happens when it is given up.

`except Exception` stands here because whatever a job raises ends that job alone.
"""

from __future__ import annotations

import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from handlers.worker.protocols import WorkerStorage, Workflow

log = logging.getLogger(__name__)

LONGEST_BACKOFF = 60.0
LONGEST_WAIT_ASKED_FOR = 900.0
GIVE_UP_RETRIES = 5

Row = TypeVar("Row", bound=Workflow)
Run = Callable[[Row, Any, int], None]
OnGiveUp = Callable[[Row, Any, Exception], None]


class JobFailed(Exception):
    """How a job ended, in words that are safe to keep: the engine stores and shows this text."""


class Stopping(BaseException):
    """Leaves a job unfinished, to be begun again; past `Exception`, or the engine would call it failed."""


class Attempts(Generic[Row]):
    """`run(row, job, attempt)` does the work; `on_give_up(row, job, error)` is called for a job that ended badly.

    At most `concurrency` jobs run at once; those in a partitioned queue wait for their channel's slot instead.
    """

    def __init__(
        self,
        storage: WorkerStorage,
        run: Run[Row],
        on_give_up: OnGiveUp[Row] | None,
        *,
        concurrency: int,
        backoff_seconds: float,
    ) -> None:
        self._storage = storage
        self._run = run
        self._on_give_up = on_give_up
        self._backoff_seconds = backoff_seconds
        self._turns = threading.Semaphore(concurrency)
        self.stopping = threading.Event()

    def perform(self, row: Row, key: str, text: str) -> None:
        """Does the job that is stored as `text`. Raises JobFailed when it is given up, Stopping when we are to end."""
        try:
            job = self._storage.decode(row.job, text)
            self._try(row, job, key, self._storage.tries(key))
        except Exception as error:  # noqa: BLE001 - whatever a job raises ends that job alone
            summary = summary_of(error)
            log.error("job failed: %s", summary, extra={"job": key, "where": _where(error)})
            raise JobFailed(summary) from None

    def _try(self, row: Row, job: Any, key: str, attempt: int) -> None:
        for again in range(row.retries + 1):
            try:
                with self._turn(job):
                    self._run(row, job, attempt + again)
                return
            except Exception as error:
                if again == row.retries or not getattr(error, "retry", False):
                    self._give_up(row, job, key, error)
                    raise
                seconds = self._pause(again, error)
                log.warning(
                    "job will be tried again: %s",
                    summary_of(error),
                    extra={"job": key, "attempt": attempt + again, "seconds": seconds},
                )
                self._wait(seconds)

    def _give_up(self, row: Row, job: Any, key: str, error: Exception) -> None:
        """Calls `on_give_up`. After a crash before the end is recorded, the job, and so this, comes again."""
        if self._on_give_up is None:
            return
        for again in range(GIVE_UP_RETRIES + 1):
            try:
                self._on_give_up(row, job, error)
                return
            except Exception as second:  # noqa: BLE001 - it must not hide how the job ended
                last = again == GIVE_UP_RETRIES or not getattr(second, "retry", False)
                log.error(
                    "the failure of a job could not be reported: %s",
                    summary_of(second),
                    extra={"job": key, "where": _where(second)},
                )
                if last:
                    return
                self._wait(self._pause(again, second))

    def _pause(self, again: int, error: Exception) -> float:
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            return min(float(asked), LONGEST_WAIT_ASKED_FOR)
        return min(self._backoff_seconds * 2.0**again, LONGEST_BACKOFF)

    def _wait(self, seconds: float) -> None:
        if self.stopping.wait(seconds) if seconds > 0 else self.stopping.is_set():
            raise Stopping

    @contextmanager
    def _turn(self, job: Any) -> Iterator[None]:
        """Posts wait for their channel's next slot; other work for one of the few places in this process."""
        if job.queue in self._storage.partitioned:
            self._wait(self._storage.reserve_slot(job.partition))
            yield
            return
        while not self._turns.acquire(timeout=0.25):
            self._wait(0)
        try:
            self._wait(0)
            yield
        finally:
            self._turns.release()


def summary_of(error: Exception) -> str:
    """What happened, without words that may be a customer's: only our own errors are known to hold none."""
    name = type(error).__name__
    return f"{name}: {error}" if hasattr(error, "retry") else name


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
