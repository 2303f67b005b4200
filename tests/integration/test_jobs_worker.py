"""Queued jobs run once, in order where order matters, are tried again where that helps, and can be seen and mended."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.jobs import Job
from handlers.worker import Worker
from storage.database import open_engine, upgrade, writing
from storage.errors import StorageError
from storage.jobs import JobLog, JobNotFoundError, JobQueue
from storage.presence import NameTakenError
from storage.worker_storage import WorkerStorage
from tests.fakes.job_process import Row

CUT = sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Task(Job):
    name: str
    words: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"Task:{self.name}"


@dataclass(frozen=True)
class Letter(Job):
    queue: ClassVar[str] = "posts"
    number: int
    channel: str

    @property
    def key(self) -> str:
        return f"Letter:{self.number}"

    @property
    def partition(self) -> str:
        return self.channel


class Busy(Exception):
    """An outside system that works later."""

    retry = True

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("the model is busy")
        self.retry_after = retry_after


@dataclass
class Desk:
    """Runs jobs as `act` says, and remembers them with their attempts and times."""

    engine: Engine
    act: Callable[[Any, int], None] = lambda job, attempt: None
    ran: list[tuple[Any, int]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    failures: list[tuple[Any, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def run(self, row: Row, job: Any, attempt: int) -> None:
        with self.changed:
            self.ran.append((job, attempt))
            self.at.append(time.monotonic())
            self.changed.notify_all()
        row.function(job, attempt)

    def queue(self, *jobs: Any, delay: timedelta | None = None) -> list[bool]:
        with Session(writing(self.engine)) as session, session.begin():
            return [JobQueue(session).enqueue(job, delay=delay) for job in jobs]

    def fail(self, row: Row, job: Any, error: Exception) -> None:
        self.failures.append((job, type(error).__name__))

    def wait_for(self, number: int, seconds: float = 30.0) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ran) >= number, seconds), self.ran

    def settled(self, seconds: float = 30.0) -> dict[str, int]:
        deadline = time.monotonic() + seconds
        while True:
            counts = JobLog(self.engine).counts()
            if not counts["waiting"] + counts["running"]:
                return counts
            assert time.monotonic() < deadline, counts
            time.sleep(0.02)

    def worker(self, **options: Any) -> Worker:
        table = [Row(Task, lambda job, attempt: self.act(job, attempt), 3)]
        table.append(Row(Letter, lambda job, attempt: self.act(job, attempt), 3))
        options = {"poll_seconds": 0.1, "backoff_seconds": 0.05, "on_give_up": self.fail, **options}
        return Worker(WorkerStorage(self.engine), table, self.run, **options)

    @contextmanager
    def working(self, **options: Any) -> Iterator[Worker]:
        worker = self.worker(**options)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_a_job_exists_only_if_its_transaction_was_committed(desk: Desk) -> None:
    with Session(writing(desk.engine)) as session:
        assert JobQueue(session).enqueue(Task("a")) is True
        session.rollback()

    def break_off() -> None:
        with Session(writing(desk.engine)) as session, session.begin():
            JobQueue(session).enqueue(Task("a"))
            session.execute(sql("INSERT INTO channel_slots VALUES ('C1', 0)"))
            raise Busy

    with pytest.raises(Busy):
        break_off()
    assert JobLog(desk.engine).pending() == []
    with desk.engine.connect() as connection:
        assert connection.execute(sql("SELECT count(*) FROM channel_slots")).scalar() == 0
    assert desk.queue(Task("a")) == [True]
    assert [job.key for job in JobLog(desk.engine).pending()] == ["Task:a"]


def test_the_same_key_is_one_job_even_after_it_ran(desk: Desk) -> None:
    assert desk.queue(Task("a", ("first",)), Task("a", ("second",))) == [True, False]
    with desk.working():
        desk.wait_for(1)
        desk.settled()
        assert desk.queue(Task("a")) == [False]
        time.sleep(0.3)
    assert desk.ran == [(Task("a", ("first",)), 1)]


def test_two_transactions_at_once_queue_one_job(desk: Desk) -> None:
    start, answers = threading.Barrier(4), []

    def enqueue() -> None:
        start.wait()
        answers.extend(desk.queue(Task("a")))

    threads = [threading.Thread(target=enqueue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]


def test_a_job_comes_back_as_it_was_whatever_its_letters(desk: Desk) -> None:
    odd = Task("a", ("\x00", "half an emoji \ud83d", "“quoted”", "line\u2028end"))
    desk.queue(odd)
    with desk.working():
        desk.wait_for(1)
        desk.settled()
    assert desk.ran == [(odd, 1)]


def test_a_job_that_is_not_json_or_a_post_without_a_channel_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="Task: the fields of a job must be JSON"):
        desk.queue(Task("a", (object(),)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a partition"):
        desk.queue(Letter(1, ""))


def test_queueing_wakes_the_worker_in_the_same_process(desk: Desk) -> None:
    def chain(job: Any, attempt: int) -> None:
        if int(job.name) < 5:
            desk.queue(Task(str(int(job.name) + 1)))

    desk.act = chain
    with desk.working(poll_seconds=30):
        began = time.monotonic()
        desk.queue(Task("1"))
        desk.wait_for(5)
        assert time.monotonic() - began < 5


def test_a_delayed_job_waits(desk: Desk) -> None:
    with desk.working():
        began = time.monotonic()
        desk.queue(Task("late"), delay=timedelta(seconds=1))
        desk.wait_for(1)
        assert 0.9 < time.monotonic() - began < 5


def test_a_delayed_job_begins_when_it_is_due_and_not_when_somebody_looks(desk: Desk) -> None:
    with desk.working(poll_seconds=30):
        delays = [0.3 * number for number in range(1, 9)]
        began = []
        for number, delay in enumerate(delays):
            began.append(time.monotonic())
            desk.queue(Task(str(number)), delay=timedelta(seconds=delay))
        desk.wait_for(len(delays))
    ran = {int(job.name): at for (job, _), at in zip(desk.ran, desk.at, strict=True)}
    late = [ran[number] - began[number] - delay for number, delay in enumerate(delays)]
    assert min(late) > -0.01
    # At the engine's own pace, one look a second, half of them would be half a second late or more.
    assert median(late) < 0.35


def test_an_error_that_says_so_is_tried_again_with_a_counted_attempt(desk: Desk) -> None:
    def busy_twice(job: Any, attempt: int) -> None:
        if attempt < 3:
            raise Busy

    desk.act = busy_twice
    desk.queue(Task("a"))
    with desk.working():
        desk.wait_for(3)
        assert desk.settled()["done"] == 1
    assert [attempt for _, attempt in desk.ran] == [1, 2, 3]
    assert desk.failures == []


def test_the_pause_that_the_other_side_asks_for_is_kept(desk: Desk) -> None:
    def busy_once(job: Any, attempt: int) -> None:
        if attempt == 1:
            raise Busy(retry_after=0.6)

    desk.act = busy_once
    desk.queue(Task("a"))
    with desk.working():
        desk.wait_for(2)
    assert desk.at[1] - desk.at[0] >= 0.6


def test_a_job_waiting_for_its_next_try_does_not_hold_up_others(desk: Desk) -> None:
    def busy(job: Any, attempt: int) -> None:
        if job.name.startswith("busy") and attempt == 1:
            raise Busy(retry_after=600)

    desk.act = busy
    desk.queue(*(Task(f"busy{number}") for number in range(6)))
    with desk.working(concurrency=2):
        desk.wait_for(6)
        desk.queue(Task("quick"))
        desk.wait_for(7)
    assert desk.ran[6] == (Task("quick"), 1)


def test_other_errors_end_the_job_and_are_reported_without_a_customers_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(job: Any, attempt: int) -> None:
        raise KeyError("my password is hunter2")

    desk.act = wrong
    desk.queue(Task("a"))
    with caplog.at_level(logging.INFO), desk.working():
        desk.wait_for(1)
        assert desk.settled()["failed"] == 1
    assert desk.ran == [(Task("a"), 1)]
    assert desk.failures == [(Task("a"), "KeyError")]
    failed = JobLog(desk.engine).failed()
    assert [(job.key, job.state, job.tries, job.error) for job in failed] == [("Task:a", "failed", 1, "KeyError")]
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [vars(record)["job"] for record in logged] == ["Task:a"]
    assert vars(logged[0])["where"].endswith(" wrong")
    assert "hunter2" not in caplog.text


def test_a_job_that_stays_busy_fails_after_its_retries(desk: Desk) -> None:
    def busy(job: Any, attempt: int) -> None:
        raise Busy

    desk.act = busy
    desk.queue(Task("a"))
    with desk.working(backoff_seconds=0.01):
        desk.wait_for(4)
        assert desk.settled()["failed"] == 1
    assert [attempt for _, attempt in desk.ran] == [1, 2, 3, 4]
    assert JobLog(desk.engine).failed()[0].error == "Busy: the model is busy"


def test_a_failed_job_can_be_retried_and_knows_that_it_was_tried_before(desk: Desk) -> None:
    def wrong_at_first(job: Any, attempt: int) -> None:
        if len(desk.ran) == 1:
            raise KeyError

    desk.act = wrong_at_first
    desk.queue(Letter(1, "C1"))
    jobs = JobLog(desk.engine)
    with desk.working():
        desk.wait_for(1)
        assert desk.settled()["failed"] == 1
        jobs.retry("Letter:1")
        desk.wait_for(2)
        assert desk.settled() == {"waiting": 0, "running": 0, "done": 1, "cancelled": 0, "failed": 0}
        with pytest.raises(JobNotFoundError, match="no failed job"):
            jobs.retry("Letter:1")
    assert desk.ran == [(Letter(1, "C1"), 1), (Letter(1, "C1"), 2)]


def test_a_job_whose_class_has_changed_since_fails_alone(desk: Desk) -> None:
    @dataclass(frozen=True)
    class Older:
        queue: ClassVar[str] = "work"
        partition: ClassVar[None] = None
        key: ClassVar[str] = "Task:old"
        title: str

    Older.__name__ = "Task"
    desk.queue(Older("x"), Task("new"))
    with desk.working():
        desk.wait_for(1)
        assert desk.settled()["failed"] == 1
    assert desk.ran == [(Task("new"), 1)]


def test_posts_to_a_channel_leave_in_order_and_apart_but_the_first_at_once(desk: Desk) -> None:
    with desk.working():
        began = time.monotonic()
        desk.queue(*(Letter(number, "C1") for number in (9, 10, 11)), Letter(1, "C2"))
        desk.wait_for(4)
    sent = dict(zip([job for job, _ in desk.ran], desk.at, strict=True))
    assert [job.number for job in sent if job.channel == "C1"] == [9, 10, 11]
    assert max(sent[Letter(9, "C1")], sent[Letter(1, "C2")]) - began < 2
    assert sent[Letter(10, "C1")] - sent[Letter(9, "C1")] >= 1.0
    assert sent[Letter(11, "C1")] - sent[Letter(10, "C1")] >= 1.0


def test_a_post_that_is_tried_again_keeps_its_place(desk: Desk) -> None:
    def busy_once(job: Any, attempt: int) -> None:
        if job.number == 1 and attempt == 1:
            raise Busy(retry_after=0.2)

    desk.act = busy_once
    with desk.working():
        desk.queue(Letter(1, "C1"), Letter(2, "C1"))
        desk.wait_for(3)
    assert [job.number for job, _ in desk.ran] == [1, 1, 2]


def test_a_stopped_worker_leaves_what_it_has_not_finished_to_the_next(desk: Desk) -> None:
    def busy(job: Any, attempt: int) -> None:
        if attempt == 1 and job.name == "waiting":
            raise Busy(retry_after=600)

    desk.act = busy
    with desk.working() as worker:
        desk.queue(Task("waiting"), Task("done"))
        desk.wait_for(2)
        assert worker.alive()
    assert not worker.alive()
    counts = JobLog(desk.engine).counts()
    assert (counts["running"], counts["done"], counts["failed"]) == (1, 1, 0)
    with desk.working():
        desk.wait_for(3)
        assert desk.settled()["done"] == 2
    assert (Task("waiting"), 2) in desk.ran


def test_stopping_waits_a_little_for_what_is_running(desk: Desk) -> None:
    desk.act = lambda job, attempt: time.sleep(0.5)
    desk.queue(Task("slow"))
    with desk.working():
        desk.wait_for(1)
    assert JobLog(desk.engine).counts()["done"] == 1


def test_old_finished_jobs_are_purged_and_failed_ones_kept_until_asked(desk: Desk) -> None:
    def wrong(job: Any, attempt: int) -> None:
        if job.name == "bad":
            raise KeyError

    desk.act = wrong
    desk.queue(*(Task(str(number)) for number in range(5)), Task("bad"))
    jobs = JobLog(desk.engine)
    with desk.working():
        desk.wait_for(6)
        desk.settled()
    desk.queue(Task("waiting"))
    assert jobs.purge(timedelta(hours=1)) == 0
    time.sleep(1.1)  # SQLite stamps whole seconds
    assert jobs.purge(timedelta()) == 5
    assert {**jobs.counts(), "done": 0} == {"waiting": 1, "running": 0, "done": 0, "cancelled": 0, "failed": 1}
    assert jobs.purge(timedelta(), failed_older_than=timedelta()) == 1
    assert desk.queue(Task("1")) == [True]


def test_a_worker_refuses_a_job_for_a_queue_that_does_not_exist(engine: Engine) -> None:
    @dataclass(frozen=True)
    class Lost:
        queue: ClassVar[str] = "nowhere"

    with pytest.raises(ValueError, match="nowhere"):
        Worker(WorkerStorage(engine), [Row(Lost, print)], lambda row, job, attempt: None)


def test_the_log_speaks_of_the_desk_and_not_of_the_engine_underneath(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), desk.working(executor_id="blue"):
        desk.queue(Task("a"))
        desk.wait_for(1)
        desk.settled()
    assert [record.message for record in caplog.records if record.name.startswith("handlers.worker")] == [
        "worker started",
        "worker stopped",
    ]
    assert [record for record in caplog.records if record.name.startswith("dbos")] == []


@pytest.mark.postgres
def test_work_goes_on_after_the_database_has_cut_every_connection(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    desk = Desk(engine)
    with desk.working() as worker:
        desk.queue(Task("before"))
        desk.wait_for(1)
        desk.settled()
        with engine.connect() as connection:
            connection.execute(CUT)
        desk.queue(Task("after"), Letter(1, "C1"))
        desk.wait_for(3)
        assert desk.settled()["done"] == 3
        assert worker.alive()
    engine.dispose()


def test_a_channel_with_a_long_address_is_paced_as_well(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    storage = WorkerStorage(engine, seconds_between_posts=60.0)
    mailbox = "mail:" + "support+a-customer-with-a-rather-long-name" * 3 + "@desk.example"
    assert storage.reserve_slot(mailbox) == 0.0
    assert storage.reserve_slot(mailbox) > 50.0
    assert storage.reserve_slot(mailbox + ".other") == 0.0
    engine.dispose()


@pytest.mark.postgres
def test_two_replicas_of_one_name_are_refused(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    storage = WorkerStorage(engine)
    with storage.alive("blue"), storage.alive("green"):
        with pytest.raises(NameTakenError, match="'blue'"), storage.alive("blue"):
            pass
    with storage.alive("blue"):
        pass
    engine.dispose()


@pytest.mark.postgres
def test_a_replica_whose_connection_was_cut_is_known_to_be_alive_again(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    storage = WorkerStorage(engine)
    with storage.alive("blue") as presence:
        with engine.connect() as connection:
            connection.execute(CUT)
        with pytest.raises(StorageError):
            presence.confirm()
        assert presence.confirm()
        with pytest.raises(NameTakenError), storage.alive("blue"):
            pass
    engine.dispose()
