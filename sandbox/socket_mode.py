"""Socket Mode: the app's WebSockets, and the delivery of one envelope over one of them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.delivery import DeliveryResult, Envelope
from sandbox.workspace_file import Json

MAX_CONNECTIONS = 10
TICKET_SECONDS = 60
CLOSE_SECONDS = 1.0  # after `disconnect`, so that the app can open its next connection


@dataclass(eq=False)
class Connection:
    """One open socket."""

    id: str
    socket: WebSocket
    opened: float
    sent: int = 0
    acked: int = 0
    closing: bool = False  # `disconnect` was sent: it gets no more envelopes
    waiting: dict[str, asyncio.Future[DeliveryResult]] = field(default_factory=dict)

    def cut(self) -> None:
        """Drop the connection without a close frame."""
        transport = self.socket.scope.get("sandbox.transport")
        if transport is not None:
            transport.abort()


class SocketMode:
    """All sockets of the app. `on_change` is called with what happened and the id of the connection."""

    def __init__(self, app_id: Callable[[], str], on_change: Callable[[str, str], None]) -> None:
        self._app_id = app_id
        self._on_change = on_change
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._connection_added = asyncio.Condition()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> list[Json]:
        """The sockets as the control API lists them."""
        return [{"id": c.id, "opened": c.opened, "sent": c.sent, "acked": c.acked} for c in self._connections]

    def new_ticket(self) -> str:
        """A ticket that opens one connection within a minute."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic() + TICKET_SECONDS
        return ticket

    async def serve(self, socket: WebSocket, refuse: bool) -> None:
        """Accept a socket with a valid ticket and receive acknowledgements until it is closed."""
        expires = self._tickets.pop(socket.query_params.get("ticket", ""), 0.0)
        if refuse or expires < time.monotonic():
            await socket.close(code=4001)
            return
        await socket.accept()
        if len(self._connections) >= MAX_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return
        connection = Connection(secrets.token_hex(4), socket, time.time())
        await self._send_hello(connection)
        try:
            while True:
                self._handle_message(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            self._remove(connection)

    async def _send_hello(self, connection: Connection) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "connection_info": {"app_id": self._app_id()},
            "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060},
        }
        await connection.socket.send_json(hello)
        async with self._connection_added:
            self._connections.append(connection)
            self._connection_added.notify_all()
        self._on_change("opened", connection.id)

    def _handle_message(self, connection: Connection, text: str) -> None:
        try:
            body: Any = json.loads(text)
        except json.JSONDecodeError:
            return
        waiting = connection.waiting.pop(str(body.get("envelope_id")), None) if isinstance(body, dict) else None
        if waiting is not None and not waiting.done():
            connection.acked += 1
            waiting.set_result(DeliveryResult(True, body=body.get("payload")))

    def _remove(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_result(DeliveryResult(False, reason="connection_failed"))
        connection.waiting.clear()
        self._on_change("closed", connection.id)

    async def _next_connection(self, seconds: float) -> Connection | None:
        def free() -> list[Connection]:
            return [one for one in self._connections if not one.closing]

        async with self._connection_added:
            try:
                await asyncio.wait_for(self._connection_added.wait_for(lambda: bool(free())), seconds)
            except TimeoutError:
                return None
            # Each envelope goes to one socket, and all sockets are used: the one with the fewest envelopes is next.
            return min(free(), key=lambda one: one.sent)

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, seconds: float) -> DeliveryResult:
        """One attempt over one socket."""
        connection = await self._next_connection(seconds if envelope.type == "events_api" else 0.05)
        if connection is None:
            return DeliveryResult(False, reason="connection_failed")
        connection.sent += 1
        envelope_id = secrets.token_hex(16)
        waiting: asyncio.Future[DeliveryResult] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = waiting
        body: Json = {
            "envelope_id": envelope_id,
            "type": envelope.type,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.accepts_response,
        }
        if envelope.type == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": reason}
        try:
            await connection.socket.send_text(json.dumps(body))
            return await asyncio.wait_for(waiting, seconds)
        except TimeoutError:
            return DeliveryResult(False, reason="http_timeout")
        except (WebSocketDisconnect, RuntimeError, ConnectionError):
            return DeliveryResult(False, reason="connection_failed")
        finally:
            connection.waiting.pop(envelope_id, None)

    def _select(self, connection_id: str | None) -> list[Connection]:
        return [one for one in self._connections if connection_id in (None, one.id)]

    async def disconnect(self, reason: str, connection_id: str | None = None) -> int:
        """Send `disconnect`, and close a second later unless it is a warning -> to how many sockets."""
        chosen = self._select(connection_id)
        for one in chosen:
            one.closing = reason != "warning"
            self._on_change(f"disconnect: {reason}", one.id)
            await one.socket.send_json(_disconnect(reason))
            if reason != "warning":
                asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._close_if_open, one)
        return len(chosen)

    def _close_if_open(self, connection: Connection) -> None:
        if connection in self._connections:
            task = asyncio.get_running_loop().create_task(connection.socket.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def cut(self, connection_id: str | None = None) -> int:
        """Drop sockets without a close frame -> how many."""
        chosen = self._select(connection_id)
        for one in chosen:
            one.closing = True
            one.cut()
            self._on_change("cut", one.id)
        return len(chosen)


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
