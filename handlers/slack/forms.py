"""What happens when somebody sends a form: the action is done with what was filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack

from bot.actions.desk import Desk
from bot.directory.access import Actor
from bot.errors import BadRequest
from handlers.slack.drawings import FormDrawn
from handlers.slack.filled import Filled
from handlers.slack.views import ids, modals
from handlers.slack.views.text import without_marks


def submitted(row: FormDrawn[Any, Any, Any]) -> Callable[..., None]:
    """A listener for a form that was sent; what is wrong is said under its input, or under `row.problem_at`."""

    def listener(ack: Ack, view: dict[str, Any], actor: Actor, desk: Desk) -> None:
        arguments = row.read(ids.subject_of(view), Filled(view))
        try:
            said = row.action.confirm(arguments, desk.perform(row.action, arguments, actor))
        except BadRequest as problem:
            ack(response_action="errors", errors={problem.at or row.problem_at: without_marks(problem.for_people)})
            return
        if said:
            ack(response_action="update", view=modals.words("Footbridge", said))
        else:
            ack()

    return listener
