"""All that the private page shows to one person of ours: what to write next, the period's figures, the channels.

Customers never get here; agents and engineers see the gaps, managers and owners the figures and channels as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.contents.gaps import KnowledgeGaps
from bot.contents.overviews import ChannelRow, DashboardContent
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.insights.knowledge_gaps import USUAL_DAYS, look_back
from bot.insights.kpis import compute_kpis
from bot.ports import KnowledgeBase
from bot.settings.config import Config
from storage.transaction import Storage, Transaction

PERIODS = (7, USUAL_DAYS, 90)

ChannelRows = Callable[[Transaction, Config, datetime], tuple[ChannelRow, ...]]


def dashboard(
    days: int,
    customer_id: str | None,
    *,
    actor: Actor,
    storage: Storage,
    knowledge: KnowledgeBase,
    config: Config,
    clock: Clock,
    channel_rows: ChannelRows,
) -> DashboardContent:
    """The page for `actor`, of the last `days` (one of PERIODS, else 30), of one customer or of all."""
    days = days if days in PERIODS else USUAL_DAYS
    customer = config.customer(customer_id) if customer_id else None
    try:
        gaps = look_back(days, customer, storage=storage, knowledge=knowledge, config=config, clock=clock)
    except BadRequest:
        gaps = KnowledgeGaps(days, 0, (), customer.name if customer else None, comparable=False)
    now = clock.now()
    with storage.reading() as tx:
        person = tx.people.get(actor.user_id)
        shown = DashboardContent(
            reader=actor.name,
            company=config.company.name,
            gaps=gaps,
            zone=(person.tz if person else None) or config.company.timezone,
            now=now,
            customers=tuple((each.id, each.name) for each in config.customers),
            chosen=customer.id if customer else None,
        )
        if not actor.manages:
            return shown
        return replace(
            shown,
            manages=True,
            figures=compute_kpis(tx.reports.period(now - timedelta(days=days), now), tx.queue.counts(now).open),
            channels=channel_rows(tx, config, now),
        )
