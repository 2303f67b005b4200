"""Background jobs: queue them inside our own transactions, list them, retry and delete them.

The jobs are stored and run by DBOS ("the durable engine"), in the same database. Only this file and
`handlers/worker/worker.py` import it.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from dbos import error as dbos_error
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import Connection, Engine, event
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.database import shared, writing
from storage.errors import StorageError
from storage.job_encoding import QueuedJob, encode

APPLICATION = "footbridge"
# A constant, because by default it is a hash of the code, and no new version would continue the queued jobs.
APPLICATION_VERSION = "1"

#: Queues that run one job at a time per `partition`, in the order of queueing.
PARTITIONED = frozenset({"posts"})
HIGHEST_PRIORITY_NUMBER = 2**31 - 1
PURGE_BATCH = 500
# DBOS checks once a second for delayed jobs that are due. For delays up to this long we check at the exact time.
SECONDS_OF_PRECISE_DELAY = 60.0

FAILED = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
STATES = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "done",
    "CANCELLED": "cancelled",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}


@dataclass(frozen=True)
class JobRecord:
    """One queued job, for people to read. `fields` may contain text of a customer."""

    key: str
    name: str
    queue: str
    state: str  # one of the values of STATES
    tries: int
    queued_at: datetime
    finished_at: datetime | None
    error: str | None
    fields: Mapping[str, Any]


class JobNotFoundError(StorageError):
    """There is no such job, or it has not failed."""


class JobQueue:
    """Queues jobs inside the transaction of `session`: they exist only if it commits."""

    def __init__(self, session: Session) -> None:
        bind = session.get_bind()
        engine = bind if isinstance(bind, Engine) else bind.engine
        self._session = session
        self._runtime = JobRuntime.of(engine)
        self._queues: set[str] = set()
        self._delayed: set[tuple[str, float]] = set()
        event.listen(session, "after_commit", self._notify_workers)
        event.listen(session, "after_rollback", self._clear)

    def enqueue(self, job: QueuedJob, *, delay: timedelta | None = None, key: str | None = None) -> bool:
        """Queue `job`, to run after `delay`. Return False if its key was queued before, even if that job has ended.

        `key` replaces the job's own key, for example by the time slot of a schedule. Raises ValueError if a field
        cannot be written as JSON, or if a post has no partition.
        """
        options: EnqueueOptions = {
            "workflow_name": type(job).__name__,
            "workflow_id": key or job.key,
            "workflow_id_reuse_policy": "reject",
            "queue_name": job.queue,
            # Without this, only the latest registered version would run the job.
            "app_version": APPLICATION_VERSION,
        }
        if job.queue in PARTITIONED:
            if not job.partition:
                raise ValueError(f"{job.key}: a job of the queue {job.queue!r} needs a partition")
            options["queue_partition_key"] = job.partition
            options["priority"] = self._runtime.next_number()
        if delay is not None and delay > timedelta():
            options["delay_seconds"] = delay.total_seconds()
        try:
            self._runtime.client.enqueue_in_transaction(self._session, options, encode(job))
        except dbos_error.DBOSWorkflowIDInUseError:
            return False
        if "delay_seconds" in options:
            self._delayed.add((job.queue, options["delay_seconds"]))
        else:
            self._queues.add(job.queue)
        return True

    def _notify_workers(self, _session: Session) -> None:
        if self._queues:
            self._runtime.notify(frozenset(self._queues))
        for queue, seconds in self._delayed:
            self._runtime.notify_after(seconds, queue)
        self._clear(_session)

    def _clear(self, _session: Session) -> None:
        self._queues.clear()
        self._delayed.clear()


class JobLog:
    """Lists the jobs that are queued, running, done and failed; retries and deletes them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runtime = JobRuntime.of(engine)

    def counts(self) -> dict[str, int]:
        """Return the number of jobs in each state: every value of STATES is a key."""
        counts = dict.fromkeys(STATES.values(), 0)
        with self._engine.connect() as connection:
            query = f"SELECT status, count(*) FROM {status_table(connection)} GROUP BY status"
            for status, number in connection.execute(sql(query)):
                counts[STATES[status]] += number
        return counts

    def failed(self, limit: int = 50) -> list[JobRecord]:
        """Return jobs that failed and are not tried again, newest first."""
        return self._list(FAILED, limit, newest_first=True)

    def pending(self, limit: int = 50) -> list[JobRecord]:
        """Return jobs that are waiting or running, oldest first."""
        return self._list(["ENQUEUED", "DELAYED", "PENDING"], limit, newest_first=False)

    def retry(self, key: str) -> None:
        """Queue a failed job again under the same key; its tries are counted on. Raises JobNotFoundError."""
        client = self._runtime.client
        found = client.list_workflows(workflow_ids=[key], status=FAILED, load_input=False, load_output=False)
        if not found:
            raise JobNotFoundError(f"There is no failed job {key!r}. To list the failed jobs: app.py jobs")
        job = found[0]
        # Rewinding resets the number of tries, but it must still show that a side effect may have happened.
        client.update_workflow_attributes(key, {"tries": count_tries(job)})
        try:
            client.rewind_workflow(
                key,
                queue_name=job.queue_name,
                queue_partition_key=job.queue_partition_key,
                application_version=APPLICATION_VERSION,
            )
        except dbos_error.DBOSException as error:
            raise JobNotFoundError(f"The job {key!r} is no longer failed.") from error
        self._runtime.notify(frozenset({job.queue_name or ""}))

    def purge(self, older_than: timedelta, *, failed_older_than: timedelta | None = None) -> int:
        """Delete jobs that ended more than `older_than` ago; return their number.

        Failed jobs are deleted only with `failed_older_than`. The keys of old jobs prevent duplicates, so `older_than`
        must be longer than the time in which an event can arrive again.
        """
        purged = self._purge(["SUCCESS", "CANCELLED"], older_than)
        if failed_older_than is not None:
            purged += self._purge(FAILED, failed_older_than)
        with writing(self._engine).begin() as connection:
            idle = sql("DELETE FROM channel_slots WHERE next_at < :before")
            connection.execute(idle, {"before": time.time() - 3600})
        return purged

    def _purge(self, statuses: list[str], older_than: timedelta) -> int:
        # DBOS stores the machine's time, which may differ from the desk's clock (in the demo).
        before = (datetime.now(UTC) - older_than).isoformat()
        purged = 0
        while True:
            found = self._runtime.client.list_workflows(
                status=statuses,
                completed_before=before,
                limit=PURGE_BATCH,
                load_input=False,
                load_output=False,
            )
            if not found:
                return purged
            self._runtime.client.delete_workflows([job.workflow_id for job in found])
            purged += len(found)

    def _list(self, statuses: list[str], limit: int, *, newest_first: bool) -> list[JobRecord]:
        found = self._runtime.client.list_workflows(status=statuses, limit=limit, sort_desc=newest_first)
        return [_make_record(job) for job in found]


def install_job_tables(engine: Engine) -> None:
    """Create or upgrade the tables of DBOS; part of `database.upgrade`."""
    JobRuntime.of(engine).client._sys_db.run_migrations()


def engine_tables() -> frozenset[str]:
    """Return the names of DBOS's own tables."""
    return frozenset({table.name for table in SystemSchema.metadata_obj.sorted_tables} | {"dbos_migrations"})


_CREATION_LOCK = threading.Lock()


class JobRuntime:
    """What all job queues of one open database share: the client of DBOS, and the listeners to call after a commit."""

    def __init__(self, engine: Engine) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        self.client = DBOSClient(
            system_database_engine=engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._lock = threading.Lock()
        self._last = 0

    @classmethod
    def of(cls, engine: Engine) -> "JobRuntime":
        """Return the runtime of the database that `engine` is connected to."""
        values = shared(engine)
        with _CREATION_LOCK:
            if "jobs" not in values:
                values["jobs"] = cls(values["engine"])
            runtime: JobRuntime = values["jobs"]
            return runtime

    def next_number(self) -> int:
        """Return a number that grows with time and with every call, for the order of posts within a second."""
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 100))
            return self._last % HIGHEST_PRIORITY_NUMBER + 1

    def listen(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        self._listeners.append(call)
        return lambda: self._listeners.remove(call)

    def notify(self, queues: frozenset[str]) -> None:
        """Call every listener."""
        for call in tuple(self._listeners):
            call(queues)

    def notify_after(self, seconds: float, queue: str) -> None:
        """Call every listener in `seconds`, when a delayed job becomes due."""
        if self._listeners and seconds <= SECONDS_OF_PRECISE_DELAY:
            timer = threading.Timer(seconds + 0.005, self._release_due_jobs, [frozenset({queue})])
            timer.daemon = True
            timer.start()

    def _release_due_jobs(self, queues: frozenset[str]) -> None:
        if self._listeners:  # the worker may have stopped
            with suppress(SQLAlchemyError):  # DBOS checks again within a second
                self.client._sys_db.transition_delayed_workflows()
            self.notify(queues)


def count_tries(job: Any) -> int:
    """Return how often a job of DBOS was started."""
    return int((job.attributes or {}).get("tries", 0)) + int(job.recovery_attempts or 0)


def _make_record(job: Any) -> JobRecord:
    arguments = (job.input or {}).get("args") or ("{}",)
    return JobRecord(
        key=job.workflow_id,
        name=job.name,
        queue=job.queue_name or "",
        state=STATES[job.status],
        tries=count_tries(job),
        queued_at=_to_datetime(job.created_at),
        finished_at=_to_datetime(job.completed_at) if job.completed_at else None,
        error=str(job.error) if job.error else None,
        fields=json.loads(arguments[0]),
    )


def _to_datetime(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def status_table(connection: Connection) -> str:
    """Return the name of DBOS's table of jobs."""
    return "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"
