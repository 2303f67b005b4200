"""Real Bolt apps against a running sandbox: over Socket Mode, and over signed HTTP with the raw requests kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import RunningSandbox
from sandbox.tests.example_workspace import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

quiet = logging.getLogger("tests.bolt")
quiet.setLevel(logging.CRITICAL)


def web_client(sandbox: RunningSandbox, token: str | None = BOT_TOKEN) -> WebClient:
    """A real WebClient that talks to the sandbox."""
    return WebClient(token=token, base_url=sandbox.api_url, timeout=10)


def answered(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The answer to a call, whether ok or not."""
    try:
        return call(*args, **kwargs)
    except SlackApiError as error:
        return error.response


def refused(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The error code with which the Web API refuses a call; AssertionError when it does not."""
    try:
        call(*args, **kwargs)
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError("The call was not refused.")


def new_app(sandbox: RunningSandbox) -> App:
    """A Bolt app of the workspace, not connected yet."""
    return App(client=web_client(sandbox), signing_secret=SIGNING_SECRET, logger=quiet)


@contextmanager
def connected(sandbox: RunningSandbox, app: App) -> Iterator[SocketModeHandler]:
    """The app over Socket Mode; returns when the sandbox counts the connection."""
    handler = SocketModeHandler(app, APP_TOKEN, logger=quiet)
    handler.connect()
    sandbox.client.wait_for(
        lambda: sandbox.client.get("/sandbox/state")["delivery"]["connections"], what="a connection"
    )
    try:
        yield handler
    finally:
        close_quickly(handler.client)


def close_quickly(client: SocketModeClient) -> None:
    """Close at once: the SDK's own close waits up to 3 s for something to arrive, so something is asked for."""
    client.auto_reconnect_enabled = False
    # Without this, the runner may start again before the session is closed, and then never ends.
    client.current_session_runner.event.set()
    client.current_session_state.terminated = True
    client.closed = True
    client.message_queue.put(None)
    if client.current_session is not None and client.current_session.is_active():
        with suppress(OSError):
            client.current_session.ping("bye")
    client.close()


@dataclass
class RawSocket:
    """A SocketModeClient that keeps every envelope, and acknowledges those that `ack` says yes to."""

    sandbox: RunningSandbox
    ack: Callable[[SocketModeRequest], dict[str, Any] | bool | None] = lambda _: True
    envelopes: list[SocketModeRequest] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = WebClient(token=APP_TOKEN, base_url=self.sandbox.api_url)
        # One worker: with more of them the order in which things came would be lost.
        self.client = SocketModeClient(
            app_token=APP_TOKEN, web_client=client, logger=quiet, ping_interval=1, concurrency=1
        )
        self.client.socket_mode_request_listeners.append(self._heard)
        self.client.message_listeners.append(lambda _client, message, _raw: self.messages.append(message))

    def _heard(self, client: Any, request: SocketModeRequest) -> None:
        self.envelopes.append(request)
        answer = self.ack(request)
        if answer:
            payload = answer if isinstance(answer, dict) else None
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    def connections(self) -> int:
        return int(self.sandbox.client.get("/sandbox/state")["delivery"]["connections"])

    def __enter__(self) -> RawSocket:
        before = self.connections()
        self.client.connect()
        self.sandbox.client.wait_for(lambda: self.connections() > before, what="one more connection")
        return self

    def __exit__(self, *_: object) -> None:
        close_quickly(self.client)

    def events(self, kind: str = "message") -> list[dict[str, Any]]:
        """Events of a type, in the order in which they came."""
        found = [one.payload["event"] for one in self.envelopes if one.type == "events_api"]
        return [one for one in found if one["type"] == kind]

    def wait_for_event(self, kind: str = "message", count: int = 1, seconds: float = 20) -> dict[str, Any]:
        """Wait for the n-th event of a type."""
        return self.sandbox.client.wait_for(lambda: self.events(kind)[count - 1 : count], seconds, kind)[0]


@dataclass
class Received:
    """One HTTP request as it came."""

    headers: dict[str, str]
    body: str
    at: float


@dataclass
class HttpApp:
    """A web server that plays the app's request URL. `reply` answers; a Bolt app may stand behind it."""

    reply: Callable[[Received], tuple[int, dict[str, str], str]] = lambda _: (200, {}, "")
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> HttpApp:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                got = Received({k.lower(): v for k, v in self.headers.items()}, body, time.monotonic())
                owner.received.append(got)
                status, headers, text = owner.reply(got)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                data = text.encode()
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hung up is part of the tests."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def bolt_behind_http(app: App) -> Callable[[Received], tuple[int, dict[str, str], str]]:
    """Answers for `HttpApp` by a Bolt app, signature check included."""

    def reply(received: Received) -> tuple[int, dict[str, str], str]:
        answer = app.dispatch(BoltRequest(body=received.body, headers=dict(received.headers)))
        return answer.status, {name: values[0] for name, values in answer.headers.items()}, answer.body or ""

    return reply
