"""Tickets, their history and conversation, and words for a customer, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class TicketContent:
    """A ticket as its card in the triage channel shows it. Times aware; `link` is the customer's thread."""

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
    """Words for the customer from a person of ours, or ours on time. `kind`: reply, status_update or resolution.

    `ask_solved` adds the question whether it is solved; `closed_by` replaces those buttons. `language` is what stands
    around the words.
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
    """A plain note for people of ours."""

    text: str


@dataclass(frozen=True)
class ResolutionForm:
    ticket_id: int
    title: str
    cause: str
    fix: str
    words: str
