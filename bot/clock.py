"""Where time comes in, as an argument; nothing else in the house asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's time moved by an offset that may be changed while running (the sandbox's clock is followed so)."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def local_time(at: datetime, zone: str, now: datetime) -> str:
    """A moment as a reader in `zone` says it: `14:32` today, `Tue 14:32` within six days, `3 Mar 14:32` beyond."""
    there, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    days = (there.date() - today.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    return f"{there:%a %H:%M}" if 0 < days < 7 else f"{there.day} {there:%b %H:%M}"


def place_of(zone: str) -> str:
    """The city of a time zone's name, as people say it: `America/New_York` -> `New York`."""
    return zone.rpartition("/")[2].replace("_", " ")
