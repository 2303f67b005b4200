"""Slack's Web API: checks token and scopes, calls the method, answers like Slack. Methods are in the other modules."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.fake_slack import FakeSlack
from sandbox.web_api import (
    apps,
    bookmarks,
    chat,
    conversations,
    files,
    history,
    pins,
    reactions,
    scheduled_messages,
    users,
    views,
)
from sandbox.web_api.call import METHODS, ApiError, Call
from sandbox.workspace_file import Json

# The modules register their methods when they are imported.
FAMILIES = (apps, bookmarks, chat, conversations, files, history, pins, reactions, scheduled_messages, users, views)

_POST_METHODS = ("chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage", "files.completeUploadExternal")
_WITH_APP_TOKEN = ("apps.connections.open",)
_WITHOUT_TOKEN = ("api.test",)


async def arguments(request: Request) -> Json:
    """The arguments of the query and of a form or JSON body."""
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


def _authorize(slack: FakeSlack, name: str, token: str) -> None:
    if name in _WITHOUT_TOKEN:
        return
    app = slack.workspace.app
    if not token:
        raise ApiError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise ApiError("invalid_auth")
    if (name in _WITH_APP_TOKEN) != (token == app.app_token):
        raise ApiError("not_allowed_token_type")


async def answer(slack: FakeSlack, request: Request) -> Response:
    """DeliveryResult one call of `/api/<method>`."""
    name = request.path_params["method"]
    began = time.monotonic()
    await asyncio.sleep(slack.faults.wait_seconds(name))
    args: Json = {}
    try:
        args = await arguments(request)
        token = _token(request, args)
        response, body = _apply_faults(slack, name, args) or (None, None)
        if response is None:
            _authorize(slack, name, token)
            body = _run(slack, name, args)
    except ApiError as error:
        response, body = None, {"ok": False, "error": error.code} | error.more
    if response is None:
        response = _json(slack, name, body)
    ms = (time.monotonic() - began) * 1000
    lost = isinstance(body, dict) and body.get("ok") is True and slack.faults.lose_response(name)
    status: int | str = "answer lost" if lost else response.status_code
    slack.traffic.record("from_bot", "web_api", name, request=args, response=body, status=status, ms=ms)
    if lost:
        transport = request.scope.get("sandbox.transport")
        if transport is not None:
            transport.abort()
    return response


def _apply_faults(slack: FakeSlack, name: str, args: Json) -> tuple[Response, Any] | None:
    if name in _WITH_APP_TOKEN and slack.faults.settings.refuse_connections:
        return JSONResponse({"ok": False, "error": "service_unavailable"}, 503), {
            "ok": False,
            "error": "service_unavailable",
        }
    status = slack.faults.server_error(name)
    if status is not None:
        return PlainTextResponse("The server is having trouble.", status), "The server is having trouble."
    wait = slack.faults.rate_limited(name)
    channel = str(args.get("channel") or args.get("channel_id") or "")
    if (
        wait is None
        and name in _POST_METHODS
        and channel
        and slack.faults.exceeds_channel_rate(channel, time.monotonic())
    ):
        wait = 1
    if wait is not None:
        body = {"ok": False, "error": "ratelimited"}
        return JSONResponse(body, 429, headers={"Retry-After": str(wait)}), body
    return None


def _run(slack: FakeSlack, name: str, args: Json) -> Json:
    known = METHODS.get(name)
    if known is None:
        raise ApiError("unknown_method", req_method=name)
    function, scopes = known
    call = Call(slack, name, args)
    call.check_scope(*scopes)
    return {"ok": True} | function(call)


def _json(slack: FakeSlack, name: str, body: Any) -> Response:
    scopes = slack.workspace.app.scopes or []
    accepted = METHODS[name][1] if name in METHODS else ()
    headers = {
        "x-slack-req-id": secrets.token_hex(16),
        "x-oauth-scopes": ",".join(scopes),
        "x-accepted-oauth-scopes": ",".join(accepted),
    }
    return JSONResponse(body, headers=headers)
