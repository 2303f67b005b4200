"""Looks at each thing Footbridge leans on by itself, and says how to mend what is wrong; it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import ConfigurationError


@dataclass(frozen=True)
class Verdict:
    """`fine` False: `said` is what is wrong and what to do. None: not looked at, since something before it is wrong."""

    name: str
    fine: bool | None
    said: tuple[str, ...]


def look(name: str, check: Callable[[], str], expected: tuple[type[Exception], ...]) -> Verdict:
    """Runs one check; its `expected` errors become the verdict."""
    try:
        return Verdict(name, True, (check(),))
    except ConfigurationError as error:
        return Verdict(name, False, error.problems)
    except expected as error:
        return Verdict(name, False, (str(error),))
