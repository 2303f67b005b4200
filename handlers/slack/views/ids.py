"""Ids that are Slack's own: links, inputs of forms, what blocks and forms carry. An action's id is in its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

LINK_THREAD = "link.thread"
LINK_ESCALATION = "link.escalation"
LINKS = (LINK_THREAD, LINK_ESCALATION)

# A shortcut among a message's own actions; the manifest tells Slack of it.
WHY_SHORTCUT = "why"

# Inputs of the modals: block ids, which carry error messages; the element inside is `text` or `choice`.
MISSING, TEAM, SEVERITY, SUMMARY, CAUSE, FIX, WORDS, WHEN = (
    "missing",
    "team",
    "severity",
    "summary",
    "cause",
    "fix",
    "words",
    "when",
)
TEXT, CHOICE = "text", "choice"
WHEN_NOW, WHEN_DUE = "now", "due"
QUESTION, REMEMBER_FOR = "question", "remember"
FOR_NOBODY, FOR_CUSTOMER, FOR_EVERYONE = "nobody", "customer", "everyone"


def ticket_block(ticket_id: int, content: object) -> str:
    """A block id that carries the ticket, and changes with its content: else Slack keeps showing the old choice."""
    return f"ticket:{ticket_id}:{crc32(repr(content).encode('utf-8', 'replace')):08x}"


def ticket_of_block(block_id: str) -> int:
    """Raises ValueError when the block is not a ticket's."""
    kind, _, rest = block_id.partition(":")
    if kind != "ticket":
        raise ValueError(block_id)
    return int(rest.partition(":")[0])


def private_metadata(subject_id: int) -> str:
    return json.dumps({"id": subject_id})


def subject_of(view: Mapping[str, Any]) -> int:
    """The id that a modal was opened for. Raises ValueError when it holds none."""
    try:
        return int(json.loads(view.get("private_metadata") or "{}")["id"])
    except (KeyError, TypeError) as error:
        raise ValueError("a modal without its id") from error
