"""Slack's Web API as we use it: a client that never repeats a call by itself, our own ids, and its errors as ours."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import OutsideBusy, OutsideRefused

# Slack's words for "not now". Anything else that it refuses, it refuses every time.
_PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
        "external_channel_migrating",
    }
)


@dataclass(frozen=True)
class BotIdentity:
    """Who we are in Slack: user and bot id, the workspace that installed us, and its address."""

    user_id: str
    bot_id: str
    team_id: str
    name: str = "footbridge"
    url: str = ""


def web_client(token: str | None, api_url: str, timeout_seconds: int = 10) -> WebClient:
    """A client without retries of its own: slack_sdk repeats a call whose answer was lost, and a post would double."""
    return WebClient(token=token, base_url=api_url, timeout=timeout_seconds, retry_handlers=[])


def fetch_bot_identity(client: WebClient) -> BotIdentity:
    """One auth.test. Raises OutsideRefused (a wrong token) or OutsideBusy (Slack cannot be reached)."""
    with outside("auth.test"):
        answer = client.auth_test()
    return BotIdentity(
        str(answer["user_id"]),
        str(answer.get("bot_id") or ""),
        str(answer["team_id"]),
        str(answer.get("user") or "footbridge"),
        str(answer.get("url") or ""),
    )


@contextmanager
def outside(what: str) -> Iterator[None]:
    """Whatever a call to Slack can fail with becomes OutsideBusy or OutsideRefused; `what` is the method's name."""
    try:
        yield
    except SlackApiError as error:
        raise _translated(what, error) from error
    except (SlackClientError, OSError, HTTPException, ssl.SSLError) as error:
        raise OutsideBusy(f"{what}: no answer from Slack ({type(error).__name__})") from error


def _translated(what: str, error: SlackApiError) -> OutsideBusy | OutsideRefused:
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    code = str(response.get("error") or "") if hasattr(response, "get") else ""
    if status == 429 or code in _PASSING:
        return OutsideBusy(f"{what}: {code or 'ratelimited'}", _retry_after(response.headers))
    if status >= 500 or "non-JSON" in code:
        return OutsideBusy(f"{what}: Slack answered with status {status}")
    return OutsideRefused(f"{what}: {code}", code)


def _retry_after(headers: dict[str, object]) -> float | None:
    value = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    value = value[0] if isinstance(value, list) and value else value
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None


def granted_scopes(client: WebClient) -> frozenset[str]:
    """The scopes of the client's token, as Slack names them with every answer."""
    with outside("auth.test"):
        headers = {name.lower(): value for name, value in client.auth_test().headers.items()}
    value = headers.get("x-oauth-scopes", "")
    return frozenset(scope.strip() for scope in str(value[0] if isinstance(value, list) else value).split(",") if scope)


def may_connect(client: WebClient, app_token: str) -> None:
    """Asks for an address of Socket Mode and leaves it unused. Raises OutsideRefused (a wrong token) or OutsideBusy."""
    with outside("apps.connections.open"):
        client.apps_connections_open(app_token=app_token)


def needed_scopes() -> frozenset[str]:
    """The scopes that the manifest asks for."""
    manifest = json.loads((Path(__file__).parents[2] / "manifest.json").read_text(encoding="utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])
