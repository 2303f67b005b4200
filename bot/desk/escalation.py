"""Escalations: a ticket's thread in a team's channel, with the context and the people who are needed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.clock import Clock
from bot.contents.escalations import EscalationForm
from bot.conversations.transcript import transcript
from bot.desk.lifecycle import apply
from bot.desk.on_call import people_to_notify, tell_who_was_skipped
from bot.desk.tickets import find_ticket
from bot.directory.access import Actor
from bot.directory.people import look_up_on_call, name_of
from bot.errors import BadRequest, NotFound, OutsideRefused
from bot.events import (
    CustomerChangedMessage,
    CustomerWrote,
    EscalationEnded,
    EscalationEvent,
    PostDelivered,
    RelaySent,
    TicketEscalated,
    TicketResolved,
)
from bot.jobs import CloseEscalations, JoinPeople
from bot.outbox.posting import create_post, queue_redraw
from bot.ports import Profiles, Workspace
from bot.settings.config import Config, Customer, Team
from bot.texts.language import content_words
from storage.addresses import Address
from storage.escalations import Escalation
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

SEVERITY_OF_PRIORITY = {"urgent": 0, "high": 1}
LONGEST_SUMMARY = 1500
# The weight of a word that the customer implied, compared with 1 for a word that the customer wrote.
IMPLIED = 0.75

log = logging.getLogger(__name__)


def escalation_form(ticket_id: int, *, actor: Actor, storage: Storage, config: Config) -> EscalationForm:
    """Return the form with the best team, a severity from the priority, and a summary. Raises NotFound, BadRequest."""
    if not config.teams:
        raise BadRequest(
            "No team is set up to escalate to. Add one under `teams` in footbridge.yaml and run "
            "`python app.py config apply`."
        )
    with storage.reading() as tx:
        ticket = _find_escalatable(tx, ticket_id)
        customer = config.customer(ticket.customer_id)
        lines = transcript(tx, config, tx.conversations.messages(ticket.conversation_id))
        words = " ".join(line.text for line in lines if line.side == "contact")
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
    """Return the team whose name and description share the rarest words with `words`; `teams` must not be empty.

    A customer who writes the name of their ERP's product means the ERP, so the keys of the customer's facts count too.
    Teams in `besides` (those of the person who escalates) are suggested only when there is no other.
    """
    asked = dict.fromkeys(_topic_words(words), 1.0)
    for key, value in customer.facts.items() if customer else ():
        if asked.keys() & _topic_words(value):
            asked = dict.fromkeys(_topic_words(key), IMPLIED) | asked
    names = {team.id: _topic_words(team.name) for team in teams}
    handled = {team.id: names[team.id] | _topic_words(team.handles) for team in teams}
    spread = Counter(word for found in handled.values() for word in found)

    def fit(team: Team) -> float:
        shared = asked.keys() & handled[team.id]
        return sum(asked[word] * (2 if word in names[team.id] else 1) / spread[word] for word in shared)

    return max([team for team in teams if team.id not in besides] or teams, key=fit)


def _topic_words(text: str) -> set[str]:
    """The words that say what a text is about, plurals as singulars."""
    words = (word.replace("-", "") for word in content_words(text, "en"))
    return {word.removesuffix("s") if len(word) > 3 else word for word in words}


def _summary(tx: Transaction, ticket: Ticket, config: Config) -> str:
    """The customer's messages, oldest first, and the notes on the ticket."""
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
    """Escalate a ticket to a team. Subscribers of the event post the thread and start the clock of status updates.

    Raises NotFound, BadRequest.
    """
    team = _check_form(team_id, severity_id, summary, config)
    look_up_on_call(team, storage=storage, profiles=profiles, config=config, clock=clock)
    with storage.transaction() as tx:
        ticket, now = _find_escalatable(tx, ticket_id, lock=True), clock.now()
        apply(tx, ticket, "escalate", by=actor, at=now, assignee_id=ticket.assignee_id or actor.user_id)
        apply(tx, tx.conversations.get(ticket.conversation_id), "hand_over", by=actor, at=now)
        escalation = Escalation(
            ticket_id=ticket.id,
            team_id=team.id,
            place_id=tx.addresses.id_of(team.place),
            severity=severity_id,
            summary=summary.strip()[:LONGEST_SUMMARY],
            opened_by=actor.user_id,
            opened_at=now,
        )
        apply(
            tx,
            escalation,
            "open",
            by=actor,
            at=now,
            why=f"Escalated to {team.name} as {severity_id}.",
            details={"team": team.id, "severity": severity_id},
        )


def _check_form(team_id: str, severity_id: str, summary: str, config: Config) -> Team:
    """Check the inputs of the form and return the team. Raises BadRequest with the name of the wrong input."""
    team = next((team for team in config.teams if team.id == team_id), None)
    if team is None:
        raise BadRequest(f"There is no team {team_id!r}. Teams are {', '.join(t.id for t in config.teams)}.", at="team")
    if severity_id not in config.policies.severities:
        raise BadRequest(
            f"There is no severity {severity_id!r}; use one of {', '.join(config.policies.severities)}.", at="severity"
        )
    if not summary.strip():
        raise BadRequest(
            "Please write a sentence or two on what is wrong, so that the team can start at once.", at="summary"
        )
    return team


def post_thread(tx: Transaction, event: TicketEscalated, config: Config) -> None:
    """Subscriber: post the thread in the team's channel with the context pack, and invite the people who are needed."""
    escalation, ticket = tx.escalations.get(event.escalation_id), tx.tickets.get(event.ticket_id)
    if escalation is None or ticket is None:
        return
    place = tx.addresses.get(escalation.place_id)
    root = create_post(tx, event.at, "escalation", escalation.id, place)
    create_post(tx, event.at, "context_pack", escalation.id, under=root)
    team = config.team(escalation.team_id)
    tx.jobs.enqueue(JoinPeople(place.key, people_to_notify(tx, escalation, ticket, team)))
    if team is not None:
        tell_who_was_skipped(tx, ticket, team, config, event.at)


def _find_escalatable(tx: Transaction, ticket_id: int, *, lock: bool = False) -> Ticket:
    ticket = find_ticket(tx, ticket_id, lock=lock)
    if not ticket.is_open:
        raise BadRequest(f"Ticket #{ticket_id} is already resolved.")
    running = tx.escalations.open_of_ticket(ticket_id)
    if running is not None:
        raise BadRequest(f"Ticket #{ticket_id} is already escalated; its card links to the thread.")
    return ticket


def end_escalations(tx: Transaction, event: TicketResolved, config: Config) -> None:
    """Subscriber: end the open escalations of a resolved ticket, so that no status update is due any more."""
    for escalation in tx.escalations.of_ticket(event.ticket_id):
        if escalation.status != "resolved":
            why = "The ticket is over, so no status update is due any more."
            apply(tx, escalation, "end", by=None, on_behalf_of=event.by, at=event.at, why=why)


def close_escalations(job: CloseEscalations, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Do the job CloseEscalations, which earlier versions queued and which may still be in the queue."""
    with storage.transaction() as tx:
        ticket = tx.tickets.get(job.ticket_id, lock=True)
        if ticket is not None and not ticket.is_open:
            end_escalations(tx, TicketResolved(ticket_id=ticket.id, at=clock.now()), config)


def discard_drafts(tx: Transaction, event: EscalationEnded, config: Config) -> None:
    """Subscriber: discard relays that were not sent when the escalation ends; they stay readable in the thread."""
    _discard(tx, event, ("status_update", "reply"))


def discard_overtaken_updates(tx: Transaction, event: RelaySent, config: Config) -> None:
    """Subscriber: discard drafted status updates that are out of date because the customer got a newer message."""
    _discard(tx, event, ("status_update",))


def _discard(tx: Transaction, event: EscalationEvent, purposes: Sequence[str]) -> None:
    for relay in tx.escalations.relays(event.escalation_id):
        if relay.state in ("drafted", "approved") and relay.purpose in purposes:
            why = "They were drafted for an earlier time, or the escalation is over."
            apply(tx, relay, "discard", by=None, at=event.at, why=why, done_by=relay.done_by)


def relay_in(tx: Transaction, event: CustomerWrote, config: Config) -> None:
    """Subscriber: show a customer's new message in the thread of the ticket's escalation."""
    escalation = _open_escalation(tx, event.conversation_id)
    if escalation is not None and event.message_id is not None:
        _post_relayed_in(tx, escalation, event.message_id, event.at)


def follow_changed_message(tx: Transaction, event: CustomerChangedMessage, config: Config) -> None:
    """Subscriber: apply an edit or a deletion to the escalation's summary, context pack and relayed message."""
    escalation = _open_escalation(tx, event.conversation_id)
    message = tx.conversations.message(event.message_id)
    if escalation is None or message is None:
        return
    if not tx.posts.showing("relayed_in", message.id):
        _post_relayed_in(tx, escalation, message.id, event.at)
    if event.text_before.strip():
        # A summary begins with the customer's messages, and agents add to them.
        escalation.summary = escalation.summary.replace(event.text_before.strip(), message.text or "(taken back)")
    queue_redraw(tx, "context_pack", escalation.id)
    queue_redraw(tx, "escalation", escalation.id)


def _open_escalation(tx: Transaction, conversation_id: int) -> Escalation | None:
    ticket = tx.tickets.of_conversation(conversation_id)
    return tx.escalations.open_of_ticket(ticket.id) if ticket else None


def _post_relayed_in(tx: Transaction, escalation: Escalation, message_id: int, at: datetime) -> None:
    for root in tx.posts.showing("escalation", escalation.id)[:1]:
        create_post(tx, at, "relayed_in", message_id, under=root)


def link_card_to_thread(tx: Transaction, event: PostDelivered, config: Config) -> None:
    """Subscriber: redraw the ticket's card, which can link to the escalation's thread now that it has an address."""
    post = tx.posts.get(event.post_id)
    escalation = tx.escalations.get(post.subject_id) if post.kind == "escalation" else None
    if escalation is not None:
        queue_redraw(tx, "ticket", escalation.ticket_id)


def take_escalation(escalation_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """*I take it*: make the actor the engineer of the escalation. Raises NotFound, BadRequest, NotPossible."""
    with storage.transaction() as tx:
        escalation = find_escalation(tx, escalation_id, lock=True)
        if escalation.status == "resolved":
            raise BadRequest("This escalation is already resolved.")
        if escalation.engineer_id == actor.user_id:
            return
        if escalation.engineer_id is not None:
            who = name_of(tx, config, escalation.engineer_id)
            raise BadRequest(f"{who} took it a moment before you. Please share what you know in the thread.")
        apply(tx, escalation, "take", by=actor, at=clock.now(), why="pressed")


def find_escalation(tx: Transaction, escalation_id: int, *, lock: bool = False) -> Escalation:
    """Return the escalation; `lock` it when it is about to be changed. Raises NotFound."""
    escalation = tx.escalations.get(escalation_id, lock=lock)
    if escalation is None:
        raise NotFound("That escalation does not exist (any more).")
    return escalation


def invite_people(job: JoinPeople, *, workspace: Workspace) -> None:
    """Invite people to a channel, so that a mention there reaches them."""
    for user_id in job.user_ids:
        try:
            workspace.invite(Address.from_key(job.place), (user_id,))
        except OutsideRefused as refusal:
            # One person who cannot be invited must not prevent the others.
            log.warning("escalation.not_joined user=%s channel=%s code=%s", user_id, job.place, refusal.code)
