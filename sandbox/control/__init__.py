"""The control API: the endpoints with which the page and tests act as people and change the workspace."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import isawaitable
from typing import Any
from urllib.parse import urlsplit

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import admin, channels, inspect, interactivity, users
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.fake_slack import FakeSlack
from sandbox.interactions import NotAllowed
from sandbox.workspace_file import Json

Endpoint = Callable[[ControlRequest], Awaitable[Json]] | Callable[[ControlRequest], Json]
PING_SECONDS = 15
_CROSS_ORIGIN = ControlError("cross_origin", "In a browser, only the sandbox's own page may use the control API.", 403)

_ENDPOINTS: list[tuple[str, str, Endpoint]] = [
    ("GET", "state", inspect.state),
    ("GET", "messages", inspect.messages),
    ("GET", "views", inspect.views),
    ("GET", "scheduled", inspect.scheduled),
    ("GET", "traffic", inspect.traffic),
    ("POST", "messages", users.say),
    ("PATCH", "messages", users.edit),
    ("DELETE", "messages", users.delete),
    ("POST", "forwards", users.forward),
    ("POST", "reactions", users.react),
    ("POST", "read", users.mark_read),
    ("POST", "users", users.update_user),
    ("POST", "commands", interactivity.run_command),
    ("POST", "actions", interactivity.send_action),
    ("POST", "options", interactivity.load_options),
    ("POST", "views/submit", interactivity.submit_view),
    ("POST", "views/close", interactivity.close_view),
    ("POST", "home", interactivity.open_home),
    ("POST", "shortcuts", interactivity.use_shortcut),
    ("POST", "channels", channels.create),
    ("POST", "membership", channels.change_membership),
    ("POST", "share", channels.share),
    ("POST", "channel_id", channels.change_id),
    ("GET", "clock", admin.clock),
    ("POST", "clock", admin.set_clock),
    ("GET", "workspace", admin.workspace),
    ("POST", "reset", admin.reset),
    ("GET", "delivery", admin.delivery),
    ("PUT", "delivery", admin.set_delivery),
    ("POST", "sockets", admin.sockets),
    ("GET", "faults", admin.faults),
    ("PUT", "faults", admin.set_faults),
    ("DELETE", "faults", admin.clear_faults),
]


def routes(slack: FakeSlack) -> list[Route]:
    """All routes under `/sandbox/`."""
    found = [
        Route(f"/sandbox/{path}", _handler(slack, endpoint), methods=[verb]) for verb, path, endpoint in _ENDPOINTS
    ]

    async def load(request: Request) -> Response:
        if _is_cross_origin(request):
            return _error_response(_CROSS_ORIGIN)
        try:
            await admin.load(slack, (await request.body()).decode("utf-8", "replace"))
        except ControlError as error:
            return _error_response(error)
        return JSONResponse({"ok": True})

    async def events(request: Request) -> Response:
        return _event_stream(slack, request.query_params.get("as"))

    return [
        *found,
        Route("/sandbox/workspace", load, methods=["POST"]),
        Route("/sandbox/events", events, methods=["GET"]),
        Route("/sandbox/{rest:path}", _unknown_endpoint, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _error_response(error: ControlError) -> Response:
    return JSONResponse({"ok": False, "error": error.code, "detail": error.detail}, error.status)


def _handler(slack: FakeSlack, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        if _is_cross_origin(request):
            return _error_response(_CROSS_ORIGIN)
        try:
            result: Any = endpoint(await ControlRequest.read(slack, request))
            if isawaitable(result):
                result = await result
        except ControlError as error:
            return _error_response(error)
        except NotAllowed as error:
            return JSONResponse({"ok": False, "error": error.code, "detail": error.detail}, 403)
        return JSONResponse({"ok": True} | result)

    return handle


def _is_cross_origin(request: Request) -> bool:
    """Is this the page of another site, in a browser that can reach this server?"""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def _unknown_endpoint(request: Request) -> Response:
    known = ", ".join(sorted({f"{verb} /sandbox/{path}" for verb, path, _ in _ENDPOINTS}))
    detail = f"{request.method} {request.url.path} does not exist. Existing endpoints: {known}"
    return JSONResponse({"ok": False, "error": "unknown_endpoint", "detail": detail}, 404)


def _event_stream(slack: FakeSlack, user: str | None) -> Response:
    async def changes() -> AsyncIterator[dict[str, str]]:
        with slack.changes.subscribe(user) as queue:
            hello = {"kind": "hello", "now": slack.clock.now(), "offset": slack.clock.offset}
            yield {"event": "change", "data": json.dumps(hello)}
            while (change := await queue.get()) is not None:
                yield {"event": "change", "data": json.dumps(change)}

    return EventSourceResponse(changes(), ping=PING_SECONDS)
