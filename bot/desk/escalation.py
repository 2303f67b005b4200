"""Escalations: a ticket's thread in a team's channel, with the whole context and the right people, until resolved."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.audit.receipts import keep_promises, promise, write_receipt
from bot.clock import Clock
from bot.contents.escalations import EscalationForm
from bot.conversations.transcript import transcript
from bot.desk.tickets import find_ticket
from bot.directory.access import Actor, must_work_tickets
from bot.directory.people import first_on_call, look_up_on_call, name_of
from bot.errors import BadRequest, NotFound, OutsideRefused
from bot.jobs import JoinPeople
from bot.outbox.posting import create_post, queue_redraw
from bot.ports import Messenger, Profiles
from bot.settings.config import Config, Customer, Severity, Team
from bot.texts.language import content_words
from storage.escalations import Escalation
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

SEVERITY_OF_PRIORITY = {"urgent": 0, "high": 1}
LONGEST_SUMMARY = 1500
# What a word counts that was not said itself, next to one that was.
MEANT = 0.75

log = logging.getLogger(__name__)


def escalation_form(ticket_id: int, *, actor: Actor, storage: Storage, config: Config) -> EscalationForm:
    """The form, filled in as far as we can: the team whose words fit best, a severity from the priority, a summary."""
    must_work_tickets(actor)
    if not config.teams:
        raise BadRequest(
            "No team is set up to escalate to. Add one under `teams` in footbridge.yaml and run "
            "`python app.py config apply`."
        )
    with storage.reading() as tx:
        ticket = _escalatable(tx, ticket_id)
        customer = config.customer(ticket.customer_id)
        words = " ".join(
            s.text
            for s in transcript(tx, config, tx.conversations.messages(ticket.conversation_id))
            if s.side == "contact"
        )
        severities = list(config.policies.severities)
        return EscalationForm(
            ticket_id=ticket.id,
            title=ticket.title,
            customer=customer.name if customer else ticket.customer_id,
            severities=tuple((key, severity.label) for key, severity in config.policies.severities.items()),
            teams=tuple((team.id, team.name, team.handles) for team in config.teams),
            severity=severities[min(SEVERITY_OF_PRIORITY.get(ticket.priority, 2), len(severities) - 1)],
            team=suggest_team(config.teams, words, customer, besides=_teams_of(config, actor)).id,
            summary=_summary(tx, ticket, config),
        )


def _teams_of(config: Config, actor: Actor) -> frozenset[str]:
    colleague = config.colleague(actor.user_id)
    return frozenset(colleague.teams) if colleague else frozenset()


def suggest_team(
    teams: Sequence[Team], words: str, customer: Customer | None, *, besides: frozenset[str] = frozenset()
) -> Team:
    """The team whose name and description share the rarest words with what was said; `teams` must not be empty.

    Who names their ERP's product speaks of the ERP, so the customer's facts add their keys. The teams in `besides`,
    from which it is escalated, come only when there is no other.
    """
    asked = dict.fromkeys(_matter(words), 1.0)
    for key, value in customer.facts.items() if customer else ():
        if asked.keys() & _matter(value):
            asked = dict.fromkeys(_matter(key), MEANT) | asked
    names = {team.id: _matter(team.name) for team in teams}
    handled = {team.id: names[team.id] | _matter(team.handles) for team in teams}
    spread = Counter(word for found in handled.values() for word in found)

    def fit(team: Team) -> float:
        shared = asked.keys() & handled[team.id]
        return sum(asked[word] * (2 if word in names[team.id] else 1) / spread[word] for word in shared)

    return max([team for team in teams if team.id not in besides] or teams, key=fit)


def _matter(text: str) -> set[str]:
    """The words that say what it is about, plurals as singulars."""
    words = (word.replace("-", "") for word in content_words(text, "en"))
    return {word.removesuffix("s") if len(word) > 3 else word for word in words}


def _summary(tx: Transaction, ticket: Ticket, config: Config) -> str:
    """The customer's own words, oldest first, and what was tried."""
    talk = transcript(tx, config, tx.conversations.messages(ticket.conversation_id))
    asked = " ".join(s.text.strip() for s in talk if s.side == "contact" and s.text.strip())
    notes = [event.text for event in tx.tickets.events(ticket.id) if event.what == "noted"]
    return "\n".join([asked, *(f"Noted: {text}" for text in notes)])[:LONGEST_SUMMARY]


def escalate(
    ticket_id: int,
    team_id: str,
    severity_id: str,
    summary: str,
    *,
    actor: Actor,
    storage: Storage,
    profiles: Profiles,
    config: Config,
    clock: Clock,
) -> None:
    """Opens the thread in the team's channel, pulls in who is needed, and starts the clock of status updates."""
    must_work_tickets(actor)
    team = next((team for team in config.teams if team.id == team_id), None)
    severity = config.policies.severities.get(severity_id)
    if team is None:
        raise BadRequest(f"There is no team {team_id!r}. Teams are {', '.join(t.id for t in config.teams)}.", at="team")
    if severity is None:
        raise BadRequest(
            f"There is no severity {severity_id!r}; use one of {', '.join(config.policies.severities)}.", at="severity"
        )
    if not summary.strip():
        raise BadRequest(
            "Please write a sentence or two on what is wrong, so that the team can start at once.", at="summary"
        )
    look_up_on_call(team, storage=storage, profiles=profiles, config=config, clock=clock)
    with storage.transaction() as tx:
        ticket = _escalatable(tx, ticket_id, lock=True)
        now = clock.now()
        escalation = tx.escalations.add(
            Escalation(
                ticket_id=ticket.id,
                team_id=team.id,
                channel_id=team.channel,
                severity=severity_id,
                summary=summary.strip()[:LONGEST_SUMMARY],
                opened_by=actor.user_id,
                opened_at=now,
            )
        )
        if ticket.assignee_id is None:
            ticket.assignee_id = actor.user_id
        ticket.status = "escalated"
        tx.conversations.get(ticket.conversation_id).status = "with_people"
        tx.tickets.record(ticket.id, now, "escalated", actor.user_id, f"to {team.name}, {severity_id}")
        write_receipt(
            tx,
            now,
            "escalated",
            f"Escalated to {team.name} as {severity_id}.",
            ticket_id=ticket.id,
            escalation_id=escalation.id,
            by=actor.user_id,
            team=team.id,
            severity=severity_id,
        )
        set_next_update(tx, escalation, severity, now)
        root = create_post(tx, clock, "escalation", escalation.id, team.channel)
        create_post(tx, clock, "context_pack", escalation.id, team.channel, under=root)
        tx.jobs.enqueue(JoinPeople(team.channel, people_to_notify(tx, escalation, ticket, team)))
        _tell_who_was_skipped(tx, ticket, team, config, clock)
        queue_redraw(tx, "ticket", ticket.id)


def _escalatable(tx: Transaction, ticket_id: int, *, lock: bool = False) -> Ticket:
    ticket = find_ticket(tx, ticket_id, lock=lock)
    if not ticket.is_open:
        raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
    running = tx.escalations.open_of_ticket(ticket_id)
    if running is not None:
        raise BadRequest(f"Ticket #{ticket_id} is already escalated; its thread is in <#{running.channel_id}>.")
    return ticket


def people_to_notify(tx: Transaction, escalation: Escalation, ticket: Ticket, team: Team | None) -> tuple[str, ...]:
    """The first on call who is active in Slack, and the agent who knows the customer's side."""
    wanted = [first_on_call(tx, team), ticket.assignee_id, escalation.opened_by]
    return tuple(tx.people.without_deactivated(list(dict.fromkeys(user_id for user_id in wanted if user_id))))


def _tell_who_was_skipped(tx: Transaction, ticket: Ticket, team: Team, config: Config, clock: Clock) -> None:
    """A notice in triage about people on call who are deactivated in Slack, at most once a day in the same words."""
    called = first_on_call(tx, team)
    skipped = team.on_call[: team.on_call.index(called)] if called else team.on_call
    if not skipped:
        return
    names = " and ".join(f"{name_of(tx, config, user_id)} ({user_id})" for user_id in skipped)
    instead = (
        f"{name_of(tx, config, called)} was called instead."
        if called
        else f"Nobody was called: please ask somebody of the team to look at ticket #{ticket.id}."
    )
    said = (
        f"On call for {team.name}, but deactivated in Slack: {names}. {instead} Please correct `on_call` of "
        f"{team.id} in footbridge.yaml and run `python app.py config apply`."
    )
    if not tx.posts.said_since(config.triage_channel, said, clock.now() - timedelta(days=1)):
        create_post(tx, clock, "notice", 0, config.triage_channel, text=said)


def set_next_update(tx: Transaction, escalation: Escalation, severity: Severity, now: datetime) -> None:
    """The next status update falls due one cadence from now; that is a promise to the customer.

    What was drafted for an earlier time is old news by then, so it is not sent.
    """
    drop_drafts(tx, escalation, ("status_update",), now)
    due = now + timedelta(minutes=severity.update_every_minutes)
    escalation.next_update_at = due
    escalation.next_ask_at = max(now, due - timedelta(minutes=severity.ask_before_minutes))
    keep_promises(tx, now, escalation.ticket_id, "status_update")
    promise(tx, now, escalation.ticket_id, "status_update", f"A status update on #{escalation.ticket_id}", due)


def end_escalations(tx: Transaction, ticket_id: int, now: datetime) -> None:
    """Ends what is open of a ticket: no update is due any more, and no draft waits to be sent."""
    for escalation in tx.escalations.of_ticket(ticket_id):
        if escalation.status == "resolved":
            continue
        escalation.status, escalation.resolved_at = "resolved", now
        escalation.next_update_at = escalation.next_ask_at = None
        keep_promises(tx, now, ticket_id, "status_update")
        write_receipt(
            tx,
            now,
            "escalation_ended",
            "The ticket is over, so no status update is due any more.",
            ticket_id=ticket_id,
            escalation_id=escalation.id,
        )
        drop_drafts(tx, escalation, ("status_update", "reply"), now)
        queue_redraw(tx, "escalation", escalation.id)


def drop_drafts(tx: Transaction, escalation: Escalation, purposes: Sequence[str], now: datetime) -> None:
    """Drafts of these purposes that wait for somebody are not sent; their words stay readable inside."""
    for relay in tx.escalations.relays(escalation.id):
        if relay.state in ("drafted", "approved") and relay.purpose in purposes:
            relay.state = "discarded"
            write_receipt(
                tx,
                now,
                "words_discarded",
                "They were drafted for an earlier time, or the escalation is over.",
                ticket_id=escalation.ticket_id,
                escalation_id=escalation.id,
                relay_id=relay.id,
            )
            queue_redraw(tx, "relay", relay.id)


def take_escalation(escalation_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """An engineer says: I have it."""
    must_work_tickets(actor)
    with storage.transaction() as tx:
        escalation = find_escalation(tx, escalation_id, lock=True)
        if escalation.status == "resolved":
            raise BadRequest("This escalation is already resolved.")
        if escalation.engineer_id == actor.user_id:
            return
        if escalation.engineer_id is not None:
            raise BadRequest(
                f"{name_of(tx, config, escalation.engineer_id)} took it a moment before you. Please share what you "
                "know in the thread."
            )
        escalation.engineer_id, escalation.status, escalation.taken_at = actor.user_id, "taken", clock.now()
        tx.tickets.record(escalation.ticket_id, clock.now(), "taken", actor.user_id)
        write_receipt(
            tx,
            clock.now(),
            "escalation_taken",
            "pressed",
            ticket_id=escalation.ticket_id,
            escalation_id=escalation.id,
            by=actor.user_id,
        )
        queue_redraw(tx, "escalation", escalation.id)
        queue_redraw(tx, "ticket", escalation.ticket_id)


def find_escalation(tx: Transaction, escalation_id: int, *, lock: bool = False) -> Escalation:
    escalation = tx.escalations.get(escalation_id, lock=lock)
    if escalation is None:
        raise NotFound("That escalation does not exist (any more).")
    return escalation


def invite_people(job: JoinPeople, *, messenger: Messenger) -> None:
    """Brings people into a channel, so that being mentioned there reaches them."""
    for user_id in job.user_ids:
        try:
            messenger.bring(job.channel_id, (user_id,))
        except OutsideRefused as refusal:
            # Somebody who has left must not keep the others out.
            log.warning("escalation.not_joined user=%s channel=%s code=%s", user_id, job.channel_id, refusal.code)
