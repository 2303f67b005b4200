"""The life cycles: which state each thing can have, what changes it, and who may do that.

`apply` is the only code that writes a status. It looks the verb up in the table of its subject, checks the state, the
person and what must be given, writes, and emits the event in the same transaction. `docs/lifecycle.md` is drawn from
these tables (`python -m bot.desk.lifecycle_diagram`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Any

from bot import events
from bot.directory.access import Actor
from bot.errors import NotAllowed, NotPossible
from storage.answers import Answer
from storage.channel_modes import ModeChange
from storage.conversations import Conversation
from storage.corrections import Correction
from storage.escalations import Escalation, Relay
from storage.tickets import Ticket
from storage.transaction import Transaction

Subject = Conversation | Ticket | Escalation | Answer | Relay | Correction | ModeChange

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


def _same(*states: str) -> dict[str, str]:
    return {state: state for state in states}


def _to(state: str, *sources: str) -> dict[str, str]:
    return dict.fromkeys(sources, state)


_ANY = ("open", "answered", "with_people", "solved", "withdrawn")

CONVERSATION = LifeCycle(
    "Conversation",
    "status",
    _ANY,
    (
        Transition("open", _to("open", NEW), ANYONE),
        Transition("answer", _to("answered", *_ANY), OURS),
        Transition("ask_back", _to("open", "open", "answered", "with_people"), ITSELF),
        Transition("hand_over", _to("with_people", *_ANY), ANYONE),
        Transition(
            "take_over",
            _to("with_people", *_ANY),
            PEOPLE_OF_OURS,
            stamps=("taken_over_at",),
            signs=("taken_over_by",),
            emits=events.ConversationTakenOver,
        ),
        Transition("continue", _to("open", "open", "answered", "with_people"), ANYONE),
        Transition("reopen", _to("open", "solved", "withdrawn"), ANYONE, emits=events.ConversationReopened),
        Transition(
            "begin_again",
            _to("open", *_ANY),
            ANYONE,
            clears=("taken_over_at", "taken_over_by", "solved_at"),
            emits=events.ConversationReopened,
        ),
        Transition(
            "solve",
            _to("solved", *_ANY),
            ANYONE,
            stamps=("solved_at",),
            emits=events.ConversationSolved,
        ),
        Transition(
            "withdraw",
            _to("withdrawn", *_ANY),
            ANYONE,
            emits=events.ConversationWithdrawn,
        ),
    ),
    lambda row: {"conversation_id": row.id},
)

TICKET = LifeCycle(
    "Ticket",
    "status",
    ("new", "claimed", "escalated", "resolved"),
    (
        Transition("open", _to("new", NEW), ANYONE, emits=events.TicketOpened),
        Transition(
            "claim",
            {"new": "claimed", "claimed": "claimed", "escalated": "escalated"},
            PEOPLE_OF_OURS,
            ("assignee_id",),
            emits=events.TicketClaimed,
        ),
        Transition(
            "assign",
            {"new": "claimed", "claimed": "claimed", "escalated": "escalated"},
            PEOPLE_OF_OURS,
            ("assignee_id",),
            emits=events.TicketAssigned,
        ),
        Transition(
            "claim_by_answering",
            {"new": "claimed", "claimed": "claimed", "escalated": "escalated"},
            PEOPLE_OF_OURS,
            ("assignee_id",),
        ),
        Transition(
            "set_priority",
            _same("new", "claimed", "escalated"),
            PEOPLE_OF_OURS,
            ("priority",),
            emits=events.PriorityChanged,
        ),
        Transition("escalate", _to("escalated", "new", "claimed"), PEOPLE_OF_OURS, ("assignee_id",)),
        Transition(
            "resolve",
            _to("resolved", "new", "claimed", "escalated"),
            ANYONE,
            stamps=("resolved_at",),
            signs=("resolved_by",),
            clears=("confirmed",),
            emits=events.TicketResolved,
        ),
        Transition(
            "reopen",
            _to("new", "resolved"),
            ANYONE,
            ("resolution_due",),
            clears=("resolved_at", "confirmed"),
            emits=events.TicketReopened,
        ),
        Transition(
            "reopen_for_owner",
            _to("claimed", "resolved"),
            ANYONE,
            ("resolution_due", "assignee_id"),
            clears=("resolved_at", "confirmed"),
            emits=events.TicketReopened,
        ),
        Transition("confirm", _same("resolved"), ANYONE, emits=events.ResolutionConfirmed),
        Transition("deny", _same("resolved"), ANYONE, emits=events.ResolutionDenied),
    ),
    lambda row: {"ticket_id": row.id},
)

ESCALATION = LifeCycle(
    "Escalation",
    "status",
    ("open", "taken", "resolved"),
    (
        Transition("open", _to("open", NEW), PEOPLE_OF_OURS, emits=events.TicketEscalated),
        Transition(
            "take",
            _to("taken", "open"),
            PEOPLE_OF_OURS,
            stamps=("taken_at",),
            signs=("engineer_id",),
            emits=events.EscalationTaken,
        ),
        Transition(
            "end",
            _to("resolved", "open", "taken"),
            ANYONE,
            stamps=("resolved_at",),
            clears=("next_update_at", "next_ask_at"),
            emits=events.EscalationEnded,
        ),
    ),
    lambda row: {"ticket_id": row.ticket_id, "escalation_id": row.id},
)

ANSWER = LifeCycle(
    "Answer",
    "state",
    ("drafted", "sent", "discarded", "replaced", "withdrawn"),
    (
        Transition("draft", _to("drafted", NEW), ITSELF),
        Transition("send", _to("sent", NEW, "drafted"), ANYONE, stamps=("sent_at",), emits=events.AnswerSent),
        Transition(
            "send_draft",
            _to("sent", "drafted"),
            PEOPLE_OF_OURS,
            stamps=("sent_at",),
            signs=("decided_by",),
            emits=events.DraftedAnswerSent,
        ),
        Transition(
            "discard",
            _to("discarded", "drafted"),
            PEOPLE_OF_OURS,
            signs=("decided_by",),
            emits=events.DraftedAnswerDiscarded,
        ),
        Transition(
            "drop",
            _to("discarded", "drafted"),
            PEOPLE_OF_OURS,
            signs=("decided_by",),
            emits=events.DraftedAnswerDropped,
        ),
        Transition("replace", _to("replaced", "drafted", "sent"), ITSELF, emits=events.AnswerReplaced),
        Transition("withdraw", _to("withdrawn", "drafted", "sent"), ANYONE, emits=events.AnswerWithdrawn),
    ),
    lambda row: {"conversation_id": row.conversation_id, "answer_id": row.id},
)

RELAY = LifeCycle(
    "Words for the customer",
    "state",
    ("drafted", "approved", "sent", "discarded"),
    (
        Transition("draft", _to("drafted", NEW), OURS, emits=events.RelayDrafted),
        Transition(
            "approve",
            _to("approved", "drafted", "approved"),
            PEOPLE_OF_OURS,
            stamps=("done_at",),
            signs=("done_by",),
            emits=events.RelayApproved,
        ),
        Transition(
            "send",
            _to("sent", NEW, "drafted", "approved"),
            OURS,
            stamps=("done_at",),
            signs=("done_by",),
            emits=events.RelaySent,
        ),
        Transition(
            "discard",
            _to("discarded", "drafted", "approved"),
            ANYONE,
            stamps=("done_at",),
            signs=("done_by",),
            emits=events.RelayDiscarded,
        ),
    ),
    lambda row: {"escalation_id": row.escalation_id, "relay_id": row.id, "purpose": row.purpose},
)

CORRECTION = LifeCycle(
    "Correction",
    "state",
    ("drafted", "sent", "discarded", "replaced"),
    (
        Transition("draft", _to("drafted", NEW, "replaced"), ITSELF, emits=events.CorrectionDrafted),
        Transition(
            "send",
            _to("sent", "drafted"),
            PEOPLE_OF_OURS,
            stamps=("decided_at",),
            signs=("decided_by",),
            emits=events.CorrectionSent,
        ),
        Transition(
            "discard",
            _to("discarded", "drafted"),
            PEOPLE_OF_OURS,
            stamps=("decided_at",),
            signs=("decided_by",),
            emits=events.CorrectionDropped,
        ),
        Transition("replace", _to("replaced", "drafted"), OURS, emits=events.CorrectionDropped),
    ),
    lambda row: {
        "conversation_id": row.conversation_id,
        "answer_id": row.answer_id,
        "correction_id": row.id,
        "cause": row.cause,
    },
)

MODE_CHANGE = LifeCycle(
    "Change of a channel's mode",
    "state",
    ("proposed", "done", "declined", "withdrawn"),
    (
        Transition("propose", _to("proposed", NEW), ITSELF, emits=events.ModeProposed),
        Transition("lower", _to("done", NEW), ITSELF, stamps=("decided_at",), emits=events.ModeLost),
        Transition(
            "choose", _to("done", NEW), MANAGERS, stamps=("decided_at",), signs=("by",), emits=events.ModeChosen
        ),
        Transition(
            "accept",
            _to("done", "proposed"),
            MANAGERS,
            stamps=("decided_at",),
            signs=("by",),
            emits=events.ModeEarned,
        ),
        Transition(
            "decline",
            _to("declined", "proposed"),
            MANAGERS,
            stamps=("decided_at",),
            signs=("by",),
            emits=events.ModeDeclined,
        ),
        Transition(
            "withdraw",
            _to("withdrawn", "proposed"),
            OURS,
            stamps=("decided_at",),
            emits=events.ModeProposalWithdrawn,
        ),
    ),
    lambda row: {"change_id": row.id},
)

LIFE_CYCLES: Mapping[type[Any], LifeCycle] = {
    Conversation: CONVERSATION,
    Ticket: TICKET,
    Escalation: ESCALATION,
    Answer: ANSWER,
    Relay: RELAY,
    Correction: CORRECTION,
    ModeChange: MODE_CHANGE,
}


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
