"""What differs between two configurations, as typed changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.settings.config import Config, Customer, CustomerChannel
from bot.settings.entry import Entry
from bot.settings.knowledge_entries import KnowledgeSource
from storage.addresses import SLACK

Section = Literal[
    "company", "desk", "person", "team", "customer", "calendar", "tier", "severity", "policies", "knowledge source"
]
How = Literal["added", "changed", "removed"]
_ABSENT = object()


@dataclass(frozen=True)
class Change:
    """One difference. `key` is the entry's id in its section and `name` what people call it.

    `field` is "" when the whole entry came or went; else what of it, such as `tier`, `channel C0123`, `channel C0123
    mode` or `fact ERP`. `before` and `after` are its values; of a whole entry they are all its fields, or None.
    """

    how: How
    section: Section
    key: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class _Flat:
    """An entry without depth: what can change of it, by name."""

    name: str
    fields: Mapping[str, Any]


def compare(before: Config | None, after: Config) -> tuple[Change, ...]:
    """What must change for `before` to become `after`; without a `before`, everything is added."""
    old = dict(_entries(before)) if before is not None else {}
    new = dict(_entries(after))
    return tuple(
        change for place in dict.fromkeys([*new, *old]) for change in _compared(*place, old.get(place), new.get(place))
    )


def _compared(section: Section, key: str, old: _Flat | None, new: _Flat | None) -> Iterator[Change]:
    if old is None or new is None:
        one = new or old
        if one is not None:
            how: How = "added" if old is None else "removed"
            yield Change(
                how, section, key, one.name, "", dict(old.fields) if old else None, dict(new.fields) if new else None
            )
        return
    for field in dict.fromkeys([*new.fields, *old.fields]):
        was, is_now = old.fields.get(field, _ABSENT), new.fields.get(field, _ABSENT)
        if was == is_now:
            continue
        if was is _ABSENT:
            yield Change("added", section, key, new.name, field, None, is_now)
        elif is_now is _ABSENT:
            yield Change("removed", section, key, new.name, field, was, None)
        elif isinstance(was, Mapping) and isinstance(is_now, Mapping):
            for part in dict.fromkeys([*is_now, *was]):
                if was.get(part) != is_now.get(part):
                    each = f"{field} {part}"
                    yield Change("changed", section, key, new.name, each, was.get(part), is_now.get(part))
        else:
            yield Change("changed", section, key, new.name, field, was, is_now)


def _entries(config: Config) -> Iterator[tuple[tuple[Section, str], _Flat]]:
    """Everything that can come, change or go, by section and id, in the order of the file."""
    yield ("company", ""), _flat(config.company.name, config.company)
    desk = {"triage_channel": config.triage_channel, "vocabulary": str(config.vocabulary or "") or None}
    yield ("desk", ""), _Flat("The desk", desk)
    for person in config.people:
        yield ("person", person.id), _flat(person.name, person)
    for team in config.teams:
        yield ("team", team.id), _flat(team.name, team)
    for customer in config.customers:
        yield ("customer", customer.id), _customer(customer)
    for name, calendar in config.calendars.items():
        yield ("calendar", name), _flat(name, calendar)
    for name, tier in config.policies.tiers.items():
        yield ("tier", name), _flat(name, tier)
    for place, (name, severity) in enumerate(config.policies.severities.items(), 1):
        # Which severity an urgent ticket gets goes by their order.
        yield ("severity", name), _Flat(name, {**_flat(name, severity).fields, "place": place})
    yield ("policies", ""), _Flat("Policies", config.policies.model_dump(mode="json", exclude={"tiers", "severities"}))
    yield from _sources(config.knowledge)


def _flat(name: str, entry: Entry | KnowledgeSource) -> _Flat:
    return _Flat(name, entry.model_dump(mode="json", exclude={"id"}))


def _customer(customer: Customer) -> _Flat:
    fields = customer.model_dump(mode="json", exclude={"id", "channels", "facts"})
    channels = {_named(channel): channel.model_dump(mode="json", exclude={"id"}) for channel in customer.channels}
    facts = {f"fact {name}": value for name, value in customer.facts.items()}
    return _Flat(customer.name, {**fields, **channels, **facts})


def _named(channel: CustomerChannel) -> str:
    return f"channel {channel.id}" if channel.kind == SLACK else f"channel {channel.place.key}"


def _sources(sources: Sequence[KnowledgeSource]) -> Iterator[tuple[tuple[Section, str], _Flat]]:
    seen: dict[str, int] = {}
    for source in sources:
        fields = source.model_dump(mode="json")
        place = next((str(fields[key]) for key in ("path", "url") if fields.get(key)), fields["audience"])
        name = " ".join(part for part in (source.kind, place, fields.get("branch"), fields.get("folder")) if part)
        seen[name] = seen.get(name, 0) + 1
        yield ("knowledge source", f"{name} ({seen[name]})" if seen[name] > 1 else name), _Flat(name, fields)
