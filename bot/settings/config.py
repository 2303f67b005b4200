"""footbridge.yaml as typed models: who the customers are, where they ask, who of us helps, and how fast.

`load` lists every mistake at once, each with its line. It reads the file and nothing else.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.settings.knowledge_entries import KnowledgeSource
from storage.addresses import SLACK, Address

Mode = Literal["off", "shadow", "suggest", "auto"]
MODES: tuple[Mode, ...] = ("off", "shadow", "suggest", "auto")
Role = Literal["agent", "engineer", "manager", "owner"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; use a name like Europe/Berlin") from None
    return name


def _hour(value: object) -> object:
    # YAML reads an unquoted 08:30 as a number in base sixty.
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value


def _mode(value: object) -> object:
    # YAML reads an unquoted off as false.
    return "off" if value is False else value


Zone = Annotated[str, AfterValidator(_known_zone)]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
CHANNEL_ID = r"[CG][A-Z0-9]+"
ChannelId = Annotated[str, Field(pattern=rf"^{CHANNEL_ID}$")]
TeamId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
LocalHour = Annotated[str, BeforeValidator(_hour), Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, lt=1)]
ChannelMode = Annotated[Mode, BeforeValidator(_mode)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Company(Entry):
    name: str
    team_ids: Annotated[list[TeamId], Field(min_length=1)]
    timezone: Zone = "UTC"
    help_centre: str | None = None


class Colleague(Entry):
    """A person of ours with something to do; `digest_at` is that person's local hour."""

    id: UserId
    name: str
    roles: Annotated[list[Role], Field(min_length=1)]
    teams: list[str] = []
    digest_at: LocalHour | None = None


class Team(Entry):
    """A group of our people with an escalation channel; the first of `on_call` is pulled in."""

    id: Slug
    name: str
    channel: ChannelId
    on_call: list[UserId] = []
    handles: str = ""

    @property
    def place(self) -> Address:
        return Address(SLACK, self.channel)


class CustomerChannel(Entry):
    """`mode` is what the channel begins with, `highest_mode` what it can earn at most (see bot.modes)."""

    id: str
    kind: str = SLACK
    mode: ChannelMode | None = None
    highest_mode: ChannelMode = "auto"
    precision: Share | None = None

    @model_validator(mode="after")
    def _id_of_its_kind(self) -> CustomerChannel:
        if self.kind == SLACK and not re.fullmatch(CHANNEL_ID, self.id):
            raise ValueError(f"{self.id!r} is not the id of a channel in Slack, like C0123ABCD")
        return self

    @property
    def place(self) -> Address:
        return Address(self.kind, self.id)


class Customer(Entry):
    id: Slug
    name: str
    tier: str
    team_ids: list[TeamId] = []
    email_domains: list[str] = []
    timezone: Zone = "UTC"
    success_manager: UserId | None = None
    channels: Annotated[list[CustomerChannel], Field(min_length=1)]
    facts: dict[str, Annotated[str, BeforeValidator(str)]] = {}


class Tier(Entry):
    first_response_minutes: Positive
    resolution_hours: Positive

    def first_response_due(self, opened_at: datetime) -> datetime:
        return opened_at + timedelta(minutes=self.first_response_minutes)

    def resolution_due(self, opened_at: datetime) -> datetime:
        return opened_at + timedelta(hours=self.resolution_hours)


class Severity(Entry):
    label: str
    update_every_minutes: Positive
    ask_before_minutes: Positive


class Policies(Entry):
    settle_seconds: Annotated[float, Field(ge=0, le=60)] = 0.6
    same_question_minutes: Positive = 3
    default_mode: ChannelMode = "suggest"
    read_sources_every_minutes: Annotated[int, Field(ge=0, le=10_080)] = 60
    precision: Share = 0.95
    draft_precision: Share = 0.8
    correct_answers_days: Positive = 90
    tiers: dict[str, Tier] = {"standard": Tier(first_response_minutes=10, resolution_hours=8)}
    severities: dict[str, Severity] = {
        "sev1": Severity(label="Critical: the customer cannot work", update_every_minutes=30, ask_before_minutes=10),
        "sev2": Severity(label="Major: an important part fails", update_every_minutes=60, ask_before_minutes=15),
        "sev3": Severity(label="Minor: there is a way around", update_every_minutes=240, ask_before_minutes=30),
    }


class Config(Entry):
    company: Company
    triage_channel: ChannelId
    people: list[Colleague] = []
    teams: list[Team] = []
    customers: list[Customer] = []
    policies: Policies = Policies()
    knowledge: list[KnowledgeSource] = []
    vocabulary: Path | None = None

    @property
    def triage_place(self) -> Address:
        return Address(SLACK, self.triage_channel)

    @cached_property
    def _customers_by_place(self) -> dict[Address, tuple[Customer, CustomerChannel]]:
        return {channel.place: (customer, channel) for customer in self.customers for channel in customer.channels}

    def customer_at(self, place: Address) -> Customer | None:
        """The customer whose channel that is, or in whose channel that message is."""
        found = self._customers_by_place.get(place.whole)
        return found[0] if found else None

    def customer(self, customer_id: str) -> Customer | None:
        return next((customer for customer in self.customers if customer.id == customer_id), None)

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
        """How many of the answers in a channel shall be right, as a share."""
        found = self._customers_by_place.get(place.whole)
        return (found[1].precision if found else None) or self.policies.precision

    def precision_in(self, place: Address, mode: Mode) -> float:
        """The same for what is said in a mode: a draft that an agent reads first may be less sure."""
        wanted = self.precision_for(place)
        return wanted if mode == "auto" else min(wanted, self.policies.draft_precision)

    def team(self, team_id: str) -> Team | None:
        return next((team for team in self.teams if team.id == team_id), None)

    def colleague(self, user_id: str) -> Colleague | None:
        return next((person for person in self.people if person.id == user_id), None)

    def tier_of(self, customer: Customer) -> Tier:
        return self.policies.tiers[customer.tier]

    def audiences_for(self, customer: Customer) -> frozenset[str]:
        """What everyone in that customer's channels may be told from."""
        return frozenset({"public", f"customer:{customer.id}"})
