"""Runs queued jobs on the durable engine, again after a crash; it decides nothing about their work."""

import logging
import os
import socket
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos._queue import Queue, queue_worker_thread

log = logging.getLogger(__name__)

WORK, POSTS = "work", "posts"
# A claimed job may wait for its turn here or for its next try; only so many of them run at once.
CLAIMED_PER_RUNNING = 8
LONGEST_BACKOFF = 60.0
LONGEST_WAIT_ASKED_FOR = 900.0
SECONDS_BETWEEN_SIGNS_OF_LIFE = 2.0
# A job that took the process down this often is set aside as failed.
MOST_CRASHES = 20
FAILURE_RETRIES = 5


class Workflow(Protocol):
    """A row of the table of jobs."""

    @property
    def job(self) -> Any:
        """The job's class: its name is the workflow's, its `queue` is WORK or POSTS."""
        ...

    @property
    def function(self) -> Callable[..., Any]: ...
    @property
    def retries(self) -> int:
        """How often it is tried again after an error that says `retry = True`."""
        ...


class Presence(Protocol):
    """A replica's sign of life in a database that several share."""

    def confirm(self) -> bool:
        """Whether we are still known to be alive."""
        ...

    def dead(self) -> AbstractContextManager[list[str]]:
        """The names of those that are not, kept from others until the block ends."""
        ...


class WorkerStorage(Protocol):
    """What the worker needs of the database; `storage.jobs.WorkerStorage` is the real one."""

    application: str
    application_version: str
    partitioned: frozenset[str]

    @property
    def engine(self) -> Any: ...
    @property
    def shared_by_replicas(self) -> bool: ...
    def when_queued(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]: ...
    def decode(self, job_type: type, text: str) -> Any: ...
    def tries(self, key: str) -> int: ...
    def reserve_slot(self, channel_id: str) -> float: ...
    def alive(self, executor_id: str) -> AbstractContextManager[Presence]: ...


Run = Callable[[Callable[..., Any], Any, int], None]
OnFailure = Callable[[Any, Exception], None]


class JobFailed(Exception):
    """How a job ended, in words that are safe to keep: the engine stores and shows this text."""


class _Stopping(BaseException):
    """Leaves a job unfinished, to be begun again; past `Exception`, or the engine would call it failed."""


class Worker:
    """The only one in its process. `run(function, job, attempt)` does the work; attempt 1 is the first.

    More than 1 means that an earlier try may have had its effect. `on_failure(job, error)` is called once or
    more for a job that ended badly.
    """

    def __init__(
        self,
        storage: WorkerStorage,
        table: Sequence[Workflow],
        run: Run,
        *,
        executor_id: str | None = None,
        concurrency: int = 8,
        poll_seconds: float = 0.25,
        backoff_seconds: float = 1.0,
        on_failure: OnFailure | None = None,
    ) -> None:
        self._storage = storage
        self._table = tuple(table)
        for row in self._table:
            if row.job.queue not in (WORK, POSTS):
                raise ValueError(f"{row.job.__name__}: there is no queue {row.job.queue!r}")
        self._run = run
        self._executor_id = executor_id or _executor_id(storage)
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        self._backoff_seconds = backoff_seconds
        self._on_failure = on_failure
        self._stopping = threading.Event()
        self._bells: dict[str, _WakeEvent] = {}
        self._turns = threading.Semaphore(concurrency)
        self._threads: list[threading.Thread] = []
        self._held = ExitStack()
        self._count = _Count()

    def start(self) -> None:
        """Begin to work. Raises a StorageError, such as when another replica lives under the same name."""
        with ExitStack() as held:
            presence = held.enter_context(self._storage.alive(self._executor_id))
            _quiet_the_engine()
            dbos = DBOS(config=self._config())
            held.callback(DBOS.destroy, destroy_registry=True)
            for row in self._table:
                DBOS.workflow(name=row.job.__name__, max_recovery_attempts=MOST_CRASHES)(self._workflow(row))
            # Its own listeners poll; ours are woken as well.
            DBOS.listen_queues([])
            DBOS.launch()
            for name in (WORK, POSTS):
                self._listen(dbos, name)
            held.callback(self._storage.when_queued(self._ring))
            if self._storage.shared_by_replicas:
                self._spawn("signs-of-life", lambda: self._watch(presence))
            self._held = held.pop_all()
        log.info("worker started", extra={"executor": self._executor_id})

    def stop(self, drain_seconds: float = 5.0) -> None:
        """Take no more jobs, give those that run `drain_seconds`, and leave the rest to be begun again."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.set()
        left = self._count.wait_for_none(drain_seconds)
        if left:
            log.warning("jobs were left unfinished; they begin again at the next start", extra={"jobs": left})
        # First those that look for jobs, then the engine they look with.
        for thread in self._threads:
            thread.join(timeout=2.0)
        self._held.close()
        log.info("worker stopped", extra={"executor": self._executor_id})

    def alive(self) -> bool:
        """Whether every part that takes jobs is running."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _config(self) -> DBOSConfig:
        return {
            "name": self._storage.application,
            "system_database_engine": self._storage.engine,
            "application_version": self._storage.application_version,
            "executor_id": self._executor_id,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": 0.2,
            "log_level": "WARNING",
        }

    def _listen(self, dbos: DBOS, name: str) -> None:
        queue: Queue = DBOS.register_queue(
            name,
            worker_concurrency=self._concurrency * CLAIMED_PER_RUNNING,
            partition_concurrency=1 if name in self._storage.partitioned else None,
            polling_interval_sec=self._poll_seconds,
            on_conflict="always_update",
        )
        # Each replica goes by its own numbers, and does not read them again at every poll.
        queue.database_backed_queue = False
        bell = self._bells[name] = _WakeEvent()
        self._spawn(f"queue-{name}", lambda: queue_worker_thread(bell, dbos, queue))

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"footbridge-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _ring(self, queues: frozenset[str]) -> None:
        for name in queues & self._bells.keys():
            self._bells[name].ring()

    def _workflow(self, row: Workflow) -> Callable[[str], None]:
        def workflow(text: str) -> None:
            key = DBOS.workflow_id or ""
            with self._count.one(key):
                self._perform(row, key, text)

        return workflow

    def _perform(self, row: Workflow, key: str, text: str) -> None:
        try:
            job = self._storage.decode(row.job, text)
            attempt = self._storage.tries(key)
            self._tried(row, job, key, attempt)
        except Exception as error:  # noqa: BLE001 - whatever a job raises ends that job alone
            summary = _summary(error)
            log.error("job failed: %s", summary, extra={"job": key, "where": _where(error)})
            raise JobFailed(summary) from None

    def _tried(self, row: Workflow, job: Any, key: str, attempt: int) -> None:
        for again in range(row.retries + 1):
            try:
                with self._turn(job):
                    self._run(row.function, job, attempt + again)
                return
            except Exception as error:
                if again == row.retries or not getattr(error, "retry", False):
                    self._report(job, key, error)
                    raise
                seconds = self._pause(again, error)
                log.warning(
                    "job will be tried again: %s",
                    _summary(error),
                    extra={"job": key, "attempt": attempt + again, "seconds": seconds},
                )
                self._wait(seconds)

    def _report(self, job: Any, key: str, error: Exception) -> None:
        """Call `on_failure`. After a crash before the end is recorded, the job, and so this, comes again."""
        if self._on_failure is None:
            return
        for again in range(FAILURE_RETRIES + 1):
            try:
                self._on_failure(job, error)
                return
            except Exception as second:  # noqa: BLE001 - it must not hide how the job ended
                last = again == FAILURE_RETRIES or not getattr(second, "retry", False)
                log.error(
                    "the failure of a job could not be reported: %s",
                    _summary(second),
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
        if self._stopping.wait(seconds) if seconds > 0 else self._stopping.is_set():
            raise _Stopping

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

    def _watch(self, presence: Presence) -> None:
        """Say that we live, and take over what the dead have left."""
        while not self._stopping.wait(SECONDS_BETWEEN_SIGNS_OF_LIFE):
            try:
                if not presence.confirm():
                    log.warning("another process holds our name for a moment", extra={"executor": self._executor_id})
                    continue
                with presence.dead() as owners:
                    if owners:
                        found = DBOS._recover_pending_workflows(owners)
                        log.warning("took over jobs of dead workers", extra={"dead": owners, "jobs": len(found)})
            except Exception as error:  # noqa: BLE001 - this thread outlives the database and the engine
                log.warning("no sign of life: %s", _summary(error), extra={"executor": self._executor_id})


class _WakeEvent(threading.Event):
    """The engine's stop sign for a queue's listener, whose wait also ends, unset, when somebody rings."""

    def __init__(self) -> None:
        super().__init__()
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def set(self) -> None:
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        self._rung.wait(timeout)
        self._rung.clear()
        return self.is_set()


class _Count:
    """The jobs that are in hand."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._keys: list[str] = []

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        with self._changed:
            self._keys.append(key)
        try:
            yield
        finally:
            with self._changed:
                self._keys.remove(key)
                self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> list[str]:
        """The keys that are still in hand after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._keys, seconds)
            return list(self._keys)


def _executor_id(storage: WorkerStorage) -> str:
    # SQLite has one worker at a time: under the same name it finds at once what it left unfinished.
    if not storage.shared_by_replicas:
        return "local"
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def _summary(error: Exception) -> str:
    """What happened, without words that may be a customer's: only our own errors are known to hold none."""
    name = type(error).__name__
    return f"{name}: {error}" if hasattr(error, "retry") else name


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)


def _quiet_the_engine() -> None:
    """Its log goes where ours goes, from warnings up, without what we have logged ourselves."""
    engine_log = logging.getLogger("dbos")
    if not engine_log.handlers:
        engine_log.addHandler(logging.NullHandler())
    engine_log.addFilter(_not_twice)


def _not_twice(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Exception encountered in background workflow")
