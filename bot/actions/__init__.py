"""The table ACTIONS: everything that a person may do, in the order of the help page.

To add an action, add one row in one of these files. Every door calls `perform`, which checks first whether the person
may do it. Buttons, forms, commands, the help page and docs/commands.md are made from the rows; a kind of channel adds
only how a result or a form is drawn.
"""

from __future__ import annotations

from typing import Any

from bot.actions import answers, escalations, insights, knowledge, modes, tickets
from bot.actions.action import NOTHING, Action, Command, FormAction, NoArguments, open_form, perform
from bot.actions.help import help_page
from bot.contents.lookups import HelpLine
from bot.directory.access import Access

__all__ = ["ACTIONS", "HELP", "Action", "FormAction", "find_command", "open_form", "perform"]

HELP: Action[NoArguments, tuple[HelpLine, ...]] = Action(
    id="desk.help",
    label="Help",
    access=Access.WORKS_ON_DESK,
    arguments=NoArguments,
    command=Command(words="help", example="help", explanation="this list", read=lambda typed: NOTHING),
    run=lambda t, a, actor: help_page(ACTIONS),
)

ACTIONS: tuple[Action[Any, Any], ...] = (
    tickets.TICKET_LIST,
    tickets.TICKET_SHOW,
    tickets.TICKET_CLAIM,
    tickets.TICKET_ASSIGN,
    tickets.TICKET_PRIORITY,
    tickets.TICKET_REPLY,
    tickets.TICKET_NOTE,
    escalations.TICKET_ESCALATE,
    tickets.TICKET_RESOLVE,
    tickets.RESOLUTION_SOLVED,
    tickets.RESOLUTION_NOT_SOLVED,
    escalations.ESCALATION_TAKE,
    escalations.ESCALATION_DRAFT,
    escalations.ESCALATION_RESOLVE,
    escalations.RELAY_APPROVE,
    escalations.RELAY_SEND,
    escalations.RELAY_EDIT,
    escalations.RELAY_DISCARD,
    answers.ANSWER_SOLVED,
    answers.ANSWER_NOT_QUITE,
    answers.ANSWER_GET_PERSON,
    answers.ANSWER_CHOOSE,
    answers.SUGGESTION_SEND,
    answers.SUGGESTION_EDIT,
    answers.SUGGESTION_DISCARD,
    tickets.DESK_STATUS,
    tickets.DESK_SEARCH,
    insights.DESK_DIGEST,
    modes.MODE_LIST,
    modes.MODE_CHOOSE,
    modes.MODE_ACCEPT,
    modes.MODE_DECLINE,
    insights.WHY,
    insights.WHY_TICKET,
    insights.WHY_ANSWER,
    insights.WHY_CONVERSATION,
    insights.REPLAY,
    insights.WHY_REPLAY,
    insights.DESK_GAPS,
    insights.DASHBOARD_LINK,
    insights.DASHBOARD_SHOW,
    knowledge.ARTICLE_WRONG,
    knowledge.ARTICLE_RIGHT,
    knowledge.CORRECTION_SEND,
    knowledge.CORRECTION_EDIT,
    knowledge.CORRECTION_DISCARD,
    knowledge.TICKET_REMEMBER,
    knowledge.REMEMBERED_LIST,
    knowledge.REMEMBERED_FORGET,
    HELP,
)


def find_command(word: str, alone: bool) -> Action[Any, Any] | None:
    """Return the action of the command with this first word, or None; `alone`: nothing is typed after the word."""
    found = [action for action in ACTIONS if action.command is not None and action.command.word == word]
    fitting = [action for action in found if action.command is not None and action.command.alone == alone]
    return next(iter(fitting or found), None)
