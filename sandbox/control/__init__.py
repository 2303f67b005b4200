"""The control API: the doors through which the page and tests act as people. Shapes: docs/sandbox.md."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import acting, looking, ruling
from sandbox.control.requests import Asked, ControlError
from sandbox.interactions import Refused
from sandbox.workspace_file import Json
from sandbox.world import World

Deed = Callable[[Asked], Awaitable[Json]] | Callable[[Asked], Json]
PING_SECONDS = 15
_FOREIGN = ControlError("foreign_origin", "Only the sandbox's own page may do this in a browser.", 403)

_DEEDS: list[tuple[str, str, Deed]] = [
    ("GET", "state", looking.state),
    ("GET", "messages", looking.messages),
    ("GET", "views", looking.views),
    ("GET", "scheduled", looking.scheduled),
    ("GET", "traffic", looking.traffic),
    ("POST", "messages", acting.say),
    ("PATCH", "messages", acting.edit),
    ("DELETE", "messages", acting.delete),
    ("POST", "reactions", acting.react),
    ("POST", "commands", acting.command),
    ("POST", "actions", acting.act),
    ("POST", "options", acting.options),
    ("POST", "views/submit", acting.submit_view),
    ("POST", "views/close", acting.close_view),
    ("POST", "home", acting.home),
    ("POST", "shortcuts", acting.shortcut),
    ("POST", "membership", acting.membership),
    ("POST", "share", acting.share),
    ("POST", "channels", acting.new_channel),
    ("POST", "read", acting.read),
    ("GET", "clock", ruling.clock),
    ("POST", "clock", ruling.set_clock),
    ("GET", "workspace", ruling.workspace),
    ("POST", "reset", ruling.reset),
    ("GET", "delivery", ruling.delivery),
    ("PUT", "delivery", ruling.set_delivery),
    ("POST", "sockets", ruling.sockets),
    ("GET", "faults", ruling.faults),
    ("PUT", "faults", ruling.set_faults),
    ("DELETE", "faults", ruling.clear_faults),
]


def routes(world: World) -> list[Route]:
    """All of `/sandbox/...`."""
    found = [Route(f"/sandbox/{path}", _endpoint(world, deed), methods=[verb]) for verb, path, deed in _DEEDS]

    async def load(request: Request) -> Response:
        if _from_elsewhere(request):
            return _refusal(_FOREIGN)
        try:
            await ruling.load(world, (await request.body()).decode("utf-8", "replace"))
        except ControlError as error:
            return _refusal(error)
        return JSONResponse({"ok": True})

    async def events(request: Request) -> Response:
        return _stream(world, request.query_params.get("as"))

    return [
        *found,
        Route("/sandbox/workspace", load, methods=["POST"]),
        Route("/sandbox/events", events, methods=["GET"]),
        Route("/sandbox/{rest:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _refusal(error: ControlError) -> Response:
    return JSONResponse({"ok": False, "error": error.code, "detail": error.detail}, error.status)


def _endpoint(world: World, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if _from_elsewhere(request):
            return _refusal(_FOREIGN)
        try:
            result: Any = deed(await Asked.read(world, request))
            if inspect.isawaitable(result):
                result = await result
        except ControlError as error:
            return _refusal(error)
        except Refused as error:
            return JSONResponse({"ok": False, "error": error.code, "detail": error.detail}, 403)
        return JSONResponse({"ok": True} | result)

    return endpoint


def _from_elsewhere(request: Request) -> bool:
    """Is this another site's page, in a browser that happens to reach us?"""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def _unknown(request: Request) -> Response:
    there = ", ".join(sorted({f"{verb} /sandbox/{path}" for verb, path, _ in _DEEDS}))
    detail = f"{request.method} {request.url.path} does not exist. There is: {there}"
    return JSONResponse({"ok": False, "error": "unknown_endpoint", "detail": detail}, 404)


def _stream(world: World, person: str | None) -> Response:
    async def changes() -> AsyncIterator[dict[str, str]]:
        with world.changes.stream(person) as queue:
            hello = {"kind": "hello", "now": world.clock.now(), "offset": world.clock.offset}
            yield {"event": "change", "data": json.dumps(hello)}
            while (change := await queue.get()) is not None:
                yield {"event": "change", "data": json.dumps(change)}

    return EventSourceResponse(changes(), ping=PING_SECONDS)
