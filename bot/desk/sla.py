"""Due times as plain rules on plain values; it reads and writes nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.tickets import Ticket


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """An open ticket that nobody has answered, or that is not resolved, by its time."""
    return ticket.is_open and ticket.next_due < now


def end_of_day(now: datetime, zone: str) -> datetime:
    """The coming midnight in `zone`, as an aware moment."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=ZoneInfo(zone))
