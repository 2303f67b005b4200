"""Signed HTTP delivery. Signatures use the machine's real time, because apps compare them with their own clock."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import httpx2

from sandbox.delivery import DeliveryResult, Envelope
from sandbox.workspace_file import AppEntry, Json


def request_signature(secret: str, timestamp: str, body: str) -> str:
    """The `X-Slack-Signature` (version v0) for a request body. `timestamp`: unix seconds, as in the header."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """POSTs payloads to the request URLs of the app."""

    def __init__(self, app: Callable[[], AppEntry]) -> None:
        self._app = app
        self._client = httpx2.AsyncClient(follow_redirects=False, trust_env=False)

    def _address(self, envelope: Envelope) -> str:
        app = self._app()
        own_url = {"slash_commands": app.commands_url, "interactive": app.interactivity_url}.get(envelope.type)
        return own_url or app.events_url or ""

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, seconds: float) -> DeliveryResult:
        """One signed POST. A 2xx status within `seconds` is an acknowledgement."""
        body, content_type = _encoded(envelope)
        headers = self.signed_headers(body, content_type)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            response = await self._client.post(
                self._address(envelope), content=body.encode(), headers=headers, timeout=httpx2.Timeout(seconds)
            )
        except httpx2.TimeoutException:
            return DeliveryResult(False, reason="http_timeout")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return DeliveryResult(False, reason="connection_failed")
        acked = 200 <= response.status_code < 300
        return DeliveryResult(
            acked,
            body=_decoded(response),
            status=response.status_code,
            reason="" if acked else "http_error",
            no_retry=response.headers.get("x-slack-no-retry") == "1",
        )

    def signed_headers(self, body: str, content_type: str) -> dict[str, str]:
        """The headers of a request, with a valid signature of `body`."""
        timestamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": request_signature(self._app().signing_secret, timestamp, body),
        }

    async def close(self) -> None:
        """Close idle connections."""
        await self._client.aclose()


def _encoded(envelope: Envelope) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if envelope.type == "events_api":
        return json.dumps(envelope.payload), "application/json"
    if envelope.type == "slash_commands":
        return urlencode(envelope.payload), form
    return urlencode({"payload": json.dumps(envelope.payload)}), form


def _decoded(response: httpx2.Response) -> Json | str | None:
    if not response.content:
        return None
    if "json" in response.headers.get("content-type", ""):
        try:
            decoded = response.json()
        except ValueError:
            return response.text
        return decoded if isinstance(decoded, dict) else response.text
    return response.text
