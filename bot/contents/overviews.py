"""The contents of KPIs, digests, the App Home and the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.escalations import EscalationContent
from bot.contents.gaps import Gap, KnowledgeGaps
from bot.contents.tickets import TicketContent
from storage.addresses import Address


@dataclass(frozen=True)
class Kpi:
    """One KPI: its name, value and target, and whether the target is met (None: no target)."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class DayCount:
    """One day of the digest's chart."""

    day: str
    questions: int
    answered_alone: int
    tickets: int


@dataclass(frozen=True)
class DigestContent:
    """A manager's digest. `day` is the local date that it is about, as people write it."""

    day: str
    manager: str
    figures: tuple[Kpi, ...]
    aging: tuple[TicketContent, ...]
    escalations: tuple[EscalationContent, ...]
    promises: tuple[str, ...]
    unanswered: tuple[str, ...]
    chart: tuple[DayCount, ...]
    zone: str = "UTC"
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class HomeContent:
    """A person's App Home. `role` is the highest of the person's roles, or `contact` / `outsider` for others.

    The lists hold only the first entries, the next due one on top; the totals count all. `language` is a customer's.
    """

    role: str
    name: str
    company: str
    mine: tuple[TicketContent, ...] = ()
    unclaimed: tuple[TicketContent, ...] = ()
    escalations: tuple[EscalationContent, ...] = ()
    figures: tuple[Kpi, ...] = ()
    zone: str = "UTC"
    mine_total: int = 0
    unclaimed_total: int = 0
    escalations_total: int = 0
    language: str = "en"


@dataclass(frozen=True)
class ChannelRow:
    """A customer's channel on the dashboard. `precision` is the measured share of right answers, or None.

    `judged` is the number of answers that it was measured on; `note` is a sentence about the channel's next step.
    """

    place: Address
    customer: str
    mode: str
    judged: int = 0
    precision: float | None = None
    note: str = ""


@dataclass(frozen=True)
class DashboardContent:
    """The dashboard as one person sees it; figures and channels only for managers and owners.

    `customers` are those to choose from, as (id, name); `chosen` is the id of one of them, or None for all.
    """

    reader: str
    company: str
    gaps: KnowledgeGaps
    zone: str
    now: datetime
    manages: bool = False
    figures: tuple[Kpi, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    customers: tuple[tuple[str, str], ...] = ()
    chosen: str | None = None
