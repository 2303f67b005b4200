"""Rules about due times."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.tickets import Ticket


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether an open ticket missed the time of its first response or, once answered, of its resolution."""
    return ticket.is_open and ticket.next_due < now


def end_of_day(now: datetime, zone: str) -> datetime:
    """The next midnight in `zone` (an IANA name), as an aware datetime."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=ZoneInfo(zone))
