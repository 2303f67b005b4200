"""Trigger ids and response URLs: what an interaction allows the app to do, how often and for how long."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import SandboxClock

RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """A trigger_id: one permission to open a view."""

    user: str
    expires: float
    used: bool = False
    from_view: str | None = None


@dataclass
class ResponseUrl:
    """A response_url: the channel it posts to, and the person whose interaction it belongs to."""

    id: str
    channel: str
    user: str
    expires: float
    message_ts: str | None = None  # the message with the button; None for a command
    ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


class InteractionIds:
    """All trigger ids and response URLs of a workspace."""

    def __init__(self, clock: SandboxClock, trigger_seconds: float) -> None:
        self._clock = clock
        self.trigger_seconds = trigger_seconds
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}

    def new_trigger(self, user: str, from_view: str | None = None) -> str:
        """A new trigger_id for `user`."""
        now = self._clock.now()
        trigger_id = f"{int(now * 1000)}.{secrets.randbelow(10**10):010d}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, now + self.trigger_seconds, from_view=from_view)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger | str:
        """The trigger, which cannot be used again; or Slack's error code."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._clock.now() > trigger.expires:
            return "expired_trigger_id"
        trigger.used = True
        return trigger

    def new_response_url(
        self,
        channel: str,
        user: str,
        *,
        message_ts: str | None = None,
        ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> ResponseUrl:
        """A new response URL for a command, or for an interaction with the message of `message_ts`."""
        expires = self._clock.now() + RESPONSE_URL_SECONDS
        made = ResponseUrl(secrets.token_urlsafe(18), channel, user, expires, message_ts, ephemeral, thread_ts)
        self._response_urls[made.id] = made
        return made

    def use_response_url(self, url_id: str) -> ResponseUrl | str:
        """The response URL, with one use counted; or Slack's error code."""
        found = self._response_urls.get(url_id)
        if found is None:
            return "no_team"
        if self._clock.now() > found.expires:
            return "expired_url"
        if found.uses >= RESPONSE_URL_USES:
            return "used_url"
        found.uses += 1
        return found

    def change_channel_id(self, old_id: str, new_id: str) -> None:
        """Let response URLs of a channel post to its new id."""
        for found in self._response_urls.values():
            if found.channel == old_id:
                found.channel = new_id
