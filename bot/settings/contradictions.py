"""Finds entries of a configuration that are fine by themselves and do not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.settings.config import MODES, Config
from storage.addresses import Address

Location = tuple[str | int, ...]
"""The way to a value: keys, and places in lists counted from 0."""


def contradictions(config: Config) -> Iterator[tuple[Location, str]]:
    """Each contradiction, with where it is and what is wrong there."""
    yield from _of_people_and_teams(config)
    yield from _of_channels(config)
    yield from _of_references(config)
    yield from _repeated("customers", [customer.id for customer in config.customers])
    yield from _repeated("teams", [team.id for team in config.teams])
    yield from _repeated("people", [person.id for person in config.people])


def in_words(where: Location) -> str:
    """The way to a value as people count: `customers.1.tier` is of the first customer."""
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in where) or "file"


def _of_people_and_teams(config: Config) -> Iterator[tuple[Location, str]]:
    team_ids = {team.id for team in config.teams}
    for index, person in enumerate(config.people):
        for team_id in person.teams:
            if team_id not in team_ids and team_id != "support":
                yield ("people", index, "teams"), f"there is no team {team_id!r}; teams are {_names(team_ids)}"
    colleagues = {person.id for person in config.people}
    for index, team in enumerate(config.teams):
        for user_id in team.on_call:
            if user_id not in colleagues:
                yield ("teams", index, "on_call"), f"{user_id} is not listed under people"


def _of_channels(config: Config) -> Iterator[tuple[Location, str]]:
    owners: dict[Address, str] = {config.triage_place: "triage_channel"}
    for index, team in enumerate(config.teams):
        owners.setdefault(team.place, f"team {team.id}")
        if owners[team.place] == "triage_channel":
            yield ("teams", index, "channel"), "this is the triage channel; a team needs a channel of its own"
    for index, customer in enumerate(config.customers):
        for number, channel in enumerate(customer.channels):
            where: Location = ("customers", index, "channels", number)
            owner = owners.setdefault(channel.place, customer.id)
            if owner != customer.id:
                yield (*where, "id"), f"channel {channel.id} already belongs to {owner}"
            elif channel.place in [other.place for other in customer.channels[:number]]:
                yield (*where, "id"), f"channel {channel.id} is listed twice"
            if channel.mode and MODES.index(channel.mode) > MODES.index(channel.highest_mode):
                yield (
                    (*where, "mode"),
                    f"{channel.mode} is higher than the channel's highest_mode, {channel.highest_mode}; change one",
                )


def _of_references(config: Config) -> Iterator[tuple[Location, str]]:
    """Names of tiers, calendars and audiences that are defined elsewhere in the file."""
    calendars: list[tuple[Location, str | None]] = [(("company", "calendar"), config.company.calendar)]
    for name, tier in config.policies.tiers.items():
        calendars.append((("policies", "tiers", name, "calendar"), tier.calendar))
    for index, customer in enumerate(config.customers):
        calendars.append((("customers", index, "calendar"), customer.calendar))
        if customer.tier not in config.policies.tiers:
            what = f"there is no tier {customer.tier!r}; tiers are {_names(config.policies.tiers)}"
            yield ("customers", index, "tier"), what
    for where, wanted in calendars:
        if wanted is not None and wanted not in config.calendars:
            yield where, f"there is no calendar {wanted!r}; calendars are {_names(config.calendars)}"
    audiences = {f"customer:{customer.id}" for customer in config.customers}
    for index, source in enumerate(config.knowledge):
        if source.audience.startswith("customer:") and source.audience not in audiences:
            told = _names(customer.id for customer in config.customers)
            yield ("knowledge", index, "audience"), f"there is no such customer; customers are {told}"


def _repeated(section: str, ids: Sequence[str]) -> Iterator[tuple[Location, str]]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield (section, index, "id"), f"{name!r} is used twice"


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none yet"
