"""A digest's figures: shares with their counts, and late things counted as late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.contents.overviews import Kpi
from bot.insights.kpis import compute_kpis, share
from storage.reports import Period

START = datetime(2026, 11, 19, tzinfo=UTC)
QUIET = Period(START, START + timedelta(days=1), 0, 0, 0, 0, 0, 0, 0, (), 0, 0, (), 0, 0)


def named(period: Period) -> dict[str, Kpi]:
    return {figure.name: figure for figure in compute_kpis(period, 3)}


def test_a_quiet_day_meets_and_misses_nothing() -> None:
    shown = named(QUIET)
    assert {figure.met for figure in shown.values()} == {None}
    assert shown["Answered without a person"].value == "none"
    assert shown["First response"].value == "none yet"
    assert shown["Open now"].value == "3"


def test_shares_come_with_their_counts_and_their_verdict() -> None:
    shown = named(replace(QUIET, asked=10, answered_alone=4, escalated=1))
    assert (shown["Answered without a person"].value, shown["Answered without a person"].met) == ("4 of 10 (40%)", True)
    assert (shown["Escalated"].value, shown["Escalated"].met) == ("1 of 10 (10%)", False)


def test_an_escalation_of_an_older_question_is_not_hidden_by_a_day_without_questions() -> None:
    assert named(replace(QUIET, escalated=2))["Escalated"].value == "2"


def test_what_nobody_has_answered_in_its_time_counts_as_late() -> None:
    shown = named(replace(QUIET, first_responses=(60.0, 240.0), first_responses_in_time=2, first_responses_missed=1))
    assert shown["First response"].value == "median 2 min, 2 of 3 in time"
    assert shown["First response"].met is False


def test_nothing_but_missed_times_has_no_median() -> None:
    assert named(replace(QUIET, resolutions_missed=2))["Time to resolve"].value == "0 of 2 in time"


def test_durations_are_said_as_people_say_them() -> None:
    def told(seconds: float) -> str:
        return named(replace(QUIET, resolutions=(seconds,), resolutions_in_time=1))["Time to resolve"].value

    assert told(20) == "median under a minute, 1 of 1 in time"
    assert told(89 * 60) == "median 89 min, 1 of 1 in time"
    assert told(3 * 3600) == "median 3.0 h, 1 of 1 in time"


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) is None
    assert share(1, 4) == 0.25
