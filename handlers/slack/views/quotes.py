"""The plain words of an article's Markdown, for places that have no room for more than a line."""

from __future__ import annotations

import re

from bot.texts.sentences import sentences_of
from handlers.slack.views import rich_text

_WHOLE = re.compile(r"[A-ZÀ-Þ0-9¿¡\"“„«'].*[.!?…][\"”“»')]*", re.DOTALL)
_LEAST_WORDS = 4


def unmarked(markdown: str) -> str:
    """A piece of Markdown as its reader sees it: no marks, tables and lists as lines."""
    return rich_text.words(rich_text.from_markdown(markdown))


def first_sentence(markdown: str, language: str = "en") -> str:
    """The first whole sentence of an article's words, or nothing: half of one, or a row of a table, helps nobody."""
    for part in rich_text.from_markdown(markdown):
        if part["type"] == "rich_text_section":
            for sentence in sentences_of(rich_text.words([part]), language):
                if _WHOLE.fullmatch(sentence) and len(sentence.split()) >= _LEAST_WORDS:
                    return sentence
    return ""
