"""The types of a life cycle's table: states, transitions, and who may apply them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot import events

NEW = ""  # the state of a row that is not stored yet


class Who(Enum):
    """Kinds of actors; the value is the name in diagrams."""

    FOOTBRIDGE = "Footbridge"
    CUSTOMER = "customer"
    AGENT = "agent"
    MANAGER = "manager"
    NOBODY_OF_THE_DESK = "colleague without a role"


ANYONE = frozenset(Who)
OURS = frozenset({Who.FOOTBRIDGE, Who.AGENT, Who.MANAGER})
PEOPLE_OF_OURS = frozenset({Who.AGENT, Who.MANAGER})
MANAGERS = frozenset({Who.MANAGER})
ITSELF = frozenset({Who.FOOTBRIDGE})


@dataclass(frozen=True)
class Transition:
    """One transition. `moves` maps each state in which the verb is possible to the state after it.

    `who` may apply it. `needs` are columns that must be given to `apply`. `stamps` are columns that get the time,
    `signs` those that get the person's id, `clears` those that become None. `emits` is the event, if there is one.
    """

    verb: str
    moves: Mapping[str, str]
    who: frozenset[Who]
    needs: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    emits: type[events.Event] | None = None


@dataclass(frozen=True)
class LifeCycle:
    """The life cycle of one kind of thing: its states in the usual order, and its transitions.

    `column` holds the state; `event_ids` returns the ids of a row that its events need.
    """

    name: str
    column: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    event_ids: Callable[[Any], dict[str, Any]] = field(repr=False)
