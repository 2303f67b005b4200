"""Says which sentences of an answer its sources do not bear out, by a check of another making than the gate's."""

from __future__ import annotations

import html
import re

from bot.answering.finding import Finding
from bot.privacy.safeguards import strip_invisible


def unsupported(finding: Finding) -> tuple[str, ...]:
    """Sentences of an answer that its cited passages do not bear out, by a check of another making than the gate's.

    Every figure and address must stand there, and two of three longer words; nothing is stemmed and nothing weighed.
    """
    texts = {hit.passage.id: _plain(f"{hit.passage.title} {hit.passage.text}") for hit in finding.hits}
    numbers = {one.number: texts.get(one.passage_id, "") for one in finding.citations}
    found = []
    for part in finding.parts:
        source = " ".join(numbers.get(number, "") for number in part.citations)
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", _plain(part.text)):
            exact = re.findall(r"\d+|https?://[^\s)]+|[\w.]+@[\w.]+\w", re.sub(r"^\s*\d+[.)]\s", "", sentence))
            words = re.findall(r"[^\W\d_]{4,}", sentence)
            held = sum(word[:5] in source for word in words)
            if not source or any(each not in source for each in exact) or 3 * held < 2 * len(words):
                found.append(sentence)
    return tuple(found)


def _plain(text: str) -> str:
    """As a reader sees it: without escapes, entities and invisible characters."""
    return html.unescape(strip_invisible(text)).replace("\\", "").lower()
