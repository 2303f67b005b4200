"""Chooses the people who are called into an escalation, and reports those on call who are deactivated."""

from __future__ import annotations

from datetime import datetime

from bot.directory.people import first_on_call, name_of
from bot.outbox.posting import say_once_a_day
from bot.settings.config import Config, Team
from storage.escalations import Escalation
from storage.tickets import Ticket
from storage.transaction import Transaction


def people_to_notify(tx: Transaction, escalation: Escalation, ticket: Ticket, team: Team | None) -> tuple[str, ...]:
    """Return ids: the first person on call who is active in Slack, the ticket's owner, and the one who escalated."""
    wanted = [first_on_call(tx, team), ticket.assignee_id, escalation.opened_by]
    return tuple(tx.people.without_deactivated(list(dict.fromkeys(user_id for user_id in wanted if user_id))))


def tell_who_was_skipped(tx: Transaction, ticket: Ticket, team: Team, config: Config, at: datetime) -> None:
    """Post a notice in triage about people on call who are deactivated in Slack; the same text at most once a day."""
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
    say_once_a_day(tx, at, config.triage_place, said)
