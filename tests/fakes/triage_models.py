"""Classifiers of triage that say what a test wants, and one whose embedding model is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.triage.model import Judgement, TriageModel, load_weights
from knowledge.embeddings import Embeddings
from knowledge.errors import EmbeddingsError


class ScriptedModel(TriageModel):
    """Says yes to the heads that are named, and no to all others; every matter is a question."""

    def __init__(self, *yes: str) -> None:
        super().__init__(load_weights())
        self._yes = yes

    def judge(self, texts: Sequence[str]) -> list[Judgement] | None:
        weights = load_weights()
        said = {}
        for name, head in weights.heads.items():
            best = (
                "yes" if name in self._yes else next(label for label in head.labels if label in ("no", "question", "1"))
            )
            said[name] = {label: float(label == best) for label in head.labels}
        return [Judgement(weights.heads, said) for _ in texts]


def model_without_embeddings() -> TriageModel:
    """As on a machine where the packages with the embedding model are missing."""

    def missing() -> Embeddings:
        raise EmbeddingsError("The local embedding model is missing.")

    return TriageModel(load_weights(), missing)


def model_of_other_embeddings() -> TriageModel:
    """Weights that belong to another embedding model than the one that is installed."""
    return TriageModel(replace(load_weights(), encoder="another-model"))
