"""The metrics of judged answers: precision and coverage, and how well the gate predicts which answers are right."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answering.finding import Finding
from bot.verification.normalise import normalise
from evals.data_sets import Question
from evals.sentence_support import unsupported_sentences

BINS = 8


@dataclass(frozen=True)
class Judged:
    """The result of one question. `draft` is the answer without the gate; `sure` is whether the gate accepts it."""

    question: Question
    draft: Finding
    sure: bool
    right: bool
    seconds: float

    @property
    def answered(self) -> bool:
        """Whether the customer gets an answer."""
        return self.draft.outcome == "answered" and self.sure

    @property
    def probability(self) -> float:
        """The gate's probability that the answer is right; 0 if there is no draft."""
        return self.draft.confidence if self.draft.outcome == "answered" else 0.0


@dataclass(frozen=True)
class Report:
    """The metrics of one data set. Shares are 0..1, counts are of questions.

    `curve` lists (coverage, precision) as the bar is lowered, from the highest probability on. `reliability` lists
    (mean probability, share that was right, number) of equally large groups of answers.
    """

    name: str
    coverage: float
    precision: float
    auroc: float | None
    right: int
    wrong: int
    abstained: int
    asked_back: int
    silent: int
    unsupported: int
    sentences: int
    area: float
    coverage_at_95: float
    curve: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, int], ...]
    p50_ms: float
    p95_ms: float


def report(name: str, judged: Sequence[Judged]) -> Report:
    """Compute the metrics of the judged questions of a data set."""
    answerable = sum(each.question.answerable for each in judged)
    answered = [each for each in judged if each.answered]
    right = sum(each.right for each in answered)
    parts = [part for each in answered for part in each.draft.parts]
    curve = _curve(judged, answerable)
    milliseconds = [each.seconds * 1_000 for each in judged]
    return Report(
        name=name,
        coverage=sum(each.question.answerable for each in answered) / max(1, answerable),
        precision=right / len(answered) if answered else 1.0,
        auroc=_auroc(judged),
        right=right,
        wrong=len(answered) - right,
        abstained=len(judged) - len(answered),
        asked_back=sum(each.draft.outcome == "asked_back" for each in judged),
        silent=sum(each.draft.outcome == "silent" for each in judged),
        unsupported=sum(len(unsupported_sentences(each.draft)) for each in answered),
        sentences=len(parts),
        area=_area(curve),
        coverage_at_95=max((coverage for coverage, precision in curve if precision >= 0.95), default=0.0),
        curve=curve,
        reliability=_reliability(judged),
        p50_ms=statistics.median(milliseconds),
        p95_ms=float(np.percentile(milliseconds, 95)),
    )


def _curve(judged: Sequence[Judged], answerable: int) -> tuple[tuple[float, float], ...]:
    """Return (coverage, precision) after each answer, from the highest probability to the lowest."""
    drafted = sorted((each for each in judged if each.draft.outcome == "answered"), key=lambda each: -each.probability)
    points, covered, right = [], 0, 0
    for number, each in enumerate(drafted, 1):
        covered += each.question.answerable
        right += each.right
        points.append((round(covered / max(1, answerable), 4), round(right / number, 4)))
    return tuple(points)


def _area(curve: Sequence[tuple[float, float]]) -> float:
    """Return the area under the curve: the mean precision over all coverages; what is not covered counts as 0."""
    area = before = 0.0
    for coverage, precision in curve:
        area += (coverage - before) * precision
        before = coverage
    return area


def _auroc(judged: Sequence[Judged]) -> float | None:
    """Return how often an answerable question has a higher probability than an unanswerable one, or None."""
    have: NDArray[np.float64] = np.array([each.probability for each in judged if each.question.answerable])
    lack: NDArray[np.float64] = np.array([each.probability for each in judged if not each.question.answerable])
    if not len(have) or not len(lack):
        return None
    wins = (have[:, None] > lack[None, :]) + 0.5 * (have[:, None] == lack[None, :])
    return float(wins.mean())


def _reliability(judged: Sequence[Judged]) -> tuple[tuple[float, float, int], ...]:
    """Return (mean probability, share that was right, number) of equally large groups, lowest probability first."""
    drafted = sorted((each for each in judged if each.draft.outcome == "answered"), key=lambda each: each.probability)
    groups = np.array_split(np.arange(len(drafted)), min(BINS, max(1, len(drafted))))
    return tuple(
        (
            round(float(np.mean([drafted[at].probability for at in group])), 4),
            round(float(np.mean([drafted[at].right for at in group])), 4),
            len(group),
        )
        for group in groups
        if len(group)
    )


def extracts(judged: Sequence[Judged]) -> tuple[int, float, float, float] | None:
    """Compare answers with the sentences that people marked as the answer. Return None if there are none.

    The result is: the number of answers compared, the share that contain a marked sentence, the share of the marked
    words that they contain, and the share of their own words that were marked.
    """
    rows = []
    for each in judged:
        if not each.question.extracts or not each.answered or not each.right:
            continue
        words = set(normalise(" ".join(part.text for part in each.draft.parts))[0].split())
        marked = [set(normalise(sentence)[0].split()) for sentence in each.question.extracts]
        every = set().union(*marked)
        held = any(len(sentence & words) >= 0.9 * len(sentence) for sentence in marked)
        rows.append((held, len(every & words) / max(1, len(every)), len(every & words) / max(1, len(words))))
    if not rows:
        return None
    held, recall, precision = np.mean(rows, axis=0)
    return len(rows), float(held), float(recall), float(precision)


def as_json(report: Report) -> dict[str, object]:
    """Return the metrics as JSON values, rounded."""
    return {
        "set": report.name,
        "coverage": round(report.coverage, 4),
        "precision": round(report.precision, 4),
        "auroc": None if report.auroc is None else round(report.auroc, 4),
        "right": report.right,
        "wrong": report.wrong,
        "abstained": report.abstained,
        "asked_back": report.asked_back,
        "silent": report.silent,
        "unsupported": report.unsupported,
        "area": round(report.area, 4),
        "coverage_at_95": round(report.coverage_at_95, 4),
        "p50_ms": round(report.p50_ms, 1),
        "p95_ms": round(report.p95_ms, 1),
        "curve": [list(point) for point in report.curve],
        "reliability": [list(group) for group in report.reliability],
    }
