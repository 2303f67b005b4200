"""Changes of the configuration in words: for the person who makes them, and for the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.settings.changes import Change

# What was noted about a customer is shown to the person who changes it, and does not belong in a log.
_NOT_FOR_LOGS = ("fact ", "email_domains", "name")
_AFTERWARDS = {
    "customer": "; it stays known by name, for its past conversations and open tickets",
    "team": "; it stays known by name, for its open escalations",
    "severity": "; escalations that have it keep it",
    "knowledge source": "; its articles are withdrawn",
}


def summary(changes: Sequence[Change]) -> list[str]:
    """The changes for a person, one line an entry: `Brightwater: tier standard -> premium; channel C0123 added`."""
    entries: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        entries.setdefault((change.section, change.key), []).append(change)
    return [
        f"{_subject(found[0])}: {'; '.join(map(_part, found))}" if found[0].field else _whole(found[0])
        for found in entries.values()
    ]


def log_line(change: Change) -> str:
    """One change for the log: ids in place of names, and nothing that was noted about a person or a customer."""
    subject = f"{change.section} {change.key}".strip()
    if not change.field:
        return f"{subject} {change.how}"
    if change.section == "person" or change.field.startswith(_NOT_FOR_LOGS):
        return f"{subject}: {change.field} {change.how}"
    return f"{subject}: {_part(change)}"


def _subject(change: Change) -> str:
    # "gold" alone says nothing; "Tier gold" does.
    return f"{_capital(change.section)} {change.key}" if change.name == change.key else change.name


def _whole(change: Change) -> str:
    called = change.name if change.name == change.key or not change.key else f"{change.name} ({change.key})"
    said = f"{_capital(change.section)} {called} {change.how}"
    if change.how == "removed":
        return said + _AFTERWARDS.get(change.section, "")
    if change.section != "customer":
        return said
    channels = [field for field in change.after if field.startswith("channel ")]
    return f"{said}: {', '.join(['tier ' + change.after['tier'], *channels])}"


def _part(change: Change) -> str:
    if change.how == "changed":
        if isinstance(change.before, Mapping) or isinstance(change.after, Mapping):
            return f"{change.field} changed"
        return f"{change.field} {_value(change.before)} -> {_value(change.after)}"
    told = f" ({_value(change.after)})" if change.field.startswith("fact ") and change.after else ""
    return f"{change.field} {change.how}{told}"


def _value(value: Any) -> str:
    """A value as it is written, on one line."""
    if value is None or value in ([], ""):
        return "(none)"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    text = " ".join(f"{value:g}".split() if isinstance(value, float) else str(value).split())
    return f'"{text}"' if " " in text else text


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
