"""Triggers and response addresses: what an interaction lets the app do, how often and for how long."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import SandboxClock

RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


@dataclass
class Trigger:
    """One permission to open a view."""

    user: str
    expires: float
    used: bool = False
    from_view: str | None = None


@dataclass
class ResponseAddress:
    """One response_url: where it posts, and for whom."""

    id: str
    channel: str
    user: str
    expires: float
    message_ts: str | None = None  # the message with the button; None for a command
    ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


class InteractionIds:
    """All triggers and response addresses of a workspace."""

    def __init__(self, clock: SandboxClock, trigger_seconds: float) -> None:
        self._clock = clock
        self.trigger_seconds = trigger_seconds
        self._triggers: dict[str, Trigger] = {}
        self._addresses: dict[str, ResponseAddress] = {}

    def new_trigger(self, user: str, from_view: str | None = None) -> str:
        """A trigger_id for `user`."""
        now = self._clock.now()
        trigger_id = f"{int(now * 1000)}.{secrets.randbelow(10**10):010d}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, now + self.trigger_seconds, from_view=from_view)
        return trigger_id

    def spend(self, trigger_id: str) -> Trigger | str:
        """The trigger, now spent; or Slack's error code."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._clock.now() > trigger.expires:
            return "expired_trigger_id"
        trigger.used = True
        return trigger

    def new_address(self, channel: str, user: str, **place: str | bool | None) -> ResponseAddress:
        """A response address; `place` is message_ts, ephemeral, thread_ts."""
        address = ResponseAddress(secrets.token_urlsafe(18), channel, user, self._clock.now() + RESPONSE_SECONDS)
        for name, value in place.items():
            setattr(address, name, value)
        self._addresses[address.id] = address
        return address

    def use_address(self, address_id: str) -> ResponseAddress | str:
        """The address, one use less; or Slack's error code."""
        address = self._addresses.get(address_id)
        if address is None:
            return "no_team"
        if self._clock.now() > address.expires:
            return "expired_url"
        if address.uses >= RESPONSE_USES:
            return "used_url"
        address.uses += 1
        return address
