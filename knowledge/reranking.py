"""The second look at what a search found: each word of the question with its best match in a passage; no new model.

The embedding model reads a text word by word before it averages the words into one vector. Here those single states are
kept (late interaction, Khattab and Zaharia 2020, with a model that was not trained for it): a question fits a passage
as well as its rarest words do. It needs the local model; vectors from an endpoint have no single states.
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

from knowledge.embeddings import LocalEmbeddings, Vectors

States = NDArray[np.int8]
_SCALE = 127.0
_WORD = re.compile(r"\w+")
_KEPT_STATES, _KEPT_TITLES = 400, 5_000
"""Passages (about 60 kB each) and titles (1.5 kB) that stay in memory; the others are read from their files."""


class LateInteraction:
    """Compares questions with passages word by word. An `Embeddings` for passages, whose states it keeps on the way.

    `folder` is a cache by content: what is missing is worked out again, and nothing in it says who may see it.
    Thread-safe.
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
        """That of the model."""
        return self._model.name

    @property
    def dimensions(self) -> int:
        """Those of the model's vectors."""
        return self._model.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages, shape (n, dimensions); their states are kept for later questions."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            reading = self._model.read(text)
            rows[at] = reading.vector
            self._keep(_key(text), _packed(reading.tokens, reading.states))
        return rows

    def vector(self, question: str) -> Vectors:
        """The question's vector, shape (dimensions,). It is read once, however often it is compared."""
        return self._read(question).vector

    def matches(self, question: str, weigh: Callable[[str], float], texts: Sequence[str]) -> list[float]:
        """How well each text has what the question says, about 0.2 (nothing) to 1 (all of it, to the letter).

        The mean over the question's words of the best cosine with any word of the text, each word with the weight that
        `weigh` gives it (0 and up).
        """
        reading = self._read(question)
        weights = np.array([weigh(word) for word in _words_at(question, reading.offsets)])
        weights = weights if weights.sum() else np.ones(len(reading.tokens))
        held = [self._held(text) for text in texts]
        filled = [at for at, states in enumerate(held) if len(states)]
        found = np.zeros(len(texts))
        if filled and len(reading.tokens):
            # One product for all passages: many small ones cost a hundred times their arithmetic.
            everything = np.concatenate([held[at] for at in filled]).astype(np.float32) / _SCALE
            starts = np.cumsum([0, *(len(held[at]) for at in filled)])[:-1]
            best = np.maximum.reduceat(_unit(reading.states) @ everything.T, starts, axis=1)
            found[filled] = weights @ best / weights.sum()
        return [float(each) for each in found]

    def title_cosines(self, vector: Vectors, titles: Sequence[str]) -> list[float]:
        """Cosine of a question's vector with each title's."""
        return [float(np.dot(self._title(title), vector)) for title in titles]

    def forget_others(self, texts: Iterable[str]) -> None:
        """Deletes what is kept of texts other than these."""
        current = {_key(text) for text in texts}
        for path in self._folder.glob("*/*.npy"):
            if path.stem not in current:
                path.unlink(missing_ok=True)

    def _held(self, text: str) -> States:
        key = _key(text)
        with self._guard:
            if key in self._states:
                self._states.move_to_end(key)
                return self._states[key]
        with suppress(OSError, ValueError, EOFError):
            states: States = np.load(self._place(key), allow_pickle=False)
            self._remember(key, states)
            return states
        reading = self._model.read(text)
        states = _packed(reading.tokens, reading.states)
        self._keep(key, states)
        return states

    def _keep(self, key: str, states: States) -> None:
        self._remember(key, states)
        place = self._place(key)
        # A full disk costs time, not answers: what cannot be kept is worked out again.
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            written = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            with written.open("wb") as file:
                np.save(file, states, allow_pickle=False)
            written.replace(place)

    def _remember(self, key: str, states: States) -> None:
        with self._guard:
            self._states[key] = states
            while len(self._states) > _KEPT_STATES:
                self._states.popitem(last=False)

    def _title(self, title: str) -> Vectors:
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

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.npy"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _packed(tokens: Sequence[str], states: Vectors) -> States:
    """The states of words (not of punctuation) as bytes: a fourth of the size, without a measured loss."""
    kept = [at for at, token in enumerate(tokens) if any(map(str.isalnum, token))]
    return np.round(_unit(states[kept]) * _SCALE).astype(np.int8)


def _unit(states: Vectors) -> Vectors:
    return np.asarray(states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _words_at(text: str, offsets: Sequence[tuple[int, int]]) -> list[str]:
    """For each token the word that it is (a part of); "" for punctuation."""
    spans = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
    return [next((word for start, end, word in spans if start <= at < end), "") for at, _ in offsets]
