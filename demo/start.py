"""Starts the demo: the pretend Slack, the past days, and Footbridge itself as its own process; stops them together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from bot.clock import SystemClock
from bot.config import Config, load
from bot.errors import ConfigurationError
from demo import history
from knowledge.sources.folder import read
from sandbox import start as start_sandbox
from storage.database import open_engine, upgrade
from storage.transaction import Storage

HERE = Path(__file__).parent
HOME = Path(".demo")
WEB_PORT = 8485
READY_SECONDS = 300


def start(kb: Path | None, port: int) -> None:
    """Runs until Ctrl-C. `kb` is a folder of Markdown that takes the place of the demo's articles.

    Raises ConfigurationError when a port is taken, the folder is missing, or Footbridge does not get ready.
    """
    for number, what in ((port, "the page"), (WEB_PORT, "Footbridge's own pages")):
        _must_be_free(number, what)
    if kb is not None and not kb.is_dir():
        raise ConfigurationError([f"{kb}: there is no such folder. Name one with Markdown files: make demo KB=FOLDER"])
    began = time.monotonic()
    config_path = _prepare(kb)
    workspace = yaml.safe_load((HERE / "workspace.yaml").read_text(encoding="utf-8"))
    print("Bringing in the past four days ...", flush=True)
    workspace["messages"] = [*workspace.get("messages", []), *_bring_history(load(config_path), workspace)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with start_sandbox(workspace, port=port) as sandbox:
        print("Starting Footbridge (the first time, it reads in the articles) ...", flush=True)
        desk = subprocess.Popen(
            [sys.executable, "app.py", "run"], env=os.environ | _settings(workspace["app"], sandbox.url, config_path)
        )
        try:
            _wait_until_ready(desk)
            print(
                f"\nReady after {time.monotonic() - began:.1f} s. Open {sandbox.url} and follow the guide on the "
                "right.\nCtrl-C stops everything.\n",
                flush=True,
            )
            desk.wait()
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
        finally:
            _stop(desk)


def _must_be_free(port: int, what: str) -> None:
    with socket.socket() as probe:
        # A connection of an earlier run that is still fading does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ConfigurationError(
                [
                    f"Port {port} ({what}) is taken. Stop what uses it, or choose another page: make demo PORT=8600"
                ]
            ) from None


def _prepare(kb: Path | None) -> Path:
    """A fresh home for this run; the search index stays, since reading articles in is the slow part."""
    HOME.mkdir(exist_ok=True)
    for old in HOME.glob("footbridge.db*"):
        old.unlink()
    config = yaml.safe_load((HERE / "footbridge.yaml").read_text(encoding="utf-8"))
    for source in config["knowledge"]:
        source["path"] = str((HERE / source["path"]).resolve())
    if kb is not None:
        config["knowledge"] = [{"path": str(kb.resolve()), "audience": "public"}]
    path = HOME / "footbridge.yaml"
    path.write_text(json.dumps(config, indent=2, default=str), encoding="utf-8")
    return path


def _bring_history(config: Config, workspace: Mapping[str, Any]) -> list[dict[str, Any]]:
    engine = open_engine(f"sqlite:///{HOME / 'footbridge.db'}")
    try:
        upgrade(engine)
        titles = {article.id: article.title for article in read([HERE / "articles"]).articles}
        return history.load(
            HERE / "history.yaml",
            storage=Storage(engine),
            config=config,
            clock=SystemClock(),
            titles=titles,
            users=workspace["users"],
        )
    finally:
        engine.dispose()


def _settings(app: Mapping[str, str], sandbox_url: str, config_path: Path) -> dict[str, str]:
    base = sandbox_url.rstrip("/")
    return {
        "SLACK_API_URL": f"{base}/api/",
        "SLACK_BOT_TOKEN": app["bot_token"],
        "SLACK_APP_TOKEN": app["app_token"],
        "FOOTBRIDGE_HOME": str(HOME),
        "FOOTBRIDGE_CONFIG": str(config_path),
        "FOOTBRIDGE_DATABASE_URL": f"sqlite:///{HOME / 'footbridge.db'}",
        "FOOTBRIDGE_PORT": str(WEB_PORT),
        "FOOTBRIDGE_CLOCK_URL": f"{base}/sandbox/clock",
        "FOOTBRIDGE_LOG_LEVEL": os.environ.get("FOOTBRIDGE_LOG_LEVEL", "warning"),
    }


def _wait_until_ready(desk: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if desk.poll() is not None:
            raise ConfigurationError(["Footbridge stopped while starting; what it said is above."])
        try:
            with urlopen(f"http://127.0.0.1:{WEB_PORT}/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise ConfigurationError([f"Footbridge was not ready after {READY_SECONDS} s; what it said is above."])


def _stop(desk: subprocess.Popen[bytes]) -> None:
    desk.terminate()
    try:
        desk.wait(timeout=15)
    except subprocess.TimeoutExpired:
        desk.kill()
