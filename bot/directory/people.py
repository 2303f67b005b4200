"""Who somebody is: told by the message, or asked of Slack when we have not met or it is long ago; and remembered."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.clock import Clock
from bot.directory.access import Actor, identify_actor
from bot.errors import OutsideBusy, OutsideError
from bot.incoming import Profile
from bot.ports import Profiles
from bot.settings.config import Config, Team
from storage.people import Person
from storage.transaction import Storage, Transaction

FRESH = timedelta(hours=24)


def resolve_actor(
    user_id: str,
    team_id: str,
    *,
    storage: Storage,
    profiles: Profiles,
    config: Config,
    clock: Clock,
    told: Profile | None = None,
) -> Actor:
    """Who wrote, pressed or typed; `team_id` must be the person's own team as Slack says it in the event or click.

    `told` is what the message itself says of its author: then nobody is asked. When Slack does not tell, what we
    remember must do, and without that the id is the name. Raises OutsideBusy for one case: somebody in our own
    workspace whom we never met may be a customer's guest, and only the profile says so.
    """
    if told is not None:
        person = remember(user_id, team_id, told, storage=storage, clock=clock)
        return identify_actor(config, user_id, team_id, person.name, email=person.email)
    with storage.reading() as tx:
        known = tx.people.get(user_id)
    if known is None or clock.now() - known.seen_at > FRESH:
        try:
            known = remember(user_id, team_id, profiles.look_up(user_id), storage=storage, clock=clock)
        except OutsideBusy:
            if known is None and team_id in config.company.team_ids and config.colleague(user_id) is None:
                raise
        except OutsideError:
            pass  # Slack does not show us this person; it is asked again the next time
    if known is None:
        return identify_actor(config, user_id, team_id, user_id)
    return identify_actor(config, user_id, team_id, known.name, email=known.email)


def remember(user_id: str, team_id: str, profile: Profile, *, storage: Storage, clock: Clock) -> Person:
    """Keeps what Slack told about a person of this team."""
    person = Person(
        user_id=user_id,
        team_id=team_id,
        name=readable_name(profile.name) or user_id,
        email=profile.email,
        tz=profile.tz,
        is_bot=profile.is_bot,
        deactivated=profile.deactivated,
        seen_at=clock.now(),
    )
    with storage.transaction() as tx:
        tx.people.put(person)
    return person


def look_up_on_call(team: Team, *, storage: Storage, profiles: Profiles, config: Config, clock: Clock) -> None:
    """Asks Slack about those on call, in their order, until one is active there; what it says is remembered.

    Somebody who left an hour ago must not be called, so this asks also about people whom we met today.
    """
    for user_id in team.on_call:
        try:
            profile = profiles.look_up(user_id)
        except OutsideError:
            return  # what we remember must do
        team_id = profile.team_id or config.company.team_ids[0]
        person = remember(user_id, team_id, profile, storage=storage, clock=clock)
        if not person.deactivated:
            return


def first_on_call(tx: Transaction, team: Team | None) -> str | None:
    """The first on call whose account in Slack is active, as far as we know; None when there is nobody."""
    return next(iter(tx.people.without_deactivated(team.on_call if team else [])), None)


def readable_name(name: str) -> str:
    """A name as it may stand in our own words: people choose it, so it must not look like a mention or a link."""
    return " ".join(re.sub(r"[<>*_~`|\[\]\x00-\x1f]", " ", name).split())[:80]


def name_of(tx: Transaction, config: Config, user_id: str | None) -> str:
    """A name to show; never an id when we know better."""
    if user_id is None:
        return config.company.name
    colleague = config.colleague(user_id) or config.former.people.get(user_id)
    if colleague:
        return colleague.name
    person = tx.people.get(user_id)
    return person.name if person else user_id


def zone_of(tx: Transaction, config: Config, user_id: str, customer_id: str) -> str:
    """The time zone a contact reads times in: their own when Slack tells it, else their company's."""
    person = tx.people.get(user_id)
    if person and person.tz:
        return person.tz
    customer = config.customer(customer_id)
    return customer.timezone if customer else config.company.timezone
