"""The keyword index: finds passages by exact words (BM25). It is kept in memory only, since it is quick to rebuild."""

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
"""Weight of words such as "how", "my" and "is"; other words weigh from about 1 to 8."""
_WORD = re.compile(r"\w+(?:[-._:/+#@']+\w+)*|\w+")
_LONG_WORD = re.compile(r"(?<![\w@./-])[^\W\d_]{6,}(?![\w@/-])")
_SIMILAR_SPELLING = 0.83
_PART = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be but by do does for from had has have he her his how i if im in into is it its
        me my no not of on or our s she so t that the their them then there these they this to us was we were
        what when where which who why will with you your can could would should""",
    )
)
_stemmers = local()


def words(text: str) -> list[str]:
    """Return the index terms of `text`: the stems of its words, and identifiers both complete and in parts.

    `ERR-1042` gives `err-1042`, `err` and `1042`, so that the complete code counts more than its parts.
    """
    found: list[str] = []
    for match in _WORD.finditer(text.casefold().replace("’", "'")):
        whole = match[0]
        parts = _PART.findall(whole)
        if len(parts) > 1 and "'" not in whole:
            found.append(whole)
        found += [part for part in parts if part not in _STOP_WORDS]
    stem = _stemmer()
    return [term if any(map(str.isdigit, term)) else stem.stemWord(term) for term in found]


def _stemmer() -> Stemmer.Stemmer:
    # A stemmer is not thread-safe, so each thread has its own.
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _stemmers.english
    return stemmer


@dataclass(frozen=True, slots=True)
class AudienceIndex:
    """The index of one audience. It is immutable, so that readers need no lock.

    `counts` maps passage id -> term -> occurrences. `lengths` is the number of terms of each passage, in the order of
    `ids`. `postings` maps term -> positions in `ids`, and occurrences there. `spelt` lists the long words.
    """

    passages: Mapping[str, Passage] = field(default_factory=dict)
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    spellings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spelt: tuple[str, ...] = ()
    lengths: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    postings: Mapping[str, tuple[NDArray[np.int32], NDArray[np.float64]]] = field(default_factory=dict)


def _build_audience_index(passages: Mapping[str, Passage], known: AudienceIndex) -> AudienceIndex:
    counts: dict[str, Counter[str]] = {}
    spellings: dict[str, frozenset[str]] = {}
    gathered: dict[str, tuple[list[int], list[int]]] = {}
    for slot, (passage_id, passage) in enumerate(passages.items()):
        same = known.passages.get(passage_id) == passage
        count = known.counts[passage_id] if same else _count_terms(passage)
        counts[passage_id] = count
        spellings[passage_id] = known.spellings[passage_id] if same else _long_words(passage)
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


def _count_terms(passage: Passage) -> Counter[str]:
    return Counter(words(f"{passage.title}\n{plain_text(passage.text)}"))


def _long_words(passage: Passage) -> frozenset[str]:
    return frozenset(_LONG_WORD.findall(f"{passage.title}\n{plain_text(passage.text)}".casefold()))


class KeywordIndex:
    """BM25 over the passages of each audience. One writer at a time; readers never wait.

    A search treats the audiences that it is given as one collection: other audiences have no influence on the scores.
    """

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._indexes: Mapping[str, AudienceIndex] = {}
        self.reset(passages)

    def reset(self, passages: Iterable[Passage]) -> None:
        """Replace the content with `passages`. Passages that are already indexed are not analysed again."""
        by_audience: dict[str, dict[str, Passage]] = {}
        for passage in passages:
            by_audience.setdefault(passage.audience, {})[passage.id] = passage
        before = self._indexes
        self._indexes = {
            audience: _build_audience_index(dict(sorted(held.items())), before.get(audience, AudienceIndex()))
            for audience, held in by_audience.items()
        }

    @property
    def audiences(self) -> tuple[str, ...]:
        return tuple(sorted(self._indexes))

    @property
    def size(self) -> int:
        """The number of passages."""
        return sum(len(index.ids) for index in self._indexes.values())

    def passages(self, audiences: Iterable[str]) -> Iterable[Passage]:
        """Yield every passage of these audiences."""
        for audience in sorted(set(audiences)):
            yield from self._indexes.get(audience, AudienceIndex()).passages.values()

    def get(self, passage_id: str, audiences: Iterable[str]) -> Passage | None:
        """Return the passage with this id if it belongs to one of these audiences, otherwise None."""
        for audience in audiences:
            index = self._indexes.get(audience)
            if index is not None and passage_id in index.passages:
                return index.passages[passage_id]
        return None

    def weight(self, word: str, audiences: Iterable[str]) -> float:
        """Return a word's inverse document frequency among the passages of these audiences: 0 or more.

        The weight of stop words is `COMMON`; the weight of punctuation is 0.
        """
        terms = words(word)
        if not terms:
            return COMMON if any(map(str.isalnum, word)) else 0.0
        held = self._indexes
        indexes = [held[name] for name in sorted(set(audiences)) if name in held]
        total = sum(len(index.ids) for index in indexes)
        holding = min(
            sum(len(index.postings[term][0]) for index in indexes if term in index.postings) for term in terms
        )
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def correct_spelling(self, question: str, audiences: Iterable[str]) -> str:
        """Return the question with misspelt words corrected to words of these audiences' passages.

        A word is misspelt if no passage contains it, but changing one letter in six (two in twelve) gives a word that
        one contains: "verifcation" becomes "verification".
        """
        held = self._indexes
        indexes = [held[name] for name in sorted(set(audiences)) if name in held]

        def correct(found: re.Match[str]) -> str:
            word = found[0]
            lowered = word.casefold()
            if any(term in index.postings for index in indexes for term in words(lowered)) or lowered in _STOP_WORDS:
                return word
            near = [each for index in indexes for each in index.spelt if each[0] == lowered[0]]
            best = process.extractOne(
                lowered, near, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=_SIMILAR_SPELLING
            )
            return best[0] if best else word

        return _LONG_WORD.sub(correct, question)

    def scores(self, query: str, audiences: Iterable[str]) -> dict[str, float]:
        """Return passage id -> BM25 score above 0 for every passage that shares a word with `query`."""
        held = self._indexes
        indexes = [held[name] for name in sorted(set(audiences)) if name in held]
        total = sum(len(index.ids) for index in indexes)
        if not total:
            return {}
        mean = sum(float(index.lengths.sum()) for index in indexes) / total or 1.0
        sums = [np.zeros(len(index.ids)) for index in indexes]
        for term, times in sorted(Counter(words(query)).items()):
            holding = sum(len(index.postings[term][0]) for index in indexes if term in index.postings)
            weight = times * math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            for index, scored in zip(indexes, sums, strict=True):
                if term in index.postings:
                    slots, counts = index.postings[term]
                    longer = _K1 * (1 - _B + _B * index.lengths[slots] / mean)
                    scored[slots] += weight * counts / (counts + longer)
        return {
            index.ids[slot]: float(scored[slot])
            for index, scored in zip(indexes, sums, strict=True)
            for slot in np.flatnonzero(scored)
        }
