"""Reads footbridge.yaml into the typed models; lists every mistake at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.errors import ConfigurationError
from bot.settings.config import MODES, Config
from bot.settings.knowledge_entries import KINDS, below


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
        return "was replaced by `precision`, the share of answers that must be right, like 0.95; write that instead"
    if problem["type"] == "extra_forbidden":
        return "is not a setting we know; check the spelling"
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["loc"][-1:] in (("token_from",), ("url",)) or isinstance(problem["input"], dict):
        # A secret written there must not end up in a log, too.
        return said
    return f"{said} (found {problem['input']!r})"[: len(said) + 80]
