"""Times as people write them, in the reader's language and place: "today 14:30 (New York)"."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_skeleton, format_time, get_timezone_location

from bot.texts.catalogue import Texts

YEAR = 300  # days from now on which a date without a year would be misread


def told_time(moment: datetime, now: datetime, zone: str, t: Texts) -> str:
    """A moment as its reader in `zone` says it, with the place: "tomorrow 09:15 (Berlin)", "Mon 7 Dec 09:15 (Berlin)".

    `moment` and `now` are aware, `zone` is an IANA name. One without a place (such as Etc/GMT+5), or an unknown one, is
    told in UTC.
    """
    local, place = _place_of(zone, t)
    there = moment.astimezone(local)
    return t("{day_and_time} ({place})", day_and_time=_day_and_time(there, now.astimezone(local), t), place=place)


def short_time(moment: datetime, now: datetime, zone: str, t: Texts) -> str:
    """The same without the place, for readers who know where they are: "today 14:30"."""
    local, _ = _place_of(zone, t)
    return _day_and_time(moment.astimezone(local), now.astimezone(local), t)


def dated_time(moment: datetime, zone: str, t: Texts) -> str:
    """A moment that stays true whenever it is read: "Mon 30 Nov 14:30". For what is written down as done."""
    local, _ = _place_of(zone, t)
    there = moment.astimezone(local)
    return t("{day} {clock}", day=_day(there, "MMMEd", t), clock=_clock(there, t))


def _day_and_time(there: datetime, today: datetime, t: Texts) -> str:
    clock = _clock(there, t)
    days = (there.date() - today.date()).days
    if days == 0:
        return t("today {clock}", clock=clock)
    if days == 1:
        return t("tomorrow {clock}", clock=clock)
    if days == -1:
        return t("yesterday {clock}", clock=clock)
    return t("{day} {clock}", day=_day(there, "MMMEd" if abs(days) < YEAR else "yMMMEd", t), clock=clock)


def _day(there: datetime, skeleton: str, t: Texts) -> str:
    # A comma after the day of the week would part what belongs together: "Mon 7 Dec", "lun. 7 déc.".
    return format_skeleton(skeleton, there, locale=t.locale, fuzzy=True).replace(",", "")


def _clock(there: datetime, t: Texts) -> str:
    return format_time(there, "HH:mm", tzinfo=there.tzinfo, locale=t.locale)


def _place_of(zone: str, t: Texts) -> tuple[tzinfo, str]:
    """The zone, and its city in the reader's language."""
    canonical = get_global("zone_aliases").get(zone, zone)
    if "/" not in canonical or canonical.startswith(("Etc/", "SystemV/")):
        return UTC, "UTC"
    try:
        return ZoneInfo(zone), str(get_timezone_location(canonical, locale=t.locale, return_city=True))
    except (LookupError, ValueError, OSError):  # "../x" or a folder's name raise other errors than "not found"
        return UTC, "UTC"
