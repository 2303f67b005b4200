"""A whole desk at work on the demo's articles and people, in a pretend Slack: what scenario tests act on."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.clock import SystemClock
from bot.directory.stored_directory import StoredDirectory
from bot.ports import Directory
from bot.settings.config import Config
from bot.settings.environment import Settings
from bot.workflows import publisher
from sandbox import SandboxClient
from sandbox import start as start_sandbox
from storage.database import open_engine
from storage.jobs import JobLog
from storage.transaction import Storage
from tests.fakes.changed_config import DEMO, changed_config
from tests.fakes.databases import all_tables
from tests.fakes.patient_client import PatientClient
from tests.fakes.slack_addresses import at
from wiring.running import start_desk

# For `params=` of a desk: the ways in which Slack can bring events. Behind them all is the same.
BOTH_DOORS = ("socket", pytest.param("http", marks=pytest.mark.slow))
TRIAGE = "C0TRIAGE"
BRIGHT, KESTREL, OAKLINE = "C0BRIGHT", "C0KESTREL", "C0OAKLINE"
PATIENCE = 30.0
# People whom footbridge.yaml does not know: a colleague with nothing to do on the desk, and somebody of an
# organisation that is nobody's customer but sits in a customer's channel.
OLAF, STRANGER = "U0OLAF", "U0STRANGER"


@dataclass
class Desk:
    """`people` acts as anybody; `storage` shows what the desk remembers; `directory` changes what it is told."""

    people: SandboxClient
    storage: Storage
    directory: Directory
    url: str
    web_url: str

    @property
    def config(self) -> Config:
        """The configuration as it is now."""
        return self.directory.current()

    def ask(self, who: str, channel: str, text: str, **more: Any) -> str:
        """A customer's top-level message; returns its ts."""
        return self.people.say(who, channel, text, **more)

    def thread(self, who: str, channel: str, ts: str) -> list[dict[str, Any]]:
        """What this person sees in the thread below its first message."""
        return self.people.messages(who, channel, ts)[1:]

    def reply_to(
        self, who: str, channel: str, ts: str, containing: str = "", number: int = 1, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Waits for the `number`-th message in the thread that contains the words."""

        def look() -> dict[str, Any] | None:
            found = [m for m in self.thread(who, channel, ts) if containing in everything_in(m)]
            return found[number - 1] if len(found) >= number else None

        found: dict[str, Any] = self.people.wait_for(look, seconds, f"reply {number} with {containing!r}")
        return found

    def card(self, who: str, channel: str, containing: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Waits for the newest message in a channel that contains the words anywhere in its blocks."""

        def look() -> dict[str, Any] | None:
            return next(
                (m for m in reversed(self.people.messages(who, channel)) if containing in everything_in(m)), None
            )

        found: dict[str, Any] = self.people.wait_for(look, seconds, f"{containing!r} in {channel}")
        return found

    def settle(self, seconds: float = PATIENCE) -> None:
        """Waits until everything said or pressed so far has been worked off; then what is absent stays absent."""
        log = JobLog(self.storage.engine)

        def idle() -> bool:
            counts = log.counts()
            pending = self.people.get("/sandbox/delivery")["pending"]
            return not pending and not counts["waiting"] and not counts["running"]

        # An event may be between the sandbox and the table of jobs, or a job between its end and the next.
        for _ in range(3):
            self.people.wait_for(idle, seconds, "the desk to be idle")
            time.sleep(0.05)

    def decisions(self, channel: str, ts: str) -> list[str]:
        """What was decided about a message, oldest first."""
        with self.storage.reading() as tx:
            return [receipt.decision for receipt in tx.receipts.at(at(channel, ts))]

    def press(self, who: str, channel: str, message: Mapping[str, Any], action_id: str) -> None:
        """Presses a button of a message that is in the channel or one of its threads."""
        pressed = self.people.click(who, channel, message["ts"], action_id)
        assert pressed["acked"], pressed

    def fill_in(self, who: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Fills in the form that is open, by block id, and sends it."""
        form = self.people.wait_for(
            lambda: next((view for view in self.people.modals(who)[-1:] if view["submit"]), None), PATIENCE, "a form"
        )
        sent: dict[str, Any] = self.people.submit(
            who, form["id"], {block: {"text": text} for block, text in values.items()}
        )
        return sent


def everything_in(message: Mapping[str, Any]) -> str:
    """All that a reader can see of a message, its blocks' texts included."""
    return f"{message.get('text', '')} {_texts(message.get('blocks', []))}"


def _texts(node: Any) -> str:
    if isinstance(node, dict):
        return " ".join(_texts(value) for key, value in node.items() if key not in ("action_id", "block_id", "type"))
    if isinstance(node, list):
        return " ".join(map(_texts, node))
    return str(node) if isinstance(node, str) else ""


def environment_of(home: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """The settings of a desk over the demo's footbridge.yaml."""
    return {
        "FOOTBRIDGE_HOME": str(home),
        "FOOTBRIDGE_CONFIG": str(DEMO / "footbridge.yaml"),
        "FOOTBRIDGE_PORT": str(port),
        "FOOTBRIDGE_SECONDS_BETWEEN_POSTS": "0.05",
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _add_unknown_people(workspace: dict[str, Any]) -> None:
    workspace["teams"].append({"id": "T0STRANGE", "name": "Somebody Else", "domain": "somebody-else"})
    workspace["users"] += [
        {"id": OLAF, "team": "T0HOME", "name": "olaf", "real_name": "Olaf Brenner", "email": "olaf@tallyworks.example"},
        {"id": STRANGER, "team": "T0STRANGE", "name": "stranger", "real_name": "Sam Stranger"},
    ]
    joins = {BRIGHT: [OLAF, STRANGER], TRIAGE: [OLAF], "C0ERP": [OLAF]}
    for channel in workspace["channels"]:
        channel["members"] += joins.get(channel["id"], [])
        if channel["id"] == BRIGHT:
            channel["shared_with"].append("T0STRANGE")


@contextmanager
def running_desk(
    home: Path,
    prepared: Path | None,
    *,
    door: str = "socket",
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
    change: Callable[[dict[str, Any]], None] = lambda workspace: None,
) -> Iterator[Desk]:
    """A desk in this process, against its own sandbox. `door`: socket or http; `config`: another footbridge.yaml.

    `prepared` is a home to begin with; without it the desk begins with nothing. `change` may change the workspace.
    """
    if prepared is not None:
        shutil.copytree(prepared, home, dirs_exist_ok=True)
    if not (home / "footbridge.db").exists():
        (home / "footbridge.db").write_bytes(all_tables())
    workspace = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))
    _add_unknown_people(workspace)
    change(workspace)
    port = free_port()
    if door == "http":
        workspace["app"]["events_url"] = f"http://127.0.0.1:{port}/slack/events"
    with ExitStack() as held:
        sandbox = held.enter_context(start_sandbox(workspace))
        tokens = {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": workspace["app"]["bot_token"],
            "FOOTBRIDGE_CLOCK_URL": f"{sandbox.url}sandbox/clock",
        }
        tokens |= (
            {"SLACK_APP_TOKEN": workspace["app"]["app_token"]}
            if door == "socket"
            else {"SLACK_SIGNING_SECRET": workspace["app"]["signing_secret"]}
        )
        named = {"FOOTBRIDGE_CONFIG": str(config or changed_config(home))}
        given = Settings.from_env(environment_of(home, port, {**tokens, **named, **(environment or {})}))
        start_desk(given, held)
        engine = open_engine(given.database_url)
        held.callback(engine.dispose)
        directory = StoredDirectory(Storage(engine), SystemClock())
        storage = Storage(engine, publisher(directory.current))
        people = held.enter_context(closing(PatientClient(sandbox.url)))
        yield Desk(people, storage, directory, sandbox.url, f"http://127.0.0.1:{port}/")
