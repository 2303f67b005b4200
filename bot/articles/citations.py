"""Passages as sources of an answer: what a citation holds, made from a search hit or from a stored row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.contents.answers import Citation
from knowledge.documents import Hit


def citation(stored: dict[str, object]) -> Citation:
    return Citation(**stored)  # type: ignore[arg-type]  # stored by asdict from a Citation


def with_whole_quotes(parts: Sequence[Mapping[str, Any]], citations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Citations, as stored, with all that the parts took from their passages: the parts are about to be rewritten."""
    quoted: dict[int, list[str]] = {}
    for part in parts:
        for number in part["citations"]:
            quoted.setdefault(number, []).append(str(part["text"]))
    return [one | {"quote": "\n\n".join(quoted.get(one["number"], [one["quote"]]))} for one in citations]


def cite(hit: Hit, number: int) -> Citation:
    """A passage as a source: its article, its link, and how it begins."""
    passage = hit.passage
    lines = [line.strip() for line in passage.text.splitlines() if line.strip()]
    begins = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    return Citation(number, passage.article_id, passage.title, passage.url, begins[:200], passage.id)
