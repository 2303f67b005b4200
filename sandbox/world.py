"""All that a running sandbox holds: workspace and clock, doors and faults. It decides nothing itself."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar

from sandbox.changes import Changes
from sandbox.clock import SandboxClock
from sandbox.delivery import Delivery
from sandbox.faults import Faults
from sandbox.http_delivery import HttpDelivery
from sandbox.interaction_ids import InteractionIds
from sandbox.socket_mode import SocketMode
from sandbox.traffic import Traffic
from sandbox.views import Views
from sandbox.workspace import Workspace
from sandbox.workspace_file import Json, WorkspaceFile

log = logging.getLogger("sandbox")

# The address under which the request that is being answered reached us.
asked_at: ContextVar[str] = ContextVar("asked_at", default="")


class World:
    """One sandbox. All of it lives on the server's event loop; that is its one lock."""

    def __init__(self, file: WorkspaceFile, clock: SandboxClock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.changes = Changes()
        self.traffic = Traffic(clock.now, lambda entry: self.changes.tell({"kind": "traffic", "entry": entry}))
        self.socket = SocketMode(lambda: self.workspace.app.id, self._socket_changed)
        self.http = HttpDelivery(lambda: self.workspace.app)
        self.delivery = Delivery(
            self.faults,
            self.traffic,
            self.socket,
            self.http,
            lambda: bool(self.workspace.app.events_url),
            self._delivery_changed,
        )
        self.address = ""
        self.scheduled_changed = asyncio.Event()
        self._begin(file)

    def _begin(self, file: WorkspaceFile) -> None:
        self.file = file
        fresh = file.model_copy(deep=True)
        self.workspace = Workspace(fresh, self.clock)
        self.views = Views(self.workspace)
        self.ids = InteractionIds(self.clock, fresh.delivery.trigger_seconds)
        self.delivery.settings = fresh.delivery

    @property
    def base(self) -> str:
        """This server's address as the asker knows it, without a slash at its end."""
        return asked_at.get() or self.address

    async def load(self, file: WorkspaceFile) -> None:
        """Another world from here on; sockets stay open."""
        await self.delivery.drop()
        self.clock.reset()
        self.faults.clear()
        self.traffic.clear()
        self._begin(file)
        self.scheduled_changed.set()
        self.changes.tell({"kind": "reset"})

    async def reset(self) -> None:
        """Back to the workspace file."""
        await self.load(self.file)

    def delivery_state(self) -> Json:
        """`{mode, connections, pending}`."""
        mode = "http" if self.workspace.app.events_url else "socket"
        return {"mode": mode, "connections": len(self.socket.connections), "pending": self.delivery.pending}

    def _socket_changed(self, what: str, connection: str) -> None:
        self.traffic.record("to_bot", "socket", what, request={"connection": connection})
        self._delivery_changed()

    def _delivery_changed(self) -> None:
        self.changes.tell({"kind": "delivery", "delivery": self.delivery_state()})
