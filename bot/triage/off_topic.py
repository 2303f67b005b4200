"""Says whether a message has nothing to do with the support of this product.

Two things must agree: it sounds like small talk or everyday life, and nothing in the index is near it.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.documents import Hit

NEAR, WELL_FITTING = 0.40, 0.50
"""From this cosine, or this score, something in the index may have to do with it: of small talk hardly a line comes so
near to a help centre (1 %), of its own customers' questions more than four in five do."""


def is_off_topic(kind: str, hits: Sequence[Hit]) -> bool:
    """Whether triage took the message for `off_topic`, and the search found nothing that says otherwise."""
    return kind == "off_topic" and nothing_near(hits)


def nothing_near(hits: Sequence[Hit]) -> bool:
    """Whether nothing that was found has to do with it.

    When meaning could not be searched every cosine is 0; then not one of its words may occur.
    """
    if not any(hit.cosine for hit in hits):
        return not any(hit.bm25 for hit in hits)
    return all(hit.cosine < NEAR and hit.score < WELL_FITTING for hit in hits)
