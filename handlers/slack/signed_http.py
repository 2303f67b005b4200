"""Slack's requests over signed HTTP, for any web server: raw body and headers in, answer out; it opens no port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slack_bolt import App, BoltRequest


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: str


def answers(app: App) -> Callable[[str, Mapping[str, str]], HttpAnswer]:
    """A plain, blocking function for a thread of a pool: Bolt waits for its listeners."""

    def answer(body: str, headers: Mapping[str, str]) -> HttpAnswer:
        response = app.dispatch(BoltRequest(body=body, headers=dict(headers), mode="http"))
        return HttpAnswer(response.status, dict(response.first_headers_without_set_cookie()), response.body)

    return answer
