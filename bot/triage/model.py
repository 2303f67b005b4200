"""A small classifier over the local sentence embedding: what a message is, and how urgent.

Logistic regressions, fitted by `python -m evals.train_triage` and kept in `weights.json` with the name of the embedding
model that they belong to.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.errors import ConfigurationError
from bot.triage.whole_messages import without_pleasantries
from knowledge.embeddings import Embeddings
from knowledge.errors import EmbeddingsError
from knowledge.local_embeddings import packaged_embeddings

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("weights.json")
HEAD, TAIL = 160, 80
"""Characters of a message's beginning and end that are read: more would take longer than a message may cost."""


@dataclass(frozen=True)
class Head:
    """One question about a message, with two or more answers.

    `labels` are the answers; `weights` has shape (len(labels), dimensions), `bias` (len(labels),). Of two labels the
    first is believed from the probability `bar` upwards, and may be right from `doubt` upwards.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    bar: float = 0.5
    doubt: float = 0.5

    def probabilities(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Rows of probabilities, one column for each label; `vectors` has shape (n, dimensions)."""
        scores = vectors @ self.weights.T + self.bias
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float64)


@dataclass(frozen=True)
class Weights:
    """Fitted heads by name, and the embedding model (`Embeddings.name`) whose vectors they read."""

    version: str
    encoder: str
    heads: Mapping[str, Head]


@dataclass(frozen=True)
class Judgement:
    """What the classifier takes one message for: by head, the probability of each label."""

    heads: Mapping[str, Head]
    probabilities: Mapping[str, Mapping[str, float]]

    def says(self, head: str) -> bool:
        """Whether a head of two labels says yes: "silence", "social", "person", "complaint", "danger" or "attack"."""
        return self.probabilities[head]["yes"] >= self.heads[head].bar

    def doubts(self, head: str) -> bool:
        """Whether such a head may be right to say yes."""
        return self.probabilities[head]["yes"] >= self.heads[head].doubt

    def best(self, head: str) -> str:
        """The likeliest label of a head: of "matter", "impact" or "urgency"."""
        found = self.probabilities[head]
        return max(found, key=lambda label: found[label])


class TriageModel:
    """The classifier. The embedding model is loaded with the first message that is judged, once a process."""

    def __init__(self, weights: Weights, load: Callable[[], Embeddings] = packaged_embeddings) -> None:
        self._weights = weights
        self._load = load
        self._embeddings: Embeddings | None = None
        self._broken = False
        self._lock = Lock()

    def judge(self, texts: Sequence[str]) -> list[Judgement] | None:
        """One judgement for each text (plain, without markup). None when the embedding model cannot be used.

        Then the reason is logged once, and whoever asks goes by the closed list and the patterns alone.
        """
        embeddings = self._ready()
        if embeddings is None:
            return None
        if not texts:
            return []
        vectors = embeddings.embed([what_is_read(text) for text in texts])
        heads = self._weights.heads
        columns = {name: head.probabilities(vectors) for name, head in heads.items()}
        return [
            Judgement(
                heads,
                {
                    name: dict(zip(heads[name].labels, map(float, rows[at]), strict=True))
                    for name, rows in columns.items()
                },
            )
            for at in range(len(texts))
        ]

    def _ready(self) -> Embeddings | None:
        with self._lock:
            if self._embeddings is None and not self._broken:
                try:
                    self._embeddings = self._loaded()
                except EmbeddingsError as error:
                    self._broken = True
                    log.error("Messages are triaged by phrases alone, and more of them go to a person: %s", error)
            return self._embeddings

    def _loaded(self) -> Embeddings:
        embeddings = self._load()
        if embeddings.name != self._weights.encoder:
            raise EmbeddingsError(
                f"the weights for triage belong to {self._weights.encoder}, and the installed embedding model is "
                f"{embeddings.name}. Install the locked requirements, or fit them with `python -m evals.train_triage`."
            )
        return embeddings


def what_is_read(text: str) -> str:
    """The part of a message that is embedded: its matter without greetings and thanks; of a long one, its two ends."""
    matter = " ".join((without_pleasantries(text) or text).split()).strip(" .,;:!")
    return matter if len(matter) <= HEAD + TAIL else f"{matter[:HEAD]} {matter[-TAIL:]}"


@cache
def shipped_model() -> TriageModel:
    """The classifier that comes with Footbridge; one a process."""
    return TriageModel(load_weights())


def load_weights(path: Path = SHIPPED) -> Weights:
    """Reads fitted weights. Raises ConfigurationError when the file is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        heads = {
            str(name): Head(
                tuple(map(str, head["labels"])),
                np.array(head["weights"], dtype=np.float64),
                np.array(head["bias"], dtype=np.float64),
                float(head["bar"]),
                float(head["doubt"]),
            )
            for name, head in data["heads"].items()
        }
        sizes = {(len(head.labels), head.weights.shape[0], len(head.bias)) for head in heads.values()}
        if not all(a == b == c and math.isfinite(a) for a, b, c in sizes):
            raise ValueError("labels and rows of weights differ in number")
        return Weights(str(data["version"]), str(data["encoder"]), heads)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ConfigurationError(
            [f"{path}: these are no weights for triage ({error}). Write them with `python -m evals.train_triage`."]
        ) from None


def save_weights(weights: Weights, path: Path) -> None:
    """Writes weights so that `load_weights` finds them; three digits behind the point are enough."""
    data = {
        "version": weights.version,
        "encoder": weights.encoder,
        "heads": {
            name: {
                "labels": list(head.labels),
                "bar": round(head.bar, 4),
                "doubt": round(head.doubt, 4),
                "bias": [round(float(value), 3) for value in head.bias],
                "weights": [[round(float(value), 3) for value in row] for row in head.weights],
            }
            for name, head in weights.heads.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, separators=(",", ":")).replace("],[", "],\n[") + "\n", encoding="utf-8")
