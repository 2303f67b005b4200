"""Slack's requests over Socket Mode: connects, reconnects, and passes requests to the Bolt app."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from handlers.slack.client import outside, web_client

# A line that was cut without a word is noticed by pings alone: the library gives up after five that fail, or after
# four intervals without an answer. With its own ten seconds, questions would wait for a minute.
SECONDS_BETWEEN_PINGS = 2.0
SECONDS_TO_CLOSE = 10.0


class SocketDoor:
    """One connection to Slack. `connect` raises OutsideRefused (a wrong app token) or OutsideBusy."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._handler = SocketModeHandler(
            app, app_token, web_client=web_client(None, api_url), ping_interval=SECONDS_BETWEEN_PINGS
        )

    def connect(self) -> None:
        with outside("apps.connections.open"):
            self._handler.client.connect()

    @property
    def connected(self) -> bool:
        """For the health page: whether the socket answers now; it reconnects by itself when it does not."""
        session = self._handler.client.current_session
        return session is not None and session.is_active() and not session.consecutive_check_state_error_count

    def close(self) -> None:
        client = self._handler.client
        client.auto_reconnect_enabled = False
        line = client.current_session.sock if client.current_session is not None else None
        if line is not None:
            # Its reader looks up every three seconds only, and nothing closes before that; this wakes it.
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)
        # The library waits for its threads without an end, and now and then one of them never comes.
        closing = threading.Thread(target=client.close, name="socket-closing", daemon=True)
        closing.start()
        closing.join(SECONDS_TO_CLOSE)
