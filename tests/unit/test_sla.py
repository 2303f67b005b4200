"""Due times as plain rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.sla import end_of_day, is_overdue
from bot.settings.config import Tier
from storage.tickets import Ticket

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


def ticket(*, status: str = "new", heard: int | None = None, first: int = 10, solved: int = 480) -> Ticket:
    """Opened at noon; minutes until it was answered, and until each time runs out."""
    return Ticket(
        status=status,
        opened_at=NOON,
        first_response_due=NOON + timedelta(minutes=first),
        first_response_at=None if heard is None else NOON + timedelta(minutes=heard),
        resolution_due=NOON + timedelta(minutes=solved),
    )


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("found", "minutes", "overdue"),
    [
        (ticket(), 10, False),
        (ticket(), 11, True),
        (ticket(heard=30), 31, False),
        (ticket(heard=5), 480, False),
        (ticket(heard=5), 481, True),
        (ticket(status="escalated", heard=5), 481, True),
        (ticket(status="resolved"), 9999, False),
    ],
)
def test_an_open_ticket_is_overdue_when_its_answer_or_its_end_is(found: Ticket, minutes: int, overdue: bool) -> None:
    assert is_overdue(found, after(minutes)) is overdue


def test_a_tier_says_by_when_a_person_answers_and_by_when_it_is_solved() -> None:
    tier = Tier(first_response_minutes=2.5, resolution_hours=4)
    assert tier.first_response_due(NOON) == NOON + timedelta(seconds=150)
    assert tier.resolution_due(NOON) == NOON + timedelta(hours=4)


@pytest.mark.parametrize(
    ("now", "zone", "midnight"),
    [
        ("2026-11-19T12:00", "UTC", "2026-11-20T00:00"),
        ("2026-11-19T23:30", "Europe/Berlin", "2026-11-20T23:00"),
        ("2026-11-20T03:00", "America/New_York", "2026-11-20T05:00"),
        ("2026-03-28T23:30", "Europe/Berlin", "2026-03-29T22:00"),  # the clocks go forward that night
        ("2026-10-24T22:30", "Europe/Berlin", "2026-10-25T23:00"),  # and back: a day of 25 hours
    ],
)
def test_the_day_ends_at_the_readers_midnight(now: str, zone: str, midnight: str) -> None:
    end = end_of_day(datetime.fromisoformat(now).replace(tzinfo=UTC), zone)
    assert end == datetime.fromisoformat(midnight).replace(tzinfo=UTC)
