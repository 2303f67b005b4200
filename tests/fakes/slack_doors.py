"""The real Slack doors in front of RecordingDesk, connected to a sandbox over Socket Mode or signed HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from handlers.slack import build_app
from handlers.slack.client import fetch_bot_identity, web_client
from handlers.slack.messenger import SlackMessenger
from handlers.slack.signed_http import answers
from handlers.slack.socket_mode import SocketDoor
from handlers.web import server
from sandbox import RunningSandbox
from tests.fakes.recording_desk import RecordingDesk
from tests.fakes.sandbox_world import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, running_sandbox


@dataclass
class Doors:
    """`do` is what the doors call; `messenger` posts what people then press."""

    sandbox: RunningSandbox
    do: RecordingDesk
    messenger: SlackMessenger
    socket: SocketDoor | None = None
    address: str | None = None

    def reset(self) -> None:
        """The workspace, the sandbox's faults and all that was recorded, as new."""
        self.people.call("DELETE", "/sandbox/faults")
        self.people.post("/sandbox/reset")
        self._point()
        for kept in (self.do.calls, self.do.events, self.do.says, self.do.failures):
            kept.clear()
        self.do.before = lambda name: None

    def change(self, world: dict[str, Any]) -> None:
        """Another workspace in the same sandbox."""
        self.people.post("/sandbox/workspace", **world)
        self._point()

    def _point(self) -> None:
        if self.address:
            self.people.set_delivery(events_url=self.address, commands_url=self.address, interactivity_url=self.address)

    @property
    def people(self) -> Any:
        return self.sandbox.client


@contextmanager
def doors(kind: str) -> Iterator[Doors]:
    """`kind` is `socket` or `http`."""
    with running_sandbox() as sandbox:
        client = web_client(BOT_TOKEN, sandbox.api_url)
        bot = fetch_bot_identity(client)
        do = RecordingDesk()
        app = build_app(
            token=BOT_TOKEN, api_url=sandbox.api_url, bot=bot, signing_secret=SIGNING_SECRET, desk=do, workers=4
        )
        messenger = SlackMessenger(client, bot, lambda days: b"")
        if kind == "socket":
            socket = SocketDoor(app, APP_TOKEN, sandbox.api_url)
            socket.connect()
            sandbox.client.wait_for(
                lambda: sandbox.client.get("/sandbox/state")["delivery"]["connections"], what="a connection"
            )
            yield Doors(sandbox, do, messenger, socket)
            socket.close()
        else:
            site = server.site(health_of=lambda: {"ok": True}, slack=answers(app))
            running = server.start(site)
            opened = Doors(sandbox, do, messenger, address=f"{running.url}slack/events")
            opened.reset()
            yield opened
            running.stop()
