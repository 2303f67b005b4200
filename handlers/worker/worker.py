"""The worker: listens to the queues on the durable engine, runs what they hold, and takes over from dead replicas."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Generic

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos._queue import Queue, queue_worker_thread

from handlers.worker.attempts import Attempts, OnGiveUp, Row, Run, summary_of
from handlers.worker.protocols import POSTS, WORK, Presence, WorkerStorage
from handlers.worker.signals import RunningJobs, WakeEvent

log = logging.getLogger(__name__)

# A claimed job may wait for its turn here or for its next try; only so many of them run at once.
CLAIMED_PER_RUNNING = 8
SECONDS_BETWEEN_SIGNS_OF_LIFE = 2.0
# A job that took the process down this often is set aside as failed.
MOST_CRASHES = 20


class Worker(Generic[Row]):
    """The only one in its process. `run(row, job, attempt)` does the work; attempt 1 is the first.

    More than 1 means that an earlier try may have had its effect. `on_give_up(row, job, error)` is called once or
    more for a job that ended badly.
    """

    def __init__(
        self,
        storage: WorkerStorage,
        table: Sequence[Row],
        run: Run[Row],
        *,
        executor_id: str | None = None,
        concurrency: int = 8,
        poll_seconds: float = 0.25,
        backoff_seconds: float = 1.0,
        on_give_up: OnGiveUp[Row] | None = None,
    ) -> None:
        self._storage = storage
        self._table = tuple(table)
        for row in self._table:
            if row.job.queue not in (WORK, POSTS):
                raise ValueError(f"{row.job.__name__}: there is no queue {row.job.queue!r}")
        self._executor_id = executor_id or _executor_id(storage)
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        self._attempts = Attempts(storage, run, on_give_up, concurrency=concurrency, backoff_seconds=backoff_seconds)
        self._bells: dict[str, WakeEvent] = {}
        self._threads: list[threading.Thread] = []
        self._held = ExitStack()
        self._running = RunningJobs()

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
        self._attempts.stopping.set()
        for bell in self._bells.values():
            bell.set()
        left = self._running.wait_for_none(drain_seconds)
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
        bell = self._bells[name] = WakeEvent()
        self._spawn(f"queue-{name}", lambda: queue_worker_thread(bell, dbos, queue))

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"footbridge-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _ring(self, queues: frozenset[str]) -> None:
        for name in queues & self._bells.keys():
            self._bells[name].ring()

    def _workflow(self, row: Row) -> Callable[[str], None]:
        def workflow(text: str) -> None:
            key = DBOS.workflow_id or ""
            with self._running.one(key):
                self._attempts.perform(row, key, text)

        return workflow

    def _watch(self, presence: Presence) -> None:
        """Say that we live, and take over what the dead have left."""
        while not self._attempts.stopping.wait(SECONDS_BETWEEN_SIGNS_OF_LIFE):
            try:
                if not presence.confirm():
                    log.warning("another process holds our name for a moment", extra={"executor": self._executor_id})
                    continue
                with presence.dead() as owners:
                    if owners:
                        found = DBOS._recover_pending_workflows(owners)
                        log.warning("took over jobs of dead workers", extra={"dead": owners, "jobs": len(found)})
            except Exception as error:  # noqa: BLE001 - this thread outlives the database and the engine
                log.warning("no sign of life: %s", summary_of(error), extra={"executor": self._executor_id})


def _executor_id(storage: WorkerStorage) -> str:
    # SQLite has one worker at a time: under the same name it finds at once what it left unfinished.
    if not storage.shared_by_replicas:
        return "local"
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def _quiet_the_engine() -> None:
    """Its log goes where ours goes, from warnings up, without what we have logged ourselves."""
    engine_log = logging.getLogger("dbos")
    if not engine_log.handlers:
        engine_log.addHandler(logging.NullHandler())
    engine_log.addFilter(_not_twice)


def _not_twice(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Exception encountered in background workflow")
