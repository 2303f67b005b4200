"""The clock that functions get as an argument, so that tests and the sandbox can set the time; times for readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time as an aware datetime in UTC."""
        ...


class SystemClock:
    """The system time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The system time plus an offset that may change while the program runs. It follows the sandbox's clock."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def local_time(at: datetime, zone: str, now: datetime) -> str:
    """Format a time for a reader in `zone`: `14:32` today, `Tue 14:32` in the next six days, else `3 Mar 14:32`.

    `at` and `now` are aware datetimes; `zone` is an IANA name.
    """
    there, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    days = (there.date() - today.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    return f"{there:%a %H:%M}" if 0 < days < 7 else f"{there.day} {there:%b %H:%M}"


def place_of(zone: str) -> str:
    """Return the city in the name of a time zone: `America/New_York` -> `New York`."""
    return zone.rpartition("/")[2].replace("_", " ")
