"""Named calendars: a time zone, the hours of a week, and the countries whose holidays are days off."""

# No time is computed with a calendar yet: the clocks of first response, resolution and status updates count every hour
# of the week. Once they count working hours, they use the customer's calendar, else its tier's, else the company's.

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from bot.settings.entry import Entry, Zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _countries(value: object) -> object:
    # YAML reads an unquoted NO, Norway's code, as false.
    several = value if isinstance(value, list) else [value]
    return ["NO" if code is False else code for code in several]


def _span(value: str) -> str:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-3]):[0-5]\d|24:00)", value.replace(" ", ""))
    if found is None:
        raise ValueError("write hours like 09:00-17:30; the last minute of a day is 24:00")
    begins, ends = value.replace(" ", "").split("-")
    if begins >= ends:
        raise ValueError(
            "hours end after they begin; a shift over midnight is 22:00-24:00 on one day and 00:00-06:00 on the next"
        )
    return f"{begins}-{ends}"


def _in_order(spans: list[str]) -> list[str]:
    for earlier, later in pairwise(spans):
        if later.split("-")[0] < earlier.split("-")[1]:
            raise ValueError(f"{later} begins before {earlier} has ended; write the hours of a day in their order")
    return spans


@cache
def known_countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166, from the time zone database."""
    table = (files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def _country(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", code) or code[:2] not in known_countries():
        raise ValueError(f"{code!r} is not a country; write its code like DE, or with a region like DE-BY")
    return code


Span = Annotated[str, AfterValidator(_span)]
Spans = Annotated[list[Span], BeforeValidator(_one_or_more), AfterValidator(_in_order)]
Country = Annotated[str, AfterValidator(_country)]


class Calendar(Entry):
    """When somebody works. `hours` are local times of `timezone`, as `HH:MM-HH:MM`; a day without any is a day off."""

    timezone: Zone
    hours: dict[Weekday, Spans]
    holidays: Annotated[list[Country], BeforeValidator(_countries)] = []
