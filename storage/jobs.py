"""Queues background work inside our own transactions and shows what became of it; it runs nothing itself.

The durable engine is DBOS, on the same database: only this file and `handlers/worker/worker.py` call it.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar, get_origin, get_type_hints

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from dbos import error as dbos_error
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import Connection, Engine, Float, String, event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, StorageError, explain, shared, writing

J = TypeVar("J", bound="QueuedJob")

APPLICATION = "footbridge"
# Pinned: by default it is a hash of the code, and every deployment would strand what is in flight.
APPLICATION_VERSION = "1"

#: Queues that run one job at a time per `partition`, in the order in which they were queued.
PARTITIONED = frozenset({"posts"})
HIGHEST_PRIORITY_NUMBER = 2**31 - 1
SECONDS_BETWEEN_POSTS = 1.1
PURGE_BATCH = 500
# The engine looks once a second for delayed jobs that are due. Within this time we look just then ourselves.
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


class QueuedJob(Protocol):
    """What can be queued: a frozen dataclass with JSON-serialisable fields."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    queue: ClassVar[str]

    @property
    def key(self) -> str:
        """The job's identity: the same key twice is one job."""
        ...

    @property
    def partition(self) -> str | None:
        """For queues in PARTITIONED: what runs one at a time (the channel)."""
        ...

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a job that an earlier version queued, by the names that they have now."""
        ...


class ChannelSlot(Base):
    """When the next post to a channel may leave; shared by all replicas."""

    __tablename__ = "channel_slots"
    LONGEST = 64

    channel_id: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    next_at: Mapped[float] = mapped_column(Float(53))  # seconds since 1970


@dataclass(frozen=True)
class JobRecord:
    """One queued job as a person may see it; `fields` may hold a customer's words."""

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
    """There is no such job, or it is not a failed one."""


class NameTakenError(StorageError):
    """Another process works on this database under the same name."""


class JobQueue:
    """Queues jobs inside the transaction of `session`: they exist if and only if it commits."""

    def __init__(self, session: Session) -> None:
        bind = session.get_bind()
        engine = bind if isinstance(bind, Engine) else bind.engine
        self._session = session
        self._board = _JobRuntime.of(engine)
        self._queues: set[str] = set()
        self._delayed: set[tuple[str, float]] = set()
        event.listen(session, "after_commit", self._committed)
        event.listen(session, "after_rollback", self._rolled_back)

    def enqueue(self, job: QueuedJob, *, delay: timedelta | None = None, key: str | None = None) -> bool:
        """Queue `job`, to run after `delay`; False if its key was queued before, whatever became of it.

        `key` stands in for the job's own (a schedule's slot, say).
        Raises ValueError when its fields are not JSON or a post has no partition.
        """
        options: EnqueueOptions = {
            "workflow_name": type(job).__name__,
            "workflow_id": key or job.key,
            "workflow_id_reuse_policy": "reject",
            "queue_name": job.queue,
            # Named, or only the latest registered version would take it.
            "app_version": APPLICATION_VERSION,
        }
        if job.queue in PARTITIONED:
            if not job.partition:
                raise ValueError(f"{job.key}: a job of the queue {job.queue!r} needs a partition")
            options["queue_partition_key"] = job.partition
            options["priority"] = self._board.next_number()
        if delay is not None and delay > timedelta():
            options["delay_seconds"] = delay.total_seconds()
        try:
            self._board.client.enqueue_in_transaction(self._session, options, encode(job))
        except dbos_error.DBOSWorkflowIDInUseError:
            return False
        if "delay_seconds" in options:
            self._delayed.add((job.queue, options["delay_seconds"]))
        else:
            self._queues.add(job.queue)
        return True

    def _committed(self, _session: Session) -> None:
        if self._queues:
            self._board.ring(frozenset(self._queues))
        for queue, seconds in self._delayed:
            self._board.ring_after(seconds, queue)
        self._rolled_back(_session)

    def _rolled_back(self, _session: Session) -> None:
        self._queues.clear()
        self._delayed.clear()


class JobLog:
    """What is queued, running, done and failed; and the two things to do about it: retry and purge."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._board = _JobRuntime.of(engine)

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state (the values of STATES; all are present)."""
        counts = dict.fromkeys(STATES.values(), 0)
        with self._engine.connect() as connection:
            query = f"SELECT status, count(*) FROM {_status_table(connection)} GROUP BY status"
            for status, number in connection.execute(sql(query)):
                counts[STATES[status]] += number
        return counts

    def failed(self, limit: int = 50) -> list[JobRecord]:
        """Jobs that gave up, the newest first."""
        return self._list(FAILED, limit, newest_first=True)

    def pending(self, limit: int = 50) -> list[JobRecord]:
        """Jobs that wait or run, the oldest first."""
        return self._list(["ENQUEUED", "DELAYED", "PENDING"], limit, newest_first=False)

    def retry(self, key: str) -> None:
        """Queue a failed job again, in place; its tries go on counting. Raises JobNotFoundError."""
        client = self._board.client
        found = client.list_workflows(workflow_ids=[key], status=FAILED, load_input=False, load_output=False)
        if not found:
            raise JobNotFoundError(f"There is no failed job {key!r}. See which there are: app.py jobs")
        job = found[0]
        # Rewinding forgets the tries, and with them that a side effect may have happened.
        client.update_workflow_attributes(key, {"tries": _tries(job)})
        try:
            client.rewind_workflow(
                key,
                queue_name=job.queue_name,
                queue_partition_key=job.queue_partition_key,
                application_version=APPLICATION_VERSION,
            )
        except dbos_error.DBOSException as error:
            raise JobNotFoundError(f"The job {key!r} is not a failed one any more.") from error
        self._board.ring(frozenset({job.queue_name or ""}))

    def purge(self, older_than: timedelta, *, failed_older_than: timedelta | None = None) -> int:
        """Forget jobs that ended longer ago than `older_than`; return how many. Failed ones only if asked to.

        Keys are the memory that deduplicates: `older_than` must exceed every redelivery and look-back window.
        """
        purged = self._purge(["SUCCESS", "CANCELLED"], older_than)
        if failed_older_than is not None:
            purged += self._purge(FAILED, failed_older_than)
        with writing(self._engine).begin() as connection:
            idle = sql("DELETE FROM channel_slots WHERE next_at < :before")
            connection.execute(idle, {"before": time.time() - 3600})
        return purged

    def _purge(self, statuses: list[str], older_than: timedelta) -> int:
        # The rows were stamped with the machine's time, whatever the clock of the desk says.
        before = (datetime.now(UTC) - older_than).isoformat()
        purged = 0
        while True:
            found = self._board.client.list_workflows(
                status=statuses,
                completed_before=before,
                limit=PURGE_BATCH,
                load_input=False,
                load_output=False,
            )
            if not found:
                return purged
            self._board.client.delete_workflows([job.workflow_id for job in found])
            purged += len(found)

    def _list(self, statuses: list[str], limit: int, *, newest_first: bool) -> list[JobRecord]:
        found = self._board.client.list_workflows(status=statuses, limit=limit, sort_desc=newest_first)
        return [_record(job) for job in found]


class WorkerStorage:
    """What the worker needs of the database besides DBOS: slots for posts, counted tries, who is alive."""

    application = APPLICATION
    application_version = APPLICATION_VERSION
    partitioned = PARTITIONED

    def __init__(self, engine: Engine, *, seconds_between_posts: float = SECONDS_BETWEEN_POSTS) -> None:
        self.engine = engine
        self._board = _JobRuntime.of(engine)
        self._gap = seconds_between_posts

    @property
    def shared_by_replicas(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def when_queued(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call `call` with the queues' names whenever this process queued something; returns the undo."""
        return self._board.listen(call)

    def decode(self, job_type: type[J], text: str) -> J:
        """The job that was queued. ValueError if its fields no longer fit its class."""
        return decode(job_type, text)

    def tries(self, key: str) -> int:
        """How often the job was begun, this time included: committed before it begins."""
        found = self._board.client.list_workflows(workflow_ids=[key], load_input=False, load_output=False)
        return _tries(found[0]) if found else 1

    def reserve_slot(self, channel_id: str) -> float:
        """Take the next free slot for a post to a channel; returns the seconds to wait for it (0 if idle)."""
        if self.engine.dialect.name == "postgresql":
            now, later = "extract(epoch FROM clock_timestamp())", "greatest"
        else:
            now, later = ":now", "max"
        # RETURNING, since the number of rows is not reliable on psycopg.
        statement = sql(
            f"INSERT INTO channel_slots (channel_id, next_at) VALUES (:channel, {now} + :gap) "
            f"ON CONFLICT (channel_id) DO UPDATE SET next_at = {later}(channel_slots.next_at, {now}) + :gap "
            f"RETURNING next_at - :gap - {now}"
        )
        # The address of a channel may be longer than the column is wide; such a one is known by its digest.
        short = len(channel_id) <= ChannelSlot.LONGEST
        named = channel_id if short else hashlib.sha256(channel_id.encode()).hexdigest()
        values: dict[str, Any] = {"channel": named, "gap": self._gap}
        if now == ":now":
            values["now"] = time.time()
        try:
            with writing(self.engine).begin() as connection:
                return max(0.0, float(connection.execute(statement, values).scalar_one()))
        except DBAPIError as error:
            raise explain(error, self.engine.url) from error

    @contextmanager
    def alive(self, executor_id: str) -> Iterator["Presence"]:
        """Be known to be alive as `executor_id` until the block ends. Raises NameTakenError if another is."""
        presence = Presence(self.engine, executor_id)
        try:
            if self.shared_by_replicas and not presence.confirm():
                raise NameTakenError(
                    f"Another Footbridge works on this database under the name {executor_id!r}. "
                    "Give each its own name, or wait a few seconds if that one was just stopped."
                )
            yield presence
        finally:
            presence.end()


class Presence:
    """A replica's sign of life: a lock of its session on PostgreSQL, which ends as its process does."""

    def __init__(self, engine: Engine, executor_id: str) -> None:
        self._engine = engine
        self._id = executor_id
        self._connection: Connection | None = None

    def confirm(self) -> bool:
        """Whether we hold, or hold again, our lock. Raises a StorageError while the database is away."""
        try:
            if self._connection is not None:
                self._connection.execute(sql("SELECT 1"))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if _try_lock(connection, self._id):
                self._connection = connection
                return True
            connection.close()
            return False
        except DBAPIError as error:
            self.end()
            raise explain(error, self._engine.url) from error

    @contextmanager
    def dead(self) -> Iterator[list[str]]:
        """The ids that own running jobs and whose process is gone; theirs are held until the block ends."""
        held: list[str] = []
        if self._connection is None:
            yield held
            return
        query = (
            f"SELECT DISTINCT executor_id FROM {_status_table(self._connection)} "
            "WHERE status = 'PENDING' AND executor_id IS NOT NULL AND executor_id <> :me"
        )
        try:
            owners = self._connection.execute(sql(query), {"me": self._id}).scalars().all()
            held.extend(owner for owner in owners if _try_lock(self._connection, owner))
            try:
                yield held
            finally:
                for owner in held:
                    self._connection.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": _lock_key(owner)})
        except DBAPIError as error:
            self.end()  # closing the session frees every lock it held
            raise explain(error, self._engine.url) from error

    def end(self) -> None:
        """Give the name back at once; closing alone frees it only when the server has noticed."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(SQLAlchemyError):
            connection.execute(sql("SELECT pg_advisory_unlock_all()"))
        connection.invalidate()
        connection.close()


def encode(job: QueuedJob) -> str:
    """The job's fields as JSON, in ASCII so that half an emoji from outside cannot stop it.

    Raises ValueError if they are not JSON.
    """
    try:
        return json.dumps({field.name: getattr(job, field.name) for field in fields(job)}, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{type(job).__name__}: the fields of a job must be JSON ({error})") from error


def decode(job_type: type[J], text: str) -> J:
    """The job that `encode` wrote. ValueError if the fields no longer fit its class."""
    hints = get_type_hints(job_type)
    values = job_type.from_earlier_version(json.loads(text))
    for name, value in values.items():
        if isinstance(value, list) and get_origin(hints.get(name)) is tuple:
            values[name] = tuple(value)
    try:
        return job_type(**values)
    except TypeError as error:
        raise ValueError(f"a queued {job_type.__name__} does not fit this version of it") from error


def install_job_tables(engine: Engine) -> None:
    """Create or upgrade the tables of the durable engine; part of `database.upgrade`."""
    _JobRuntime.of(engine).client._sys_db.run_migrations()


def engine_tables() -> frozenset[str]:
    """The names of the durable engine's own tables."""
    return frozenset({table.name for table in SystemSchema.metadata_obj.sorted_tables} | {"dbos_migrations"})


_MAKING = threading.Lock()


class _JobRuntime:
    """What all queues of one open database share: DBOS's client, and whom to wake after a commit."""

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
    def of(cls, engine: Engine) -> "_JobRuntime":
        place = shared(engine)
        with _MAKING:
            if "jobs" not in place:
                place["jobs"] = cls(place["engine"])
            board: _JobRuntime = place["jobs"]
            return board

    def next_number(self) -> int:
        """A number that grows with time (hundredths of seconds) and with every call.

        It keeps the order of posts within one second, which creation times on SQLite cannot.
        """
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 100))
            return self._last % HIGHEST_PRIORITY_NUMBER + 1

    def listen(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        self._listeners.append(call)
        return lambda: self._listeners.remove(call)

    def ring(self, queues: frozenset[str]) -> None:
        for call in tuple(self._listeners):
            call(queues)

    def ring_after(self, seconds: float, queue: str) -> None:
        if self._listeners and seconds <= SECONDS_OF_PRECISE_DELAY:
            timer = threading.Timer(seconds + 0.005, self._due, [frozenset({queue})])
            timer.daemon = True
            timer.start()

    def _due(self, queues: frozenset[str]) -> None:
        if self._listeners:  # whoever works here may have stopped
            with suppress(SQLAlchemyError):  # the engine comes by within a second
                self.client._sys_db.transition_delayed_workflows()
            self.ring(queues)


def _tries(job: Any) -> int:
    return int((job.attributes or {}).get("tries", 0)) + int(job.recovery_attempts or 0)


def _record(job: Any) -> JobRecord:
    arguments = (job.input or {}).get("args") or ("{}",)
    return JobRecord(
        key=job.workflow_id,
        name=job.name,
        queue=job.queue_name or "",
        state=STATES[job.status],
        tries=_tries(job),
        queued_at=_moment(job.created_at),
        finished_at=_moment(job.completed_at) if job.completed_at else None,
        error=str(job.error) if job.error else None,
        fields=json.loads(arguments[0]),
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _status_table(connection: Connection) -> str:
    return "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"


def _lock_key(executor_id: str) -> int:
    digest = hashlib.sha256(f"footbridge worker {executor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _try_lock(connection: Connection, executor_id: str) -> bool:
    return bool(connection.execute(sql("SELECT pg_try_advisory_lock(:key)"), {"key": _lock_key(executor_id)}).scalar())
