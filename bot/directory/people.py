"""Gets to know the people who write to us, and remembers them; who may do what is decided in `access`."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.clock import Clock
from bot.directory.access import Actor, identify_actor
from bot.errors import OutsideError
from bot.incoming import Profile
from bot.ports import Profiles
from bot.settings.config import Config
from storage.people import Person
from storage.transaction import Storage, Transaction

FRESH = timedelta(hours=24)


def resolve_actor(
    user_id: str, team_id: str, *, storage: Storage, profiles: Profiles, config: Config, clock: Clock
) -> Actor:
    """Who wrote; asks Slack when we have not met or it is long ago. Without Slack's word the id is the name."""
    with storage.reading() as tx:
        known = tx.people.get(user_id)
    if known is None or clock.now() - known.seen_at > FRESH:
        try:
            profile = profiles.look_up(user_id)
        except OutsideError:
            profile = Profile(
                user_id,
                team_id,
                known.name if known else user_id,
                email=known.email if known else None,
                tz=known.tz if known else None,
            )
        known = Person(
            user_id=user_id,
            team_id=team_id,
            name=readable_name(profile.name) or user_id,
            email=profile.email,
            tz=profile.tz,
            is_bot=profile.is_bot,
            seen_at=clock.now(),
        )
        with storage.transaction() as tx:
            tx.people.put(known)
    return identify_actor(config, user_id, team_id, known.name, email=known.email)


def readable_name(name: str) -> str:
    """A name as it may stand in our own words: people choose it, so it must not look like a mention or a link."""
    return " ".join(re.sub(r"[<>*_~`|\[\]\x00-\x1f]", " ", name).split())[:80]


def recall_actor(user_id: str, team_id: str, *, storage: Storage, config: Config) -> Actor:
    """Who pressed or typed, from what we remember; `team_id` must be the person's own team as Slack says it."""
    with storage.reading() as tx:
        known = tx.people.get(user_id)
    return identify_actor(
        config, user_id, team_id, known.name if known else user_id, email=known.email if known else None
    )


def name_of(tx: Transaction, config: Config, user_id: str | None) -> str:
    """A name to show; never an id when we know better."""
    if user_id is None:
        return config.company.name
    colleague = config.colleague(user_id)
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
