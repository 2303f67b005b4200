"""The numbers of a period and their targets, as managers read them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bot.contents.overviews import Kpi
from storage.reports import Period

ANSWERED_ALONE_TARGET = 0.40
ESCALATED_TARGET = 0.10


def compute_kpis(period: Period, open_now: int) -> tuple[Kpi, ...]:
    """The period's numbers; a share is given with its counts, since a day is small."""
    alone, escalated = share(period.answered_alone, period.asked), share(period.escalated, period.asked)
    return (
        Kpi("Questions", str(period.asked)),
        Kpi(
            "Answered without a person",
            _counted(period.answered_alone, period.asked),
            "at least 40 %",
            None if alone is None else alone >= ANSWERED_ALONE_TARGET,
        ),
        Kpi("Tickets opened / resolved", f"{period.tickets_opened} / {period.tickets_resolved}"),
        Kpi("Open now", str(open_now)),
        _timed("First response", period.first_responses, period.first_responses_in_time, period.first_responses_missed),
        _timed("Time to resolve", period.resolutions, period.resolutions_in_time, period.resolutions_missed),
        Kpi(
            "Escalated",
            _counted(period.escalated, period.asked),
            "under 10 %",
            None if escalated is None else escalated < ESCALATED_TARGET,
        ),
    )


def share(part: int, whole: int) -> float | None:
    """None when there is nothing to take a share of."""
    return part / whole if whole else None


def _counted(part: int, whole: int) -> str:
    if not whole:
        return str(part) if part else "none"
    return f"{part} of {whole} ({part / whole:.0%})"


def _timed(name: str, seconds: Sequence[float], in_time: int, missed: int) -> Kpi:
    """How long it took in the middle, and how many were in time; what is still waiting past its time counts as late."""
    target = "all in their customer's time"
    counted = len(seconds) + missed
    if not counted:
        return Kpi(name, "none yet", target)
    took = f"median {_duration(seconds)}, " if seconds else ""
    return Kpi(name, f"{took}{in_time} of {counted} in time", target, met=in_time == counted)


def _duration(seconds: Sequence[float]) -> str:
    minutes = median(seconds) / 60
    if minutes < 1:
        return "under a minute"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
