"""`POST /slack/events`: Slack's signed requests, handed on unread; the signature is checked where they are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

# Slack's largest requests are forms of up to 250 kB and messages of 40,000 characters.
_LARGEST = 2_000_000


class Answer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> str: ...


Dispatch = Callable[[str, Mapping[str, str]], Answer]


def route(dispatch: Dispatch) -> Route:
    """`dispatch` takes the raw body and the headers and may block: it runs in the pool, never on the event loop."""

    async def receive(request: Request) -> Response:
        body = await _limited(request)
        if body is None:
            return PlainTextResponse("This is larger than anything that Slack sends.", status_code=413)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return PlainTextResponse("This is not UTF-8.", status_code=400)
        answer = await run_in_threadpool(dispatch, text, dict(request.headers))
        return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))

    return Route("/slack/events", receive, methods=["POST"])


async def _limited(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            return None
    return bytes(body)
