"""The digest: a manager's day on one page, with KPIs, the oldest tickets, escalations and promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock, local_time
from bot.contents.gaps import Gap
from bot.contents.overviews import DayCount, DigestContent
from bot.desk.post_contents import escalation_contents, ticket_contents
from bot.directory.access import Actor
from bot.directory.people import name_of, resolve_actor
from bot.errors import NotFound
from bot.insights.kpis import compute_kpis
from bot.jobs import SendDigest
from bot.outbox.posting import create_post
from bot.ports import Profiles, Workspace
from bot.settings.config import Colleague, Config
from storage.posts import Post
from storage.transaction import Storage, Transaction

CHART_DAYS = 7
OLDEST_SHOWN = 5

# Returns the worst knowledge gaps at a given time.
WorstGaps = Callable[[Transaction, datetime], tuple[Gap, ...]]


def send_digest(job: SendDigest, *, storage: Storage, workspace: Workspace, config: Config, clock: Clock) -> None:
    """Queue one manager's digest for their direct messages. It is about the day before the one on which it is due."""
    place = workspace.open_direct(job.user_id)
    colleague = config.colleague(job.user_id)
    if colleague is None:
        return
    due = int(datetime.fromisoformat(job.due_at).timestamp())
    with storage.transaction() as tx:
        if not any(post.text == job.user_id for post in tx.posts.showing("digest", due)):
            create_post(tx, clock.now(), "digest", due, place, text=job.user_id)


def digest_now(*, actor: Actor, storage: Storage, config: Config, clock: Clock, worst_gaps: WorstGaps) -> DigestContent:
    """Return the digest of today so far."""
    with storage.reading() as tx:
        zone = reader_zone(tx, config, actor.user_id)
        today = clock.now().astimezone(ZoneInfo(zone)).date()
        return digest(tx, actor.user_id, today, clock.now(), config, worst_gaps)


def readers(*, storage: Storage, profiles: Profiles, config: Config, clock: Clock) -> tuple[tuple[Colleague, str], ...]:
    """Return everyone with a `digest_at` who is active in Slack, with their time zone (an IANA name)."""
    wanted = [person for person in config.people if person.digest_at]
    for person in wanted:
        resolve_actor(
            person.id, config.company.team_ids[0], storage=storage, profiles=profiles, config=config, clock=clock
        )
    with storage.reading() as tx:
        active = tx.people.without_deactivated([person.id for person in wanted])
        return tuple((person, reader_zone(tx, config, person.id)) for person in wanted if person.id in active)


def show_digest(tx: Transaction, post: Post, config: Config, worst_gaps: WorstGaps) -> DigestContent:
    """The content of a digest post. The post's subject is the due time in seconds since 1970, its text the reader's id.

    Raises NotFound when the post has no reader.
    """
    if post.text is None:
        raise NotFound("A digest without a reader cannot be shown.")
    due = datetime.fromtimestamp(post.subject_id, ZoneInfo(reader_zone(tx, config, post.text)))
    return digest(tx, post.text, due.date() - timedelta(days=1), due, config, worst_gaps)


def reader_zone(tx: Transaction, config: Config, user_id: str) -> str:
    """A person's time zone in Slack, else the company's."""
    person = tx.people.get(user_id)
    return (person.tz if person else None) or config.company.timezone


def digest(
    tx: Transaction, user_id: str, day: date, now: datetime, config: Config, worst_gaps: WorstGaps
) -> DigestContent:
    """Build the digest of `day` (a date in the manager's time zone), with what is open at `now`."""
    zone = reader_zone(tx, config, user_id)
    end_of_today = _midnight(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)
    # For today, count only up to now: what is due later today is not late yet.
    period = tx.reports.period(_midnight(day, zone), min(_midnight(day + timedelta(days=1), zone), now))
    return DigestContent(
        day=f"{day:%A}, {day.day} {day:%B %Y}",
        manager=name_of(tx, config, user_id),
        figures=compute_kpis(period, tx.queue.counts(now).open),
        aging=ticket_contents(tx, config, tx.queue.oldest(OLDEST_SHOWN)),
        escalations=escalation_contents(tx, config, tx.escalations.open()),
        promises=tuple(
            f"{promise.what}: by {local_time(promise.due_at, zone, now)}"
            + (" (overdue)" if promise.due_at < now else "")
            for promise in tx.tickets.promises_due(end_of_today)
        ),
        unanswered=tuple(tx.reports.unanswered(period.start, period.end)),
        chart=tuple(_count(tx, day - timedelta(days=back), zone) for back in reversed(range(CHART_DAYS))),
        zone=zone,
        gaps=worst_gaps(tx, now),
    )


def _count(tx: Transaction, day: date, zone: str) -> DayCount:
    period = tx.reports.period(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    return DayCount(f"{day:%a} {day.day}", period.asked, period.answered_alone, period.tickets_opened)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
