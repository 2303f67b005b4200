"""Builds the help page and docs/commands.md from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.actions.action import Action, Command
from bot.actions.typed import COMMAND
from bot.contents.lookups import HelpLine
from bot.directory.access import Access

INTRODUCTION = f"""\
# What `{COMMAND}` can do

Made from the table of actions in `bot/actions` by `python -m bot.actions > docs/commands.md`; a test holds the two
together. What is typed in a terminal is in [command-line.md](command-line.md).

For your people with a role in `footbridge.yaml`; only the one who types sees the answer. Customers have no commands:
they write, or press a button. `N` is a ticket's number, and `{COMMAND} 12` alone is `show 12`. A misspelt word is
answered with the nearest one that exists.

| after `{COMMAND}` | for example | what it does | for whom |
| --- | --- | --- | --- |
"""
END = """
Where there is something to look at, a press does the same: the buttons on cards and drafts, the home tab, and
*Why this?* among a message's own actions.
"""
_FOR = {Access.MANAGES: "managers and owners", Access.DECIDES_MODES: "managers and owners"}


def help_page(actions: Sequence[Action[Any, Any]]) -> tuple[HelpLine, ...]:
    """Return one line for each command, in the order of the table."""
    return tuple(
        HelpLine(action.command.words, action.command.example, action.command.explanation)
        for action in actions
        if action.command is not None
    )


def page(actions: Sequence[Action[Any, Any]]) -> str:
    """Return the text of docs/commands.md."""
    rows = (_row(action.command, _FOR.get(action.access, "all")) for action in actions if action.command is not None)
    return "".join([INTRODUCTION, *(f"{row}\n" for row in rows), END])


def _row(command: Command[Any, Any], who: str) -> str:
    return f"| `{command.words}` | `{command.example}` | {command.explanation} | {who} |"
