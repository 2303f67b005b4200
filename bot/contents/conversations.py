"""The content of a transcript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TranscriptLine:
    """One message of a conversation as a reader sees it; `side` is contact, ours or bot."""

    who: str
    side: str
    text: str
    at: datetime
