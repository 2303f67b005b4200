"""The rules by which a channel earns a mode and loses it: pure, over judged answers; people decide, figures propose.

    shadow --earned--> suggest --earned--> auto          a proposal on the evidence; a manager accepts or says Not yet
                       suggest <----fell--- auto          at once, without asking
    off, and any step that a manager types                chosen; never by a rule

A share of few answers says little, so what counts is a bound of it: with CONFIDENCE the true share of right answers is
at least the lower, and at most the upper one (Wilson's score interval, one side). docs/decisions/earned-modes.md says
why, and `python -m evals.modes` prints what the rules ask for and how often they err.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist

from bot.answering.judgement import EDITED, Judgement
from bot.directory.channel_mode import is_higher
from bot.settings.config import Mode

WINDOW, LONGEST = 50, timedelta(days=60)
CONFIDENCE = 0.80
NEXT: dict[Mode, Mode] = {"shadow": "suggest", "suggest": "auto"}
FEWEST: dict[Mode, int] = {"suggest": 10, "auto": 20}
# A draft that an agent reads first helps when it is right more often than not.
SUGGEST_PRECISION = 0.5
AFTER_NOT_YET = 10
# Of its last five answers two wrong ones end an earned `auto`. One that people gave had no evidence to begin with: it
# takes five, or as many judged answers against it as would have earned it.
LAST, WRONG_WHEN_EARNED = 5, 2
_Z = NormalDist().inv_cdf(CONFIDENCE)


@dataclass(frozen=True)
class Standing:
    """All that the rules look at.

    `judged`: what counts, oldest judgement first: of answers made since the channel last fell or people chose its
    mode, and not longer than LONGEST ago. `wanted` is the channel's precision. `earned`: people accepted evidence for
    the mode it has. `refused_at`: when they last said Not yet, if nothing was decided since.
    """

    mode: Mode
    highest: Mode
    wanted: float
    judged: tuple[Judgement, ...] = ()
    earned: bool = False
    refused_at: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """`mended` are among the `right`, `rewritten` among the `wrong`; `lower` and `upper` bound the share of right."""

    judged: int
    right: int
    mended: int
    rewritten: int
    lower: float
    upper: float

    @property
    def wrong(self) -> int:
        return self.judged - self.right


def lower_bound(right: int, judged: int) -> float:
    """With CONFIDENCE at least so large a share is right; 0 of nothing."""
    return min(right / judged, wilson(right, judged, -_Z)) if judged else 0.0


def upper_bound(right: int, judged: int) -> float:
    """With CONFIDENCE at most so large a share is right; 1 of nothing."""
    return max(right / judged, wilson(right, judged, _Z)) if judged else 1.0


def wilson(right: int, judged: int, z: float) -> float:
    """One end of Wilson's score interval for a share, `z` standard deviations away (below it when negative)."""
    share, squared = right / judged, z * z
    middle = share + squared / (2 * judged)
    away = z * sqrt(share * (1 - share) / judged + squared / (4 * judged * judged))
    return min(1.0, max(0.0, (middle + away) / (1 + squared / judged)))


def evidence(standing: Standing) -> tuple[Judgement, ...]:
    """The judgements that count: to go up those made in the mode it has, to stay in `auto` those of drafts as well."""
    modes = ("suggest", "auto") if standing.mode == "auto" else (standing.mode,)
    return tuple(one for one in standing.judged if one.mode in modes)[-WINDOW:]


def figures(judged: Sequence[Judgement]) -> Figures:
    right, edited = [one for one in judged if one.right], [one for one in judged if one.why in EDITED]
    return Figures(
        judged=len(judged),
        right=len(right),
        mended=sum(one.right for one in edited),
        rewritten=sum(not one.right for one in edited),
        lower=lower_bound(len(right), len(judged)),
        upper=upper_bound(len(right), len(judged)),
    )


def next_mode(standing: Standing) -> Mode | None:
    """The mode above, unless the channel is at its highest; from `off` only people lead."""
    above = NEXT.get(standing.mode)
    return None if above is None or is_higher(above, standing.highest) else above


def wanted_for(mode: Mode, wanted: float) -> float:
    """The share of right answers that a mode asks for."""
    return wanted if mode == "auto" else min(wanted, SUGGEST_PRECISION)


def has_earned(standing: Standing) -> bool:
    """Whether the evidence allows the next mode."""
    above = next_mode(standing)
    if above is None:
        return False
    now = figures(evidence(standing))
    return now.judged >= FEWEST[above] and now.lower >= wanted_for(above, standing.wanted)


def may_propose(standing: Standing) -> bool:
    """Earned, and since people last said Not yet enough was judged to ask them again."""
    return has_earned(standing) and judged_since_refusal(standing) >= AFTER_NOT_YET


def judged_since_refusal(standing: Standing) -> int:
    refused_at = standing.refused_at
    if refused_at is None:
        return AFTER_NOT_YET
    return sum(one.at > refused_at for one in evidence(standing))


def right_ones_missing(standing: Standing) -> int:
    """How many right answers in a row would earn the next mode from here; 0 when it is earned, or there is none."""
    above = next_mode(standing)
    if above is None:
        return 0
    marks = [one.right for one in evidence(standing)]
    for more in range(WINDOW + 1):
        seen = [*marks, *[True] * more][-WINDOW:]
        enough = len(seen) >= FEWEST[above]
        if enough and lower_bound(sum(seen), len(seen)) >= wanted_for(above, standing.wanted):
            return more
    return WINDOW


def why_it_falls(standing: Standing) -> str | None:
    """A stable word for why a channel must not answer by itself any longer, or None."""
    if standing.mode != "auto":
        return None
    alone = [one for one in standing.judged if one.mode == "auto"][-LAST:]
    wrong = sum(not one.right for one in alone)
    if standing.earned and wrong >= WRONG_WHEN_EARNED:
        return "two_of_five"
    if wrong == LAST:
        return "five_in_a_row"
    now = figures(evidence(standing))
    if now.judged >= FEWEST["auto"] and now.upper < standing.wanted:
        return "below_precision"
    return None
