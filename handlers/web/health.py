"""`GET /health`: the state of each part as JSON, for monitoring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Health = Callable[[], Mapping[str, Any]]


def route(health: Health) -> Route:
    """`health` returns what is to be shown, with `ok` true or false: then the status is 200 or 503."""

    async def show(request: Request) -> JSONResponse:
        state = dict(await run_in_threadpool(health))
        return JSONResponse(state, status_code=200 if state.get("ok") else 503, headers={"Cache-Control": "no-store"})

    return Route("/health", show, methods=["GET"])
