"""Lookups for colleagues: the queue, one ticket, a search, the desk's status, the App Home."""

from __future__ import annotations

from collections.abc import Sequence

from bot.articles.citations import cite
from bot.clock import Clock, local_time
from bot.contents.lookups import DeskStatus, SearchResults, TicketDetail, TicketList, TicketStep
from bot.contents.overviews import HomeContent, Kpi
from bot.conversations.transcript import transcript
from bot.desk.post_contents import escalation_content, escalation_contents, step_of, ticket_content, ticket_contents
from bot.desk.similar import find_similar, search_by_words
from bot.desk.sla import end_of_day
from bot.desk.tickets import find_ticket
from bot.directory.access import Actor, identify_actor
from bot.directory.people import name_of
from bot.errors import BadRequest, OutsideError
from bot.jobs import PublishHome
from bot.ports import KnowledgeBase, Workspace
from bot.settings.config import Config
from storage.escalations import Escalation
from storage.queue import QueueFilter
from storage.transaction import Storage, Transaction

INSIDE = frozenset({"public", "internal"})
LISTED, ON_HOME = 20, 10
ROLE_ORDER = ("owner", "manager", "agent", "engineer")


def list_tickets(which: str, *, actor: Actor, storage: Storage, config: Config) -> TicketList:
    """List open tickets. `which`: mine, unclaimed, all, escalated, or a customer's id or name. Raises BadRequest."""
    wanted = _filter(which.strip().lower(), actor, config)
    with storage.reading() as tx:
        tickets = tx.queue.page(wanted, LISTED)
        return TicketList(ticket_contents(tx, config, tickets), tx.queue.count(wanted), which.strip().lower())


def _filter(which: str, actor: Actor, config: Config) -> QueueFilter:
    named = {
        "": QueueFilter(assignee_id=actor.user_id),
        "mine": QueueFilter(assignee_id=actor.user_id),
        "unclaimed": QueueFilter(unclaimed=True),
        "all": QueueFilter(),
        "escalated": QueueFilter(escalated=True),
    }
    if which in named:
        return named[which]
    for customer in config.known_customers:
        if which in (customer.id, customer.name.lower()):
            return QueueFilter(customer_id=customer.id)
    names = ", ".join(customer.id for customer in config.customers)
    raise BadRequest(f"Unknown list {which!r}. Use mine, unclaimed, all, escalated, or a customer: {names}.")


def show(ticket_id: int, *, storage: Storage, config: Config) -> TicketDetail:
    """Return one ticket with its conversation, history, escalation and similar tickets. Raises NotFound."""
    with storage.reading() as tx:
        ticket = find_ticket(tx, ticket_id)
        running = tx.escalations.of_ticket(ticket.id)
        return TicketDetail(
            ticket=ticket_content(tx, config, ticket),
            conversation=transcript(tx, config, tx.conversations.messages(ticket.conversation_id)),
            events=tuple(
                TicketStep(
                    event.at,
                    name_of(tx, config, event.actor_id) if event.actor_id else "Footbridge",
                    step_of(event),
                    event.text,
                )
                for event in tx.tickets.events(ticket.id)
            ),
            escalation=escalation_content(tx, config, running[-1]) if running else None,
            similar=find_similar(tx, ticket.title, besides=ticket.id),
        )


def search(words: str, *, storage: Storage, knowledge: KnowledgeBase) -> SearchResults:
    """Search articles (internal ones too) and past tickets. Raises BadRequest for an empty search."""
    if not words.strip():
        raise BadRequest("Write what to look for, like `/support search sync error TW-ERP-204`.")
    hits = knowledge.search(words, INSIDE, limit=8)
    with storage.reading() as tx:
        tickets = search_by_words(tx, words.split()) or find_similar(tx, words, limit=5)
    return SearchResults(words, tuple(cite(hit, number) for number, hit in enumerate(hits[:5], 1)), tickets)


def desk_status(*, storage: Storage, config: Config, clock: Clock) -> DeskStatus:
    """Return the numbers of tickets, and the promises that are due today."""
    now = clock.now()
    with storage.reading() as tx:
        counts = tx.queue.counts(now)
        promises = tx.tickets.promises_due(end_of_day(now, config.company.timezone))
        zone = config.company.timezone
        sentences = tuple(
            f"{p.what} by {local_time(p.due_at, zone, now)}{' (overdue)' if p.due_at < now else ''}" for p in promises
        )
    return DeskStatus(
        open=counts.open,
        unclaimed=counts.unclaimed,
        escalated=counts.escalated,
        overdue=counts.overdue,
        promises=sentences,
        next_due=sentences[0] if sentences else None,
    )


def publish_home(job: PublishHome, *, storage: Storage, workspace: Workspace, config: Config, clock: Clock) -> None:
    """Draw a person's App Home."""
    content = home(job.user_id, job.team_id, storage=storage, config=config, clock=clock)
    try:
        workspace.publish_home(job.user_id, content)
    except OutsideError as error:
        # An App Home is drawn again whenever it is opened, so only temporary errors are tried again.
        if error.retry:
            raise


def home(user_id: str, team_id: str, *, storage: Storage, config: Config, clock: Clock) -> HomeContent:
    """The content of a person's App Home, by their roles; contacts and outsiders get a short one."""
    now = clock.now()
    with storage.reading() as tx:
        person = tx.people.get(user_id)
        actor = identify_actor(
            config, user_id, team_id, person.name if person else "", email=person.email if person else None
        )
        zone = (person.tz if person else None) or config.company.timezone
        if not actor.works_here:
            role = "contact" if actor.customer_id else "outsider"
            customer = config.customer(actor.customer_id) if actor.customer_id else None
            language = (customer.language if customer else None) or config.company.language
            return HomeContent(role, actor.name, config.company.name, zone=zone, language=language)
        role = next(role for role in ROLE_ORDER if role in actor.roles)
        mine, unclaimed = QueueFilter(assignee_id=user_id), QueueFilter(unclaimed=True)
        escalations, counts = _escalations_of(tx, actor, config), tx.queue.counts(now)
        return HomeContent(
            role=role,
            name=actor.name,
            company=config.company.name,
            zone=zone,
            mine=ticket_contents(tx, config, tx.queue.page(mine, ON_HOME)),
            mine_total=tx.queue.count(mine),
            unclaimed=ticket_contents(tx, config, tx.queue.page(unclaimed, ON_HOME)),
            unclaimed_total=counts.unclaimed,
            escalations=escalation_contents(tx, config, escalations[:ON_HOME]),
            escalations_total=len(escalations),
            figures=(
                Kpi("Open tickets", str(counts.open)),
                Kpi("Without an owner", str(counts.unclaimed)),
                Kpi("Escalated", str(counts.escalated)),
                Kpi("Overdue", str(counts.overdue), target="0", met=not counts.overdue),
            ),
        )


def _escalations_of(tx: Transaction, actor: Actor, config: Config) -> Sequence[Escalation]:
    """An engineer's own open escalations and those of their teams; all open ones for everybody else."""
    everything = tx.escalations.open()
    if actor.roles != {"engineer"}:
        return everything
    colleague = config.colleague(actor.user_id)
    teams = set(colleague.teams) if colleague else set()
    return [e for e in everything if e.engineer_id == actor.user_id or e.team_id in teams]
