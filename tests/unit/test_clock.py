"""How moments are said to readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ShiftedClock, SystemClock, local_time, place_of

NOW = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("minutes", "zone", "said"),
    [
        (30, "UTC", "22:30"),
        (30, "America/New_York", "17:30"),
        (150, "UTC", "Fri 00:30"),
        (30, "Europe/Berlin", "23:30"),
        (90, "Europe/Berlin", "Fri 00:30"),
        (-60, "UTC", "21:00"),
        (-24 * 60, "UTC", "18 Nov 22:00"),
        (6 * 24 * 60, "UTC", "Wed 22:00"),
        (7 * 24 * 60, "UTC", "26 Nov 22:00"),
        (30, "Asia/Kathmandu", "04:15"),
    ],
)
def test_a_moment_is_said_as_short_as_it_stays_clear(minutes: int, zone: str, said: str) -> None:
    assert local_time(NOW + timedelta(minutes=minutes), zone, NOW) == said


@pytest.mark.parametrize(
    ("zone", "place"),
    [
        ("America/New_York", "New York"),
        ("Europe/Berlin", "Berlin"),
        ("America/Argentina/Salta", "Salta"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_is_called_by_its_city(zone: str, place: str) -> None:
    assert place_of(zone) == place


def test_clocks_tell_aware_times_in_utc_and_can_be_moved() -> None:
    moved = ShiftedClock(timedelta(hours=3))
    apart = moved.now() - SystemClock().now()
    assert timedelta(hours=2, minutes=59) < apart < timedelta(hours=3, minutes=1)
    assert moved.now().utcoffset() == timedelta()
