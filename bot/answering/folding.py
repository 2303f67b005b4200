"""Folds texts so that they can be compared: markup, white space, case and word endings; it compares nothing itself."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

from bot.language import Language, content_words, words_of
from bot.safeguards import strip_invisible

_STEMMERS: dict[Language, str] = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_SKIPPED = re.compile(
    r"<!--.*?-->|!\[[^\]\n]*\]\([^)\n]*\)|\]\([^)\n]*\)|</?[a-zA-Z][^>\n]{0,300}>|[*`~\[\]<>\\]|(?<!\w)_+|_+(?!\w)"
    r"|(?m:^[ \t]*(?:[-+•>#|]+|\d{1,3}[.)])(?=\s))|\|",
    re.DOTALL,
)
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
    }
)
_LIST_MARKER = re.compile(r"(?m)^[ \t]*(\d{1,2})[.)][ \t]+")


def fold(text: str) -> tuple[str, list[int]]:
    """`text` without Markdown, in lower case, with plain quotes and single spaces; and each character's old place."""
    skipped = {place for found in _SKIPPED.finditer(text) for place in range(*found.span())}
    breaks = {found.start() for found in _SKIPPED.finditer(text) if found[0] == "|" or found[0].startswith("<")}
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if place in skipped:
            char = " " if place in breaks else ""
        else:
            char = unicodedata.normalize("NFKC", char).translate(_PLAIN).lower()
            char = strip_invisible(char) if char and not char.isalnum() else char
        for one in char:
            if one.isspace():
                if not out or out[-1] == " ":
                    continue
                one = " "
            out.append(one)
            places.append(place)
    return "".join(out), places


def without_markers(text: str) -> str:
    """`text` without the numbers of a list that counts 1, 2, 3: they order, and state nothing."""
    numbers = [int(number) for number in _LIST_MARKER.findall(text)]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return _LIST_MARKER.sub("", text) if counted else text


def stems_of(text: str, language: Language) -> list[str]:
    """The stems of a text's content words, Markdown and link targets left out."""
    return [_stem(word, language) for word in content_words(fold(text)[0], language)]


@lru_cache(maxsize=64)
def known_stems(text: str, language: Language) -> frozenset[str]:
    """The stems of all words of a text; kept for a while, since each claim is held against the same passages."""
    return frozenset(_stem(word, language) for word in words_of(fold(text)[0]))


@cache
def _stemmer(language: Language) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[language])


def _stem(word: str, language: Language) -> str:
    return str(_stemmer(language).stemWord(word.removesuffix("'s")))
