"""What goes wrong on demand, and how often still. It decides; others do the damage."""

from __future__ import annotations

import random
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sandbox.workspace_file import Json


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Count(_Fault):
    """The next N, or each with a probability."""

    next: int = Field(default=0, ge=0)
    probability: float = Field(default=0.0, ge=0.0, le=1.0)

    def hits(self, dice: random.Random) -> bool:
        """Does it strike now? A counted strike is used up."""
        if self.next > 0:
            self.next -= 1
            return True
        return self.probability > 0 and dice.random() < self.probability


class MethodFault(_Fault):
    """Something about one Web API method, `*` for any."""

    method: str = "*"
    next: int = Field(default=1, ge=0)

    def hits(self, method: str) -> bool:
        """Does it strike this call? Used up by one when it does."""
        if self.next <= 0 or self.method not in ("*", method):
            return False
        self.next -= 1
        return True


class RateLimit(MethodFault):
    """429 with Retry-After (seconds)."""

    retry_after: int = Field(default=1, ge=0)


class ServerError(MethodFault):
    """A status of 5xx, nothing done."""

    status: int = Field(default=500, ge=400, le=599)


class Slow(_Fault):
    """The method waits first, every time."""

    method: str = "*"
    ms: int = Field(default=0, ge=0)


def _as_count(value: Any) -> Any:
    if value is None or value is False:
        return {}
    if value is True:
        return {"next": 1}
    if isinstance(value, int | float):
        return {"next": int(value)} if value >= 1 else {"probability": value}
    return value


def _as_group(value: Any) -> Any:
    return {"next": 2} if value is True else _as_count(value)


def _as_list(value: Any) -> Any:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def _as_number(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return int(bool(value))
    return value["next"] if isinstance(value, dict) and set(value) == {"next"} else value


class FaultSettings(_Fault):
    """All faults; each is off by default."""

    duplicate: Annotated[Count, BeforeValidator(_as_count)] = Field(default_factory=Count)
    reorder: Annotated[Count, BeforeValidator(_as_group)] = Field(default_factory=Count)
    delay_ack_ms: int = Field(default=0, ge=0)
    lose_ack: Annotated[int, BeforeValidator(_as_number)] = Field(default=0, ge=0)
    rate_limit: Annotated[list[RateLimit], BeforeValidator(_as_list)] = Field(default_factory=list)
    pace_per_channel: bool = False
    server_error: Annotated[list[ServerError], BeforeValidator(_as_list)] = Field(default_factory=list)
    lose_response: Annotated[list[MethodFault], BeforeValidator(_as_list)] = Field(default_factory=list)
    slow_ms: Annotated[list[Slow], BeforeValidator(_as_list)] = Field(default_factory=list)
    refuse_connections: bool = False


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self.settings = FaultSettings()
        self.dice = random.Random()
        self._posted_at: dict[str, float] = {}

    def change(self, changes: Json) -> None:
        """Merge `changes` (name -> value) into what is set. pydantic.ValidationError when they do not fit."""
        kept = self.settings.model_dump()
        self.settings = FaultSettings.model_validate(kept | changes)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.settings = FaultSettings()
        self._posted_at.clear()

    def duplicate(self) -> bool:
        """Is this event delivered twice?"""
        return self.settings.duplicate.hits(self.dice)

    def lose_ack(self) -> bool:
        """Is this acknowledgement thrown away?"""
        if self.settings.lose_ack <= 0:
            return False
        self.settings.lose_ack -= 1
        return True

    def rate_limited(self, method: str) -> int | None:
        """Seconds for Retry-After when this call is refused."""
        hit = next((one for one in self.settings.rate_limit if one.hits(method)), None)
        return hit.retry_after if hit else None

    def too_fast(self, channel: str, real_now: float) -> bool:
        """More than one post a second into this channel, when pacing is on?"""
        if not self.settings.pace_per_channel:
            return False
        if real_now - self._posted_at.get(channel, 0.0) < 1.0:
            return True
        self._posted_at[channel] = real_now
        return False

    def server_error(self, method: str) -> int | None:
        """The status with which this call fails."""
        hit = next((one for one in self.settings.server_error if one.hits(method)), None)
        return hit.status if hit else None

    def lose_response(self, method: str) -> bool:
        """Is the answer to this call lost after the thing was done?"""
        return any(one.hits(method) for one in self.settings.lose_response)

    def slowness(self, method: str) -> float:
        """Seconds this method waits first."""
        return max((one.ms for one in self.settings.slow_ms if one.method in ("*", method)), default=0) / 1000
