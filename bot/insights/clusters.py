"""Groups questions with the same meaning, and names what each group is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from bot.texts.function_words import function_words
from bot.texts.language import language_of
from knowledge.embeddings import Vectors

# Average cosine distance up to which two groups are one: chosen by `python -m evals.gaps`, see docs/measurements.md.
THRESHOLD = 0.5
TELLING = 4
_WORD = re.compile(r"[^\W\d_][\w-]{2,}")


def group(vectors: Vectors, threshold: float = THRESHOLD) -> list[int]:
    """A label for each row (of length 1); rows with the same one belong together. Labels count from 0 in row order."""
    if len(vectors) < 2:
        return [0] * len(vectors)
    # scikit-learn takes seconds to import, and most processes never group anything.
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415

    # A text without a direction (nothing in it that the model knows) is like nothing else.
    empty = ~np.any(vectors, axis=1)
    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=threshold, metric="precomputed", linkage="average"
    )
    distances = np.clip(1.0 - vectors.astype(np.float64) @ vectors.astype(np.float64).T, 0.0, 2.0)
    distances[empty, :] = distances[:, empty] = 1.0
    np.fill_diagonal(distances, 0.0)
    found = model.fit_predict(distances)
    order = {label: number for number, label in enumerate(dict.fromkeys(found.tolist()))}
    return [order[label] for label in found.tolist()]


def nearest_first(vectors: Vectors) -> list[int]:
    """The rows by how near they are to the middle of all of them, nearest first."""
    nearness = vectors @ vectors.mean(axis=0)
    # Six digits: the noise of float32 must not order what is alike.
    return sorted(range(len(vectors)), key=lambda row: (-round(float(nearness[row]), 6), row))


def telling_words(groups: Sequence[Sequence[str]], most: int = TELLING) -> list[tuple[str, ...]]:
    """For each group of texts the words that set it apart: said often in it and seldom in the others."""
    bags = [Counter(word for text in texts for word in set(_words(text))) for texts in groups]
    everywhere = Counter(word for bag in bags for word in bag)

    def weight(word: str, bag: Counter[str]) -> float:
        return bag[word] * math.log(1 + len(bags) / everywhere[word])

    return [tuple(sorted(bag, key=lambda word: (-weight(word, bag), word))[:most]) for bag in bags]


def _words(text: str) -> list[str]:
    """What carries matter, codes like tw-erp-204 whole."""
    common = function_words(language_of(text))
    return [word for word in _WORD.findall(text.lower()) if word not in common]
