"""Escalations and what stands in their threads, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.answers import Citation
from bot.contents.conversations import TranscriptLine
from bot.contents.tickets import SimilarTicket


@dataclass(frozen=True)
class EscalationContent:
    """The first message of an escalation's thread; `next_update_due` is promised to the customer."""

    escalation_id: int
    ticket_id: int
    title: str
    customer: str
    tier: str
    severity: str
    severity_label: str
    team: str
    summary: str
    status: str
    opened_by: str
    engineer_id: str | None
    next_update_due: datetime | None
    customer_zone: str
    customer_link: str | None
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class ContextPack:
    """All an engineer needs, in the thread: who the customer is, what was said, what was tried, what was like it."""

    escalation_id: int
    ticket_id: int
    customer: str
    facts: tuple[tuple[str, str], ...]
    conversation: tuple[TranscriptLine, ...]
    tried: tuple[str, ...]
    similar: tuple[SimilarTicket, ...]
    articles: tuple[Citation, ...]
    pulled_in: tuple[str, ...]
    customer_link: str | None


@dataclass(frozen=True)
class RelayedIn:
    """A customer's new message, shown inside."""

    escalation_id: int
    who: str
    customer: str
    text: str
    link: str | None
    at: datetime
    change: str = ""


@dataclass(frozen=True)
class RelayDraft:
    """Words for the customer, inside, waiting for somebody to send them. `state`: drafted, sent or discarded.

    `purpose` is `reply` or `status_update`; `due_at` is when a status update goes out by itself in plainer words.
    `warnings` name what a reader should look at before sending.
    """

    relay_id: int
    text: str
    state: str
    purpose: str
    warnings: tuple[str, ...] = ()
    due_at: datetime | None = None
    customer_zone: str = "UTC"
    asked: str | None = None
    done_by: str | None = None


@dataclass(frozen=True)
class EscalationForm:
    """The filled-in form of an escalation: choices as (id, label), teams as (id, name, what it handles)."""

    ticket_id: int
    title: str
    customer: str
    severities: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str, str], ...]
    severity: str
    team: str
    summary: str


@dataclass(frozen=True)
class RelayForm:
    """Words for the customer that are edited. `may_wait`: a status update, which can also go out when it is due."""

    relay_id: int
    text: str
    may_wait: bool
