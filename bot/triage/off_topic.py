"""Says whether a message that sounds like small talk is asked back, because nothing in the index is near it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from knowledge.documents import Hit

NEAR, WELL_FITTING = 0.40, 0.50
"""From this cosine, or this score, something in the index may have to do with it: of small talk hardly a line comes so
near to a help centre (1 %), of its own customers' questions more than four in five do."""


def why_ask_back(kind: str, hits: Sequence[Hit]) -> Literal["off_topic", "too_little"] | None:
    """What to ask back about a message of triage's `kind`; None when it is no small talk, or something is near.

    `off_topic`: it has nothing to do with the product. `too_little`: it may have, so more words are asked for.
    """
    if kind not in ("off_topic", "unclear") or not nothing_near(hits):
        return None
    return "off_topic" if kind == "off_topic" else "too_little"


def nothing_near(hits: Sequence[Hit]) -> bool:
    """Whether nothing that was found has to do with it.

    When meaning could not be searched every cosine is 0; then not one of its words may occur.
    """
    if not any(hit.cosine for hit in hits):
        return not any(hit.bm25 for hit in hits)
    return all(hit.cosine < NEAR and hit.score < WELL_FITTING for hit in hits)
