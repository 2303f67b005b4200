"""A desk that is killed in the middle of its work loses nothing it acknowledged and posts nothing twice."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import open_engine, upgrade
from storage.jobs import JobLog
from tests.fakes.job_process import Outside

ROOT = Path(__file__).parents[2]
KILLS, EVENTS = 4, 60


@contextmanager
def desk_process(database_url: str, outside: Outside, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.job_process", database_url, outside.url],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(condition: Callable[[], bool], seconds: float, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or process.poll() is not None:
            return False
        time.sleep(0.02)
    return True


def prepare(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    engine.dispose()


@pytest.mark.crash
def test_what_was_acknowledged_is_posted_once_though_the_desk_is_killed(database_url: str, tmp_path: Path) -> None:
    prepare(database_url)
    log = tmp_path / "desk.log"
    with Outside(events=EVENTS, channels=40) as outside:
        for kill in range(KILLS):
            more = len(outside.posts) + 7 + kill
            with desk_process(database_url, outside, log) as process:
                assert wait_until(lambda goal=more: len(outside.posts) >= goal, 20, process), log.read_text()
        assert not outside.finished()
        with desk_process(database_url, outside, log) as process:
            assert wait_until(outside.finished, 30, process), (outside.lost(), log.read_text())
            process.terminate()
            assert process.wait(10) == 0
        assert outside.doubled == []
        assert outside.lost() == []
    engine = open_engine(database_url)
    counts = JobLog(engine).counts()
    engine.dispose()
    assert counts["failed"] == 0
    assert counts["done"] == 3 * EVENTS


@pytest.mark.crash
@pytest.mark.postgres
def test_a_replica_that_never_returns_leaves_nothing_behind(postgres_url: str, tmp_path: Path) -> None:
    prepare(postgres_url)
    log = tmp_path / "desk.log"
    with Outside(events=60, channels=40, answer_after=0.1) as outside:
        with desk_process(postgres_url, outside, log) as survivor:
            with desk_process(postgres_url, outside, log) as victim:
                assert wait_until(lambda: len(outside.posts) >= 20, 20, victim), log.read_text()
            assert wait_until(outside.finished, 30, survivor), (outside.lost(), log.read_text())
            assert "took over" in log.read_text()
        assert outside.doubled == []
        assert outside.lost() == []
