"""The contents of escalations and of the posts in their threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.answers import Citation
from bot.contents.conversations import TranscriptLine
from bot.contents.tickets import SimilarTicket


@dataclass(frozen=True)
class EscalationContent:
    """The first message of an escalation's thread; `next_update_due` is when the next status update goes out."""

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
    """All that an engineer needs: the customer, the conversation, what was tried, similar tickets and articles."""

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
    """A customer's new message, shown in the escalation's thread. `change`: edited, deleted or ""."""

    escalation_id: int
    who: str
    customer: str
    text: str
    link: str | None
    at: datetime
    change: str = ""


@dataclass(frozen=True)
class RelayDraft:
    """A draft for the customer in the escalation's thread. `state`: drafted, approved, sent or discarded.

    `purpose`: reply or status_update. `due_at` is when a holding message goes out if nobody approves the update.
    `warnings` say what to check before sending. `asked` is the id of the person who is asked to approve it.
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
    """The form that edits a relay. `may_wait`: it is a status update, which can also be sent when it is due."""

    relay_id: int
    text: str
    may_wait: bool
