"""What the table of a life cycle is made of: states, transitions, and who may bring them about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot import events

NEW = ""  # what does not exist yet


class Who(Enum):
    """Kinds of actor; the value is how a diagram names them."""

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
    """`moves` maps each state in which the verb is possible to the state after it.

    `needs` must be given to `apply`. `stamps` are columns that get the time, `signs` those that get the person's id,
    `clears` those that become None. `emits` is the event, if anybody could care.
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
    """The states of one kind of thing, in the order in which they usually come, and its transitions."""

    name: str
    column: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    event_ids: Callable[[Any], dict[str, Any]] = field(repr=False)
