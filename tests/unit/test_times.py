"""Times for customers are written as people write them, in any zone, at any moment, in every language."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.catalogue import for_customers, languages
from bot.texts.times import dated_time, short_time, told_time

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
ZONES = sorted(available_timezones())
OFFSET = re.compile(r"[+−-]\d|\bGMT\b")
ABBREVIATION = re.compile(r"\b(?!UTC\b)[A-Z]{3,5}\b")
ISO = re.compile(r"\d{4}-\d{2}")


@pytest.mark.parametrize(
    ("due", "zone", "language", "words"),
    [
        (datetime(2026, 11, 20, 19, 30, tzinfo=UTC), "America/New_York", "en", "today 14:30 (New York)"),
        (datetime(2026, 11, 21, 8, 15, tzinfo=UTC), "Europe/Berlin", "en", "tomorrow 09:15 (Berlin)"),
        (datetime(2026, 12, 7, 8, 15, tzinfo=UTC), "Europe/Berlin", "en", "Mon 7 Dec 09:15 (Berlin)"),
        (datetime(2026, 11, 19, 8, 15, tzinfo=UTC), "Europe/Berlin", "en", "yesterday 09:15 (Berlin)"),
        (datetime(2028, 1, 5, 8, 15, tzinfo=UTC), "Europe/Berlin", "en", "Wed 5 Jan 2028 09:15 (Berlin)"),
        (datetime(2026, 11, 20, 19, 30, tzinfo=UTC), "America/New_York", "es", "hoy a las 14:30 (Nueva York)"),
        (datetime(2026, 11, 21, 8, 15, tzinfo=UTC), "Europe/Vienna", "de", "morgen 09:15 (Wien)"),
        (datetime(2026, 12, 7, 8, 15, tzinfo=UTC), "Europe/Paris", "fr", "lun. 7 déc. à 09:15 (Paris)"),
        (datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "Asia/Kathmandu", "en", "today 15:15 (Kathmandu)"),
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "Mars/Olympus", "en", "today 13:30 (UTC)"),
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "", "en", "today 13:30 (UTC)"),
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "Etc/GMT+5", "en", "today 13:30 (UTC)"),
    ],
)
def test_a_time_is_told_with_its_day_and_place(due: datetime, zone: str, language: str, words: str) -> None:
    assert told_time(due, NOW, zone, for_customers(language)) == words


def test_the_day_is_the_readers_own() -> None:
    late = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert short_time(late, NOW, "America/New_York", for_customers("en")) == "today 21:00"
    assert short_time(late, NOW, "Europe/Berlin", for_customers("en")) == "tomorrow 03:00"


def test_what_is_written_down_stays_true_on_other_days() -> None:
    assert dated_time(NOW, "Europe/Berlin", for_customers("en")) == "Fri 20 Nov 10:00"


@given(
    st.sampled_from(ZONES),
    st.integers(1_577_836_800, 2_051_222_400),
    st.integers(-500, 500),
    st.sampled_from(languages("customers")),
)
def test_no_zone_and_no_moment_gives_an_offset_an_abbreviation_or_a_date_of_digits(
    zone: str, seconds: int, hours: int, language: str
) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    told = told_time(now + timedelta(hours=hours), now, zone, for_customers(language))
    assert not OFFSET.search(told)
    assert not ABBREVIATION.search(told)
    assert not ISO.search(told)
    assert re.search(r"\d{2}:\d{2} \(.+\)$", told)
