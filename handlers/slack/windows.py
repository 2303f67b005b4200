"""Opens windows: empty at once, since Slack allows three seconds only, and then filled with what belongs in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.actions.desk import Desk
from bot.directory.access import Actor
from bot.errors import BotError
from bot.texts.catalogue import mark
from handlers.slack.drawings import FilledLater, FormDrawn, Windowed
from handlers.slack.replies import NOTHING_LOST, reply_ephemeral, texts_for
from handlers.slack.views import modals
from handlers.slack.views.modals import View

TOO_LATE = mark("Slack took too long to open the form. Nothing was lost: please press again.")


def show(
    client: WebClient, body: Mapping[str, Any], row: Windowed[Any, Any], arguments: Any, actor: Actor, desk: Desk
) -> None:
    """Shows the result of an action."""
    _fill(client, body, row.action.label, lambda: row.draw(desk.perform(row.action, arguments, actor)))


def show_form(
    client: WebClient, body: Mapping[str, Any], row: FormDrawn[Any, Any, Any], number: int, actor: Actor, desk: Desk
) -> None:
    """Shows the form of an action."""
    title = row.action.form.title
    _fill(client, body, title, lambda: row.view(number, desk.open_form(row.action, number, actor)))


def show_later(
    client: WebClient, body: Mapping[str, Any], row: FilledLater[Any, Any], arguments: Any, actor: Actor, desk: Desk
) -> None:
    """A window that a job fills: asking a model takes longer than Slack waits."""
    window = _open(client, body, row.action.label)
    if window is None:
        return
    try:
        desk.perform(row.action, row.with_window(arguments, window), actor)
    except BotError as problem:
        client.views_update(view_id=window, view=modals.words(row.action.label, problem.for_people))


def _fill(client: WebClient, body: Mapping[str, Any], title: str, draw: Callable[[], View]) -> None:
    """Shows an empty window at once and fills it when `draw` is ready; what goes wrong is said in the window."""
    window = _open(client, body, title)
    if window is None:
        return
    t = texts_for(body)
    view = modals.words(title, t(NOTHING_LOST))
    try:
        view = draw()
    except BotError as problem:
        view = modals.words(title, t(problem.for_people))
    finally:
        # Also when drawing broke: else the window would say "one moment" for ever.
        client.views_update(view_id=window, view=view)


def _open(client: WebClient, body: Mapping[str, Any], title: str) -> str | None:
    """An empty window, on top of the one that somebody pressed in; its id, or None when Slack found it too late."""
    pressed_in = body.get("view") or {}
    push_or_open = client.views_push if pressed_in.get("type") == "modal" else client.views_open
    try:
        opened = push_or_open(trigger_id=body["trigger_id"], view=modals.loading(title))
    except SlackApiError as error:
        if error.response.get("error") not in ("expired_trigger_id", "exchanged_trigger_id", "trigger_expired"):
            raise
        reply_ephemeral(TOO_LATE, body, client)
        return None
    return str(opened["view"]["id"])
