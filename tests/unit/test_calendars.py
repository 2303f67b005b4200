"""The section `calendars`: hours, holidays, and who refers to a calendar."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError
from bot.settings.config import Calendar
from bot.settings.config_file import parse

BASE = "company: {name: Ours, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\n"


def calendar(text: str) -> Calendar:
    return parse(f"{BASE}calendars:\n  office:\n    timezone: Europe/Oslo\n{text}").calendars["office"]


def problem(text: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        calendar(text)
    (said,) = refused.value.problems
    return said


def test_a_day_has_several_spans_or_one_or_none() -> None:
    found = calendar("    hours: {monday: ['08:30-12:00', '13:00 - 17:30'], saturday: 10:00-24:00, sunday: []}\n")
    assert found.hours == {"monday": ["08:30-12:00", "13:00-17:30"], "saturday": ["10:00-24:00"], "sunday": []}
    assert found.holidays == []


def test_norways_code_is_understood_though_yaml_reads_it_as_false() -> None:
    assert calendar("    hours: {}\n    holidays: NO\n").holidays == ["NO"]
    assert calendar("    hours: {}\n    holidays: [SE, NO, DE-BY]\n").holidays == ["SE", "NO", "DE-BY"]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("    hours: {monday: 9-17}\n", "line 6: calendars.office.hours.monday.1", "write hours like 09:00-17:30"),
        ("    hours: {monday: '17:00-09:00'}\n", "line 6", "a shift over midnight is 22:00-24:00 on one day"),
        ("    hours: {monday: ['13:00-17:00', '09:00-12:00']}\n", "line 6", "write the hours of a day in their order"),
        ("    hours: {monday: ['09:00-13:00', '12:00-17:00']}\n", "line 6", "begins before 09:00-13:00 has ended"),
        ("    hours: {monday: '09:00-25:00'}\n", "line 6", "the last minute of a day is 24:00"),
        ("    hours: {mondays: '09:00-12:00'}\n", "line 6: calendars.office.hours.mondays", "'monday', 'tuesday'"),
        ("    hours: {}\n    holidays: [XX]\n", "line 7: calendars.office.holidays.1", "'XX' is not a country"),
        ("    hours: {}\n    holidays: [Germany]\n", "line 7", "write its code like DE"),
        ("    hours: {}\n    holidays: [DE-]\n", "line 7", "'DE-' is not a country"),
        ("    holidays: [DE]\n", "line 4: calendars.office.hours", "is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, where: str, what: str) -> None:
    said = problem(text)
    assert where in said and what in said, said


def test_company_customer_and_tier_refer_to_calendars_that_exist() -> None:
    text = (
        "company: {name: Ours, team_ids: [T0HOME], calendar: offce}\ntriage_channel: C0TRIAGE\n"
        "calendars: {office: {timezone: UTC, hours: {}}}\n"
        "policies:\n  tiers:\n    gold: {first_response_minutes: 1, resolution_hours: 2, calendar: nights}\n"
        "customers:\n  - {id: a, name: A, tier: gold, calendar: days, channels: [{id: C1}]}\n"
    )
    with pytest.raises(ConfigurationError) as refused:
        parse(text)
    assert [said.partition(", ")[2] for said in refused.value.problems] == [
        "line 1: company.calendar: there is no calendar 'offce'; calendars are office",
        "line 6: policies.tiers.gold.calendar: there is no calendar 'nights'; calendars are office",
        "line 8: customers.1.calendar: there is no calendar 'days'; calendars are office",
    ]
    for wrong in ("offce", "nights", "days"):
        text = text.replace(wrong, "office")
    config = parse(text)
    assert config.company.calendar == config.customers[0].calendar == config.policies.tiers["gold"].calendar == "office"
