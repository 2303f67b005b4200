"""Forms: opened within Slack's three seconds before anything is looked up, and handed to one use case when sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.directory.access import Actor
from bot.errors import BadRequest, BotError
from bot.texts.catalogue import mark
from handlers.slack.replies import NOTHING_LOST, reply_ephemeral, texts_for
from handlers.slack.use_cases import UseCases
from handlers.slack.views import ids, modals
from handlers.slack.views.modals import View
from handlers.slack.views.not_quite import not_quite
from handlers.slack.views.text import without_marks

Listener = Callable[..., None]
Form = Callable[[UseCases, int, Actor], View]
Submit = Callable[[UseCases, int, "Filled", Actor], str | None]

TOO_LATE = mark("Slack took too long to open the form. Nothing was lost: please press again.")


class Filled:
    """What somebody filled in, by block id."""

    def __init__(self, view: dict[str, Any]) -> None:
        self._values: dict[str, dict[str, Any]] = (view.get("state") or {}).get("values") or {}

    def text(self, block_id: str) -> str:
        return str((self._values.get(block_id) or {}).get(ids.TEXT, {}).get("value") or "").strip()

    def choice(self, block_id: str) -> str:
        chosen = (self._values.get(block_id) or {}).get(ids.CHOICE, {}).get("selected_option") or {}
        return str(chosen.get("value") or "")


def open_form(client: WebClient, body: dict[str, Any], title: str, form: Callable[[], View]) -> None:
    """Shows an empty window at once and fills it when `form` is ready; what goes wrong is said in the window."""
    window = open_window(client, body, title)
    if window is None:
        return
    t = texts_for(body)
    view = modals.words(title, t(NOTHING_LOST))
    try:
        view = form()
    except BotError as problem:
        view = modals.words(title, t(problem.for_people))
    finally:
        # Also when the form broke: else the window would say "one moment" for ever.
        client.views_update(view_id=window, view=view)


def open_window(client: WebClient, body: dict[str, Any], title: str) -> str | None:
    """An empty window, on top of the one that somebody pressed in; its id, or None when Slack found it too late."""
    pressed_in = body.get("view") or {}
    show = client.views_push if pressed_in.get("type") == "modal" else client.views_open
    try:
        opened = show(trigger_id=body["trigger_id"], view=modals.loading(title))
    except SlackApiError as error:
        if error.response.get("error") not in ("expired_trigger_id", "exchanged_trigger_id", "trigger_expired"):
            raise
        reply_ephemeral(TOO_LATE, body, client)
        return None
    return str(opened["view"]["id"])


def opens(title: str, form: Form) -> Listener:
    """A listener for a button that opens a form about the thing whose id is its value."""

    def listener(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
    ) -> None:
        open_form(client, body, title, lambda: form(use_cases, int(action["value"]), actor))
        ack()

    return listener


def edit_relay(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
) -> None:
    """A status update may also wait until it is due; its message has the button for that."""
    blocks = (body.get("message") or {}).get("blocks") or []
    may_wait = any(
        element.get("action_id") == ids.RELAY_APPROVE for block in blocks for element in block.get("elements") or []
    )
    number = int(action["value"])
    open_form(
        client,
        body,
        "Words for the customer",
        lambda: modals.edit_relay(number, use_cases.relay_text(number, actor=actor), may_wait=may_wait),
    )
    ack()


def submitted(submit: Submit, problem_at: str) -> Listener:
    """A listener for a form that was sent; what is wrong is said under its input, or under `problem_at`."""

    def listener(ack: Ack, view: dict[str, Any], actor: Actor, use_cases: UseCases) -> None:
        try:
            said = submit(use_cases, ids.subject_of(view), Filled(view), actor)
        except BadRequest as problem:
            ack(response_action="errors", errors={problem.at or problem_at: without_marks(problem.for_people)})
            return
        if said:
            ack(response_action="update", view=modals.words("Footbridge", said))
        else:
            ack()

    return listener


def _escalation(do: UseCases, ticket_id: int, actor: Actor) -> View:
    return modals.escalate(do.escalation_form(ticket_id, actor=actor))


def _resolution(do: UseCases, ticket_id: int, actor: Actor) -> View:
    return modals.resolve(do.resolution_form(ticket_id, actor=actor))


def _send_relay(do: UseCases, relay_id: int, filled: Filled, actor: Actor) -> None:
    send = do.approve_update if filled.choice(ids.WHEN) == ids.WHEN_DUE else do.send_relay
    send(relay_id, filled.text(ids.WORDS), actor=actor)


OPENERS: dict[str, Listener] = {
    ids.ANSWER_NOT_QUITE: opens("Footbridge", lambda do, one, actor: not_quite(do.not_quite_form(one, actor=actor))),
    ids.SUGGESTION_EDIT: opens(
        "Edit the draft", lambda do, one, actor: modals.edit_suggestion(one, do.suggestion_text(one, actor=actor))
    ),
    ids.TICKET_ESCALATE: opens("Escalate", _escalation),
    ids.TICKET_RESOLVE: opens("Resolve", _resolution),
    ids.TICKET_REPLY: opens("Reply", lambda do, one, actor: modals.reply(do.show(one, actor=actor).ticket.ticket_id)),
    ids.TICKET_SHOW: opens("History", lambda do, one, actor: modals.history(do.show(one, actor=actor))),
    ids.ESCALATION_RESOLVE: opens("Resolve", _resolution),
    ids.RELAY_EDIT: edit_relay,
    ids.CORRECTION_EDIT: opens(
        "Edit the correction", lambda do, one, actor: modals.edit_correction(one, do.correction_text(one, actor=actor))
    ),
    ids.TICKET_REMEMBER: opens(
        "Remember the answer", lambda do, one, actor: modals.remember(do.remember_form(one, actor=actor))
    ),
}

SUBMISSIONS: dict[str, Listener] = {
    ids.NOT_QUITE: submitted(
        lambda do, one, filled, actor: do.answer_not_quite(one, filled.text(ids.MISSING), actor=actor), ids.MISSING
    ),
    ids.REPLY: submitted(lambda do, one, filled, actor: do.reply(one, filled.text(ids.WORDS), actor=actor), ids.WORDS),
    ids.ESCALATE: submitted(
        lambda do, one, filled, actor: do.escalate(
            one, filled.choice(ids.TEAM), filled.choice(ids.SEVERITY), filled.text(ids.SUMMARY), actor=actor
        ),
        ids.SUMMARY,
    ),
    ids.RESOLVE: submitted(
        lambda do, one, filled, actor: do.resolve(
            one, filled.text(ids.CAUSE), filled.text(ids.FIX), filled.text(ids.WORDS), actor=actor
        ),
        ids.WORDS,
    ),
    ids.EDIT_SUGGESTION: submitted(
        lambda do, one, filled, actor: do.send_suggestion(
            one, filled.text(ids.WORDS), filled.choice(ids.REMEMBER_FOR).replace(ids.FOR_NOBODY, ""), actor=actor
        ),
        ids.WORDS,
    ),
    ids.EDIT_RELAY: submitted(_send_relay, ids.WORDS),
    ids.EDIT_CORRECTION: submitted(
        lambda do, one, filled, actor: do.send_correction(one, filled.text(ids.WORDS), actor=actor), ids.WORDS
    ),
    ids.REMEMBER: submitted(
        lambda do, one, filled, actor: do.remember_answer(
            one, filled.text(ids.QUESTION), filled.text(ids.WORDS), filled.choice(ids.REMEMBER_FOR), actor=actor
        ),
        ids.WORDS,
    ),
}
