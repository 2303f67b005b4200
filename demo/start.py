"""Starts the demo: the pretend Slack, the past days, and Footbridge itself as its own process; stops them together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml

from bot.clock import SystemClock
from bot.errors import ConfigurationError
from bot.settings.config import Config
from bot.settings.config_file import load
from demo import history
from knowledge.sources.folder import read
from sandbox import start as start_sandbox
from storage.database import open_engine, own_database, upgrade
from storage.transaction import Storage

HERE = Path(__file__).parent
READY_SECONDS = 900
STOP_SECONDS = 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Place:
    """Where one demo lives: its folder, the port of the page, and the port of Footbridge's own pages."""

    home: Path
    port: int
    web_port: int

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home / 'footbridge.db'}"

    @property
    def config(self) -> Path:
        return self.home / "footbridge.yaml"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}/"


def start(kb: Path | None, port: int, home: Path | None = None) -> None:
    """Runs until Ctrl-C. `kb` is a folder of Markdown that takes the place of the demo's articles.

    `port` 0 takes a free one; `home` is where the index and this run's database live, `.demo/PORT` unless given.
    Raises ConfigurationError when the port is taken, the folder is missing or empty, or Footbridge does not get ready.
    """
    began = time.monotonic()
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _must_be_free(port)
        if kb is not None:
            _must_have_articles(kb)
        _run(_place(port, home), kb, began)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)


def _run(place: Place, kb: Path | None, began: float) -> None:
    place.home.mkdir(parents=True, exist_ok=True)
    workspace = yaml.safe_load((HERE / "workspace.yaml").read_text(encoding="utf-8"))
    with _desk(_settings(workspace["app"], place)) as desk:
        print("Bringing in the past four days ...", flush=True)
        # Whoever runs in this home keeps its database: a fresh one is begun only by the one who holds it.
        with own_database(place.database_url):
            config = _prepare(place, kb)
            workspace["messages"] = [*workspace.get("messages", []), *_bring_history(place, config, workspace)]
        if kb is not None:
            workspace["guide"] = _guide(kb, workspace["guide"])
        with start_sandbox(workspace, port=place.port) as sandbox:
            try:
                _until_it_ends(desk, place, sandbox.url, began)
            finally:
                _stop(desk)  # before its Slack goes away


def _until_it_ends(desk: subprocess.Popen[bytes], place: Place, url: str, began: float) -> None:
    print("Starting Footbridge (the first time, it reads in the articles) ...", flush=True)
    _let_go(desk)
    _wait_until_ready(desk, place)
    print(
        f"\nReady after {time.monotonic() - began:.1f} s. Open {url} and follow the guide.\nCtrl-C stops everything.\n",
        flush=True,
    )
    code = desk.wait()
    raise ConfigurationError([f"Footbridge stopped by itself (code {code}); what it said is above."])


def _interrupt(*_: object) -> None:
    # Once: a second Ctrl-C, or one that reaches us twice, must not end us before what we started has ended.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _place(port: int, home: Path | None) -> Place:
    page = port or _free_port()
    beside = page + 1 if port and page < 65535 and _is_free(page + 1) else _free_port()
    # Whole, for Footbridge runs in the project's folder wherever this was called.
    return Place((home or HERE.parent / ".demo" / str(page)).resolve(), page, beside)


def _must_be_free(port: int) -> None:
    if port and not _is_free(port):
        raise ConfigurationError(
            [
                f"Port {port} is taken, so the page cannot be shown there. Stop what uses it (a demo that still "
                "runs?), or choose another: make demo PORT=8600"
            ]
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A connection of an earlier run that is still fading does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _must_have_articles(kb: Path) -> None:
    if not kb.exists():
        raise ConfigurationError([f"{kb}: there is no such folder. Name one with Markdown files: make demo KB=FOLDER"])
    found = read([kb])
    for page in found.broken:
        print(f"  {page.path}: {page.reason} {page.what_to_do}", flush=True)
    if not found.articles:
        raise ConfigurationError(
            [f"{kb} holds no article that can be read. Put Markdown (.md) or HTML (.html) files with text into it."]
        )
    print(f"Answering from {len(found.articles)} articles in {kb}.", flush=True)


def _prepare(place: Place, kb: Path | None) -> Config:
    """A fresh database for this run; the search index stays, since reading articles in is the slow part."""
    for suffix in ("", "-wal", "-shm"):
        (place.home / f"footbridge.db{suffix}").unlink(missing_ok=True)
    config = yaml.safe_load((HERE / "footbridge.yaml").read_text(encoding="utf-8"))
    config["company"]["help_centre"] = f"{place.web_url}articles/"
    for source in config["knowledge"]:
        source["path"] = str((HERE / source["path"]).resolve())
    if kb is not None:
        config["knowledge"] = [{"path": str(kb.resolve()), "audience": "public"}]
    place.config.write_text(json.dumps(config, indent=2, default=str), encoding="utf-8")
    return load(place.config)


def _bring_history(place: Place, config: Config, workspace: Mapping[str, Any]) -> list[dict[str, Any]]:
    engine = open_engine(place.database_url)
    try:
        upgrade(engine)
        titles = {article.id: article.title for article in read([HERE / "articles"]).articles}
        return history.load(
            [HERE / "earlier.yaml", HERE / "history.yaml"],
            storage=Storage(engine),
            config=config,
            clock=SystemClock(),
            titles=titles,
            users=workspace["users"],
            page_url=place.url,
        )
    finally:
        engine.dispose()


def _guide(kb: Path, guide: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tour for somebody's own articles: the same steps, begun with a question of their own."""
    ask = {key: guide[0][key] for key in ("as", "channel")} | {
        "title": "Ask about your own articles",
        "body": (
            f"You are a customer, and Footbridge answers from {kb.name}. Write a question that your articles answer, "
            "then one that they do not: it answers with their sentences, or says honestly that a person will."
        ),
    }
    return [ask, *guide[1:]]


def _settings(app: Mapping[str, str], place: Place) -> dict[str, str]:
    return {
        "SLACK_API_URL": f"{place.url}api/",
        "SLACK_BOT_TOKEN": app["bot_token"],
        "SLACK_APP_TOKEN": app["app_token"],
        "FOOTBRIDGE_HOME": str(place.home),
        "FOOTBRIDGE_CONFIG": str(place.config),
        "FOOTBRIDGE_DATABASE_URL": place.database_url,
        "FOOTBRIDGE_HOST": "127.0.0.1",
        "FOOTBRIDGE_PORT": str(place.web_port),
        "FOOTBRIDGE_CLOCK_URL": f"{place.url}sandbox/clock",
        "FOOTBRIDGE_LOG_LEVEL": os.environ.get("FOOTBRIDGE_LOG_LEVEL", "warning"),
    }


@contextmanager
def _desk(settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Footbridge as a process of its own, which waits to be let go and ends with the block."""
    desk = subprocess.Popen(
        [sys.executable, "-m", "demo.desk"], cwd=HERE.parent, env=os.environ | settings, stdin=subprocess.PIPE
    )
    try:
        yield desk
    finally:
        _stop(desk)


def _let_go(desk: subprocess.Popen[bytes]) -> None:
    if desk.stdin is not None:
        with suppress(BrokenPipeError):  # it is gone already, and has said why
            desk.stdin.write(b"run\n")
            desk.stdin.flush()


def _stop(desk: subprocess.Popen[bytes]) -> None:
    if desk.poll() is None:
        print("\nStopping ...", flush=True)
        desk.terminate()
    try:
        desk.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        desk.kill()
        desk.wait()
    if desk.stdin is not None:
        desk.stdin.close()


def _wait_until_ready(desk: subprocess.Popen[bytes], place: Place) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if desk.poll() is not None:
            raise ConfigurationError(["Footbridge stopped while starting; what it said is above."])
        try:
            with urlopen(f"{place.web_url}health", timeout=2):
                return
        except HTTPError as not_yet:  # it answers, and its socket to Slack is not open yet
            not_yet.close()
        except (URLError, OSError):
            pass
        time.sleep(0.05)
    raise ConfigurationError([f"Footbridge was not ready after {READY_SECONDS} s; what it said is above."])
