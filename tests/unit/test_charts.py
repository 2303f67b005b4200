"""The digest's chart: a PNG of the right size for any week."""

from __future__ import annotations

import struct

import pytest

from bot.contents.overviews import DayCount
from handlers.charts import draw_days
from tests.fakes.sample_contents import DAYS


def measures(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_chart_is_wide_enough_for_a_phone_and_grows_with_its_days() -> None:
    width, height = measures(draw_days(DAYS))
    assert width == 900
    assert height > measures(draw_days(DAYS[:2]))[1]


@pytest.mark.parametrize(
    "days",
    [
        (),
        (DayCount("Mon", 0, 0, 0),),
        (DayCount("$x^2$ \x00 漢字 😀", 3, 5, 1),),
        (DayCount("Mon", -1, 0, -4), DayCount("Tue", 100_000, 1, 70_000)),
        tuple(DayCount(f"Day {number}", number, number // 2, 1) for number in range(60)),
    ],
    ids=["none", "quiet", "odd", "uneven", "many"],
)
def test_no_week_breaks_the_chart(days: tuple[DayCount, ...]) -> None:
    assert measures(draw_days(days))[1] < 2000
