"""Finds passages by exact words, in memory and rebuilt in a moment. It stores nothing."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import local

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.documents import Passage
from knowledge.markdown_blocks import plain_text

_K1, _B = 1.5, 0.75
COMMON = 0.3
"""What "how", "my" and "is" weigh beside telling words, whose weights go from about 1 to 8."""
_WORD = re.compile(r"\w+(?:[-._:/+#@']+\w+)*|\w+")
_LONG_WORD = re.compile(r"(?<![\w@./-])[^\W\d_]{6,}(?![\w@/-])")
_SPELT_ALIKE = 0.83
_PART = re.compile(r"[^\W_]+")
_STOPPED = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be but by do does for from had has have he her his how i if im in into is it its
        me my no not of on or our s she so t that the their them then there these they this to us was we were
        what when where which who why will with you your can could would should""",
    )
)
_stemmers = local()


def words(text: str) -> list[str]:
    """The index terms of `text`: stems of words, and identifiers both whole and in their parts.

    `ERR-1042` gives `err-1042`, `err` and `1042`, so that the code as it stands outweighs its parts.
    """
    found: list[str] = []
    for match in _WORD.finditer(text.casefold().replace("’", "'")):
        whole = match[0]
        parts = _PART.findall(whole)
        if len(parts) > 1 and "'" not in whole:
            found.append(whole)
        found += [part for part in parts if part not in _STOPPED]
    stem = _stemmer()
    return [term if any(map(str.isdigit, term)) else stem.stemWord(term) for term in found]


def _stemmer() -> Stemmer.Stemmer:
    # A stemmer keeps state while it works, so each thread has its own.
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _stemmers.english
    return stemmer


@dataclass(frozen=True, slots=True)
class AudienceIndex:
    """The words of one audience. Never changed once made, so that readers need no lock."""

    passages: Mapping[str, Passage] = field(default_factory=dict)
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    spellings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spelt: tuple[str, ...] = ()
    lengths: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    postings: Mapping[str, tuple[NDArray[np.int32], NDArray[np.float64]]] = field(default_factory=dict)


def _audience_index(passages: Mapping[str, Passage], known: AudienceIndex) -> AudienceIndex:
    counts: dict[str, Counter[str]] = {}
    spellings: dict[str, frozenset[str]] = {}
    gathered: dict[str, tuple[list[int], list[int]]] = {}
    for slot, (passage_id, passage) in enumerate(passages.items()):
        same = known.passages.get(passage_id) == passage
        count = known.counts[passage_id] if same else _counted(passage)
        counts[passage_id] = count
        spellings[passage_id] = known.spellings[passage_id] if same else _spelt(passage)
        for term, times in count.items():
            slots, frequencies = gathered.setdefault(term, ([], []))
            slots.append(slot)
            frequencies.append(times)
    return AudienceIndex(
        passages=passages,
        counts=counts,
        ids=tuple(passages),
        spellings=spellings,
        spelt=tuple(sorted(frozenset().union(*spellings.values()))),
        lengths=np.array([sum(count.values()) for count in counts.values()], dtype=np.float64),
        postings={
            term: (np.array(slots, dtype=np.int32), np.array(frequencies, dtype=np.float64))
            for term, (slots, frequencies) in gathered.items()
        },
    )


def _counted(passage: Passage) -> Counter[str]:
    return Counter(words(f"{passage.title}\n{plain_text(passage.text)}"))


def _spelt(passage: Passage) -> frozenset[str]:
    return frozenset(_LONG_WORD.findall(f"{passage.title}\n{plain_text(passage.text)}".casefold()))


class KeywordIndex:
    """BM25 over the passages of each audience. One writer at a time; readers are never held up.

    A search weighs its words over the audiences that it was asked for, as if they were one collection:
    no other audience has any influence on it.
    """

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._shelves: Mapping[str, AudienceIndex] = {}
        self.reset(passages)

    def reset(self, passages: Iterable[Passage]) -> None:
        """Hold these passages and no others. Those that are held already are not read again."""
        sorted_out: dict[str, dict[str, Passage]] = {}
        for passage in passages:
            sorted_out.setdefault(passage.audience, {})[passage.id] = passage
        before = self._shelves
        self._shelves = {
            audience: _audience_index(dict(sorted(held.items())), before.get(audience, AudienceIndex()))
            for audience, held in sorted_out.items()
        }

    @property
    def audiences(self) -> tuple[str, ...]:
        return tuple(sorted(self._shelves))

    @property
    def size(self) -> int:
        """How many passages it holds."""
        return sum(len(shelf.ids) for shelf in self._shelves.values())

    def passages(self, audiences: Iterable[str]) -> Iterable[Passage]:
        """Every passage of these audiences."""
        for audience in sorted(set(audiences)):
            yield from self._shelves.get(audience, AudienceIndex()).passages.values()

    def get(self, passage_id: str, audiences: Iterable[str]) -> Passage | None:
        """The passage of that id, when one of these audiences holds it."""
        for audience in audiences:
            shelf = self._shelves.get(audience)
            if shelf is not None and passage_id in shelf.passages:
                return shelf.passages[passage_id]
        return None

    def weight(self, word: str, audiences: Iterable[str]) -> float:
        """How telling a word is among the passages of these audiences (its inverse document frequency), 0 and up.

        Words that everybody uses weigh `COMMON`; what is no word at all weighs nothing.
        """
        terms = words(word)
        if not terms:
            return COMMON if any(map(str.isalnum, word)) else 0.0
        held = self._shelves
        shelves = [held[name] for name in sorted(set(audiences)) if name in held]
        total = sum(len(shelf.ids) for shelf in shelves)
        holding = min(
            sum(len(shelf.postings[term][0]) for shelf in shelves if term in shelf.postings) for term in terms
        )
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def spelt_right(self, question: str, audiences: Iterable[str]) -> str:
        """The question with each misspelt word as these audiences' passages spell it: "verifcation" finds its letter.

        A word is misspelt when no passage has it, and one letter of six (two of twelve) makes it a word that one has.
        """
        held = self._shelves
        shelves = [held[name] for name in sorted(set(audiences)) if name in held]

        def right(found: re.Match[str]) -> str:
            word = found[0]
            lowered = word.casefold()
            if any(term in shelf.postings for shelf in shelves for term in words(lowered)) or lowered in _STOPPED:
                return word
            near = [each for shelf in shelves for each in shelf.spelt if each[0] == lowered[0]]
            best = process.extractOne(
                lowered, near, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=_SPELT_ALIKE
            )
            return best[0] if best else word

        return _LONG_WORD.sub(right, question)

    def scores(self, query: str, audiences: Iterable[str]) -> dict[str, float]:
        """Passage id -> BM25 score above 0, for every passage that shares a word with `query`."""
        held = self._shelves
        shelves = [held[name] for name in sorted(set(audiences)) if name in held]
        total = sum(len(shelf.ids) for shelf in shelves)
        if not total:
            return {}
        mean = sum(float(shelf.lengths.sum()) for shelf in shelves) / total or 1.0
        sums = [np.zeros(len(shelf.ids)) for shelf in shelves]
        for term, times in sorted(Counter(words(query)).items()):
            holding = sum(len(shelf.postings[term][0]) for shelf in shelves if term in shelf.postings)
            weight = times * math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            for shelf, scored in zip(shelves, sums, strict=True):
                if term in shelf.postings:
                    slots, counts = shelf.postings[term]
                    longer = _K1 * (1 - _B + _B * shelf.lengths[slots] / mean)
                    scored[slots] += weight * counts / (counts + longer)
        return {
            shelf.ids[slot]: float(scored[slot])
            for shelf, scored in zip(shelves, sums, strict=True)
            for slot in np.flatnonzero(scored)
        }
