"""Answers in the articles' own words, without a model: the best lines, quoted. It writes nothing itself."""

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
from knowledge.quotable import Unit, units

LONGEST = 1_200
"""Characters of an extract; steps, tables and code that belong together may take `LONGEST_WHOLE`."""
LONGEST_WHOLE = 2_500
_SHORT_SECTION = 700
"""A section up to this long is quoted whole: an answer out of its surroundings reads like a riddle."""
_BRIEF = 160
"""A line shorter than this seldom answers by itself: what follows it is quoted with it."""
_ARTICLES = 3
_ARTICLE_MARGIN = 0.03
"""Articles that score this much below the best are not looked at."""
_ARTICLE_WEIGHT = 3.0
"""What the score of its article counts beside a line's own cosine."""
_UNITS = 24
_CLOSE = 0.03
_MEANING = 240
"""Characters of a line that are compared: the opening says what it is about, and reading costs time."""
_REMEMBERED = 20_000
_NAMED = 0.5
"""What it is worth that a line has the very code that was asked for."""
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
    """Words of an article as they stand: `text` is Markdown of the passage, `heading` the nearest above it, or "".

    Every line of `text` stands in the passage, one after the other; only of a long table, rows may be left out.
    """

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
    """Chooses quotes out of the passages it is given, and out of no others. Thread-safe."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._guard = threading.Lock()

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """The best lines for `question` of one of the best articles among `hits`, verbatim."""
        candidates = self._candidates(question, hits)
        if not candidates:
            return Extract()
        scores = _scores(hits)
        asked = [question, *_separate(question)]
        rated = [self._rated(each, candidates, scores) for each in asked]
        top = _best(rated[0])
        article = top.unit.passage.article_id
        of_article = [
            [_for_purpose(each, one) for one in ratings if one.unit.passage.article_id == article]
            for each, ratings in zip(asked, rated, strict=True)
        ]
        bests = [_best(ratings) for ratings in of_article]
        chosen = _with_company(bests[1:] or bests, of_article[0], steps=not _FACT.match(asked[-1]))
        return Extract(tuple(_quotes(chosen)), max(best.cosine for best in bests))

    def _candidates(self, question: str, hits: Sequence[Hit]) -> list[Unit]:
        """What can be quoted of the best articles; of much, what shares words and stands in the best passages."""
        found: list[Unit] = []
        asked = set(words(question))
        scores = _scores(hits)
        best = sorted(scores, key=lambda each: (-scores[each], each))[:_ARTICLES]
        for article in best:
            if scores[article] < scores[best[0]] - _ARTICLE_MARGIN:
                break
            passages = {hit.passage.id: hit for hit in hits if hit.passage.article_id == article}
            of_article = [unit for hit in passages.values() for unit in units(hit.passage)]

            def fitting(unit: Unit, hits: dict[str, Hit] = passages) -> float:
                shared = len(asked.intersection(words(unit.meaning)))
                return shared + 2 * unit.is_steps + 4 * hits[unit.passage.id].score

            share = _UNITS // 2 if article == best[0] else _UNITS // 4
            found += sorted(of_article, key=fitting, reverse=True)[:share]
        return found

    def _rated(self, question: str, candidates: Sequence[Unit], scores: dict[str, float]) -> list[_Rated]:
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


def _scores(hits: Sequence[Hit]) -> dict[str, float]:
    """Article id -> the score of its best passage."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.passage.article_id] = max(scores.get(hit.passage.article_id, 0.0), hit.score)
    return scores


def _bonus(unit: Unit, asked: set[str]) -> float:
    """What words that the question and a line share are worth, beyond what the embedding saw in them."""
    said = asked.intersection(words(f"{unit.heading} {unit.lead} {unit.text}"))
    special = asked.intersection(words(unit.heading)).difference(words(unit.passage.title))
    return 0.2 * len(said) / max(1, len(asked)) + (0.04 if special else 0.0) - (0.2 if _announces(unit) else 0.0)


def _codes(text: str) -> set[str]:
    """Codes such as TW-ERP-409 or AADSTS50011: to an embedding they all look alike, to a reader none does."""
    return {code.upper() for code in _CODE.findall(text)}


def _announces(unit: Unit) -> bool:
    """Whether it only says what is told elsewhere."""
    return not unit.is_steps and _ANNOUNCES.match(unit.lead or unit.text) is not None


def _separate(question: str) -> list[str]:
    """The questions of somebody who asks several at once; none when there is only one."""
    parts = [part.strip() for part in re.findall(r"[^?]*\?", question)]
    told = [part for part in parts if len(words(part)) >= 2]
    return told[:3] if len(told) > 1 else []


def _for_purpose(question: str, rated: _Rated) -> _Rated:
    """Who asks for help with doing something is better served by steps than by what leads up to them."""
    if not rated.unit.is_steps or _FACT.match(question):
        return rated
    return replace(rated, rank=rated.rank + (0.06 if _MAY.search(question) else 0.12))


def _best(rated: Sequence[_Rated]) -> _Rated:
    return max(rated, key=lambda each: (each.rank, [-part for part in each.unit.order]))


def _with_company(bests: Sequence[_Rated], rated: Sequence[_Rated], *, steps: bool) -> list[Unit]:
    """The best units and what makes them an answer, within the length and in the article's order."""
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
        if _goes_on(best.unit):
            after = [each.unit for each in others if each.unit.order > best.unit.order]
            chosen.extend(after[:1])
        near = sorted(others, key=lambda each: -each.rank)[:3]
        chosen.extend(each.unit for each in near if each.rank >= best.rank - _CLOSE)
    first = bests[0].unit
    if steps and len(bests) == 1 and not first.heading and not any(unit.is_steps for unit in chosen.units):
        ways = [each for each in rated if each.unit.is_steps and each.rank >= bests[0].rank - 0.3]
        chosen.extend(each.unit for each in sorted(ways, key=lambda each: -each.rank)[:1])
    return sorted(chosen.units, key=lambda unit: unit.order)


def _goes_on(unit: Unit) -> bool:
    """Whether it leaves open what comes next: a short line, an error's text, 'Invite members:'."""
    if unit.head:
        return False  # a row of a table: the next one is about something else
    bare = unit.kind == "code" and not unit.lead
    return unit.length < _BRIEF or bare or unit.text.rstrip("*_ ").endswith(":")


class _Chosen:
    """Units without doubles whose length stays within bounds; the first one always fits."""

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
    """Units as quotes: neighbours of one list or table in one, with the words that introduce them said once."""
    for _, group in groupby(chosen, key=lambda unit: unit.block):
        parts = list(group)
        first = parts[0]
        if first.head:
            rows = "\n".join(part.text for part in parts)
            yield from _led(first, f"{first.head}\n{rows}")
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
            yield from _led(first, text) if run is runs[0] else [_quote(first, text)]


def _led(unit: Unit, text: str) -> list[Quote]:
    """The introduction and what it introduces: one quote when they touch, two when something stands between."""
    if not unit.lead:
        return [_quote(unit, text)]
    if unit.order[2] == 0:
        return [_quote(unit, f"{unit.lead}\n\n{text}")]
    return [_quote(unit, unit.lead), _quote(unit, text)]


def _quote(unit: Unit, text: str) -> Quote:
    return Quote(text, unit.passage.id, unit.heading)
