"""Slack's Web API: checks the token and the scope, runs the method, answers as Slack does. Methods live beside it."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.web_api import chat, conversations, files, history, marks, people, scheduling, surfaces
from sandbox.web_api.calls import METHODS, ApiError, Call
from sandbox.workspace_file import Json
from sandbox.world import World

# The modules register their methods when they are imported.
FAMILIES = (chat, conversations, files, history, marks, people, scheduling, surfaces)

_POSTS = ("chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage", "files.completeUploadExternal")
_WITH_APP_TOKEN = ("apps.connections.open",)
_WITHOUT_TOKEN = ("api.test",)


async def arguments(request: Request) -> Json:
    """Query, form or JSON body -> one mapping."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if request.method == "GET":
        return args
    if kind == "application/json":
        raw = await request.body()
        try:
            body: Any = json.loads(raw) if raw else {}
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        return args | body
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        form = await request.form()
        return args | {key: value for key, value in form.items() if isinstance(value, str)}
    raise ApiError("invalid_post_type")


def _token(request: Request, args: Json) -> str:
    header = request.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    return str(args.pop("token", "") or "")


def _authorize(world: World, name: str, token: str) -> None:
    if name in _WITHOUT_TOKEN:
        return
    app = world.workspace.app
    if not token:
        raise ApiError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise ApiError("invalid_auth")
    if (name in _WITH_APP_TOKEN) != (token == app.app_token):
        raise ApiError("not_allowed_token_type")


async def answer(world: World, request: Request) -> Response:
    """Answer one call of `/api/<method>`."""
    name = request.path_params["method"]
    began = time.monotonic()
    await asyncio.sleep(world.faults.slowness(name))
    args: Json = {}
    try:
        args = await arguments(request)
        token = _token(request, args)
        response, body = _faulty(world, name, args) or (None, None)
        if response is None:
            _authorize(world, name, token)
            body = _run(world, name, args)
    except ApiError as error:
        response, body = None, {"ok": False, "error": error.code} | error.more
    if response is None:
        response = _json(world, name, body)
    ms = (time.monotonic() - began) * 1000
    lost = isinstance(body, dict) and body.get("ok") is True and world.faults.lose_response(name)
    status: int | str = "answer lost" if lost else response.status_code
    world.traffic.record("from_bot", "web_api", name, request=args, response=body, status=status, ms=ms)
    if lost:
        transport = request.scope.get("sandbox.transport")
        if transport is not None:
            transport.abort()
    return response


def _faulty(world: World, name: str, args: Json) -> tuple[Response, Any] | None:
    if name in _WITH_APP_TOKEN and world.faults.settings.refuse_connections:
        return JSONResponse({"ok": False, "error": "service_unavailable"}, 503), {
            "ok": False,
            "error": "service_unavailable",
        }
    status = world.faults.server_error(name)
    if status is not None:
        return PlainTextResponse("The server is having trouble.", status), "The server is having trouble."
    wait = world.faults.rate_limited(name)
    channel = str(args.get("channel") or args.get("channel_id") or "")
    if wait is None and name in _POSTS and channel and world.faults.too_fast(channel, time.monotonic()):
        wait = 1
    if wait is not None:
        body = {"ok": False, "error": "ratelimited"}
        return JSONResponse(body, 429, headers={"Retry-After": str(wait)}), body
    return None


def _run(world: World, name: str, args: Json) -> Json:
    known = METHODS.get(name)
    if known is None:
        raise ApiError("unknown_method", req_method=name)
    function, scopes = known
    call = Call(world, name, args)
    call.check_scope(*scopes)
    return {"ok": True} | function(call)


def _json(world: World, name: str, body: Any) -> Response:
    scopes = world.workspace.app.scopes or []
    accepted = METHODS[name][1] if name in METHODS else ()
    headers = {
        "x-slack-req-id": secrets.token_hex(16),
        "x-oauth-scopes": ",".join(scopes),
        "x-accepted-oauth-scopes": ",".join(accepted),
    }
    return JSONResponse(body, headers=headers)
