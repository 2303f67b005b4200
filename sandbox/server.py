"""Puts the sandbox behind one port: Slack's doors, the control API and the page. Starts and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sandbox import control, responses, scheduled, web_api
from sandbox.client import SandboxClient
from sandbox.clock import SandboxClock
from sandbox.workspace_file import Json, WorkspaceFile, load
from sandbox.world import World, asked_at

PAGE = Path(__file__).with_name("page")
_NO_PAGE = (
    "<!doctype html><title>Sandbox</title><p>The sandbox is running; its page is not installed. See docs/sandbox.md."
)


class _Outermost:
    """Notes under which address we were asked, and the connection itself, so that a fault can cut it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope["sandbox.transport"] = getattr(getattr(send, "__self__", None), "transport", None)
            host = next((value.decode() for name, value in scope["headers"] if name == b"host"), "")
            secure = scope["scheme"] in ("https", "wss")
            asked_at.set(f"{'https' if secure else 'http'}://{host}" if host else "")
        await self.app(scope, receive, send)


def build(world: World) -> ASGIApp:
    """The whole server as an ASGI app."""

    async def api(request: Request) -> Response:
        return await web_api.answer(world, request)

    async def link(socket: WebSocket) -> None:
        await world.socket.serve(socket, world.faults.settings.refuse_connections)

    routes = [
        Route("/api/{method:path}", api, methods=["GET", "POST"]),
        WebSocketRoute("/link", link),
        Route("/response/{id}", _response(world), methods=["POST"]),
        Route("/upload/{id}", _upload(world), methods=["POST", "PUT"]),
        Route("/files/{id}/{name:path}", _download(world)),
        Route("/archives/{channel}/{moment}", _permalink),
        *control.routes(world),
        Route("/", _page),
    ]
    if PAGE.is_dir():
        routes.append(Mount("/static", _Static(directory=PAGE), name="static"))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        keeper = asyncio.create_task(scheduled.keep_time(world))
        yield
        keeper.cancel()
        await world.delivery.drop()
        await world.http.close()

    return _Outermost(Starlette(routes=routes, lifespan=lifespan))


async def _page(_: Request) -> Response:
    index = PAGE / "index.html"
    return FileResponse(index, headers={"Cache-Control": "no-cache"}) if index.is_file() else HTMLResponse(_NO_PAGE)


async def _permalink(request: Request) -> Response:
    digits = request.path_params["moment"].removeprefix("p")
    if not digits.isdigit() or len(digits) < 7:
        return PlainTextResponse("This is no link to a message.", 404)
    ts = f"{digits[:-6]}.{digits[-6:]}"
    thread = request.query_params.get("thread_ts")
    query = f"channel={request.path_params['channel']}&ts={ts}" + (f"&thread_ts={thread}" if thread else "")
    return RedirectResponse(f"/?{query}", 302)


def _response(world: World) -> Any:
    async def respond(request: Request) -> Response:
        raw = await request.body()
        try:
            body: Any = json.loads(raw)
        except (json.JSONDecodeError, UnicodeDecodeError):
            body = None
        address = world.ids.use_address(request.path_params["id"])
        if isinstance(address, str):
            status, text = 404, address
        elif world.faults.too_fast(address.channel, time.monotonic()):
            status, text = 429, "ratelimited"
        else:
            status, text = responses.respond(world, address, body)
        world.traffic.record("from_bot", "response_url", "response_url", request=body, response=text, status=status)
        if status == 200:
            return PlainTextResponse(text)
        headers = {"Retry-After": "1"} if status == 429 else None
        return JSONResponse({"ok": False, "error": text}, status, headers=headers)

    return respond


def _upload(world: World) -> Any:
    async def upload(request: Request) -> Response:
        stored = world.workspace.files.get(request.path_params["id"])
        if stored is None or stored.uploaded:
            return PlainTextResponse("no such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await request.form()
            part: Any = next((one for one in form.values() if not isinstance(one, str)), None)
            stored.content = await part.read() if part is not None else b""
        else:
            stored.content = await request.body()
        stored.uploaded = True
        world.traffic.record("from_bot", "upload", stored.name, request=stored.content, status=200)
        return PlainTextResponse(f"OK - {len(stored.content)}")

    return upload


def _download(world: World) -> Any:
    async def download(request: Request) -> Response:
        workspace = world.workspace
        stored = workspace.files.get(request.path_params["id"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        viewer = workspace.app.bot_user_id if token == workspace.app.bot_token else request.query_params.get("as", "")
        if not viewer or viewer not in workspace.users:
            # As in Slack: without a session, a sign-in page instead of the file.
            return HTMLResponse("<!doctype html><title>Sign in</title><p>Sign in to see this file.", 200)
        seen = stored is not None and (
            stored.user == viewer or any(workspace.may_see(viewer, workspace.channels[one]) for one in stored.channels)
        )
        if stored is None or not seen or not stored.uploaded:
            return PlainTextResponse("file_not_found", 404)
        safe = stored.mimetype.startswith(("image/", "text/plain", "application/pdf")) and "svg" not in stored.mimetype
        disposition = "inline" if safe else "attachment"
        name = "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else "_" for one in stored.name)
        headers = {"Content-Disposition": f'{disposition}; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return Response(stored.content, media_type=stored.mimetype, headers=headers)

    return download


class _Static(StaticFiles):
    """The page's files; browsers ask each time whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class _Server(uvicorn.Server):
    """Says when it answers, and when it is about to stop."""

    on_ready: Callable[[], None]
    on_stop: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.on_stop()
        await super().shutdown(sockets)


class RunningSandbox:
    """A sandbox that listens. Use it in `with`, or call `stop`."""

    def __init__(self, world: World, listener: socket.socket) -> None:
        self.world = world
        host, port = listener.getsockname()[:2]
        self.port: int = port
        self.url = f"http://{host}:{port}/"
        self.api_url = f"{self.url}api/"
        world.address = self.url.rstrip("/")
        self._listener = listener
        config = uvicorn.Config(
            build(world), log_level="warning", ws="websockets-sansio", lifespan="on", timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self._thread: threading.Thread | None = None
        self.people = SandboxClient(self.url)

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Serve in this thread until interrupted; `on_ready` is called when requests are answered."""
        self._server.on_ready = on_ready
        self._server.on_stop = self.world.changes.close
        self._server.run(sockets=[self._listener])

    def start(self) -> RunningSandbox:
        """Serve in a thread; returns when it answers."""
        self._thread = threading.Thread(target=self.run, name="sandbox", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox did not start; see the log above.")
            self._thread.join(0.01)
        return self

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self.people.close()
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


def prepare(
    workspace: WorkspaceFile | Json | str | Path | None, host: str, port: int, clock: SandboxClock | None = None
) -> RunningSandbox:
    """A sandbox on a bound port that does not serve yet. OSError when the port is taken."""
    world = World(load(workspace), clock or SandboxClock())
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return RunningSandbox(world, listener)


def start(
    workspace: WorkspaceFile | Json | str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: SandboxClock | None = None,
) -> RunningSandbox:
    """Start a sandbox in a thread: a path, a mapping or nothing (the built-in example)."""
    return prepare(workspace, host, port, clock).start()
