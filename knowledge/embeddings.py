"""The `Embeddings` protocol, which turns texts into vectors, and a cache for it.

`local_embeddings` and `openai_embeddings` implement the protocol.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embeddings(Protocol):
    """A model that turns texts into vectors whose cosine tells how similar they are. Safe for several threads."""

    @property
    def name(self) -> str:
        """Identifies the model. An index stores it, and is rebuilt when it changes."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, in order: float32 of shape (n, dimensions). Raises EmbeddingsError."""


def normalise(rows: NDArray[np.floating]) -> Vectors:
    """Return `rows` scaled to length 1; a row of zeros stays zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


class CachedEmbeddings:
    """Embeddings with a cache of the last `most` texts, for callers that embed the same texts repeatedly."""

    def __init__(self, embeddings: Embeddings, most: int = 5_000) -> None:
        self._embeddings = embeddings
        self._most = most
        self._kept: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the same as `Embeddings.embed`; only texts that are not in the cache are embedded."""
        kept = self._kept
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        rows = dict(zip(new, self._embeddings.embed(new), strict=True)) if new else {}
        found = [rows[text] if text in rows else kept[text] for text in texts]
        # A new dictionary replaces the old one, since other threads may be reading it. The oldest entries are dropped.
        self._kept = dict(list((kept | rows).items())[-self._most :])
        return np.stack(found) if found else np.zeros((0, self._embeddings.dimensions), dtype=np.float32)
