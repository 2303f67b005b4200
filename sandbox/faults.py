"""The faults that can be switched on, and whether one occurs now. Other modules apply them."""

from __future__ import annotations

import random
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sandbox.workspace_file import Json


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Count(_Fault):
    """A fault that occurs the next N times, or each time with a probability."""

    next: int = Field(default=0, ge=0)
    probability: float = Field(default=0.0, ge=0.0, le=1.0)

    def occurs(self, random: random.Random) -> bool:
        """Does it occur now? If so, `next` is reduced by one."""
        if self.next > 0:
            self.next -= 1
            return True
        return self.probability > 0 and random.random() < self.probability


class MethodFault(_Fault):
    """A fault of one Web API method, or of all of them (`*`)."""

    method: str = "*"
    next: int = Field(default=1, ge=0)

    def occurs(self, method: str) -> bool:
        """Does it occur in this call? If so, `next` is reduced by one."""
        if self.next <= 0 or self.method not in ("*", method):
            return False
        self.next -= 1
        return True


class RateLimit(MethodFault):
    """The call is answered with 429 and Retry-After (seconds)."""

    retry_after: int = Field(default=1, ge=0)


class ServerError(MethodFault):
    """The call is answered with this status and does nothing."""

    status: int = Field(default=500, ge=400, le=599)


class Slow(_Fault):
    """Every call waits first."""

    method: str = "*"
    ms: int = Field(default=0, ge=0)


def _parse_count(value: Any) -> Any:
    if value is None or value is False:
        return {}
    if value is True:
        return {"next": 1}
    if isinstance(value, int | float):
        return {"next": int(value)} if value >= 1 else {"probability": value}
    return value


def _parse_reorder(value: Any) -> Any:
    return {"next": 2} if value is True else _parse_count(value)


def _parse_list(value: Any) -> Any:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def _parse_number(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return int(bool(value))
    return value["next"] if isinstance(value, dict) and set(value) == {"next"} else value


class FaultSettings(_Fault):
    """All faults. Each is off by default."""

    duplicate: Annotated[Count, BeforeValidator(_parse_count)] = Field(default_factory=Count)
    reorder: Annotated[Count, BeforeValidator(_parse_reorder)] = Field(default_factory=Count)
    delay_ack_ms: int = Field(default=0, ge=0)
    lose_ack: Annotated[int, BeforeValidator(_parse_number)] = Field(default=0, ge=0)
    rate_limit: Annotated[list[RateLimit], BeforeValidator(_parse_list)] = Field(default_factory=list)
    pace_per_channel: bool = False
    server_error: Annotated[list[ServerError], BeforeValidator(_parse_list)] = Field(default_factory=list)
    lose_response: Annotated[list[MethodFault], BeforeValidator(_parse_list)] = Field(default_factory=list)
    slow_ms: Annotated[list[Slow], BeforeValidator(_parse_list)] = Field(default_factory=list)
    refuse_connections: bool = False


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self.settings = FaultSettings()
        self.random = random.Random()
        self._posted_at: dict[str, float] = {}

    def change(self, changes: Json) -> None:
        """Change the faults in `changes` (name -> value). pydantic.ValidationError if a value is not valid."""
        kept = self.settings.model_dump()
        self.settings = FaultSettings.model_validate(kept | changes)

    def clear(self) -> None:
        """Switch all faults off."""
        self.settings = FaultSettings()
        self._posted_at.clear()

    def duplicate(self) -> bool:
        """Should this event be delivered twice?"""
        return self.settings.duplicate.occurs(self.random)

    def lose_ack(self) -> bool:
        """Should this acknowledgement be ignored?"""
        if self.settings.lose_ack <= 0:
            return False
        self.settings.lose_ack -= 1
        return True

    def rate_limited(self, method: str) -> int | None:
        """Retry-After in seconds if this call must be answered with 429, else None."""
        hit = next((one for one in self.settings.rate_limit if one.occurs(method)), None)
        return hit.retry_after if hit else None

    def exceeds_channel_rate(self, channel: str, real_now: float) -> bool:
        """Is this more than one post a second in this channel, with `pace_per_channel` on?"""
        if not self.settings.pace_per_channel:
            return False
        if real_now - self._posted_at.get(channel, 0.0) < 1.0:
            return True
        self._posted_at[channel] = real_now
        return False

    def server_error(self, method: str) -> int | None:
        """The status if this call must fail, else None."""
        hit = next((one for one in self.settings.server_error if one.occurs(method)), None)
        return hit.status if hit else None

    def lose_response(self, method: str) -> bool:
        """Should the connection be dropped after this call was carried out?"""
        return any(one.occurs(method) for one in self.settings.lose_response)

    def wait_seconds(self, method: str) -> float:
        """How many seconds a call of this method waits first."""
        return max((one.ms for one in self.settings.slow_ms if one.method in ("*", method)), default=0) / 1000
