"""Slack's requests over Socket Mode: connects, stays connected, and lets go; what arrives goes to the Bolt app."""

from __future__ import annotations

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from handlers.slack.client import outside, web_client


class SocketDoor:
    """One connection to Slack. `connect` raises OutsideRefused (a wrong app token) or OutsideBusy."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._handler = SocketModeHandler(app, app_token, web_client=web_client(None, api_url))

    def connect(self) -> None:
        with outside("apps.connections.open"):
            self._handler.client.connect()

    @property
    def connected(self) -> bool:
        """For the health page: whether the socket answers now; it reconnects by itself when it does not."""
        return bool(self._handler.client.is_connected())

    def close(self) -> None:
        self._handler.client.close()
