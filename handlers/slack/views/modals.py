"""Draws the forms that buttons and commands open. What a form says is never authority: it carries one id only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.contents.answers import RememberForm
from bot.contents.escalations import EscalationForm, RelayForm
from bot.contents.lookups import TicketDetail
from bot.contents.tickets import ResolutionForm
from handlers.slack.views import ids, ticket
from handlers.slack.views.blocks import (
    MOST_IN_A_VIEW,
    Block,
    Element,
    choice_input,
    context,
    fitted,
    option,
    plain_text,
    section,
    select,
    text_input,
)
from handlers.slack.views.text import line, with_mentions

View = dict[str, Any]


def loading(title: str) -> View:
    """Shown at once, since Slack lets us open a form for three seconds only."""
    return _view(title, [section("One moment, we are getting it ready…")])


def words(title: str, text: str) -> View:
    """A sentence with nothing to fill in; `text` is raw."""
    return _view(title, [section(with_mentions(text))])


def reply(ticket_id: int) -> View:
    return filled_form(
        f"Reply on #{ticket_id}",
        "Send to customer",
        [
            text_input(
                ids.WORDS,
                "Your words for the customer",
                hint="They are posted into the customer's thread, under your name.",
            ),
        ],
    )


def escalate(form: EscalationForm) -> View:
    teams = [option(team_id, name, handles) for team_id, name, handles in form.teams]
    severities = [option(severity, label) for severity, label in form.severities]
    return filled_form(
        f"Escalate ticket #{form.ticket_id}",
        "Escalate",
        [
            section(f"*{line(form.title, 200)}*\n{line(form.customer, 80)}"),
            choice_input(ids.TEAM, "Which team?", _choice(teams, form.team, "Choose a team")),
            choice_input(
                ids.SEVERITY,
                "How bad is it for the customer?",
                _choice(severities, form.severity, "Choose one"),
                hint="It decides how often the customer hears from us.",
            ),
            text_input(
                ids.SUMMARY,
                "What should they know first?",
                initial=form.summary,
                hint="The conversation, the customer's facts and similar tickets go along by themselves.",
            ),
            context("A thread opens in the team's channel. The customer does not see it."),
        ],
    )


def _choice(options: Sequence[Element], chosen: str, placeholder: str) -> Element:
    return select(ids.CHOICE, options, chosen, placeholder)


def resolve(form: ResolutionForm) -> View:
    return filled_form(
        f"Resolve ticket #{form.ticket_id}",
        "Tell the customer",
        [
            section(f"*{line(form.title, 200)}*"),
            text_input(
                ids.CAUSE,
                "What was the cause?",
                initial=form.cause,
                hint="Stays inside, for the next one who meets it.",
            ),
            text_input(ids.FIX, "What fixed it?", initial=form.fix, hint="Stays inside, too."),
            text_input(
                ids.WORDS,
                "Your words for the customer",
                initial=form.words,
                hint="Posted into the customer's thread, with the question whether it is solved.",
            ),
        ],
    )


def edit_suggestion(text: str) -> View:
    return filled_form(
        "Edit the draft",
        "Send to customer",
        [
            text_input(
                ids.WORDS,
                "What the customer will read",
                initial=text,
                hint="Posted into the customer's thread when you press Send to customer.",
            ),
            _remember_for("Shall we remember your words for the next time?", ids.FOR_NOBODY),
        ],
    )


def edit_correction(text: str) -> View:
    return filled_form(
        "Edit the correction",
        "Send to customer",
        [
            text_input(
                ids.WORDS,
                "What the customer will read",
                initial=text,
                hint="Posted as a new message into the thread of the earlier answer. [1] stands for the source below.",
            ),
        ],
    )


def remember(form: RememberForm) -> View:
    return filled_form(
        "Remember the answer",
        "Remember it",
        [
            context(
                "The next one who asks something like it gets this answer, with its own source. Addresses, numbers and "
                "passwords are taken out; names of people are for you to take out."
            ),
            text_input(ids.QUESTION, "The question, as somebody else would ask it", initial=form.question, lines=False),
            text_input(ids.WORDS, "The answer", initial=form.answer, hint="Steps as 1. 2. 3., bold words as **so**."),
            _remember_for("Who may be told?", ids.FOR_CUSTOMER, form.customer),
        ],
    )


def _remember_for(label: str, chosen: str, customer: str = "") -> Block:
    """Whose question may be answered with it; everybody only by an own choice."""
    choices = [
        option(ids.FOR_CUSTOMER, f"Only {line(customer, 50)}" if customer else "For this customer only"),
        option(ids.FOR_EVERYONE, "Everyone: nothing in it is about this customer"),
    ]
    if chosen == ids.FOR_NOBODY:
        choices.insert(0, option(ids.FOR_NOBODY, "No"))
    initial = next(one for one in choices if one["value"] == chosen)
    element = {"type": "radio_buttons", "action_id": ids.CHOICE, "options": choices, "initial_option": initial}
    return choice_input(ids.REMEMBER_FOR, label, element)


def edit_relay(form: RelayForm) -> View:
    blocks = [
        text_input(
            ids.WORDS,
            "What the customer will read",
            initial=form.text,
            hint="Only these words reach the customer, nothing else of the thread.",
        )
    ]
    if form.may_wait:
        choices = [option(ids.WHEN_DUE, "When the update is due"), option(ids.WHEN_NOW, "Now")]
        blocks.append(
            choice_input(
                ids.WHEN,
                "When should it go?",
                {"type": "radio_buttons", "action_id": ids.CHOICE, "options": choices, "initial_option": choices[0]},
            )
        )
    submit = "Approve" if form.may_wait else "Send to customer"
    return filled_form("Words for the customer", submit, blocks)


def history(detail: TicketDetail) -> View:
    # A modal's buttons could not answer in the channel: the card has them.
    blocks = [one for one in ticket.detail(detail).blocks if one["type"] != "actions"]
    return _view(f"Ticket #{detail.ticket.ticket_id}", blocks)


def _view(title: str, blocks: list[Block], close: str = "Close") -> View:
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text(close, 24),
        "blocks": fitted(blocks, MOST_IN_A_VIEW),
    }


def filled_form(title: str, submit: str, blocks: list[Block], cancel: str = "Cancel") -> View:
    """Something to fill in and to send. Whose form it is, and what it is about, is added where it is opened."""
    return _view(title, blocks, close=cancel) | {"submit": plain_text(submit, 24)}


def carrying(view: View, action_id: str, number: int) -> View:
    """The form with the action that sending it does, and the number of the thing that it is about."""
    return view | {"callback_id": action_id, "private_metadata": ids.private_metadata(number)}
