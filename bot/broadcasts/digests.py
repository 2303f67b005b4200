"""A manager's day on one page: numbers against their targets, what ages, what is promised; it judges no person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.access import Actor, must_manage
from bot.cards import escalation_content, ticket_content
from bot.clock import Clock, local_time
from bot.config import Colleague, Config
from bot.errors import NotFound
from bot.jobs import SendDigest
from bot.messages import DayCount, DigestContent, Figure
from bot.people import meet, name_of
from bot.ports import Messenger, Profiles
from bot.posting import announce
from storage.posts import Post
from storage.reports import Period
from storage.transaction import Storage, Transaction

ANSWERED_ALONE_TARGET = 0.40
ESCALATED_TARGET = 0.10
CHART_DAYS = 7
OLDEST_SHOWN = 5


def send_digest(job: SendDigest, *, storage: Storage, messenger: Messenger, config: Config, clock: Clock) -> None:
    """Queues one manager's digest into their direct messages. A digest that is due tells about the day before it."""
    channel_id = messenger.open_direct(job.user_id)
    colleague = config.colleague(job.user_id)
    if colleague is None:
        return
    due = int(datetime.fromisoformat(job.due_at).timestamp())
    with storage.transaction() as tx:
        if not any(post.text == job.user_id for post in tx.posts.showing("digest", due)):
            announce(tx, clock, "digest", due, channel_id, text=job.user_id)


def digest_now(*, actor: Actor, storage: Storage, config: Config, clock: Clock) -> DigestContent:
    """Today so far, for a manager who asks."""
    must_manage(actor)
    with storage.reading() as tx:
        zone = reader_zone(tx, config, actor.user_id)
        today = clock.now().astimezone(ZoneInfo(zone)).date()
        return digest(tx, actor.user_id, today, clock.now(), config)


def readers(*, storage: Storage, profiles: Profiles, config: Config, clock: Clock) -> tuple[tuple[Colleague, str], ...]:
    """Everyone with a `digest_at`, with the time zone that Slack knows of them."""
    wanted = [person for person in config.people if person.digest_at]
    for person in wanted:
        meet(person.id, config.company.team_ids[0], storage=storage, profiles=profiles, config=config, clock=clock)
    with storage.reading() as tx:
        return tuple((person, reader_zone(tx, config, person.id)) for person in wanted)


def show_digest(tx: Transaction, post: Post, config: Config) -> DigestContent:
    """A digest post keeps its due time as its subject and the reader as its text."""
    if post.text is None:
        raise NotFound("A digest without a reader cannot be shown.")
    due = datetime.fromtimestamp(post.subject_id, ZoneInfo(reader_zone(tx, config, post.text)))
    return digest(tx, post.text, due.date() - timedelta(days=1), due, config)


def reader_zone(tx: Transaction, config: Config, user_id: str) -> str:
    person = tx.people.get(user_id)
    return (person.tz if person else None) or config.company.timezone


def digest(tx: Transaction, user_id: str, day: date, now: datetime, config: Config) -> DigestContent:
    """Everything a manager should know about `day` (a local date of theirs), and what is open at `now`."""
    zone = reader_zone(tx, config, user_id)
    end_of_today = _midnight(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)
    # Of a day that is not over, nothing is late that may still be done in time.
    period = tx.reports.period(_midnight(day, zone), min(_midnight(day + timedelta(days=1), zone), now))
    open_tickets = tx.tickets.open(limit=500)
    aging = sorted(open_tickets, key=lambda ticket: ticket.opened_at)[:OLDEST_SHOWN]
    return DigestContent(
        day=f"{day:%A}, {day.day} {day:%B %Y}",
        manager=name_of(tx, config, user_id),
        figures=figures(period, len(open_tickets)),
        aging=tuple(ticket_content(tx, config, ticket) for ticket in aging),
        escalations=tuple(escalation_content(tx, config, escalation) for escalation in tx.escalations.open()),
        promises=tuple(
            f"{promise.what}: by {local_time(promise.due_at, zone, now)}"
            + (" (overdue)" if promise.due_at < now else "")
            for promise in tx.tickets.promises_due(end_of_today)
        ),
        unanswered=tuple(tx.reports.unanswered(period.start, period.end)),
        chart=tuple(_count(tx, day - timedelta(days=back), zone) for back in reversed(range(CHART_DAYS))),
        zone=zone,
    )


def figures(period: Period, open_now: int) -> tuple[Figure, ...]:
    """The day's numbers; a share is given with its counts, since a day is small."""
    alone, escalated = share(period.answered_alone, period.asked), share(period.escalated, period.asked)
    return (
        Figure("Questions", str(period.asked)),
        Figure(
            "Answered without a person",
            _counted(period.answered_alone, period.asked),
            "at least 40 %",
            None if alone is None else alone >= ANSWERED_ALONE_TARGET,
        ),
        Figure("Tickets opened / resolved", f"{period.tickets_opened} / {period.tickets_resolved}"),
        Figure("Open now", str(open_now)),
        _timed("First response", period.first_responses, period.first_responses_in_time, period.first_responses_missed),
        _timed("Time to resolve", period.resolutions, period.resolutions_in_time, period.resolutions_missed),
        Figure(
            "Escalated",
            _counted(period.escalated, period.asked),
            "under 10 %",
            None if escalated is None else escalated < ESCALATED_TARGET,
        ),
    )


def share(part: int, whole: int) -> float | None:
    """None when there is nothing to take a share of."""
    return part / whole if whole else None


def _counted(part: int, whole: int) -> str:
    if not whole:
        return str(part) if part else "none"
    return f"{part} of {whole} ({part / whole:.0%})"


def _timed(name: str, seconds: Sequence[float], in_time: int, missed: int) -> Figure:
    """How long it took in the middle, and how many were in time; what is still waiting past its time counts as late."""
    target = "all in their customer's time"
    counted = len(seconds) + missed
    if not counted:
        return Figure(name, "none yet", target)
    took = f"median {_duration(seconds)}, " if seconds else ""
    return Figure(name, f"{took}{in_time} of {counted} in time", target, met=in_time == counted)


def _duration(seconds: Sequence[float]) -> str:
    minutes = median(seconds) / 60
    if minutes < 1:
        return "under a minute"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _count(tx: Transaction, day: date, zone: str) -> DayCount:
    period = tx.reports.period(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    return DayCount(f"{day:%a} {day.day}", period.asked, period.answered_alone, period.tickets_opened)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
