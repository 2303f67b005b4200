"""Applies transitions: `apply` is the only code that writes a status.

It finds the verb in the life cycle of its subject (transitions.py), checks the state, the person and the values that
are needed, writes the columns, and emits the event in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot import events
from bot.desk.transition import NEW, LifeCycle, Transition, Who
from bot.desk.transitions import LIFE_CYCLES, Subject
from bot.directory.access import Actor
from bot.errors import NotAllowed, NotPossible
from storage.transaction import Transaction


def apply(
    tx: Transaction,
    subject: Subject,
    verb: str,
    *,
    by: Actor | None,
    at: datetime,
    why: str = "",
    on_behalf_of: str | None = None,
    details: Mapping[str, Any] | None = None,
    **given: Any,
) -> None:
    """Apply the transition `verb` to `subject`. `given` are more columns to write. A new row is added to `tx`.

    `by` is the actor, or None for Footbridge itself; `on_behalf_of` is then the id of the person who decided it before.
    Raises NotPossible when the state does not allow it, NotAllowed when the actor may not do it, TypeError when a
    column that the transition needs is not given, and KeyError for an unknown verb.
    """
    # Long: the order of these checks is easier to follow in one function.
    cycle = LIFE_CYCLES[type(subject)]
    transition = find_transition(cycle, verb)
    state = getattr(subject, cycle.column) or NEW
    if state not in transition.moves:
        raise NotPossible(f"{cycle.name}: it is {state or 'not there yet'} now, so {verb.replace('_', ' ')} came late.")
    person = on_behalf_of or (by.user_id if by else None)
    if on_behalf_of is None and kind_of(by) not in transition.who:
        raise NotAllowed(f"Only {' or '.join(sorted(who.value for who in transition.who))} can do this.")
    if missing := [name for name in transition.needs if given.get(name) is None]:
        raise TypeError(f"{cycle.name} {verb}: {', '.join(missing)} must be given")
    written = {
        **dict.fromkeys(transition.clears),
        **dict.fromkeys(transition.stamps, at),
        **dict.fromkeys(transition.signs, person),
        **given,
        cycle.column: transition.moves[state],
    }
    for name, value in written.items():
        setattr(subject, name, value)
    if state == NEW:
        tx.add(subject)
    if transition.emits is not None:
        common = {"at": at, "by": person, "why": why, "details": details or {}}
        tx.emit(_build_event(transition.emits, tx, {**cycle.event_ids(subject), **given, **common}))


def _build_event(kind: type[events.Event], tx: Transaction, known: dict[str, Any]) -> events.Event:
    if "escalation_id" in known and "ticket_id" not in known:
        escalation = tx.escalations.get(known["escalation_id"])
        known["ticket_id"] = escalation.ticket_id if escalation else 0
    wanted = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in known.items() if name in wanted})


def find_transition(cycle: LifeCycle, verb: str) -> Transition:
    """Return the transition of that verb. Raises KeyError when the life cycle has none."""
    return {each.verb: each for each in cycle.transitions}[verb]


def kind_of(actor: Actor | None) -> Who:
    """The kind of an actor; None is Footbridge itself."""
    if actor is None:
        return Who.FOOTBRIDGE
    if actor.manages:
        return Who.MANAGER
    if actor.works_here:
        return Who.AGENT
    return Who.NOBODY_OF_THE_DESK if actor.ours else Who.CUSTOMER
