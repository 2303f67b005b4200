"""Finds the passages that fit a question, by words and by meaning. It opens no audience but those it is given."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from knowledge.chunking import embedded_text
from knowledge.documents import Hit, SearchResult
from knowledge.embeddings import Embeddings, Vectors
from knowledge.errors import EmbeddingsError, IndexUnavailableError
from knowledge.keyword_index import KeywordIndex
from knowledge.reranking import LateInteraction
from knowledge.vector_index import VectorIndex
from knowledge.vocabulary import EMPTY, Vocabulary

_CANDIDATES = 50
"""Passages taken from each audience by meaning, and as many by words over all of them."""
_LONGEST_QUESTION = 2_000
_ARTICLES_WITH_NEIGHBOURS = 3
_NEIGHBOURS = (-2, -1, 1, 2)
"""Where they stand, counted from the passage that was found: an answer often begins after the words that match."""


_LOOKED_AT_AGAIN, _PASSAGES_EACH = 12, 3
"""Articles that get a second look, and the passages of each that are compared word by word."""
_TITLES_READ = 30
_TITLE, _WORDS, _MATCH = 0.2, 0.2, 1.5


def weighed(cosine: float, bm25: float, match: float | None = None, title: float | None = None) -> float:
    """How well a passage fits, from 0 to 1: the weighted mean of what the searches say of it.

    `cosine` counts 1, exact words `0.2 * bm25 / (bm25 + 8)`; with a second look the single words count 1.5 and the
    title 0.2. Chosen on the questions of six products (`app.py eval retrieval`); weights near these do as well.
    """
    found = max(cosine, 0.0) + _WORDS * max(bm25, 0.0) / (max(bm25, 0.0) + 8.0)
    if match is None or title is None:
        return found / (1.0 + _WORDS)
    return (found + _MATCH * max(match, 0.0) + _TITLE * max(title, 0.0)) / (1.0 + _WORDS + _MATCH + _TITLE)


class Retriever:
    """Search over one vector index and the keyword index that mirrors it. Safe for several threads.

    `mirror_again` is called when the vector index holds passages that the keyword index does not know,
    as happens when another process writes to a shared server; it may do nothing. `vocabulary` gives the
    company's own words as they are now.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        index: VectorIndex,
        keywords: KeywordIndex,
        mirror_again: Callable[[], None] = lambda: None,
        late: LateInteraction | None = None,
        vocabulary: Callable[[], Vocabulary] = lambda: EMPTY,
    ) -> None:
        self._embeddings = embeddings
        self._index = index
        self._keywords = keywords
        self._mirror_again = mirror_again
        self._late = late
        self._vocabulary = vocabulary

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """The best passage of each of the `limit` articles that fit best, then the neighbours of the first three.

        Ties go by article id. When the embeddings or the index fail, exact words are searched alone and
        `degraded` says why.
        """
        asked = question[:_LONGEST_QUESTION].strip()
        if not asked or not audiences:
            return SearchResult()
        asked = self._vocabulary().expanded(self._keywords.spelt_right(asked, audiences))
        bm25 = self._keywords.scores(asked, audiences)
        best_words = sorted(bm25, key=lambda each: (-bm25[each], each))[:_CANDIDATES]
        try:
            vector = self._late.vector(asked) if self._late else self._embeddings.embed([asked])[0]
            first = _hits_sorted(self._hits(self._cosines(vector, best_words, audiences), bm25, audiences))
            promising = _promising(self._with_titles(vector, first))
            chosen = _best_of_articles(self._second_look(asked, vector, promising, audiences), limit)
            around = self._around(chosen, audiences)
            known = {hit.passage.id: hit.cosine for hit in first}
            missing = [each for each in around if each not in known]
            known |= self._stored_cosines(vector, missing, audiences)
            near = self._hits({each: known[each] for each in around if each in known}, bm25, audiences)
            return SearchResult([*chosen, *self._second_look(asked, vector, near, audiences)])
        except (EmbeddingsError, IndexUnavailableError) as error:
            hits = _hits_sorted(self._hits(dict.fromkeys(best_words, 0.0), bm25, audiences))
            chosen = _best_of_articles(hits, limit)
            near = self._hits(dict.fromkeys(self._around(chosen, audiences), 0.0), bm25, audiences)
            return SearchResult([*chosen, *_hits_sorted(near)], str(error))

    def _with_titles(self, vector: Vectors, hits: Sequence[Hit]) -> list[Hit]:
        """The hits by what the first look and their titles say together: a title often is the question."""
        if self._late is None:
            return list(hits)
        titles = list(dict.fromkeys(hit.passage.title for hit in hits))[:_TITLES_READ]
        cosines = dict(zip(titles, self._late.title_cosines(vector, titles), strict=True))
        return sorted(
            hits, key=lambda hit: -(hit.score * (1.0 + _WORDS) + _TITLE * cosines.get(hit.passage.title, 0.0))
        )

    def _second_look(self, question: str, vector: Vectors, hits: Sequence[Hit], audiences: frozenset[str]) -> list[Hit]:
        """The hits with their single words and titles compared, best first; as they are without a local model."""
        if self._late is None or not hits:
            return _hits_sorted(hits)
        matches = self._late.matches(
            question,
            lambda word: self._keywords.weight(word, audiences),
            [embedded_text(hit.passage) for hit in hits],
        )
        titles = self._late.title_cosines(vector, [hit.passage.title for hit in hits])
        return _hits_sorted(
            replace(hit, score=weighed(hit.cosine, hit.bm25, match, title), match=match, title=title)
            for hit, match, title in zip(hits, matches, titles, strict=True)
        )

    def _cosines(self, vector: Vectors, best_words: list[str], audiences: frozenset[str]) -> dict[str, float]:
        cosines: dict[str, float] = {}
        for audience in sorted(audiences):
            cosines |= self._index.nearest(vector, audience, _CANDIDATES)
        if any(self._keywords.get(each, audiences) is None for each in cosines):
            self._mirror_again()
        return cosines | self._stored_cosines(vector, [each for each in best_words if each not in cosines], audiences)

    def _stored_cosines(self, vector: Vectors, ids: list[str], audiences: frozenset[str]) -> dict[str, float]:
        """Cosines of passages by id. One that the vector index has lost meanwhile is left out."""
        cosines: dict[str, float] = {}
        for audience in sorted(audiences):
            here = [each for each in ids if self._keywords.get(each, (audience,)) is not None]
            for passage_id, row in self._index.vectors(here, audience).items():
                cosines[passage_id] = float(np.dot(row, vector))
        return cosines

    def _hits(self, cosines: dict[str, float], bm25: dict[str, float], audiences: frozenset[str]) -> list[Hit]:
        hits = []
        for passage_id, cosine in cosines.items():
            passage = self._keywords.get(passage_id, audiences)
            if passage is not None:
                words = bm25.get(passage_id, 0.0)
                hits.append(Hit(passage, weighed(cosine, words), min(max(cosine, 0.0), 1.0), words))
        return hits

    def _around(self, hits: Iterable[Hit], audiences: frozenset[str]) -> list[str]:
        """Ids of the passages beside those of the first hits."""
        around = []
        for hit in list(hits)[:_ARTICLES_WITH_NEIGHBOURS]:
            for step in _NEIGHBOURS:
                near = f"{hit.passage.article_id}#{hit.passage.position + step}"
                if self._keywords.get(near, audiences) is not None:
                    around.append(near)
        return around


def _hits_sorted(hits: Iterable[Hit]) -> list[Hit]:
    # Nine digits: the same passage stored twice must not be ordered by the noise of float32.
    return sorted(hits, key=lambda hit: (-round(hit.score, 9), hit.passage.article_id, hit.passage.position))


def _promising(hits: Sequence[Hit]) -> list[Hit]:
    """The best passages of the best articles: what deserves a second look."""
    chosen: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.passage.article_id in chosen or len(chosen) < _LOOKED_AT_AGAIN:
            chosen.setdefault(hit.passage.article_id, []).append(hit)
    return [hit for of_article in chosen.values() for hit in of_article[:_PASSAGES_EACH]]


def _best_of_articles(hits: Iterable[Hit], limit: int) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.article_id, hit)
    return list(best.values())[:limit]
