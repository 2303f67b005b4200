"""The gate: estimates how likely an answer is right, and which probability is enough.

The probability comes from a logistic regression over the scores of the search hits. `app.py eval calibrate` fits it on
labelled questions and stores it in a file with the version of the index. The bar is computed from the precision that is
configured for a channel.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.errors import ConfigurationError
from knowledge.documents import Hit

SHIPPED = Path(__file__).with_name("gate.json")
_NEAR_BY_CHANCE = 0.3
"""The score of articles of the same company that have nothing to do with the question."""


def _scores(hits: Sequence[Hit]) -> list[float]:
    """The best score of each article, best first."""
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.passage.article_id] = max(best.get(hit.passage.article_id, 0.0), hit.score)
    return sorted(best.values(), reverse=True)


def _ahead(hits: Sequence[Hit]) -> float:
    """How far the best article is ahead of the next seven. It is small where many articles are alike and none fits."""
    best, *others = _scores(hits)[:8]
    return best - max(_NEAR_BY_CHANCE, sum(others) / len(others) if others else 0.0)


FEATURES: Mapping[str, Callable[[Sequence[Hit]], float]] = {
    "score": lambda hits: _scores(hits)[0],
    "ahead": _ahead,
}


@dataclass(frozen=True)
class Gate:
    """A fitted gate. `bars` are pairs (wanted precision, least probability that reached it), lowest first.

    `made_with` is the version of the index that it was fitted on; with another one its probabilities are wrong.
    """

    version: str
    made_with: str
    intercept: float
    weights: Mapping[str, float]
    bars: tuple[tuple[float, float], ...]

    def probability(self, hits: Sequence[Hit]) -> float:
        """The probability (0 to 1) that an answer from the best of these hits is right; 0 without hits."""
        if not hits:
            return 0.0
        logit = self.intercept + sum(weight * FEATURES[name](hits) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))

    def bar(self, precision: float) -> float:
        """The least probability at which answers reach this precision (both 0 to 1), by linear interpolation.

        Above the highest fitted precision it rises to 1, where nothing is answered.
        """
        points = [(0.0, 0.0), *self.bars, (1.0, 1.0)]
        for (low, low_bar), (high, high_bar) in pairwise(points):
            if low <= precision <= high:
                share = (precision - low) / (high - low) if high > low else 1.0
                return low_bar + share * (high_bar - low_bar)
        return 1.0


def in_percent(probability: float) -> str:
    """Format a probability for people. It never says 100%, because a search result is never certain."""
    return "over 99%" if probability > 0.99 else f"{probability:.0%}"


def load_gate(path: Path = SHIPPED) -> Gate:
    """Read a fitted gate. Raises ConfigurationError when the file cannot be read or does not fit this version."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        gate = Gate(
            version=str(data["version"]),
            made_with=str(data["made_with"]),
            intercept=float(data["intercept"]),
            weights={str(name): float(weight) for name, weight in data["weights"].items()},
            bars=tuple((float(precision), float(bar)) for precision, bar in data["bars"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            [f"{path}: this is no fitted gate ({error}). Write one with `python app.py eval calibrate --out {path}`."]
        ) from None
    unknown = sorted(set(gate.weights) - set(FEATURES))
    if unknown:
        raise ConfigurationError([f"{path}: unknown features {', '.join(unknown)}. Fit it again with this version."])
    return gate


def save_gate(gate: Gate, path: Path) -> None:
    """Write a fitted gate to a file that `load_gate` can read."""
    data = {
        "version": gate.version,
        "made_with": gate.made_with,
        "intercept": round(gate.intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in gate.weights.items()},
        "bars": [[round(precision, 3), round(bar, 4)] for precision, bar in gate.bars],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
