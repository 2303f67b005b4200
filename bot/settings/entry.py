"""What every entry of footbridge.yaml is made of: a frozen model, and the kinds of values that several of them have."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Mode = Literal["off", "shadow", "suggest", "auto"]
MODES: tuple[Mode, ...] = ("off", "shadow", "suggest", "auto")
"""From the lowest to the highest."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; use a name like Europe/Berlin") from None
    return name


def _hour(value: object) -> object:
    # YAML reads an unquoted 08:30 as a number in base sixty.
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value


def _mode(value: object) -> object:
    # YAML reads an unquoted off as false.
    return "off" if value is False else value


Zone = Annotated[str, AfterValidator(_known_zone)]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
CHANNEL_ID = r"[CG][A-Z0-9]+"
ChannelId = Annotated[str, Field(pattern=rf"^{CHANNEL_ID}$")]
TeamId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
LocalHour = Annotated[str, BeforeValidator(_hour), Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Positive = Annotated[float, Field(gt=0, le=100_000)]
"""Minutes, hours or days; a longer time would leave the calendar that Python knows."""
Share = Annotated[float, Field(gt=0, lt=1)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="an ISO 639-1 code such as de")]
ChannelMode = Annotated[Mode, BeforeValidator(_mode)]


class Entry(BaseModel):
    """Unknown settings are refused, and nothing is changed once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))
