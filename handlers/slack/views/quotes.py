"""The plain words of an article's Markdown, for places that have no room for more than a line."""

from __future__ import annotations

import re

from bot.texts.sentences import sentences_of
from handlers.slack.views import rich_text
from handlers.slack.views.blocks import Element

_WHOLE = re.compile(r"[A-ZÀ-Þ0-9¿¡\"“„«'].*[.!?…][\"”“»')]*", re.DOTALL)
_LEAST_WORDS = 4


# A quote may begin or end within a mark of emphasis, so that the mark's other half is missing.
_HALF_A_MARK = re.compile(r"(?<![\w*])\*{1,3}(?=\w)|(?<=\w)\*{1,3}(?![\w*])")


def unmarked(markdown: str) -> str:
    """A piece of Markdown as its reader sees it: no marks, also no half ones, tables and lists as lines."""
    return rich_text.words([_without_half_marks(part) for part in rich_text.from_markdown(markdown)])


def _without_half_marks(part: Element) -> Element:
    if part["type"] == "rich_text_preformatted" or part.get("style") == {"code": True}:
        return part
    if part["type"] == "text":
        return part | {"text": _HALF_A_MARK.sub("", part["text"])}
    return part | {"elements": [_without_half_marks(each) for each in part["elements"]]} if "elements" in part else part


def first_sentence(markdown: str, language: str = "en") -> str:
    """The first whole sentence of an article's words, or nothing: half of one, or a row of a table, helps nobody."""
    for part in rich_text.from_markdown(markdown):
        if part["type"] == "rich_text_section":
            for sentence in sentences_of(rich_text.words([part]), language):
                if _WHOLE.fullmatch(sentence) and len(sentence.split()) >= _LEAST_WORDS:
                    return sentence
    return ""
