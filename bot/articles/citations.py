"""Makes citations from search hits and from stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.contents.answers import Citation
from knowledge.documents import Hit


def citation(stored: dict[str, object]) -> Citation:
    """Return the Citation that was stored as a dict."""
    return Citation(**stored)  # type: ignore[arg-type]  # stored by asdict from a Citation


def with_whole_quotes(parts: Sequence[Mapping[str, Any]], citations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return stored citations whose quote is the text of all parts that cite them.

    Used before the parts are replaced by an agent's text, so that the quotes are kept.
    """
    quoted: dict[int, list[str]] = {}
    for part in parts:
        for number in part["citations"]:
            quoted.setdefault(number, []).append(str(part["text"]))
    return [one | {"quote": "\n\n".join(quoted.get(one["number"], [one["quote"]]))} for one in citations]


def cite(hit: Hit, number: int) -> Citation:
    """Return a passage as a citation: its article, its URL, and the first 200 characters of its first line."""
    passage = hit.passage
    lines = [line.strip() for line in passage.text.splitlines() if line.strip()]
    begins = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    return Citation(number, passage.article_id, passage.title, passage.url, begins[:200], passage.id)
