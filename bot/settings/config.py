"""footbridge.yaml as one typed, frozen value: who the customers are, where they ask, who of us helps, and how fast.

Its parts are in modules of their own: company, customers, policies, calendars, knowledge_entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import PrivateAttr

from bot.settings.calendars import Calendar
from bot.settings.company import Colleague, Company, Role, Team
from bot.settings.customers import Customer, CustomerChannel
from bot.settings.entry import MODES, ChannelId, Entry, Mode, Slug
from bot.settings.knowledge_entries import KnowledgeSource
from bot.settings.policies import Policies, Severity, Tier
from storage.addresses import SLACK, Address

__all__ = [
    "MODES",
    "Calendar",
    "Colleague",
    "Company",
    "Config",
    "Customer",
    "CustomerChannel",
    "Former",
    "Mode",
    "Policies",
    "Role",
    "Severity",
    "Team",
    "Tier",
]


_DEFAULTS = Policies()


@dataclass(frozen=True)
class Former:
    """What was taken out of the configuration while something still refers to it, by id: names and promised times."""

    customers: Mapping[str, Customer] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    people: Mapping[str, Colleague] = field(default_factory=dict)
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)


class Config(Entry):
    company: Company
    triage_channel: ChannelId
    people: list[Colleague] = []
    teams: list[Team] = []
    customers: list[Customer] = []
    calendars: dict[Slug, Calendar] = {}
    policies: Policies = Policies()
    knowledge: list[KnowledgeSource] = []
    vocabulary: Path | None = None

    # No setting: only the stored configuration knows what it held before.
    _former: Former = PrivateAttr(default_factory=Former)

    @property
    def former(self) -> Former:
        return self._former

    def with_former(self, former: Former) -> Config:
        """The same configuration, which also knows what was taken out of it."""
        copy = self.model_copy()
        copy._former = former
        return copy

    @property
    def triage_place(self) -> Address:
        return Address(SLACK, self.triage_channel)

    @cached_property
    def _customers_by_place(self) -> dict[Address, tuple[Customer, CustomerChannel]]:
        return _by_place(self.customers)

    @cached_property
    def _former_by_place(self) -> dict[Address, tuple[Customer, CustomerChannel]]:
        return _by_place(self.former.customers.values())

    @property
    def known_customers(self) -> list[Customer]:
        """Those who are served, then the former ones: whose names are told apart, and kept from each other."""
        return [*self.customers, *self.former.customers.values()]

    def customer_at(self, place: Address) -> Customer | None:
        """The customer whose channel that is, or in whose channel that message is; never a former one."""
        found = self._customers_by_place.get(place.whole)
        return found[0] if found else None

    def customer(self, customer_id: str) -> Customer | None:
        """A customer by id; also a former one, whose conversations and tickets go on."""
        served = next((customer for customer in self.customers if customer.id == customer_id), None)
        return served or self.former.customers.get(customer_id)

    def language_of(self, place: Address) -> str:
        """The language of a place's people, where their words do not tell: the channel's, the customer's, ours."""
        found = self._customers_by_place.get(place.whole) or self._former_by_place.get(place.whole)
        own = (found[1].language or found[0].language) if found else None
        return own or self.company.language

    def configured_mode(self, place: Address) -> Mode:
        """The mode a customer's channel begins with; bot.modes knows the one it has. Of no customer's: `off`."""
        found = self._customers_by_place.get(place.whole)
        return (
            min(found[1].mode or self.policies.default_mode, found[1].highest_mode, key=MODES.index) if found else "off"
        )

    def highest_mode(self, place: Address) -> Mode:
        """The mode that a channel can earn, or be given, at most."""
        found = self._customers_by_place.get(place.whole)
        return found[1].highest_mode if found else "off"

    def precision_for(self, place: Address) -> float:
        """The share of a channel's answers that must be right."""
        found = self._customers_by_place.get(place.whole)
        return (found[1].precision if found else None) or self.policies.precision

    def precision_in(self, place: Address, mode: Mode) -> float:
        """The same for what is said in a mode: a draft that an agent reads first may be less sure."""
        wanted = self.precision_for(place)
        return wanted if mode == "auto" else min(wanted, self.policies.draft_precision)

    def team(self, team_id: str) -> Team | None:
        """A team by id; also a former one, whose escalations go on. Only those in `teams` get new ones."""
        present = next((team for team in self.teams if team.id == team_id), None)
        return present or self.former.teams.get(team_id)

    def colleague(self, user_id: str) -> Colleague | None:
        """A person of ours with a role; never a former one."""
        return next((person for person in self.people if person.id == user_id), None)

    def tier_of(self, customer: Customer) -> Tier:
        """The customer's tier. A former customer's may be gone: then the one that promises least is kept to."""
        tiers = self.policies.tiers
        known = tiers.get(customer.tier) or self.former.tiers.get(customer.tier)
        return known or max(tiers.values(), key=lambda tier: tier.resolution_hours)

    def severity(self, severity_id: str) -> Severity | None:
        """A severity by id, also one that only old escalations have."""
        known = self.policies.severities.get(severity_id) or self.former.severities.get(severity_id)
        return known or _DEFAULTS.severities.get(severity_id)

    @property
    def mildest_severity(self) -> Severity:
        """The last one in the file."""
        return list(self.policies.severities.values())[-1]

    def audiences_for(self, customer: Customer) -> frozenset[str]:
        """What everyone in that customer's channels may be told from."""
        return frozenset({"public", f"customer:{customer.id}"})


def _by_place(customers: Iterable[Customer]) -> dict[Address, tuple[Customer, CustomerChannel]]:
    return {channel.place: (customer, channel) for customer in customers for channel in customer.channels}
