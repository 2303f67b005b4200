"""How Slack shows what an action gives: as a message, in a window, or as a form to fill in. One typed row for each.

An action without a row here is a button, or a command that is answered with one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.actions import HELP, answers, escalations, insights, knowledge, modes, tickets
from bot.actions.action import Action, Arguments, FormAction
from handlers.slack.filled import Filled
from handlers.slack.views import broadcasts, commands, correction, gaps, ids, modals, receipts, ticket
from handlers.slack.views import modes as mode_views
from handlers.slack.views.blocks import Rendered
from handlers.slack.views.modals import View
from handlers.slack.views.not_quite import not_quite

A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")


@dataclass(frozen=True)
class Answered(Generic[A, R]):
    """The result as a message to the person who typed."""

    action: Action[A, R]
    draw: Callable[[R], Rendered]


@dataclass(frozen=True)
class Windowed(Generic[A, R]):
    """The result in a window, which opens before anything is looked up."""

    action: Action[A, R]
    draw: Callable[[R], View]


@dataclass(frozen=True)
class FilledLater(Generic[A, R]):
    """A window that a job fills; `with_window` adds its id to the arguments."""

    action: Action[A, R]
    with_window: Callable[[A, str], A]


@dataclass(frozen=True)
class FormDrawn(Generic[A, R, F]):
    """A form: `draw` gets the number of the thing it is about, `read` makes arguments of what was filled in.

    `problem_at` is the input under which a problem is told when the problem names none.
    """

    action: FormAction[A, R, F]
    draw: Callable[[int, F], View]
    read: Callable[[int, Filled], A]
    problem_at: str

    def view(self, number: int, form: F) -> View:
        return modals.carrying(self.draw(number, form), self.action.id, number)


def _edited_answer(number: int, filled: Filled) -> answers.EditedAnswer:
    remember_for = filled.choice(ids.REMEMBER_FOR).replace(ids.FOR_NOBODY, "")
    return answers.EditedAnswer(answer_id=number, text=filled.text(ids.WORDS), remember_for=remember_for)


def _resolution(number: int, filled: Filled) -> tickets.Resolution:
    cause, fix, words = filled.text(ids.CAUSE), filled.text(ids.FIX), filled.text(ids.WORDS)
    return tickets.Resolution(ticket_id=number, cause=cause, fix=fix, words=words)


# No type is named at these tables: each row keeps its own, so that mypy holds a drawing to its action's result.
ANSWERED = (
    Answered(tickets.TICKET_LIST, commands.tickets),
    Answered(tickets.TICKET_SHOW, ticket.detail),
    Answered(tickets.DESK_STATUS, commands.status),
    Answered(tickets.DESK_SEARCH, commands.found),
    Answered(insights.DESK_DIGEST, broadcasts.digest),
    Answered(insights.DESK_GAPS, gaps.gaps),
    Answered(insights.DASHBOARD_LINK, commands.dashboard_link),
    Answered(modes.MODE_LIST, mode_views.channels),
    Answered(knowledge.REMEMBERED_LIST, correction.remembered),
    Answered(HELP, commands.help_text),
)
WINDOWED = (
    Windowed(tickets.TICKET_SHOW, modals.history),
    Windowed(insights.WHY, receipts.receipt),
    Windowed(insights.WHY_TICKET, receipts.receipt),
    Windowed(insights.WHY_ANSWER, receipts.receipt),
    Windowed(insights.WHY_CONVERSATION, receipts.receipt),
)
FILLED_LATER = (
    FilledLater(insights.REPLAY, lambda a, window: insights.ReplayAbout(about=a.about, window=window)),
    FilledLater(insights.WHY_REPLAY, lambda a, window: insights.ReplayReceipt(receipt_id=a.receipt_id, window=window)),
)
FORMS = (
    FormDrawn(
        answers.ANSWER_NOT_QUITE,
        lambda _, form: not_quite(form),
        lambda number, filled: answers.Missing(answer_id=number, missing=filled.text(ids.MISSING)),
        ids.MISSING,
    ),
    FormDrawn(answers.SUGGESTION_EDIT, lambda _, text: modals.edit_suggestion(text), _edited_answer, ids.WORDS),
    FormDrawn(
        tickets.TICKET_REPLY,
        lambda number, _: modals.reply(number),
        lambda number, filled: tickets.TicketText(ticket_id=number, text=filled.text(ids.WORDS)),
        ids.WORDS,
    ),
    FormDrawn(
        escalations.TICKET_ESCALATE,
        lambda _, form: modals.escalate(form),
        lambda number, filled: escalations.Escalated(
            ticket_id=number,
            team=filled.choice(ids.TEAM),
            severity=filled.choice(ids.SEVERITY),
            summary=filled.text(ids.SUMMARY),
        ),
        ids.SUMMARY,
    ),
    FormDrawn(tickets.TICKET_RESOLVE, lambda _, form: modals.resolve(form), _resolution, ids.WORDS),
    FormDrawn(escalations.ESCALATION_RESOLVE, lambda _, form: modals.resolve(form), _resolution, ids.WORDS),
    FormDrawn(
        escalations.RELAY_EDIT,
        lambda _, form: modals.edit_relay(form),
        lambda number, filled: escalations.EditedRelay(
            relay_id=number, text=filled.text(ids.WORDS), when_due=filled.choice(ids.WHEN) == ids.WHEN_DUE
        ),
        ids.WORDS,
    ),
    FormDrawn(
        knowledge.CORRECTION_EDIT,
        lambda _, text: modals.edit_correction(text),
        lambda number, filled: knowledge.EditedCorrection(correction_id=number, text=filled.text(ids.WORDS)),
        ids.WORDS,
    ),
    FormDrawn(
        knowledge.TICKET_REMEMBER,
        lambda _, form: modals.remember(form),
        lambda number, filled: knowledge.SavedAnswer(
            ticket_id=number,
            question=filled.text(ids.QUESTION),
            text=filled.text(ids.WORDS),
            audience=filled.choice(ids.REMEMBER_FOR),
        ),
        ids.WORDS,
    ),
)

_answered: Sequence[Answered[Any, Any]] = ANSWERED
_windowed: Sequence[Windowed[Any, Any]] = WINDOWED
_filled_later: Sequence[FilledLater[Any, Any]] = FILLED_LATER
_forms: Sequence[FormDrawn[Any, Any, Any]] = FORMS
ANSWERED_BY_ID: Mapping[str, Answered[Any, Any]] = {row.action.id: row for row in _answered}
WINDOWED_BY_ID: Mapping[str, Windowed[Any, Any]] = {row.action.id: row for row in _windowed}
FILLED_LATER_BY_ID: Mapping[str, FilledLater[Any, Any]] = {row.action.id: row for row in _filled_later}
FORMS_BY_ID: Mapping[str, FormDrawn[Any, Any, Any]] = {row.action.id: row for row in _forms}
