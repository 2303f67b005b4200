"""Serves the web pages from a thread of this process, on the loopback address unless configured otherwise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.actions.desk import Desk
from bot.errors import ConfigurationError
from handlers.web import articles, dashboard, health, slack_events

_PATIENCE = 10.0


@dataclass(frozen=True)
class RunningServer:
    """A server that answers; `stop` waits until it has let go of its port."""

    host: str
    port: int
    _server: uvicorn.Server
    _thread: threading.Thread

    @property
    def url(self) -> str:
        """Its address, with a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(_PATIENCE)


def site(
    *,
    health_of: health.Health,
    article: articles.Articles | None = None,
    slack: slack_events.Dispatch | None = None,
    desk: Desk | None = None,
    secure: bool = False,
) -> Starlette:
    """The application: health always, articles, Slack's requests and the private pages where they are wanted.

    `secure` says that people reach it by https.
    """
    routes: list[BaseRoute] = [health.route(health_of)]
    if article is not None:
        routes.append(articles.route(article))
    if slack is not None:
        routes.append(slack_events.route(slack))
    if desk is not None:
        routes += dashboard.routes(desk, secure=secure)
    return Starlette(routes=routes)


def start(application: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> RunningServer:
    """Starts serving and returns when it answers. Port 0 takes a free one.

    Raises ConfigurationError when the port is taken or the address is none of this machine's.
    """
    listening = _listen(host, port)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        ws="none",
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
    thread.start()
    _wait(server, thread)
    return RunningServer(host, int(listening.getsockname()[1]), server, thread)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ConfigurationError(_problems(host, port, error)) from error
    return listening


def _problems(host: str, port: int, error: OSError) -> Sequence[str]:
    return [
        f"The web server cannot listen on {host}, port {port} ({error.strerror or error}). If another program has "
        "the port, stop that one or set FOOTBRIDGE_PORT to a free one (0 lets the system choose). FOOTBRIDGE_HOST "
        "must be an address of this machine."
    ]


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    ready = threading.Event()
    for _ in range(int(_PATIENCE / 0.01)):
        if server.started or not thread.is_alive():
            break
        ready.wait(0.01)
    if not server.started:
        raise ConfigurationError(["The web server did not start; its log says why."])
