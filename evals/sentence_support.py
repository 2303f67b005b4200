"""Find the sentences of an answer that its sources do not support, independently of the desk's own checks."""

from __future__ import annotations

import html
import re

from bot.answering.finding import Finding
from bot.privacy.safeguards import strip_invisible


def unsupported_sentences(finding: Finding) -> tuple[str, ...]:
    """Return the sentences of an answer that the cited passages do not support.

    A sentence is supported if the passages contain all of its numbers and addresses, and two thirds of its words of
    four or more letters (compared by their first five letters).
    """
    texts = {hit.passage.id: _normalise(f"{hit.passage.title} {hit.passage.text}") for hit in finding.hits}
    numbers = {one.number: texts.get(one.passage_id, "") for one in finding.citations}
    found = []
    for part in finding.parts:
        source = " ".join(numbers.get(number, "") for number in part.citations)
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", _normalise(part.text)):
            exact = re.findall(r"\d+|https?://[^\s)]+|[\w.]+@[\w.]+\w", re.sub(r"^\s*\d+[.)]\s", "", sentence))
            words = re.findall(r"[^\W\d_]{4,}", sentence)
            held = sum(word[:5] in source for word in words)
            if not source or any(each not in source for each in exact) or 3 * held < 2 * len(words):
                found.append(sentence)
    return tuple(found)


def _normalise(text: str) -> str:
    """Return the text as a reader sees it, in lower case: without escapes, entities and invisible characters."""
    return html.unescape(strip_invisible(text)).replace("\\", "").lower()
