"""footbridge.yaml as typed models: who the customers are, where they ask, who of us helps, and how fast.

`load` lists every mistake at once, each with its line. It reads the file and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.errors import ConfigurationError
from bot.knowledge_entries import KINDS, KnowledgeSource, below

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
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")]
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


class CustomerChannel(Entry):
    """`mode` is what the channel begins with, `highest_mode` what it can earn at most (see bot.modes)."""

    id: ChannelId
    mode: ChannelMode | None = None
    highest_mode: ChannelMode = "auto"
    precision: Share | None = None


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

    @cached_property
    def _customers_by_channel(self) -> dict[str, tuple[Customer, CustomerChannel]]:
        return {channel.id: (customer, channel) for customer in self.customers for channel in customer.channels}

    def customer_of_channel(self, channel_id: str) -> Customer | None:
        found = self._customers_by_channel.get(channel_id)
        return found[0] if found else None

    def customer(self, customer_id: str) -> Customer | None:
        return next((customer for customer in self.customers if customer.id == customer_id), None)

    def configured_mode(self, channel_id: str) -> Mode:
        """The mode a customer's channel begins with; bot.modes knows the one it has. Of no customer's: `off`."""
        found = self._customers_by_channel.get(channel_id)
        return (
            min(found[1].mode or self.policies.default_mode, found[1].highest_mode, key=MODES.index) if found else "off"
        )

    def highest_mode(self, channel_id: str) -> Mode:
        """The mode that a channel can earn, or be given, at most."""
        found = self._customers_by_channel.get(channel_id)
        return found[1].highest_mode if found else "off"

    def precision_for(self, channel_id: str) -> float:
        """How many of the answers in a channel shall be right, as a share."""
        found = self._customers_by_channel.get(channel_id)
        return (found[1].precision if found else None) or self.policies.precision

    def precision_in(self, channel_id: str, mode: Mode) -> float:
        """The same for what is said in a mode: a draft that an agent reads first may be less sure."""
        wanted = self.precision_for(channel_id)
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


def load(path: Path) -> Config:
    """Reads and checks a footbridge.yaml. Raises ConfigurationError, one sentence a mistake with file and line.

    Paths of knowledge sources and of the vocabulary are taken relative to the file's folder.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            [
                f"{path}: there is no such file. Copy footbridge.example.yaml to it, or name "
                "another with FOOTBRIDGE_CONFIG."
            ]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: cannot be read ({error})."]) from None
    config = parse(text, str(path))
    sources = [below(path.parent, source) for source in config.knowledge]
    words = path.parent / config.vocabulary if config.vocabulary else None
    return config.model_copy(update={"knowledge": sources, "vocabulary": words})


def parse(text: str, name: str = "footbridge.yaml") -> Config:
    """Checks the text of a footbridge.yaml; `name` stands in front of every mistake."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "somewhere"
        what = getattr(error, "problem", None) or "not valid YAML"
        raise ConfigurationError([f"{name}, {line}: {what}. Check indentation, quotes and colons there."]) from None
    if not isinstance(data, dict):
        raise ConfigurationError([f"{name}: is empty or no mapping; it needs at least company and triage_channel."])
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise ConfigurationError(
            [
                f"{name}, line {_line(tree, where)}: {_where(where)}: {_plain(problem)}"
                for problem in error.errors()
                for where in [_as_written(problem["loc"])]
            ]
        ) from None
    mistakes = [
        f"{name}, line {_line(tree, where)}: {_where(where)}: {what}" for where, what in _contradictions(config)
    ]
    if mistakes:
        raise ConfigurationError(mistakes)
    return config


Location = tuple[str | int, ...]


def _contradictions(config: Config) -> Iterator[tuple[Location, str]]:
    """What each entry says by itself may be fine while two of them do not fit together."""
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
    owners: dict[str, str] = {config.triage_channel: "triage_channel"}
    for index, team in enumerate(config.teams):
        owners.setdefault(team.channel, f"team {team.id}")
        if owners[team.channel] == "triage_channel":
            yield ("teams", index, "channel"), "this is the triage channel; a team needs a channel of its own"
    for index, customer in enumerate(config.customers):
        where: Location = ("customers", index)
        if customer.tier not in config.policies.tiers:
            yield (*where, "tier"), f"there is no tier {customer.tier!r}; tiers are {_names(config.policies.tiers)}"
        for number, channel in enumerate(customer.channels):
            owner = owners.setdefault(channel.id, customer.id)
            if owner != customer.id:
                yield (*where, "channels", number, "id"), f"channel {channel.id} already belongs to {owner}"
            if channel.mode and MODES.index(channel.mode) > MODES.index(channel.highest_mode):
                yield (
                    (*where, "channels", number, "mode"),
                    f"{channel.mode} is higher than the channel's highest_mode, {channel.highest_mode}; change one",
                )
    customers = {f"customer:{customer.id}" for customer in config.customers}
    for index, source in enumerate(config.knowledge):
        if source.audience.startswith("customer:") and source.audience not in customers:
            told = _names(customer.id for customer in config.customers)
            yield ("knowledge", index, "audience"), f"there is no such customer; customers are {told}"
    yield from _repeated("customers", [customer.id for customer in config.customers])
    yield from _repeated("teams", [team.id for team in config.teams])
    yield from _repeated("people", [person.id for person in config.people])


def _repeated(section: str, ids: Sequence[str]) -> Iterator[tuple[Location, str]]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield (section, index, "id"), f"{name!r} is used twice"


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none yet"


def _line(node: yaml.Node | None, where: Location) -> int:
    """The line of the innermost part of `where` that the file really has."""
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _as_written(where: Location) -> Location:
    """A source's kind is a step of pydantic's way to a mistake, and none of the file's."""
    return where[:2] + where[3:] if where[:1] == ("knowledge",) and where[2:3] and where[2] in KINDS else where


def _where(where: Location) -> str:
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in where) or "file"


def _plain(problem: Any) -> str:
    if problem["type"] == "missing":
        return "is missing"
    if problem["type"] == "extra_forbidden" and problem["loc"][-1] == "answer_when_at_least":
        return "was replaced by `precision`, the share of answers that shall be right, like 0.95; write that instead"
    if problem["type"] == "extra_forbidden":
        return "is not a setting we know; check the spelling"
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["loc"][-1:] in (("token_from",), ("url",)) or isinstance(problem["input"], dict):
        # Whoever wrote a secret there shall not find it in a log, too.
        return said
    return f"{said} (found {problem['input']!r})"[: len(said) + 80]
