"""Changes the state of a thing: `apply` is the only code that writes a status.

It looks the verb up in the table of its subject (transitions.py), checks the state, the person and what must be given,
writes, and emits the event in the same transaction.
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
    """Does `verb` to `subject`; `given` are columns to be written with it. A new row is added to the transaction.

    `by` is who does it, None for Footbridge itself; `on_behalf_of` is then the person who decided it before. Raises
    NotPossible in another state, NotAllowed for another kind of person, TypeError when something needed is not given.
    """
    # Long: the whole rule is read in one place.
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
        tx.emit(_event(transition.emits, tx, {**cycle.event_ids(subject), **given, **common}))


def _event(kind: type[events.Event], tx: Transaction, known: dict[str, Any]) -> events.Event:
    if "escalation_id" in known and "ticket_id" not in known:
        escalation = tx.escalations.get(known["escalation_id"])
        known["ticket_id"] = escalation.ticket_id if escalation else 0
    wanted = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in known.items() if name in wanted})


def find_transition(cycle: LifeCycle, verb: str) -> Transition:
    """Raises KeyError when the thing knows no such verb."""
    return {each.verb: each for each in cycle.transitions}[verb]


def kind_of(actor: Actor | None) -> Who:
    if actor is None:
        return Who.FOOTBRIDGE
    if actor.manages:
        return Who.MANAGER
    if actor.works_here:
        return Who.AGENT
    return Who.NOBODY_OF_THE_DESK if actor.ours else Who.CUSTOMER
