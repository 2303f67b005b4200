"""Slack's requests over signed HTTP, for any web server: raw body and headers in, response out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from slack_bolt import App, BoltRequest


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: str


def answers(app: App) -> Callable[[str, Mapping[str, str]], HttpAnswer]:
    """A plain, blocking function for a thread of a pool: Bolt waits for its listeners."""

    def answer(body: str, headers: Mapping[str, str]) -> HttpAnswer:
        if not _is_shaped_like_slacks(body):
            return HttpAnswer(400, {"Content-Type": "text/plain"}, "This is nothing that Slack sends.")
        response = app.dispatch(BoltRequest(body=body, headers=dict(headers), mode="http"))
        return HttpAnswer(response.status, dict(response.first_headers_without_set_cookie()), response.body)

    return answer


def _is_shaped_like_slacks(body: str) -> bool:
    """Bolt reads a request before it checks the signature, and stumbles over what is none of Slack's shapes."""
    if not body.startswith(("{", "[", '"', "null")) and "=" in body:
        form = parse_qs(body)
        return "command" in form or "ssl_check" in form or _is_shaped_like_slacks(form.get("payload", [""])[-1])
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(payload, dict) or not isinstance(payload.get("type"), str):
        return False
    event = payload.get("event", {})
    return isinstance(event, dict) and isinstance(event.get("type", ""), str)
