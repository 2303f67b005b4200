"""Footbridge's command line as a process of its own, over real files: what an operator types, and what comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml
from sqlalchemy import text as sql

from sandbox import RunningSandbox
from storage.database import open_engine
from tests.fakes.running_desk import DEMO, free_port
from tests.fakes.warm_process import ROOT, WarmProcess

# Long enough for a busy machine; nothing waits this long when all is well.
START_SECONDS, STOP_SECONDS = 60.0, 20.0


def demo_workspace(events_url: str | None = None) -> dict[str, Any]:
    """The demo's people and channels, without their past."""
    workspace: dict[str, Any] = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))
    workspace["app"]["events_url"] = events_url
    workspace["messages"], workspace["guide"] = [], []
    return workspace


@dataclass
class Shop:
    """A folder with all that an operator has: a home, a footbridge.yaml, articles, and the environment that names them.

    Without a sandbox there is no Slack, and no token either.
    """

    folder: Path
    slack: RunningSandbox | None = None
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.articles.mkdir(parents=True, exist_ok=True)
        if not self.config.exists():
            self.configure()

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def config(self) -> Path:
        return self.folder / "footbridge.yaml"

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def configure(self, **changes: Any) -> None:
        """Writes the demo's configuration over this shop's articles, with changes at its top level."""
        config = yaml.safe_load((DEMO / "footbridge.yaml").read_text(encoding="utf-8"))
        config["company"].pop("help_centre")
        config["knowledge"] = [{"path": "articles", "audience": "public"}]
        config["policies"]["settle_seconds"] = 0.1
        self.config.write_text(json.dumps(config | changes, default=str), encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        tokens = {}
        if self.slack is not None:
            app = self.slack.app
            tokens = {"SLACK_API_URL": self.slack.api_url, "SLACK_BOT_TOKEN": app.bot_token}
            if app.events_url:
                tokens["SLACK_SIGNING_SECRET"] = app.signing_secret
            else:
                tokens["SLACK_APP_TOKEN"] = app.app_token
        ours = {
            "FOOTBRIDGE_HOME": str(self.home),
            "FOOTBRIDGE_CONFIG": str(self.config),
            "FOOTBRIDGE_PORT": str(self.port),
            "FOOTBRIDGE_SECONDS_BETWEEN_POSTS": "0.05",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "error::ResourceWarning",
        }
        return kept | ours | tokens | self.more

    def type(self, *words: str, **environment: str) -> Said:
        """`python app.py WORDS`, to its end."""
        return type_command(words, self.environment | environment, self.folder)

    @contextmanager
    def running(self, *, ready: bool = True, before: Callable[[], None] | None = None) -> Iterator[DeskProcess]:
        """`python app.py run`, ended with the block. `before` runs in the new process before it begins."""
        log = self.folder / "desk.log"
        process: subprocess.Popen[bytes] | WarmProcess
        if before is None:
            process = WarmProcess(["run"], self.environment, log, log)
        else:
            process = _started_cold(["run"], self.environment, log, before)
        database = self.environment.get("FOOTBRIDGE_DATABASE_URL", f"sqlite:///{self.home / 'footbridge.db'}")
        desk = DeskProcess(process, log, self.url, database)
        try:
            if ready:
                desk.wait_until_ready()
            yield desk
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def type_command(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Said:
    """`python app.py WORDS`, to its end; what it says is kept in `folder`."""
    files = folder / "said.out", folder / "said.err"
    for file in files:
        file.write_bytes(b"")
    process = WarmProcess(words, environment, *files)
    try:
        code = process.wait(START_SECONDS)
    finally:
        process.kill()
    return Said(code, *(file.read_text(encoding="utf-8") for file in files))


def _started_cold(
    words: Sequence[str], environment: Mapping[str, str], log: Path, before: Callable[[], None]
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "app.py", *words],
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=output,
            preexec_fn=before,
        )


@dataclass(frozen=True)
class Said:
    """How a command ended. `out` is its result, `err` everything else."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass
class DeskProcess:
    process: subprocess.Popen[bytes] | WarmProcess
    log: Path
    url: str
    database_url: str

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> None:
        self.wait_for(lambda: (self.health() or (0, {}))[0] == 200, "the desk to be ready")

    def health(self) -> tuple[int, Mapping[str, Any]] | None:
        """Status and body of /health; None while nobody answers."""
        try:
            with urlopen(f"{self.url}health", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read())
        except (URLError, OSError):
            return None

    def jobs(self, name: str, state: str) -> list[str]:
        """Keys of the jobs of one kind that are `done` or `failed`."""
        engine = open_engine(self.database_url)
        status = {"done": "SUCCESS", "failed": "ERROR"}[state]
        table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
        query = sql(f"SELECT workflow_uuid FROM {table} WHERE name = :name AND status = :status ORDER BY created_at")
        try:
            with engine.connect() as connection:
                return list(connection.execute(query, {"name": name, "status": status}).scalars())
        finally:
            engine.dispose()

    def wait_for(self, look: Callable[[], Any], what: str, seconds: float = START_SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while not (seen := look()):
            assert self.process.poll() is None, f"it ended while waiting for {what}:\n{self.said}"
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}:\n{self.said}"
            time.sleep(0.05)
        return seen

    def ended(self, seconds: float = START_SECONDS) -> int:
        """Waits until it ends by itself; its exit code."""
        return self.process.wait(seconds)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Asks it to stop; its exit code, and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS), time.monotonic() - began
