"""Extractive answers: chooses the lines of an article that answer a question best, and quotes them verbatim."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from knowledge.documents import Hit
from knowledge.embeddings import Embeddings, Vectors
from knowledge.errors import EmbeddingsError
from knowledge.keyword_index import words
from knowledge.quotable import Unit, split_passage

LONGEST = 1_200
"""Maximum characters of an extract; one with steps, tables or code may have up to `LONGEST_WHOLE`."""
LONGEST_WHOLE = 2_500
_SHORT_SECTION = 700
"""A section of up to this many characters is quoted completely: an answer without its context is hard to follow."""
_BRIEF = 160
"""A line of fewer characters seldom answers alone, so the next line is quoted with it."""
_ARTICLES = 3
_ARTICLE_MARGIN = 0.03
"""Articles whose score is lower than the best one's by more than this are not considered."""
_ARTICLE_WEIGHT = 3.0
"""Weight of the article's score, relative to the line's own cosine."""
_UNITS = 24
_CLOSE = 0.03
_MEANING = 240
"""Characters of a line that are embedded: the beginning says what it is about, and embedding takes time."""
_CACHED_VECTORS = 20_000
_NAMED = 0.5
"""Bonus for a line that contains the same code (such as TW-ERP-409) as the question."""
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*[A-Za-z])(?=[\w-]*\d{2})[\w-]{4,40}(?![\w-])")

_FACT = re.compile(
    r"(?i)^\W*(?:(?:and|but|so|also|hi|hello)\W+)*(?:is|are|was|were|do|does|did|has|have|what|what's|which|who|whose|"
    r"when|why|will|would|how (?:much|many|long|often|far|old|big|soon)|until when|difference)\b"
)
_MAY = re.compile(r"(?i)\b(?:can|could|may) (?:i|we|you)\b")
_ANNOUNCES = re.compile(
    r"(?i)^\W*(?:learn (?:how|about|more|what|the)|(?:in )?this (?:article|guide|page)|read (?:more|the|about|on)|"
    r"see also|find out|here'?s how|follow (?:the|these) (?:steps|instructions)|for more (?:information|details)|"
    r"check out|continue reading|to learn (?:how|more)|the (?:following|next) (?:section|article|steps))"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim quote: `text` is Markdown from the passage, `heading` the nearest heading above it, or "".

    All lines of `text` are in the passage in the same order; only rows of a long table may be left out.
    """

    text: str
    passage_id: str
    heading: str


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer made of quotes from one article, in the article's order. Without `parts` nothing could be quoted.

    `similarity` is the cosine (0..1) of the question and the best quote, or 0 if it could not be computed.
    """

    parts: tuple[Quote, ...] = ()
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class _Rated:
    unit: Unit
    cosine: float
    rank: float


class Extractor:
    """Chooses quotes from the passages that it is given. Thread-safe."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._cached: OrderedDict[str, Vectors] = OrderedDict()
        self._guard = threading.Lock()

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """Return the lines that answer `question` best, from one of the best articles among `hits`."""
        candidates = self._select_candidates(question, hits)
        if not candidates:
            return Extract()
        scores = _scores(hits)
        asked = [question, *_split_questions(question)]
        rated = [self._rate(each, candidates, scores) for each in asked]
        top = _find_best(rated[0])
        article = top.unit.passage.article_id
        of_article = [
            [_prefer_steps(each, one) for one in ratings if one.unit.passage.article_id == article]
            for each, ratings in zip(asked, rated, strict=True)
        ]
        bests = [_find_best(ratings) for ratings in of_article]
        chosen = _add_context(bests[1:] or bests, of_article[0], steps=not _FACT.match(asked[-1]))
        return Extract(tuple(_quotes(chosen)), max(best.cosine for best in bests))

    def _select_candidates(self, question: str, hits: Sequence[Hit]) -> list[Unit]:
        """Return what can be quoted from the best articles.

        If that is too much, prefer units that share words with the question and are in the best passages.
        """
        found: list[Unit] = []
        asked = set(words(question))
        scores = _scores(hits)
        best = sorted(scores, key=lambda each: (-scores[each], each))[:_ARTICLES]
        for article in best:
            if scores[article] < scores[best[0]] - _ARTICLE_MARGIN:
                break
            passages = {hit.passage.id: hit for hit in hits if hit.passage.article_id == article}
            of_article = [unit for hit in passages.values() for unit in split_passage(hit.passage)]

            def relevance(unit: Unit, hits: dict[str, Hit] = passages) -> float:
                shared = len(asked.intersection(words(unit.meaning)))
                return shared + 2 * unit.is_steps + 4 * hits[unit.passage.id].score

            share = _UNITS // 2 if article == best[0] else _UNITS // 4
            found += sorted(of_article, key=relevance, reverse=True)[:share]
        return found

    def _rate(self, question: str, candidates: Sequence[Unit], scores: dict[str, float]) -> list[_Rated]:
        highest = max(scores.values(), default=0.0)
        try:
            cosines = self._cosines(question, [unit.meaning[:_MEANING] for unit in candidates])
        except EmbeddingsError:
            cosines = [0.0] * len(candidates)
        asked, codes = set(words(question)), _codes(question)
        rated = []
        for unit, cosine in zip(candidates, cosines, strict=True):
            named = _NAMED if codes & _codes(unit.text) else 0.0
            behind = highest - scores.get(unit.passage.article_id, 0.0)
            rank = cosine + named + _bonus(unit, asked) - _ARTICLE_WEIGHT * behind
            rated.append(_Rated(unit, min(max(cosine, 0.0), 1.0), rank))
        return rated

    def _cosines(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = self._embeddings.embed([question[:2_000]])[0]
        with self._guard:
            known = {text: self._cached[text] for text in texts if text in self._cached}
        fresh = sorted(set(texts) - set(known))
        known |= dict(zip(fresh, self._embeddings.embed(fresh), strict=True)) if fresh else {}
        with self._guard:
            for text in texts:
                self._cached[text] = known[text]
                self._cached.move_to_end(text)
            while len(self._cached) > _CACHED_VECTORS:
                self._cached.popitem(last=False)
        return [float(np.dot(known[text], asked)) for text in texts]


def _scores(hits: Sequence[Hit]) -> dict[str, float]:
    """Return article id -> score of its best passage."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.passage.article_id] = max(scores.get(hit.passage.article_id, 0.0), hit.score)
    return scores


def _bonus(unit: Unit, asked: set[str]) -> float:
    """Return the bonus for words that the question and a line share, in addition to their cosine."""
    shared = asked.intersection(words(f"{unit.heading} {unit.lead} {unit.text}"))
    special = asked.intersection(words(unit.heading)).difference(words(unit.passage.title))
    return 0.2 * len(shared) / max(1, len(asked)) + (0.04 if special else 0.0) - (0.2 if _announces(unit) else 0.0)


def _codes(text: str) -> set[str]:
    """Return the codes in `text`, such as TW-ERP-409 or AADSTS50011, whose embeddings are all nearly the same."""
    return {code.upper() for code in _CODE.findall(text)}


def _announces(unit: Unit) -> bool:
    """Return whether the unit only announces other text, such as "Learn how to ..." or "See also"."""
    return not unit.is_steps and _ANNOUNCES.match(unit.lead or unit.text) is not None


def _split_questions(question: str) -> list[str]:
    """Return up to three questions of a text that asks several; an empty list if there is only one."""
    parts = [part.strip() for part in re.findall(r"[^?]*\?", question)]
    questions = [part for part in parts if len(words(part)) >= 2]
    return questions[:3] if len(questions) > 1 else []


def _prefer_steps(question: str, rated: _Rated) -> _Rated:
    """Rank steps higher if the question asks how to do something rather than for a fact."""
    if not rated.unit.is_steps or _FACT.match(question):
        return rated
    return replace(rated, rank=rated.rank + (0.06 if _MAY.search(question) else 0.12))


def _find_best(rated: Sequence[_Rated]) -> _Rated:
    return max(rated, key=lambda each: (each.rank, [-part for part in each.unit.order]))


def _add_context(bests: Sequence[_Rated], rated: Sequence[_Rated], *, steps: bool) -> list[Unit]:
    """Return the best units and the context that makes them an answer, in the article's order."""
    chosen = _Chosen()
    for best in bests:
        chosen.add(best.unit)
    for best in bests:
        section = sorted(
            (each for each in rated if each.unit.section == best.unit.section), key=lambda each: each.unit.order
        )
        others = [each for each in section if not _announces(each.unit)]
        if sum(each.unit.length for each in section) <= _SHORT_SECTION:
            chosen.extend(each.unit for each in others)
            continue
        if _is_incomplete(best.unit):
            after = [each.unit for each in others if each.unit.order > best.unit.order]
            chosen.extend(after[:1])
        near = sorted(others, key=lambda each: -each.rank)[:3]
        chosen.extend(each.unit for each in near if each.rank >= best.rank - _CLOSE)
    first = bests[0].unit
    if steps and len(bests) == 1 and not first.heading and not any(unit.is_steps for unit in chosen.units):
        ways = [each for each in rated if each.unit.is_steps and each.rank >= bests[0].rank - 0.3]
        chosen.extend(each.unit for each in sorted(ways, key=lambda each: -each.rank)[:1])
    return sorted(chosen.units, key=lambda unit: unit.order)


def _is_incomplete(unit: Unit) -> bool:
    """Return whether the next line is needed to understand this one: a short line, an error text, 'Invite members:'."""
    if unit.head:
        return False  # a row of a table: the next row is about something else
    bare = unit.kind == "code" and not unit.lead
    return unit.length < _BRIEF or bare or unit.text.rstrip("*_ ").endswith(":")


class _Chosen:
    """Units without duplicates whose total length is limited. The first unit is always accepted."""

    def __init__(self) -> None:
        self.units: list[Unit] = []

    def add(self, unit: Unit) -> None:
        together = [*self.units, unit]
        long = any(each.kind in ("steps", "code", "table") for each in together)
        fits = sum(each.length for each in together) <= (LONGEST_WHOLE if long else LONGEST)
        if unit not in self.units and (fits or not self.units):
            self.units = together

    def extend(self, units: Iterable[Unit]) -> None:
        for unit in units:
            self.add(unit)


def _quotes(chosen: Sequence[Unit]) -> Iterator[Quote]:
    """Yield the units as quotes. Neighbours in a list or table become one quote, with their introduction once."""
    for _, group in groupby(chosen, key=lambda unit: unit.block):
        parts = list(group)
        first = parts[0]
        if first.head:
            rows = "\n".join(part.text for part in parts)
            yield from _quote_with_lead(first, f"{first.head}\n{rows}")
            continue
        runs: list[list[Unit]] = []
        for part in parts:
            if runs and part.order[2] == runs[-1][-1].order[2] + 1:
                runs[-1].append(part)
            else:
                runs.append([part])
        glue = " " if first.kind == "paragraph" else "\n"
        for run in runs:
            text = glue.join(part.text for part in run)
            yield from _quote_with_lead(first, text) if run is runs[0] else [_quote(first, text)]


def _quote_with_lead(unit: Unit, text: str) -> list[Quote]:
    """Return the introduction and the text as one quote if they are adjacent, otherwise as two."""
    if not unit.lead:
        return [_quote(unit, text)]
    if unit.order[2] == 0:
        return [_quote(unit, f"{unit.lead}\n\n{text}")]
    return [_quote(unit, unit.lead), _quote(unit, text)]


def _quote(unit: Unit, text: str) -> Quote:
    return Quote(text, unit.passage.id, unit.heading)
