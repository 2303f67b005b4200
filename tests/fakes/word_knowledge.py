"""A knowledge base that knows nothing but words: texts that share words are near, and nothing has to be loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from knowledge.documents import Hit, Passage, SearchResult
from knowledge.embeddings import Vectors, normalise
from knowledge.errors import EmbeddingsError
from knowledge.extracts import Extract

DIMENSIONS = 4096


@dataclass
class WordKnowledge:
    """`articles` are (id, text, audience), each one passage; `broken` makes it fail as a dead endpoint does."""

    articles: Sequence[tuple[str, str, str]] = ()
    broken: bool = False

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise EmbeddingsError("The endpoint is down.", transient=True)
        rows = np.zeros((len(texts), DIMENSIONS))
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[crc32(word.encode("utf-8", "replace")) % DIMENSIONS] += 1
        return normalise(rows)

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        asked = self.embed([question])[0]
        hits = [
            Hit(
                Passage(f"{id}#0", id, id.replace("-", " ").capitalize(), (), text, audience, None, 0),
                score,
                score,
                0.0,
            )
            for id, text, audience in self.articles
            if audience in audiences and (score := float(self.embed([text])[0] @ asked)) > 0
        ]
        return SearchResult(sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:limit])

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        raise NotImplementedError("it answers nothing")
