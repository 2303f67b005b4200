"""Starts and stops a sandbox: one HTTP server, in the current thread or in one of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import uvicorn

from sandbox.client import SandboxClient
from sandbox.clock import SandboxClock
from sandbox.fake_slack import FakeSlack
from sandbox.routes import build_app
from sandbox.workspace_file import AppEntry, Json, WorkspaceFile, load


class _Server(uvicorn.Server):
    """Calls `on_ready` when it answers requests, and `on_stop` before it stops."""

    on_ready: Callable[[], None]
    on_stop: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.on_stop()
        await super().shutdown(sockets)


class RunningSandbox:
    """A sandbox on a port. Use it as a context manager, or call `stop`.

    `url` is the page's address, `api_url` the base URL for Slack clients, `client` acts as people of the workspace.
    """

    def __init__(self, slack: FakeSlack, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        self.port: int = port
        self.url = f"http://{host}:{port}/"
        self.api_url = f"{self.url}api/"
        self.client = SandboxClient(self.url)
        self._slack = slack
        slack.address = self.url.rstrip("/")
        self._listener = listener
        config = uvicorn.Config(
            build_app(slack), log_level="warning", ws="websockets-sansio", lifespan="on", timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self._thread: threading.Thread | None = None

    @property
    def app(self) -> AppEntry:
        """The app of the workspace: its ids, tokens and signing secret."""
        return self._slack.workspace.app

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Serve in this thread until interrupted. `on_ready` is called when requests are answered."""
        self._server.on_ready = on_ready
        self._server.on_stop = self._slack.changes.close
        self._server.run(sockets=[self._listener])

    def start(self) -> RunningSandbox:
        """Serve in a thread of its own. Returns when requests are answered."""
        self._thread = threading.Thread(target=self.run, name="sandbox", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox did not start; see the log above.")
            self._thread.join(0.01)
        return self

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self.client.close()
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(10)
        self._listener.close()

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def bind(
    workspace: WorkspaceFile | Json | str | Path | None, host: str, port: int, clock: SandboxClock | None = None
) -> RunningSandbox:
    """A sandbox on a bound port that does not serve yet. OSError if the port is in use."""
    slack = FakeSlack(load(workspace), clock or SandboxClock())
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return RunningSandbox(slack, listener)


def start(
    workspace: WorkspaceFile | Json | str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: SandboxClock | None = None,
) -> RunningSandbox:
    """Start a sandbox in a thread of its own.

    `workspace` is the path of a workspace file or its content as a mapping; the built-in example if it is None.
    `port` 0 takes a free port. Raises WorkspaceFileError for an invalid workspace, OSError if the port is in use.
    """
    return bind(workspace, host, port, clock).start()
