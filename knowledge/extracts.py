"""Answers in the articles' own words, without a model: the lines that fit a question best, quoted. It writes nothing."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.documents import Hit, Passage
from knowledge.embeddings import Embeddings, Vectors
from knowledge.errors import EmbeddingsError
from knowledge.keyword_index import words
from knowledge.quotable import Unit, units

LONGEST = 1_200
"""Characters of an extract; steps and code that belong together may take `LONGEST_WHOLE`."""
LONGEST_WHOLE = 2_500
_ARTICLES = 3
_UNITS = 48
_CLOSE = 0.03
_MEANING = 400
"""Characters of a line that are compared: the opening says what it is about, and reading costs time."""
_REMEMBERED = 20_000

_ASKS_HOW = re.compile(
    r"(?ix)\b(?:how\ (?:do|can|could|to|would|should|must|may)|where\ (?:do|can|could|would)\s+(?:i|we)|steps|"
    r"(?:can|could|may)\ (?:i|we)|(?:i|we)\ (?:want|need|would\ like|wish|have)\ to|need\ to|please|any\ way\ to)\b"
    r"|^\W*(?:add|cancel|change|connect|delete|disable|download|enable|erase|export|find|fix|get|import|install|"
    r"invite|kick|make|move|put|remove|reset|send|set|stop|switch|turn|uninstall|update|upgrade|wipe)\b"
)
_ANNOUNCES = re.compile(
    r"(?i)^\W*(?:learn (?:how|about|more|what|the)|this article|in this article|read (?:more|the|about|on)|see also|"
    r"find out|here'?s how|follow (?:the|these) steps|for more (?:information|details)|check out|"
    r"continue reading|the (?:following|next) (?:section|article|steps))"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article as they stand: `text` is Markdown found in the passage, `heading` the nearest above it."""

    text: str
    passage_id: str
    heading: str


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer made of quotes from one article, in the article's order; no parts when nothing can be quoted.

    `similarity` is the cosine (0..1) of the question and the best quote, 0 when it could not be computed.
    """

    parts: tuple[Quote, ...] = ()
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class _Rated:
    unit: Unit
    cosine: float
    rank: float


class Extractor:
    """Chooses quotes. `article_of` gives all passages of a passage's article, in order. Safe for several threads."""

    def __init__(self, embeddings: Embeddings, article_of: Callable[[Passage], Sequence[Passage]]) -> None:
        self._embeddings = embeddings
        self._article_of = article_of
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._guard = threading.Lock()

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """The best lines for `question` among the articles of the first hits, verbatim."""
        candidates = self._candidates(question, hits)
        if not candidates:
            return Extract()
        rated = self._rated(question, candidates, {hit.passage.article_id: hit.score for hit in hits})
        best = max(rated, key=lambda each: (each.rank, [-part for part in each.unit.order]))
        chosen = _with_company(best, rated)
        parts = tuple(Quote(each.text, each.passage.id, each.heading) for each in chosen)
        return Extract(parts, best.cosine)

    def _candidates(self, question: str, hits: Sequence[Hit]) -> list[Unit]:
        """Units of the articles that were hit; when there are many, those near the hit or sharing words stay."""
        found: list[Unit] = []
        asked = set(words(question))
        for hit in hits[:_ARTICLES]:
            of_article = [unit for passage in self._article_of(hit.passage) for unit in units(passage)]

            def far(unit: Unit, at: int = hit.passage.position) -> tuple[bool, int, int]:
                return (
                    abs(unit.passage.position - at) > 1,
                    -len(asked.intersection(words(unit.meaning))),
                    abs(unit.passage.position - at),
                )

            share = _UNITS // 2 if hit is hits[0] else _UNITS // 4
            found += sorted(of_article, key=far)[:share]
        return found

    def _rated(self, question: str, candidates: Sequence[Unit], scores: dict[str, float]) -> list[_Rated]:
        highest = max(scores.values(), default=0.0)
        asks_how = _ASKS_HOW.search(question) is not None
        try:
            cosines = self._cosines(question, [unit.meaning[:_MEANING] for unit in candidates])
        except EmbeddingsError:
            cosines = [0.0] * len(candidates)
        rated = []
        asked = set(words(question))
        for unit, cosine in zip(candidates, cosines, strict=True):
            shared = len(asked.intersection(words(unit.text))) / max(1, len(asked))
            rank = cosine + 0.15 * shared + 0.5 * (scores.get(unit.passage.article_id, 0.0) - highest)
            rank += (0.08 if asks_how else 0.03) if unit.is_steps else 0.0
            rank -= 0.2 if _ANNOUNCES.match(unit.text) else 0.0
            rated.append(_Rated(unit, min(max(cosine, 0.0), 1.0), rank))
        return rated

    def _cosines(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = self._embeddings.embed([question[:2_000]])[0]
        with self._guard:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        fresh = sorted(set(texts) - set(known))
        known |= dict(zip(fresh, self._embeddings.embed(fresh), strict=True)) if fresh else {}
        with self._guard:
            for text in texts:
                self._remembered[text] = known[text]
                self._remembered.move_to_end(text)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return [float(np.dot(known[text], asked)) for text in texts]


def _with_company(best: _Rated, rated: Sequence[_Rated]) -> list[Unit]:
    """The best unit and up to two of its section that fit nearly as well, within the length, in order."""
    limit = LONGEST_WHOLE if best.unit.kind in ("steps", "code", "table") else LONGEST
    chosen = [best.unit]
    size = len(best.unit.text)
    near = (
        each
        for each in sorted(rated, key=lambda each: -each.rank)
        if each is not best
        and each.unit.passage.article_id == best.unit.passage.article_id
        and each.unit.heading == best.unit.heading
        and each.rank >= best.rank - _CLOSE
    )
    for each in near:
        if len(chosen) < 3 and size + len(each.unit.text) <= limit:
            chosen.append(each.unit)
            size += len(each.unit.text)
    return sorted(chosen, key=lambda unit: unit.order)
