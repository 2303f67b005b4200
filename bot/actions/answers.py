"""The actions on answers: the customer's buttons under an answer, and the agents' buttons under a draft."""

from __future__ import annotations

from bot.actions.action import Action, Arguments, Form, FormAction
from bot.actions.arguments import AnswerNumber, say_result
from bot.answering import choose_option, feedback, suggestions
from bot.answering.wording import GET_PERSON, NOT_QUITE, SOLVED
from bot.contents.answers import NotQuiteForm
from bot.directory.access import Access


class Missing(Arguments):
    """`missing` is what the answer left out, as the customer wrote it."""

    answer_id: int
    missing: str


class Choice(Arguments):
    """`number` is the index of the choice, from 0."""

    answer_id: int
    number: int


class EditedAnswer(Arguments):
    """`remember_for` also saves the answer: `customer`, `everyone`, or "" to not save it."""

    answer_id: int
    text: str
    remember_for: str = ""


ANSWER_SOLVED: Action[AnswerNumber, str | None] = Action(
    id="answer.solved",
    label=SOLVED,
    access=Access.IN_CONVERSATION,
    arguments=AnswerNumber,
    run=lambda t, a, actor: feedback.answer_solved(
        a.answer_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
ANSWER_NOT_QUITE: FormAction[Missing, str | None, NotQuiteForm] = FormAction(
    id="answer.not_quite",
    label=NOT_QUITE,
    access=Access.IN_CONVERSATION,
    arguments=Missing,
    form=Form(
        title="Footbridge",
        open=lambda t, number, actor: feedback.not_quite_form(number, actor=actor, storage=t.storage, config=t.config),
    ),
    run=lambda t, a, actor: feedback.answer_not_quite(
        a.answer_id, a.missing, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
ANSWER_GET_PERSON: Action[AnswerNumber, str | None] = Action(
    id="answer.get_person",
    label=GET_PERSON,
    access=Access.IN_CONVERSATION,
    arguments=AnswerNumber,
    run=lambda t, a, actor: feedback.get_person(
        a.answer_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
ANSWER_CHOOSE: Action[Choice, str | None] = Action(
    id="answer.choose",
    label="",  # each button has its choice as its label
    access=Access.IN_CONVERSATION,
    arguments=Choice,
    run=lambda t, a, actor: choose_option.choose_option(
        a.answer_id, a.number, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
SUGGESTION_SEND: Action[AnswerNumber, None] = Action(
    id="suggestion.send",
    label="Send to customer",
    access=Access.WORKS_ON_DESK,
    arguments=AnswerNumber,
    run=lambda t, a, actor: suggestions.send_suggestion(
        a.answer_id, None, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
SUGGESTION_EDIT: FormAction[EditedAnswer, None, str] = FormAction(
    id="suggestion.edit",
    label="Edit",
    access=Access.WORKS_ON_DESK,
    arguments=EditedAnswer,
    form=Form(
        title="Edit the draft",
        open=lambda t, number, actor: suggestions.suggestion_text(number, storage=t.storage),
    ),
    run=lambda t, a, actor: suggestions.send_suggestion(
        a.answer_id, a.text, a.remember_for, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
SUGGESTION_DISCARD: Action[AnswerNumber, None] = Action(
    id="suggestion.discard",
    label="Discard",
    access=Access.WORKS_ON_DESK,
    arguments=AnswerNumber,
    run=lambda t, a, actor: suggestions.discard_suggestion(a.answer_id, actor=actor, storage=t.storage, clock=t.clock),
)
