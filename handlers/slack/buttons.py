"""What happens when somebody presses a button, chooses in a select, or asks about a message: one listener an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.actions import Action
from bot.actions.desk import Desk
from bot.actions.insights import WHY, AskedAbout
from bot.contents.receipts import About
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.incoming import SLACK, Address
from bot.texts.catalogue import mark
from handlers.slack import windows
from handlers.slack.drawings import FILLED_LATER_BY_ID, FORMS_BY_ID, WINDOWED_BY_ID
from handlers.slack.replies import reply_ephemeral
from handlers.slack.views import ids

Listener = Callable[..., None]

GONE = mark(
    "This button belongs to an older version of the message. Please use the newest one, or write in the thread."
)


def listener_for(row: Action[Any, Any]) -> Listener:
    """Opens the action's form or window if it has one in Slack; else does the action."""
    if row.id in FORMS_BY_ID or row.id in WINDOWED_BY_ID or row.id in FILLED_LATER_BY_ID:
        return opening(row)
    return pressed(row)


def pressed(row: Action[Any, Any]) -> Listener:
    """Does the action, then acknowledges, then tells the person what there is to tell."""

    def listener(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, desk: Desk
    ) -> None:
        arguments = row.arguments.from_value(_value_of(action))
        try:
            said = row.confirm(arguments, desk.perform(row, arguments, actor))
        except BadRequest as problem:
            said = problem.for_people
        ack()
        if said:
            reply_ephemeral(said, body, client)

    return listener


def opening(row: Action[Any, Any]) -> Listener:
    """Opens a form or a window about the thing whose number is the button's value."""

    def listener(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, desk: Desk
    ) -> None:
        value = _value_of(action)
        if form := FORMS_BY_ID.get(row.id):
            windows.show_form(client, body, form, int(value), actor, desk)
        elif window := WINDOWED_BY_ID.get(row.id):
            windows.show(client, body, window, row.arguments.from_value(value), actor, desk)
        elif later := FILLED_LATER_BY_ID.get(row.id):
            windows.show_later(client, body, later, row.arguments.from_value(value), actor, desk)
        ack()

    return listener


def why_this(ack: Ack, body: dict[str, Any], client: WebClient, actor: Actor, desk: Desk) -> None:
    """The shortcut among a message's own actions. Slack offers it to our workspace only; who may read it we decide."""
    channel, message = body.get("channel") or {}, body.get("message") or {}
    ts = str(body.get("message_ts") or message.get("ts") or "")
    asked = AskedAbout(about=About(address=Address(SLACK, str(channel.get("id") or ""), ts)))
    windows.show(client, body, WINDOWED_BY_ID[WHY.id], asked, actor, desk)
    ack()


def acknowledge(ack: Ack) -> None:
    """Link buttons: the browser does the work."""
    ack()


def outdated(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """A button that we no longer have stands in a message from long ago."""
    ack()
    reply_ephemeral(GONE, body, client)


def _value_of(action: dict[str, Any]) -> str:
    """What a button carries; a select on a ticket's card carries the ticket in its block's id."""
    if chosen := action.get("selected_option"):
        return f"{ids.ticket_of_block(action['block_id'])}:{chosen['value']}"
    return str(action.get("value", ""))
