"""The tables of life cycles: the states of each kind of thing, the transitions between them, and who may apply them.

`apply` in lifecycle.py reads them and writes every status; `docs/lifecycle.md` is drawn from them
(`python -m bot.desk.lifecycle_diagram`).
"""

# Long: all tables are in one file, in the order of docs/lifecycle.md.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import events
from bot.desk.transition import (
    ANYONE,
    ITSELF,
    MANAGERS,
    NEW,
    OURS,
    PEOPLE_OF_OURS,
    LifeCycle,
    Transition,
)
from storage.answers import Answer
from storage.channel_modes import ModeChange
from storage.conversations import Conversation
from storage.corrections import Correction
from storage.escalations import Escalation, Relay
from storage.tickets import Ticket

Subject = Conversation | Ticket | Escalation | Answer | Relay | Correction | ModeChange


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
        Transition("solve", _to("solved", *_ANY), ANYONE, stamps=("solved_at",), emits=events.ConversationSolved),
        Transition("withdraw", _to("withdrawn", *_ANY), ANYONE, emits=events.ConversationWithdrawn),
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
            "accept", _to("done", "proposed"), MANAGERS, stamps=("decided_at",), signs=("by",), emits=events.ModeEarned
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
            "withdraw", _to("withdrawn", "proposed"), OURS, stamps=("decided_at",), emits=events.ModeProposalWithdrawn
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
