"""Start the demo: the pretend Slack with its history, and Footbridge in a process of its own."""

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
from storage.database import open_engine, upgrade
from storage.database_lock import lock_database
from storage.transaction import Storage

HERE = Path(__file__).parent
READY_SECONDS = 900
STOP_SECONDS = 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Place:
    """The folder of a demo, the port of the pretend Slack's page, and the port of Footbridge's own pages."""

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
    """Run the demo until Ctrl-C. `kb` is a folder of Markdown to use instead of the demo's articles.

    `port` 0 means any free port. `home` is the folder for the search index and the database, by default `.demo/PORT`.
    Raises ConfigurationError if the port is in use, `kb` is missing or has no articles, or Footbridge does not start.
    """
    began = time.monotonic()
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _check_port(port)
        if kb is not None:
            _check_articles(kb)
        _run(_choose_place(port, home), kb, began)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)


def _run(place: Place, kb: Path | None, began: float) -> None:
    place.home.mkdir(parents=True, exist_ok=True)
    workspace = yaml.safe_load((HERE / "workspace.yaml").read_text(encoding="utf-8"))
    with _start_desk(_make_settings(workspace["app"], place)) as desk:
        print("Importing the past four days ...", flush=True)
        # The lock makes sure that the database of another demo that is running in this folder is not deleted.
        with lock_database(place.database_url):
            config = _prepare(place, kb)
            workspace["messages"] = [*workspace.get("messages", []), *_import_history(place, config, workspace)]
        if kb is not None:
            workspace["guide"] = _adapt_guide(kb, workspace["guide"])
        with start_sandbox(workspace, port=place.port) as sandbox:
            try:
                _wait_for_end(desk, place, sandbox.url, began)
            finally:
                _stop_desk(desk)  # before the pretend Slack stops


def _wait_for_end(desk: subprocess.Popen[bytes], place: Place, url: str, began: float) -> None:
    print("Starting Footbridge (the first time, it has to read the articles) ...", flush=True)
    _release_desk(desk)
    _wait_until_ready(desk, place)
    print(
        f"\nReady after {time.monotonic() - began:.1f} s. Open {url} and follow the guide.\nCtrl-C stops everything.\n",
        flush=True,
    )
    code = desk.wait()
    raise ConfigurationError([f"Footbridge stopped by itself (exit code {code}). Its output above says why."])


def _interrupt(*_: object) -> None:
    # Ignore further signals: a second Ctrl-C must not end this process before the desk has stopped.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _choose_place(port: int, home: Path | None) -> Place:
    page = port or _find_free_port()
    web_port = page + 1 if port and page < 65535 and _is_free(page + 1) else _find_free_port()
    # An absolute path, because Footbridge runs in the project's folder and not in the current one.
    return Place((home or HERE.parent / ".demo" / str(page)).resolve(), page, web_port)


def _check_port(port: int) -> None:
    if port and not _is_free(port):
        raise ConfigurationError(
            [
                f"Port {port} is in use. Stop the program that uses it (another demo?), "
                "or choose another port: make demo PORT=8600"
            ]
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A closed connection of an earlier run, which the system still remembers, does not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check_articles(kb: Path) -> None:
    if not kb.exists():
        raise ConfigurationError([f"{kb}: there is no such folder. Give one with Markdown files: make demo KB=FOLDER"])
    found = read([kb])
    for page in found.broken:
        print(f"  {page.path}: {page.reason} {page.what_to_do}", flush=True)
    if not found.articles:
        raise ConfigurationError(
            [f"{kb} contains no article that can be read. Put Markdown (.md) or HTML (.html) files with text in it."]
        )
    print(f"Answering from {len(found.articles)} articles in {kb}.", flush=True)


def _prepare(place: Place, kb: Path | None) -> Config:
    """Delete the database of the last run and write the configuration. The search index is kept, to start faster."""
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


def _import_history(place: Place, config: Config, workspace: Mapping[str, Any]) -> list[dict[str, Any]]:
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


def _adapt_guide(kb: Path, guide: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the guide for the user's own articles: the first step asks for a question of their own."""
    ask = {key: guide[0][key] for key in ("as", "channel")} | {
        "title": "Ask about your own articles",
        "body": (
            f"You are a customer, and Footbridge answers from {kb.name}. Write a question that your articles answer, "
            "then one that they do not: it answers with their sentences, or says that a person will answer."
        ),
    }
    return [ask, *guide[1:]]


def _make_settings(app: Mapping[str, str], place: Place) -> dict[str, str]:
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
def _start_desk(settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process of Footbridge, which waits for `_release_desk`, and stop it at the end of the block."""
    desk = subprocess.Popen(
        [sys.executable, "-m", "demo.desk"], cwd=HERE.parent, env=os.environ | settings, stdin=subprocess.PIPE
    )
    try:
        yield desk
    finally:
        _stop_desk(desk)


def _release_desk(desk: subprocess.Popen[bytes]) -> None:
    if desk.stdin is not None:
        with suppress(BrokenPipeError):  # the process has ended, and its output says why
            desk.stdin.write(b"run\n")
            desk.stdin.flush()


def _stop_desk(desk: subprocess.Popen[bytes]) -> None:
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
            raise ConfigurationError(["Footbridge stopped while starting. Its output above says why."])
        try:
            with urlopen(f"{place.web_url}health", timeout=2):
                return
        except HTTPError as not_yet:  # it is running, but not connected to Slack yet
            not_yet.close()
        except (URLError, OSError):
            pass
        time.sleep(0.05)
    raise ConfigurationError([f"Footbridge was not ready after {READY_SECONDS} s. Its output above may say why."])
