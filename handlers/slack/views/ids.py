"""Every action id, callback id and block id that our surfaces use; a listener without a button here is a mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

ANSWER_SOLVED = "answer.solved"
ANSWER_NOT_QUITE = "answer.not_quite"
ANSWER_GET_PERSON = "answer.get_person"
ANSWER_CHOOSE = "answer.choose"
RESOLUTION_SOLVED = "resolution.solved"
RESOLUTION_NOT_SOLVED = "resolution.not_solved"
SUGGESTION_SEND = "suggestion.send"
SUGGESTION_EDIT = "suggestion.edit"
SUGGESTION_DISCARD = "suggestion.discard"
TICKET_CLAIM = "ticket.claim"
TICKET_PRIORITY = "ticket.priority"
TICKET_ESCALATE = "ticket.escalate"
TICKET_RESOLVE = "ticket.resolve"
TICKET_REPLY = "ticket.reply"
TICKET_SHOW = "ticket.show"
ESCALATION_TAKE = "escalation.take"
ESCALATION_DRAFT = "escalation.draft"
ESCALATION_RESOLVE = "escalation.resolve"
RELAY_SEND = "relay.send"
RELAY_EDIT = "relay.edit"
RELAY_DISCARD = "relay.discard"
RELAY_APPROVE = "relay.approve"
MODE_ACCEPT = "mode.accept"
MODE_DECLINE = "mode.decline"
WHY_TICKET = "why.ticket"
WHY_ANSWER = "why.answer"
WHY_CONVERSATION = "why.conversation"
WHY_REPLAY = "why.replay"
CORRECTION_SEND = "correction.send"
CORRECTION_EDIT = "correction.edit"
CORRECTION_DISCARD = "correction.discard"
TICKET_REMEMBER = "ticket.remember"
REMEMBERED_FORGET = "remembered.forget"

LINK_THREAD = "link.thread"
LINK_ESCALATION = "link.escalation"
LINKS = (LINK_THREAD, LINK_ESCALATION)

ACTIONS = frozenset(
    {
        ANSWER_SOLVED,
        ANSWER_NOT_QUITE,
        ANSWER_GET_PERSON,
        ANSWER_CHOOSE,
        RESOLUTION_SOLVED,
        RESOLUTION_NOT_SOLVED,
        SUGGESTION_SEND,
        SUGGESTION_EDIT,
        SUGGESTION_DISCARD,
        TICKET_CLAIM,
        TICKET_PRIORITY,
        TICKET_ESCALATE,
        TICKET_RESOLVE,
        TICKET_REPLY,
        TICKET_SHOW,
        ESCALATION_TAKE,
        ESCALATION_DRAFT,
        ESCALATION_RESOLVE,
        RELAY_SEND,
        RELAY_EDIT,
        RELAY_DISCARD,
        RELAY_APPROVE,
        MODE_ACCEPT,
        MODE_DECLINE,
        WHY_TICKET,
        WHY_ANSWER,
        WHY_CONVERSATION,
        WHY_REPLAY,
        CORRECTION_SEND,
        CORRECTION_EDIT,
        CORRECTION_DISCARD,
        TICKET_REMEMBER,
        REMEMBERED_FORGET,
    }
)

# A shortcut among a message's own actions; the manifest tells Slack of it.
WHY_SHORTCUT = "why"

NOT_QUITE = "not_quite"
ESCALATE = "escalate"
RESOLVE = "resolve"
REPLY = "reply"
EDIT_SUGGESTION = "edit_suggestion"
EDIT_RELAY = "edit_relay"
EDIT_CORRECTION = "edit_correction"
REMEMBER = "remember_answer"
MODALS = frozenset(
    {NOT_QUITE, ESCALATE, RESOLVE, REPLY, EDIT_SUGGESTION, EDIT_RELAY, EDIT_CORRECTION, REMEMBER},
)

# Inputs of the modals: block ids, which carry error messages; the element inside is `text` or `choice`.
MISSING, TEAM, SEVERITY, SUMMARY, CAUSE, FIX, WORDS, WHEN = (
    "missing",
    "team",
    "severity",
    "summary",
    "cause",
    "fix",
    "words",
    "when",
)
TEXT, CHOICE = "text", "choice"
WHEN_NOW, WHEN_DUE = "now", "due"
QUESTION, REMEMBER_FOR = "question", "remember"
FOR_NOBODY, FOR_CUSTOMER, FOR_EVERYONE = "nobody", "customer", "everyone"


def ticket_block(ticket_id: int, content: object) -> str:
    """A block id that carries the ticket, and changes with its content: else Slack keeps showing the old choice."""
    return f"ticket:{ticket_id}:{crc32(repr(content).encode('utf-8', 'replace')):08x}"


def ticket_of_block(block_id: str) -> int:
    """Raises ValueError when the block is not a ticket's."""
    kind, _, rest = block_id.partition(":")
    if kind != "ticket":
        raise ValueError(block_id)
    return int(rest.partition(":")[0])


def choice(answer_id: int, number: int) -> str:
    """What a choice's button carries: its answer, and the choice's place from 0."""
    return f"{answer_id}:{number}"


def chosen(value: str) -> tuple[int, int]:
    """Raises ValueError when the value is no choice's."""
    answer_id, _, number = value.partition(":")
    return int(answer_id), int(number)


def private_metadata(subject_id: int) -> str:
    return json.dumps({"id": subject_id})


def subject_of(view: Mapping[str, Any]) -> int:
    """The id that a modal was opened for. Raises ValueError when it holds none."""
    try:
        return int(json.loads(view.get("private_metadata") or "{}")["id"])
    except (KeyError, TypeError) as error:
        raise ValueError("a modal without its id") from error
