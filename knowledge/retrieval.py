"""Search: finds the passages that match a question, by exact words and by meaning."""

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
"""Passages found by meaning in each audience, and passages found by words in all audiences together."""
_LONGEST_QUESTION = 2_000
_ARTICLES_WITH_NEIGHBOURS = 3
_NEIGHBOURS = (-2, -1, 1, 2)
"""Positions relative to the passage that was found: an answer often begins after the words that match."""
_RERANKED_ARTICLES, _PASSAGES_EACH = 12, 3
"""Articles that are reranked, and how many passages of each."""
_COMPARED_TITLES = 30
_TITLE, _WORDS, _MATCH = 0.2, 0.2, 1.5


def combine_scores(cosine: float, bm25: float, match: float | None = None, title: float | None = None) -> float:
    """Return the weighted mean of a passage's scores, from 0 to 1.

    `cosine` has the weight 1, and exact words add `0.2 * bm25 / (bm25 + 8)`. After reranking, `match` has the weight
    1.5 and `title` 0.2. The weights were chosen on questions about six products (`app.py eval retrieval`); similar
    weights work as well.
    """
    found = max(cosine, 0.0) + _WORDS * max(bm25, 0.0) / (max(bm25, 0.0) + 8.0)
    if match is None or title is None:
        return found / (1.0 + _WORDS)
    return (found + _MATCH * max(match, 0.0) + _TITLE * max(title, 0.0)) / (1.0 + _WORDS + _MATCH + _TITLE)


class Retriever:
    """Search over one vector index and the keyword index that mirrors it. Safe for several threads.

    `refresh_mirror` is called when the vector index has passages that are missing from the keyword index, for example
    because another process wrote to a shared server; it may do nothing. `vocabulary` returns the company's own terms.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        index: VectorIndex,
        keywords: KeywordIndex,
        refresh_mirror: Callable[[], None] = lambda: None,
        late: LateInteraction | None = None,
        vocabulary: Callable[[], Vocabulary] = lambda: EMPTY,
    ) -> None:
        self._embeddings = embeddings
        self._index = index
        self._keywords = keywords
        self._refresh_mirror = refresh_mirror
        self._late = late
        self._vocabulary = vocabulary

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """Return the best passage of each of the `limit` best articles, then the neighbours of the first three.

        Only passages of `audiences` are searched. Equal scores are ordered by article id. If the embeddings or the
        index fail, only exact words are searched and `degraded` gives the reason.
        """
        asked = question[:_LONGEST_QUESTION].strip()
        if not asked or not audiences:
            return SearchResult()
        asked = self._vocabulary().expand(self._keywords.correct_spelling(asked, audiences))
        bm25 = self._keywords.scores(asked, audiences)
        best_words = sorted(bm25, key=lambda each: (-bm25[each], each))[:_CANDIDATES]
        try:
            vector = self._late.vector(asked) if self._late else self._embeddings.embed([asked])[0]
            first = _sort_hits(self._hits(self._cosines(vector, best_words, audiences), bm25, audiences))
            promising = _select_for_reranking(self._sort_with_titles(vector, first))
            chosen = _best_per_article(self._rerank(asked, vector, promising, audiences), limit)
            around = self._neighbours(chosen, audiences)
            known = {hit.passage.id: hit.cosine for hit in first}
            missing = [each for each in around if each not in known]
            known |= self._stored_cosines(vector, missing, audiences)
            near = self._hits({each: known[each] for each in around if each in known}, bm25, audiences)
            return SearchResult([*chosen, *self._rerank(asked, vector, near, audiences)])
        except (EmbeddingsError, IndexUnavailableError) as error:
            hits = _sort_hits(self._hits(dict.fromkeys(best_words, 0.0), bm25, audiences))
            chosen = _best_per_article(hits, limit)
            near = self._hits(dict.fromkeys(self._neighbours(chosen, audiences), 0.0), bm25, audiences)
            return SearchResult([*chosen, *_sort_hits(near)], str(error))

    def _sort_with_titles(self, vector: Vectors, hits: Sequence[Hit]) -> list[Hit]:
        """Sort hits by their score and the similarity of their title: often a title is the question itself."""
        if self._late is None:
            return list(hits)
        titles = list(dict.fromkeys(hit.passage.title for hit in hits))[:_COMPARED_TITLES]
        cosines = dict(zip(titles, self._late.title_cosines(vector, titles), strict=True))
        return sorted(
            hits, key=lambda hit: -(hit.score * (1.0 + _WORDS) + _TITLE * cosines.get(hit.passage.title, 0.0))
        )

    def _rerank(self, question: str, vector: Vectors, hits: Sequence[Hit], audiences: frozenset[str]) -> list[Hit]:
        """Return the hits with `match` and `title`, best first. Without a local model they are only sorted."""
        if self._late is None or not hits:
            return _sort_hits(hits)
        matches = self._late.matches(
            question,
            lambda word: self._keywords.weight(word, audiences),
            [embedded_text(hit.passage) for hit in hits],
        )
        titles = self._late.title_cosines(vector, [hit.passage.title for hit in hits])
        return _sort_hits(
            replace(hit, score=combine_scores(hit.cosine, hit.bm25, match, title), match=match, title=title)
            for hit, match, title in zip(hits, matches, titles, strict=True)
        )

    def _cosines(self, vector: Vectors, best_words: list[str], audiences: frozenset[str]) -> dict[str, float]:
        cosines: dict[str, float] = {}
        for audience in sorted(audiences):
            cosines |= self._index.nearest(vector, audience, _CANDIDATES)
        if any(self._keywords.get(each, audiences) is None for each in cosines):
            self._refresh_mirror()
        return cosines | self._stored_cosines(vector, [each for each in best_words if each not in cosines], audiences)

    def _stored_cosines(self, vector: Vectors, ids: list[str], audiences: frozenset[str]) -> dict[str, float]:
        """Return passage id -> cosine. Passages that have been removed from the vector index are left out."""
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
                hits.append(Hit(passage, combine_scores(cosine, words), min(max(cosine, 0.0), 1.0), words))
        return hits

    def _neighbours(self, hits: Iterable[Hit], audiences: frozenset[str]) -> list[str]:
        """Return the ids of the passages next to those of the first hits."""
        around = []
        for hit in list(hits)[:_ARTICLES_WITH_NEIGHBOURS]:
            for step in _NEIGHBOURS:
                near = f"{hit.passage.article_id}#{hit.passage.position + step}"
                if self._keywords.get(near, audiences) is not None:
                    around.append(near)
        return around


def _sort_hits(hits: Iterable[Hit]) -> list[Hit]:
    # Rounded, because for identical passages the rounding errors of float32 must not decide the order.
    return sorted(hits, key=lambda hit: (-round(hit.score, 9), hit.passage.article_id, hit.passage.position))


def _select_for_reranking(hits: Sequence[Hit]) -> list[Hit]:
    """Return the best passages of the best articles."""
    chosen: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.passage.article_id in chosen or len(chosen) < _RERANKED_ARTICLES:
            chosen.setdefault(hit.passage.article_id, []).append(hit)
    return [hit for of_article in chosen.values() for hit in of_article[:_PASSAGES_EACH]]


def _best_per_article(hits: Iterable[Hit], limit: int) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.article_id, hit)
    return list(best.values())[:limit]
