"""Fit the gate: the probability that an answer is right, from the search result, and the bar for each target precision.

python app.py eval calibrate --demo --data DIR [--data DIR ...] [--out FILE]

Every printed number is from questions that were not used to fit the weights that judged them (cross-validation).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bot.answering import drafting, gate
from bot.answering.gate import FEATURES, Gate
from evals.data_sets import AUDIENCES, DataSet, Question, load, load_demo, map_with_progress, open_index
from knowledge.knowledge_base import KnowledgeBase

Numbers = NDArray[np.float64]
PRECISIONS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99)
SEARCHED, REPEATS, FOLDS = 8, 10, 5
REGULARISATION = 0.015
"""Inverse strength of the regularisation (scikit-learn's C). On companies left out of the fitting, 0.003 to 1 give
about the same; a small value separates answerable questions slightly better. `fit_scaling` corrects probabilities."""
EXTRA_WRONG = 1.0
"""Wrong answers added to those seen at each bar, so that a few questions do not promise too much."""


@dataclass(frozen=True)
class Judged:
    """The questions of one data set.

    `features` has the shape (questions, features). `answerable` and `right` say which questions have an answer, and
    which are answered right.
    """

    name: str
    features: Numbers
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]


def judge(data: DataSet, place: Path | None) -> tuple[Judged, str]:
    """Ask every question of a set. Return the result, and the name of the index."""
    with open_index(data, place) as knowledge:
        rows = map_with_progress(f"Asking {data.name}", data.questions, lambda question: _ask(knowledge, question))
        made_with = str(knowledge.version()["made_with"])
    return Judged(
        data.name,
        np.array([features for features, _ in rows]),
        np.array([question.answerable for question in data.questions]),
        np.array([right for _, right in rows]),
    ), made_with


def _ask(knowledge: KnowledgeBase, question: Question) -> tuple[list[float], bool]:
    hits = knowledge.search(question.text, AUDIENCES, SEARCHED)
    if not hits:
        return [0.0] * len(FEATURES), False
    _, citations = drafting.from_extract(knowledge.extract(question.text, hits), hits)
    right = bool(citations) and citations[0].article_id in question.relevant
    return [feature(hits) for feature in FEATURES.values()], right


def fit(features: Numbers, right: NDArray[np.bool_], weights: Numbers) -> tuple[float, Numbers]:
    """Fit a logistic regression. Return the intercept, and the weights of the unscaled features, shape (features,)."""
    mean, spread = np.average(features, axis=0, weights=weights), features.std(axis=0) + 1e-9
    model = LogisticRegression(C=REGULARISATION).fit((features - mean) / spread, right, sample_weight=weights)
    scaled = model.coef_[0] / spread
    return float(model.intercept_[0] - scaled @ mean), scaled


def cross_validate(sets: Sequence[Judged]) -> Numbers:
    """Return, for every question of all sets in order, the probability by weights that were fitted without it."""
    features, right, weights = _combine(sets)
    total = np.zeros(len(right))
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=repeat)
        for kept, out in folds.split(features, right):
            intercept, scaled = fit(features[kept], right[kept], weights[kept])
            total[out] += 1 / (1 + np.exp(-(intercept + features[out] @ scaled)))
    return total / REPEATS


def fit_scaling(probabilities: Numbers, right: NDArray[np.bool_], weights: Numbers) -> tuple[float, float]:
    """Return (shift, factor) for the logits, so that the probabilities match how often answers are right (Platt)."""
    model = LogisticRegression(C=1e6).fit(_logits(probabilities)[:, None], right, sample_weight=weights)
    return float(model.intercept_[0]), float(model.coef_[0][0])


def _logits(probabilities: Numbers) -> Numbers:
    return np.asarray(np.log(probabilities / (1 - probabilities)))


def _combine(sets: Sequence[Judged]) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """Return features, labels and weights of all questions. All sets have the same total weight."""
    weights = np.concatenate([np.full(len(each.right), 100 / len(each.right)) for each in sets])
    return np.concatenate([e.features for e in sets]), np.concatenate([e.right for e in sets]), weights


def find_bars(probabilities: Numbers, right: NDArray[np.bool_], weights: Numbers) -> list[tuple[float, float]]:
    """Return pairs of a precision, and the lowest probability from which on that share of the answers is right."""
    order = np.argsort(-probabilities)
    good, bad = np.cumsum((weights * right)[order]), np.cumsum((weights * ~right)[order])
    precision = good / (good + bad + EXTRA_WRONG * weights[order])
    found: list[tuple[float, float]] = []
    for wanted in PRECISIONS:
        enough = np.flatnonzero(precision >= wanted)
        if len(enough):
            bar = float(probabilities[order][enough[-1]])
            found.append((wanted, max(bar, found[-1][1] if found else 0.0)))
    return found


def coverage_at(probabilities: Numbers, each: Judged, precision: float) -> float:
    """Return the largest share of the answerable questions that can be answered at a precision."""
    order = np.argsort(-probabilities)
    share = np.cumsum(each.right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= precision)
    return float(each.answerable[order][: enough[-1] + 1].sum() / each.answerable.sum()) if len(enough) else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _make_parser()
    options = parser.parse_args(arguments)
    if not options.data and not options.demo:
        parser.error("give at least one data set: --demo or --data DIR")
    try:
        data = [load(folder) for folder in options.data] + ([load_demo()] if options.demo else [])
    except (OSError, KeyError, ValueError) as error:
        print(f"The data cannot be read: {error}", file=sys.stderr)
        return 2
    asked = [judge(each, options.index / each.name if options.index else None) for each in data]
    sets, made_with = [judged for judged, _ in asked], asked[0][1]
    features, right, weights = _combine(sets)
    intercept, scaled = fit(features, right, weights)
    out_of_fold = cross_validate(sets)
    shift, factor = fit_scaling(out_of_fold, right, weights)
    intercept, scaled = shift + factor * intercept, factor * scaled
    out_of_fold = 1 / (1 + np.exp(-(shift + factor * _logits(out_of_fold))))
    fitted = Gate(
        version=hashlib.sha256(np.round(np.append(scaled, intercept), 3).tobytes()).hexdigest()[:8],
        made_with=made_with,
        intercept=intercept,
        weights=dict(zip(FEATURES, map(float, scaled), strict=True)),
        bars=tuple(find_bars(out_of_fold, right, weights)),
    )
    report = _make_report(sets, out_of_fold, fitted)
    _print_report(report, fitted)
    if options.out:
        gate.save_gate(fitted, options.out)
        print(f"Wrote {options.out}.")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py eval calibrate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, action="append", default=[], help="a folder of labelled questions")
    parser.add_argument("--demo", action="store_true", help="also use the demo's questions")
    parser.add_argument(
        "--out", type=Path, help="write the gate to this file; the desk uses HOME/gate.json if it exists"
    )
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder for the next run")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    return parser


def _make_report(sets: Sequence[Judged], out_of_fold: Numbers, fitted: Gate) -> list[dict[str, float | str]]:
    rows: list[dict[str, float | str]] = []
    start = 0
    for each in sets:
        mine = out_of_fold[start : start + len(each.right)]
        start += len(each.right)
        ways = {"cross-validation": mine}
        if others := [other for other in sets if other is not each]:
            ways["fitted on the other sets"] = _judge_by_others(others, each)
        for way, probabilities in ways.items():
            above = probabilities >= fitted.bar(0.95)
            rows.append(
                {
                    "set": each.name,
                    "judged by": way,
                    "auroc answerable": _auroc(each.answerable, probabilities),
                    "auroc right": _auroc(each.right, probabilities),
                    "coverage at .95": coverage_at(probabilities, each, 0.95),
                    "coverage at the bar": float(above[each.answerable].mean()),
                    "precision at the bar": float(each.right[above].mean()) if above.any() else 1.0,
                }
            )
    return rows


def _judge_by_others(others: Sequence[Judged], each: Judged) -> Numbers:
    """Return the probabilities of one set by a gate that was fitted only on the other sets."""
    features, right, weights = _combine(others)
    intercept, scaled = fit(features, right, weights)
    shift, factor = fit_scaling(cross_validate(others), right, weights)
    return np.asarray(1 / (1 + np.exp(-(shift + factor * (intercept + each.features @ scaled)))))


def _auroc(labels: NDArray[np.bool_], probabilities: Numbers) -> float:
    return float(roc_auc_score(labels, probabilities)) if 0 < labels.sum() < len(labels) else float("nan")


def _print_report(report: Sequence[dict[str, float | str]], fitted: Gate) -> None:
    table = Table(*report[0])
    for row in report:
        table.add_row(*(value if isinstance(value, str) else f"{value:.3f}" for value in row.values()))
    console = Console(width=140)
    console.print(table)
    weights = ", ".join(f"{name} {weight:.1f}" for name, weight in fitted.weights.items())
    console.print(f"Gate {fitted.version} for {fitted.made_with}: {weights}, intercept {fitted.intercept:.1f}.")
    console.print("Bars: " + ", ".join(f"{wanted:.1%} right from {bar:.2f}" for wanted, bar in fitted.bars))


if __name__ == "__main__":
    raise SystemExit(main())
