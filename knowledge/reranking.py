"""Reranking: compares each word of the question with its best match in a passage, using the embedding model.

The embedding model computes a vector for each token before it averages them into one vector of the text. Reranking uses
those token vectors ("late interaction", Khattab and Zaharia 2020, "ColBERT"), although the model was not trained for
it, and gives rare words a higher weight. It needs the local model: an endpoint returns no token vectors.
"""

import hashlib
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embeddings import Vectors, normalise
from knowledge.local_embeddings import LocalEmbeddings

States = NDArray[np.int8]
_SCALE = 127.0
_WORD = re.compile(r"\w+")
_KEPT_STATES, _KEPT_TITLES = 400, 5_000
"""Passages (about 60 kB each) and titles (1.5 kB each) kept in memory; other passages are read from their files."""


class LateInteraction:
    """Compares questions with passages word by word. Also an `Embeddings` that stores the token vectors of passages.

    `folder` is a cache with one file for each text, named by its hash; missing files are computed again. Thread-safe.
    """

    def __init__(self, model: LocalEmbeddings, folder: Path) -> None:
        self._model = model
        self._folder = folder / re.sub(r"[^A-Za-z0-9]+", "-", model.name)
        self._states: OrderedDict[str, States] = OrderedDict()
        self._titles: OrderedDict[str, Vectors] = OrderedDict()
        self._guard = threading.Lock()
        self._read = lru_cache(maxsize=16)(model.read)

    @property
    def name(self) -> str:
        """Name of the embedding model."""
        return self._model.name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._model.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (n, dimensions), and store their token vectors for later questions."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            reading = self._model.read(text)
            rows[at] = reading.vector
            self._store(_key(text), _pack(reading.tokens, reading.states))
        return rows

    def vector(self, question: str) -> Vectors:
        """Return the question's vector, shape (dimensions,). The last questions are cached."""
        return self._read(question).vector

    def matches(self, question: str, weigh: Callable[[str], float], texts: Sequence[str]) -> list[float]:
        """Return how well each text matches the question: from about 0.2 (not at all) to 1 (word for word).

        It is the weighted mean, over the question's words, of the best cosine with any word of the text. `weigh`
        returns the weight of a word, 0 or more.
        """
        reading = self._read(question)
        weights = np.array([weigh(word) for word in _words_of_tokens(question, reading.offsets)])
        weights = weights if weights.sum() else np.ones(len(reading.tokens))
        held = [self._load(text) for text in texts]
        filled = [at for at, states in enumerate(held) if len(states)]
        found = np.zeros(len(texts))
        if filled and len(reading.tokens):
            # One matrix product for all passages: many small ones would take a hundred times longer.
            everything = np.concatenate([held[at] for at in filled]).astype(np.float32) / _SCALE
            starts = np.cumsum([0, *(len(held[at]) for at in filled)])[:-1]
            best = np.maximum.reduceat(normalise(reading.states) @ everything.T, starts, axis=1)
            found[filled] = weights @ best / weights.sum()
        return [float(each) for each in found]

    def title_cosines(self, vector: Vectors, titles: Sequence[str]) -> list[float]:
        """Return the cosine of a question's vector with the vector of each title."""
        return [float(np.dot(self._title_vector(title), vector)) for title in titles]

    def delete_others(self, texts: Iterable[str]) -> None:
        """Delete the stored token vectors of all texts except these."""
        current = {_key(text) for text in texts}
        for path in self._folder.glob("*/*.npy"):
            if path.stem not in current:
                path.unlink(missing_ok=True)

    def _load(self, text: str) -> States:
        key = _key(text)
        with self._guard:
            if key in self._states:
                self._states.move_to_end(key)
                return self._states[key]
        with suppress(OSError, ValueError, EOFError):
            states: States = np.load(self._path(key), allow_pickle=False)
            self._remember_states(key, states)
            return states
        reading = self._model.read(text)
        states = _pack(reading.tokens, reading.states)
        self._store(key, states)
        return states

    def _store(self, key: str, states: States) -> None:
        self._remember_states(key, states)
        path = self._path(key)
        # If the disk is full, the search still works: what cannot be stored is computed again.
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            written = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            with written.open("wb") as file:
                np.save(file, states, allow_pickle=False)
            written.replace(path)

    def _remember_states(self, key: str, states: States) -> None:
        with self._guard:
            self._states[key] = states
            while len(self._states) > _KEPT_STATES:
                self._states.popitem(last=False)

    def _title_vector(self, title: str) -> Vectors:
        with self._guard:
            if title in self._titles:
                self._titles.move_to_end(title)
                return self._titles[title]
        vector = self._model.read(title).vector
        with self._guard:
            self._titles[title] = vector
            while len(self._titles) > _KEPT_TITLES:
                self._titles.popitem(last=False)
        return vector

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.npy"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _pack(tokens: Sequence[str], states: Vectors) -> States:
    """Return the vectors of the words, without punctuation, as int8: a quarter of the size, with no measured loss."""
    kept = [at for at, token in enumerate(tokens) if any(map(str.isalnum, token))]
    return np.round(normalise(states[kept]) * _SCALE).astype(np.int8)


def _words_of_tokens(text: str, offsets: Sequence[tuple[int, int]]) -> list[str]:
    """Return, for each token, the word that it belongs to; "" for punctuation."""
    spans = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
    return [next((word for start, end, word in spans if start <= at < end), "") for at, _ in offsets]
