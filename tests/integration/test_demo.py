"""`app.py demo`, which is what `make demo` runs: ready, the tour's first question answered, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from sandbox import SandboxClient
from tests.fakes.running_desk import everything_in

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0


class Demo:
    """The demo as a process in a session of its own, as a terminal has it."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.log = folder / "demo.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "demo", "--port", "0", "--home", str(folder / "home"), *words],
                cwd=ROOT,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until(self, pattern: str) -> str:
        """Waits for words in what it prints; returns what the first group is."""
        deadline = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.said)) is None:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)
        return found[1]

    @property
    def url(self) -> str:
        return self.wait_until(r"Open (http://\S+) ")

    def left(self) -> list[int]:
        """Processes of its session that live."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(stat[3]) == self.process.pid and stat[0] != "Z":
                    found.append(int(entry.name))
        return found


@contextmanager
def demo(folder: Path, *words: str) -> Iterator[Demo]:
    running = Demo(folder, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


@pytest.fixture
def people() -> Iterator[list[SandboxClient]]:
    clients: list[SandboxClient] = []
    yield clients
    for client in clients:
        client.close()


def ask(client: SandboxClient, step: dict[str, Any]) -> str:
    """Asks as a step of the tour says; everything in the first reply."""
    ts = client.say(step["as"], step["channel"], step["text"])
    reply = client.wait_for(lambda: client.messages(step["as"], step["channel"], ts)[1:], 20, "a reply")[0]
    return everything_in(reply)


@pytest.mark.slow
def test_the_demo_gets_ready_answers_the_first_question_and_ends_with_ctrl_c(
    tmp_path: Path, people: list[SandboxClient], capsys: pytest.CaptureFixture[str]
) -> None:
    with demo(tmp_path) as first:
        client = SandboxClient(first.url)
        people.append(client)
        step = client.state("U0MAYA")["guide"][0]
        answer = ask(client, step)
        link = re.search(r"http://127\.0\.0\.1:\d+/articles/[\w/-]+", answer)
        assert link, answer
        with urlopen(link[0], timeout=5) as page:
            assert "renewal" in page.read().decode().lower()
        # What was there before the tour: past days, and cards of what is still open.
        client.wait_for(lambda: client.messages("U0ANA", "C0TRIAGE"), 20, "cards of open tickets")
        assert len(client.messages("U0MAYA", "C0BRIGHT")) > 1
        earned = "Oakline Studio: let Footbridge answer by itself?"
        client.wait_for(
            lambda: [one for one in client.messages("U0MIRA", "C0TRIAGE") if earned in everything_in(one)], 20, earned
        )
        assert len(first.left()) == 2
        # A terminal sends Ctrl-C to all of its processes at once.
        os.killpg(first.process.pid, signal.SIGINT)
        assert first.process.wait(25) == 0, first.said
        assert first.left() == []
        assert "Traceback" not in first.said and first.said.rstrip().endswith("Stopped.")
    # The second time the articles are read in already.
    with demo(tmp_path) as second:
        seconds = float(second.wait_until(r"Ready after ([\d.]+) s"))
        with capsys.disabled():
            sys.stdout.write(f"\n  demo ready in {seconds} s (load average {os.getloadavg()[0]:.1f}) ")
        assert seconds < 60
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(25) == 0, second.said
        assert second.left() == []


@pytest.mark.slow
def test_two_demos_run_side_by_side_and_one_home_is_for_one_of_them(tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "page.md").write_text("# One page\n\nWith a few words about pages.\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with demo(tmp_path / "one", "--kb", str(kb)) as one, demo(tmp_path / "two", "--kb", str(kb)) as two:
        assert one.url != two.url
        with demo(tmp_path, "--home", str(tmp_path / "one" / "home")) as third:
            assert third.process.wait(60) == 2
            assert "already running" in third.said and "Traceback" not in third.said
        for running in (one, two):
            with urlopen(running.url, timeout=5) as page:
                assert page.status == 200


@pytest.mark.slow
def test_the_demo_answers_from_a_folder_of_ones_own(tmp_path: Path, people: list[SandboxClient]) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "kiln.md").write_text(
        "# Kiln temperatures\n\nStoneware is fired at 1240 degrees in the large kiln.\n", encoding="utf-8"
    )
    (kb / "photo.md").write_bytes(b"\x00\x01")
    with demo(tmp_path, "--kb", str(kb)) as running:
        client = SandboxClient(running.url)
        people.append(client)
        assert "Answering from 1 articles" in running.said and "photo.md: It contains binary data" in running.said
        step = client.state("U0MAYA")["guide"][0]
        assert "your own articles" in step["title"]
        asked = {**step, "text": "At how many degrees is stoneware fired in the large kiln?"}
        assert "1240 degrees" in ask(client, asked)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["--kb", "nowhere"], "nowhere: there is no such folder. Give one with Markdown files"),
        (["--kb", "EMPTY"], "contains no article that can be read. Put Markdown (.md) or HTML (.html) files"),
        (["--port", "TAKEN"], "is in use. Stop the program that uses it"),
    ],
)
def test_what_stands_in_the_way_of_the_demo_is_said(tmp_path: Path, words: list[str], advice: str) -> None:
    (tmp_path / "empty").mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        meant = {"EMPTY": str(tmp_path / "empty"), "TAKEN": str(taken.getsockname()[1])}
        with demo(tmp_path, *(meant.get(word, word) for word in words)) as running:
            assert running.process.wait(60) == 2
            assert advice in running.said and "Traceback" not in running.said
            assert running.left() == []


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The makefile where nothing is installed, and a Python that is too old."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["PYTHON=./python3.9"], "needs Python 3.11 or newer; ./python3.9 is Python 3.9.2. Name another: make install"),
        (["PYTHON=./python4"], "There is no ./python4 here. Install Python 3.11 or newer, or name one"),
        ([f"PYTHON={sys.executable}", "NEEDED_MB=999999999"], "Free some space and try again"),
    ],
)
def test_make_says_what_is_missing_before_it_installs_anything(checkout: Path, words: list[str], advice: str) -> None:
    done = make(checkout, "install", *words)
    assert done.returncode == 2
    assert advice in done.stdout
    assert not (checkout / ".venv").exists()


def test_make_does_nothing_when_all_is_installed(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".installed").touch()
    done = make(checkout, "install", "PYTHON=./python3.9")
    assert done.returncode == 0 and "Nothing to be done" in done.stdout
