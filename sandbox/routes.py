"""All addresses of the sandbox as one ASGI app: Slack's Web API and URLs, the control API, and the page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sandbox import control, response_urls, scheduled_messages, web_api
from sandbox.fake_slack import FakeSlack, request_base_url
from sandbox.workspace import StoredFile

PAGE = Path(__file__).with_name("page")

Handler = Callable[[Request], Awaitable[Response]]


class _ConnectionContext:
    """Stores the base URL that the caller used, and the connection, which faults may drop."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope["sandbox.transport"] = getattr(getattr(send, "__self__", None), "transport", None)
            host = next((value.decode() for name, value in scope["headers"] if name == b"host"), "")
            secure = scope["scheme"] in ("https", "wss")
            request_base_url.set(f"{'https' if secure else 'http'}://{host}" if host else "")
        await self.app(scope, receive, send)


def build_app(slack: FakeSlack) -> ASGIApp:
    """The ASGI app of a sandbox."""

    async def call_method(request: Request) -> Response:
        return await web_api.answer(slack, request)

    async def open_socket(socket: WebSocket) -> None:
        await slack.socket.serve(socket, slack.faults.settings.refuse_connections)

    routes = [
        Route("/api/{method:path}", call_method, methods=["GET", "POST"]),
        WebSocketRoute("/link", open_socket),
        Route("/response/{id}", _response_url_handler(slack), methods=["POST"]),
        Route("/upload/{id}", _upload_handler(slack), methods=["POST", "PUT"]),
        Route("/files/{id}/{name:path}", _download_handler(slack)),
        Route("/archives/{channel}/{ts}", _redirect_permalink),
        *control.routes(slack),
        Route("/", _show_page),
        Mount("/static", _PageFiles(directory=PAGE), name="static"),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        scheduler = asyncio.create_task(scheduled_messages.post_when_due(slack))
        yield
        scheduler.cancel()
        await slack.delivery.cancel_all()
        await slack.http.close()

    return _ConnectionContext(Starlette(routes=routes, lifespan=lifespan))


async def _show_page(_: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


async def _redirect_permalink(request: Request) -> Response:
    digits = request.path_params["ts"].removeprefix("p")
    if not digits.isdigit() or len(digits) < 7:
        return PlainTextResponse("This is not a link to a message.", 404)
    ts = f"{digits[:-6]}.{digits[-6:]}"
    thread = request.query_params.get("thread_ts")
    query = f"channel={request.path_params['channel']}&ts={ts}" + (f"&thread_ts={thread}" if thread else "")
    return RedirectResponse(f"/?{query}", 302)


def _response_url_handler(slack: FakeSlack) -> Handler:
    async def respond(request: Request) -> Response:
        raw = await request.body()
        try:
            body: Any = json.loads(raw)
        except (json.JSONDecodeError, UnicodeDecodeError):
            body = None
        url = slack.ids.use_response_url(request.path_params["id"])
        if isinstance(url, str):
            status, text = 404, url
        elif slack.faults.exceeds_channel_rate(url.channel, time.monotonic()):
            status, text = 429, "ratelimited"
        else:
            status, text = response_urls.post_response(slack, url, body)
        slack.traffic.record("from_bot", "response_url", "response_url", request=body, response=text, status=status)
        if status == 200:
            return PlainTextResponse(text)
        headers = {"Retry-After": "1"} if status == 429 else None
        return JSONResponse({"ok": False, "error": text}, status, headers=headers)

    return respond


def _upload_handler(slack: FakeSlack) -> Handler:
    async def upload(request: Request) -> Response:
        stored = slack.workspace.files.get(request.path_params["id"])
        if stored is None or stored.uploaded:
            return PlainTextResponse("no such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await request.form()
            part: Any = next((one for one in form.values() if not isinstance(one, str)), None)
            stored.content = await part.read() if part is not None else b""
        else:
            stored.content = await request.body()
        stored.uploaded = True
        slack.traffic.record("from_bot", "upload", stored.name, request=stored.content, status=200)
        return PlainTextResponse(f"OK - {len(stored.content)}")

    return upload


def _download_handler(slack: FakeSlack) -> Handler:
    async def download(request: Request) -> Response:
        workspace = slack.workspace
        stored = workspace.files.get(request.path_params["id"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        viewer = workspace.app.bot_user_id if token == workspace.app.bot_token else request.query_params.get("as", "")
        if not viewer or viewer not in workspace.users:
            # As in Slack: without a session, a sign-in page instead of the file.
            return HTMLResponse("<!doctype html><title>Sign in</title><p>Sign in to see this file.", 200)
        visible = stored is not None and (
            stored.user == viewer or any(workspace.can_see(viewer, workspace.channels[one]) for one in stored.channels)
        )
        if stored is None or not visible or not stored.uploaded:
            return PlainTextResponse("file_not_found", 404)
        return Response(stored.content, media_type=stored.mimetype, headers=_download_headers(stored))

    return download


def _download_headers(stored: StoredFile) -> dict[str, str]:
    """Only types that cannot run scripts are shown in the browser; all others are downloaded."""
    safe = stored.mimetype.startswith(("image/", "text/plain", "application/pdf")) and "svg" not in stored.mimetype
    disposition = "inline" if safe else "attachment"
    name = "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else "_" for one in stored.name)
    return {"Content-Disposition": f'{disposition}; filename="{name}"', "X-Content-Type-Options": "nosniff"}


class _PageFiles(StaticFiles):
    """The page's files. Browsers ask each time whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
