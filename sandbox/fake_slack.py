"""The state of one running sandbox: the workspace, its clock, the ways to the app, faults and recorded traffic."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

from sandbox.change_streams import ChangeStreams
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

# Scheme and host of the request that is being answered, as the caller wrote them.
request_base_url: ContextVar[str] = ContextVar("request_base_url", default="")


class FakeSlack:
    """One sandbox. Everything in it runs on the server's event loop, so it needs no lock."""

    def __init__(self, file: WorkspaceFile, clock: SandboxClock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.changes = ChangeStreams()
        self.traffic = Traffic(clock.now, lambda entry: self.changes.publish({"kind": "traffic", "entry": entry}))
        self.socket = SocketMode(lambda: self.workspace.app.id, self._record_socket_change)
        self.http = HttpDelivery(lambda: self.workspace.app)
        self.delivery = Delivery(
            self.faults,
            self.traffic,
            self.socket,
            self.http,
            lambda: bool(self.workspace.app.events_url),
            self._publish_delivery_state,
        )
        self.address = ""
        self.scheduled_changed = asyncio.Event()
        self._create_workspace(file)

    def _create_workspace(self, file: WorkspaceFile) -> None:
        self.file = file
        fresh = file.model_copy(deep=True)
        self.workspace = Workspace(fresh, self.clock)
        self.views = Views(self.workspace)
        self.ids = InteractionIds(self.clock, fresh.delivery.trigger_seconds)
        self.delivery.settings = fresh.delivery

    @property
    def base_url(self) -> str:
        """This server's address as the caller knows it, without a slash at the end."""
        return request_base_url.get() or self.address

    async def load(self, file: WorkspaceFile) -> None:
        """Replace the workspace. The app's sockets stay open."""
        await self.delivery.cancel_all()
        self.clock.reset()
        self.faults.clear()
        self.traffic.clear()
        self._create_workspace(file)
        self.scheduled_changed.set()
        self.changes.publish({"kind": "reset"})

    async def reset(self) -> None:
        """Return to the workspace file that was loaded last."""
        await self.load(self.file)

    def delivery_state(self) -> Json:
        """`{mode, connections, pending}`."""
        mode = "http" if self.workspace.app.events_url else "socket"
        return {"mode": mode, "connections": len(self.socket.connections), "pending": self.delivery.pending}

    def _record_socket_change(self, what: str, connection: str) -> None:
        self.traffic.record("to_bot", "socket", what, request={"connection": connection})
        self._publish_delivery_state()

    def _publish_delivery_state(self) -> None:
        self.changes.publish({"kind": "delivery", "delivery": self.delivery_state()})
