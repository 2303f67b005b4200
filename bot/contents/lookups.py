"""The contents of lookups: one ticket, a search, the queue, the desk's status, the help page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.answers import Citation
from bot.contents.conversations import TranscriptLine
from bot.contents.escalations import EscalationContent
from bot.contents.tickets import SimilarTicket, TicketContent


@dataclass(frozen=True)
class TicketStep:
    """One line of a ticket's history."""

    at: datetime
    who: str
    what: str
    text: str


@dataclass(frozen=True)
class TicketDetail:
    ticket: TicketContent
    conversation: tuple[TranscriptLine, ...]
    events: tuple[TicketStep, ...]
    escalation: EscalationContent | None
    similar: tuple[SimilarTicket, ...]


@dataclass(frozen=True)
class SearchResults:
    words: str
    articles: tuple[Citation, ...]
    tickets: tuple[SimilarTicket, ...]


@dataclass(frozen=True)
class DeskStatus:
    """The desk's numbers; `promises` are due today, soonest first, each as a sentence."""

    open: int
    unclaimed: int
    escalated: int
    overdue: int
    promises: tuple[str, ...]
    next_due: str | None


@dataclass(frozen=True)
class TicketList:
    """The first tickets of a list, the next due one on top; `total` counts all of them."""

    tickets: tuple[TicketContent, ...]
    total: int
    which: str = "all"


@dataclass(frozen=True)
class HelpLine:
    """One command on the help page: how it is typed, an example, and what it does."""

    words: str
    example: str
    explanation: str
