"""Turns a configuration into the directory's rows, and the rows back into the same configuration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.errors import ConfigurationError
from bot.settings.config import Colleague, Config, Customer, Former, Severity, Team, Tier
from bot.settings.contradictions import in_words
from bot.settings.entry import Entry
from storage.addresses import SLACK
from storage.directory import DirectoryRows
from storage.directory_tables import (
    CustomerFact,
    CustomerMark,
    StoredCalendar,
    StoredChannel,
    StoredColleague,
    StoredCompany,
    StoredCustomer,
    StoredPolicy,
    StoredSeverity,
    StoredSource,
    StoredTeam,
    StoredTier,
)

E = TypeVar("E", bound=Entry)

SLACK_TEAM, EMAIL_DOMAIN = "slack_team", "email_domain"


def to_rows(config: Config) -> DirectoryRows:
    """The rows of everything that counts in this configuration. What has a default is stored only when it was set."""
    policies = config.policies
    tiers = policies.tiers if "tiers" in policies.model_fields_set else {}
    severities = policies.severities if "severities" in policies.model_fields_set else {}
    set_policies = policies.model_dump(mode="json", include=policies.model_fields_set - {"tiers", "severities"})
    return DirectoryRows(
        company=[_company_row(config)],
        colleagues=[
            StoredColleague(position=place, inactive_since=None, **person.model_dump())
            for place, person in enumerate(config.people)
        ],
        teams=[_team_row(place, team) for place, team in enumerate(config.teams)],
        customers=[_customer_row(place, customer) for place, customer in enumerate(config.customers)],
        channels=[row for customer in config.customers for row in _channels(customer)],
        marks=[row for customer in config.customers for row in _marks(customer)],
        facts=[row for customer in config.customers for row in _facts(customer)],
        tiers=[
            StoredTier(name=name, position=place, inactive_since=None, **tier.model_dump())
            for place, (name, tier) in enumerate(tiers.items())
        ],
        severities=[
            StoredSeverity(name=name, position=place, inactive_since=None, **severity.model_dump())
            for place, (name, severity) in enumerate(severities.items())
        ],
        policies=[StoredPolicy(name=name, value=value) for name, value in set_policies.items()],
        calendars=[
            StoredCalendar(name=name, position=place, **calendar.model_dump())
            for place, (name, calendar) in enumerate(config.calendars.items())
        ],
        sources=[
            StoredSource(position=place, entry=source.model_dump(mode="json"))
            for place, source in enumerate(config.knowledge)
        ],
    )


def _company_row(config: Config) -> StoredCompany:
    return StoredCompany(
        id=1,
        **config.company.model_dump(),
        triage_kind=SLACK,
        triage_address=config.triage_channel,
        vocabulary=str(config.vocabulary) if config.vocabulary else None,
    )


def _team_row(place: int, team: Team) -> StoredTeam:
    kept = team.model_dump(exclude={"channel"})
    return StoredTeam(position=place, channel_kind=SLACK, address=team.channel, inactive_since=None, **kept)


def _customer_row(place: int, customer: Customer) -> StoredCustomer:
    kept = customer.model_dump(exclude={"team_ids", "email_domains", "channels", "facts"})
    return StoredCustomer(position=place, inactive_since=None, **kept)


def _channels(customer: Customer) -> list[StoredChannel]:
    return [
        StoredChannel(
            customer_id=customer.id,
            channel_kind=channel.kind,
            address=channel.id,
            position=place,
            **channel.model_dump(exclude={"id", "kind"}),
        )
        for place, channel in enumerate(customer.channels)
    ]


def _marks(customer: Customer) -> list[CustomerMark]:
    values = {SLACK_TEAM: customer.team_ids, EMAIL_DOMAIN: customer.email_domains}
    return [
        CustomerMark(customer_id=customer.id, kind=kind, position=place, value=value)
        for kind, several in values.items()
        for place, value in enumerate(several)
    ]


def _facts(customer: Customer) -> list[CustomerFact]:
    return [
        CustomerFact(customer_id=customer.id, name=name, position=place, value=value)
        for place, (name, value) in enumerate(customer.facts.items())
    ]


def to_config(rows: DirectoryRows) -> Config:
    """The configuration that was stored, with what was taken out of it. There must be a company's row.

    Raises ConfigurationError when this version of Footbridge cannot use what another one has stored.
    """
    try:
        return _config(rows).with_former(_former(rows))
    except ValidationError as error:
        problems = [f"{in_words(problem['loc'])}: {problem['msg']}" for problem in error.errors(include_url=False)]
        raise ConfigurationError(
            [
                *(f"The stored configuration does not fit this version of Footbridge: {each}." for each in problems),
                "Correct footbridge.yaml where it says the same, and run `python app.py config apply`.",
            ]
        ) from None


def _config(rows: DirectoryRows) -> Config:
    company = rows.company[0]
    tiers = {row.name: _tier(row) for row in _active(rows.tiers)}
    severities = {row.name: _severity(row) for row in _active(rows.severities)}
    parts = _Parts(rows)
    return Config.model_validate(
        {
            "company": _fields(company, "name", "team_ids", "timezone", "language", "help_centre", "calendar"),
            "triage_channel": company.triage_address,
            "people": [_colleague(row) for row in _active(rows.colleagues)],
            "teams": [_team(row) for row in _active(rows.teams)],
            "customers": [parts.customer(row) for row in _active(rows.customers)],
            "calendars": {row.name: _fields(row, "timezone", "hours", "holidays") for row in rows.calendars},
            "policies": {row.name: row.value for row in rows.policies}
            | ({"tiers": tiers} if tiers else {})
            | ({"severities": severities} if severities else {}),
            "knowledge": [row.entry for row in rows.sources],
            "vocabulary": company.vocabulary,
        }
    )


def _former(rows: DirectoryRows) -> Former:
    parts = _Parts(rows)
    return Former(
        customers=_usable(Customer, {row.id: parts.customer(row) for row in _inactive(rows.customers)}),
        teams=_usable(Team, {row.id: _team(row) for row in _inactive(rows.teams)}),
        people=_usable(Colleague, {row.id: _colleague(row) for row in _inactive(rows.colleagues)}),
        tiers=_usable(Tier, {row.name: _tier(row) for row in _inactive(rows.tiers)}),
        severities=_usable(Severity, {row.name: _severity(row) for row in _inactive(rows.severities)}),
    )


def _usable(model: type[E], entries: Mapping[str, Mapping[str, Any]]) -> dict[str, E]:
    """The entries that this version can read: nobody could correct a former one that it cannot."""
    found: dict[str, E] = {}
    for key, values in entries.items():
        with suppress(ValidationError):
            found[key] = model.model_validate(values)
    return found


class _Parts:
    """What belongs to each customer, by the customer's id."""

    def __init__(self, rows: DirectoryRows) -> None:
        self._channels: dict[str, list[StoredChannel]] = defaultdict(list)
        self._marks: dict[str, list[CustomerMark]] = defaultdict(list)
        self._facts: dict[str, list[CustomerFact]] = defaultdict(list)
        for channel in rows.channels:
            self._channels[channel.customer_id].append(channel)
        for mark in rows.marks:
            self._marks[mark.customer_id].append(mark)
        for fact in rows.facts:
            self._facts[fact.customer_id].append(fact)

    def customer(self, row: StoredCustomer) -> Mapping[str, Any]:
        marks = self._marks[row.id]
        return {
            **_fields(row, "id", "name", "tier", "timezone", "language", "success_manager", "calendar"),
            "team_ids": [mark.value for mark in marks if mark.kind == SLACK_TEAM],
            "email_domains": [mark.value for mark in marks if mark.kind == EMAIL_DOMAIN],
            "channels": [
                {
                    "id": channel.address,
                    "kind": channel.channel_kind,
                    **_fields(channel, "mode", "highest_mode", "precision", "language"),
                }
                for channel in self._channels[row.id]
            ],
            "facts": {fact.name: fact.value for fact in self._facts[row.id]},
        }


def _active(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.inactive_since is None]


def _inactive(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.inactive_since is not None]


def _colleague(row: StoredColleague) -> Mapping[str, Any]:
    return _fields(row, "id", "name", "roles", "teams", "digest_at")


def _team(row: StoredTeam) -> Mapping[str, Any]:
    return {**_fields(row, "id", "name", "on_call", "handles"), "channel": row.address}


def _tier(row: StoredTier) -> Mapping[str, Any]:
    return _fields(row, "first_response_minutes", "resolution_hours", "calendar")


def _severity(row: StoredSeverity) -> Mapping[str, Any]:
    return _fields(row, "label", "update_every_minutes", "ask_before_minutes")


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
