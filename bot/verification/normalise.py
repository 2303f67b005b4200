"""Normalises texts so that they can be compared: markup, white space, case and word endings."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

from bot.privacy.safeguards import strip_invisible
from bot.texts.language import Language, content_words, language_of, words_of

# Snowball's name of each language that it has; a text in another is compared word by word.
_STEMMERS: dict[Language, str] = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
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


@lru_cache(maxsize=256)
def normalise(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` without Markdown, in lower case, with plain quotes and single spaces; and each character's old place."""
    skipped: dict[int, str] = {}
    for found in _SKIPPED.finditer(text):
        skipped.update(dict.fromkeys(range(*found.span()), ""))
        if found[0] == "|" or found[0].startswith("<"):
            skipped[found.start()] = " "
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in skipped[place] if place in skipped else _folded(char):
            if one == " " and (not out or out[-1] == " "):
                continue
            out.append(one)
            places.append(place)
    return "".join(out), tuple(places)


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """One character as it is compared: none for what nobody sees, several for a ligature, a space for white space."""
    plain = unicodedata.normalize("NFKC", strip_invisible(char)).translate(_PLAIN).lower()
    return " " if plain.isspace() else plain.replace(" ", "")


def without_markers(text: str) -> str:
    """`text` without the numbers of a list that counts 1, 2, 3: they order, and state nothing."""
    numbers = [int(number) for number in _LIST_MARKER.findall(text)]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return _LIST_MARKER.sub("", text) if counted else text


@lru_cache(maxsize=512)
def stems_of(text: str, language: Language) -> tuple[str, ...]:
    """The stems of a text's content words, Markdown and link targets left out."""
    return tuple(_stem(word, language) for word in content_words(normalise(text)[0], language))


@lru_cache(maxsize=2048)
def known_stems(text: str, language: Language) -> frozenset[str]:
    """The stems of all words of a text; kept for a while, since each claim is held against the same passages."""
    return frozenset(_stem(word, language) for word in words_of(normalise(text)[0]))


def support(text: str, source: str) -> float:
    """The share of a text's content words that occur in `source`, by word stems; 1.0 when it has none."""
    language = language_of(source)
    wanted = stems_of(text, language)
    known = known_stems(source, language)
    return sum(stem in known for stem in wanted) / len(wanted) if wanted else 1.0


@cache
def _stemmer(language: Language) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(_STEMMERS[language]) if language in _STEMMERS else None


def _stem(word: str, language: Language) -> str:
    stemmer, word = _stemmer(language), word.removesuffix("'s")
    return str(stemmer.stemWord(word)) if stemmer else word
