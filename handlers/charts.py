"""Draws the days of a digest as a PNG that can be read on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from bot.contents.overviews import DayCount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours that stay apart for every kind of colour vision; hatching and labels say the same without them.
_ALONE, _PEOPLE, _TICKETS, _INK = "#0072B2", "#E69F00", "#444444", "#222222"
_MOST_DAYS = 10


def draw_days(days: Sequence[DayCount]) -> bytes:
    """The last days: questions, split into answered without people and with people, and tickets opened, as a PNG.

    Each bar carries its number and the first ones their names, so that nothing hangs on a legend or a colour.
    """
    # matplotlib takes seconds to import, and most processes never draw.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    shown = list(days)[-_MOST_DAYS:]
    figure = Figure(figsize=(6.0, 1.4 + 0.62 * max(1, len(shown))), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _bars(axes, shown)
    _dress(axes, shown)
    picture = BytesIO()
    figure.savefig(picture, format="png", facecolor="white", metadata={"Title": "Questions and tickets by day"})
    return picture.getvalue()


def _bars(axes: Axes, days: Sequence[DayCount]) -> None:
    """One row a day: the whole of the questions in two parts, and under it a thin bar of the tickets."""
    for row, day in enumerate(days):
        alone = min(max(day.answered_alone, 0), max(day.questions, 0))
        rest = max(day.questions, 0) - alone
        axes.barh(row - 0.12, alone, height=0.46, color=_ALONE, edgecolor="white")
        axes.barh(row - 0.12, rest, left=alone, height=0.46, color=_PEOPLE, edgecolor="white", hatch="///")
        axes.barh(row + 0.26, max(day.tickets, 0), height=0.16, color=_TICKETS)
        _inside(axes, row - 0.12, 0, alone, "white")
        _inside(axes, row - 0.12, alone, rest, _INK)
        end = max(alone + rest, day.tickets)
        axes.annotate(
            f"{day.questions} asked, {day.tickets} {'ticket' if day.tickets == 1 else 'tickets'}",
            (end, row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
            color=_INK,
        )


def _inside(axes: Axes, row: float, start: float, width: float, colour: str) -> None:
    if width > 0:
        box = {"facecolor": _PEOPLE, "edgecolor": "none", "pad": 1.0} if colour == _INK else None
        axes.text(
            start + width / 2,
            row,
            f"{width:g}",
            ha="center",
            va="center",
            color=colour,
            fontsize=10,
            fontweight="bold",
            bbox=box,
        )


def _dress(axes: Axes, days: Sequence[DayCount]) -> None:
    most = max([*(day.questions for day in days), *(day.tickets for day in days), 1])
    axes.set_xlim(0, most * 1.55)
    axes.set_ylim(max(len(days), 1) - 0.4, -0.6)
    axes.set_yticks(range(len(days)), [_short(day.day) for day in days], fontsize=11, color=_INK)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title("Questions by day", loc="left", fontsize=14, fontweight="bold", color=_INK, pad=26)
    for at, colour, words in (
        (0.0, _ALONE, "■ answered without people"),
        (0.47, "#8A5A00", "▨ with people"),
        (0.74, _TICKETS, "▬ tickets opened"),
    ):
        axes.annotate(
            words,
            (at, 1.0),
            xycoords="axes fraction",
            xytext=(0, 8),
            textcoords="offset points",
            fontsize=10,
            color=colour,
        )


def _short(day: str) -> str:
    """Only letters that the font can draw, and none that it takes for a formula."""
    return "".join(one for one in day if one.isprintable() and one < "\u0180" and one != "$")[:18]
