"""Splits text into sentences: the one place for it, with the rules of the text's language."""

from __future__ import annotations

import re
from itertools import pairwise

import sentencex

from bot.texts.language import Language

_LINE = re.compile(r"[^\n]+")
# Marks and quotes that close what the sentence before has opened, and the number of a step that has not begun.
_CLOSING = re.compile(r"[*_\"'”’)\]`]+(?=\s|$)")
_NUMBER_ALONE = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•])\s*\Z")


def sentence_spans(text: str, language: Language = "en") -> list[tuple[int, int]]:
    """Where each sentence of a text begins and ends, white space around it left out. A new line ends a sentence, too.

    Abbreviations, decimals, addresses and names of files do not end one, nor does the number of a step; Markdown's
    closing marks stay with what they close. An unknown language is read as English.
    """
    return [span for line in _LINE.finditer(text) for span in _spans(text, line.start(), line.end(), language)]


def sentences_of(text: str, language: Language = "en") -> list[str]:
    """The sentences of a text, each as it stands there."""
    return [text[start:end] for start, end in sentence_spans(text, language)]


def _spans(text: str, first: int, last: int, language: Language) -> list[tuple[int, int]]:
    cuts = [first]
    for start, _ in _boundaries(text[first:last], language):
        closing = _CLOSING.match(text, first + start, last)
        cut = closing.end() if closing else first + start
        if cut > cuts[-1] and not _NUMBER_ALONE.match(text[cuts[-1] : cut]):
            cuts.append(cut)
    trimmed = [_trim(text, start, end) for start, end in pairwise([*cuts, last])]
    return [(start, end) for start, end in trimmed if start < end]


def _boundaries(line: str, language: Language) -> list[tuple[int, int]]:
    # Half a character of UTF-16, which some clients send, cannot be passed on; it counts as one all the same.
    whole = line.encode("utf-8", "replace").decode("utf-8")
    found = sentencex.get_sentence_boundaries(language if language.isascii() else "en", whole)
    return [(int(each["start_index"]), int(each["end_index"])) for each in found]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
