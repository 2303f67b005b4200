"""The contents of tickets, notices and messages to a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class TicketContent:
    """A ticket as its card in the triage channel shows it. Times are aware; `link` is the customer's thread."""

    ticket_id: int
    title: str
    customer: str
    tier: str
    contact: str
    place: Address
    question: str
    status: str
    priority: str
    reason: str
    opened_at: datetime
    first_response_due: datetime
    first_response_at: datetime | None
    resolution_due: datetime
    assignee_id: str | None = None
    link: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    escalated_to: str | None = None
    escalation_link: str | None = None
    resolved_at: datetime | None = None
    fix: str | None = None
    new_messages: int = 0


@dataclass(frozen=True)
class SimilarTicket:
    ticket_id: int
    title: str
    cause: str | None
    fix: str | None
    link: str | None


@dataclass(frozen=True)
class CustomerWords:
    """A message to the customer from a colleague, or a status update. `kind`: reply, status_update or resolution.

    `sender` is the colleague's name, or None for Footbridge. `ask_solved` adds buttons that ask whether it is solved;
    `closed_by` replaces them. `language` is that of the text around the message.
    """

    text: str
    kind: str
    sender: str | None
    ticket_id: int | None = None
    ask_solved: bool = False
    closed_by: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Notice:
    """A plain note for colleagues."""

    text: str


@dataclass(frozen=True)
class ResolutionForm:
    ticket_id: int
    title: str
    cause: str
    fix: str
    words: str
