"""Buttons and selects: each calls one use case, then acknowledges, then tells the person what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.texts.catalogue import mark
from handlers.slack.replies import reply_ephemeral
from handlers.slack.use_cases import UseCases
from handlers.slack.views import ids

Listener = Callable[..., None]
Press = Callable[[UseCases, int, Actor], str | None]

GONE = mark(
    "This button belongs to an older version of the message. Please use the newest one, or write in the thread."
)


def pressed(press: Press, otherwise: str | None = None) -> Listener:
    """A listener for a button whose value is an id; `otherwise` is said when the use case has nothing to say."""

    def listener(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
    ) -> None:
        try:
            said = press(use_cases, int(action["value"]), actor) or otherwise
        except BadRequest as problem:
            said = problem.for_people
        ack()
        if said:
            reply_ephemeral(said, body, client)

    return listener


def set_priority(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
) -> None:
    """The select on a ticket's card; the block's id carries the ticket."""
    said = None
    try:
        use_cases.set_priority(ids.ticket_of_block(action["block_id"]), action["selected_option"]["value"], actor=actor)
    except BadRequest as problem:
        said = problem.for_people
    ack()
    if said:
        reply_ephemeral(said, body, client)


def choose(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
) -> None:
    """One of the choices of a question back; the button's value carries the answer and the choice's place."""
    try:
        said = use_cases.choose_option(*ids.chosen(action["value"]), actor=actor)
    except BadRequest as problem:
        said = problem.for_people
    ack()
    if said:
        reply_ephemeral(said, body, client)


def acknowledge(ack: Ack) -> None:
    """Link buttons: the browser does the work."""
    ack()


def outdated(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """A button that we no longer have stands in a message from long ago."""
    ack()
    reply_ephemeral(GONE, body, client)


BUTTONS: dict[str, Listener] = {
    ids.ANSWER_SOLVED: pressed(lambda do, one, actor: do.answer_solved(one, actor=actor)),
    ids.ANSWER_GET_PERSON: pressed(lambda do, one, actor: do.get_person(one, actor=actor)),
    ids.ANSWER_CHOOSE: choose,
    ids.RESOLUTION_SOLVED: pressed(lambda do, one, actor: do.confirm_resolution(one, True, actor=actor)),
    ids.RESOLUTION_NOT_SOLVED: pressed(lambda do, one, actor: do.confirm_resolution(one, False, actor=actor)),
    ids.SUGGESTION_SEND: pressed(lambda do, one, actor: do.send_suggestion(one, None, actor=actor)),
    ids.SUGGESTION_DISCARD: pressed(lambda do, one, actor: do.discard_suggestion(one, actor=actor)),
    ids.TICKET_CLAIM: pressed(lambda do, one, actor: do.claim(one, actor=actor)),
    ids.TICKET_PRIORITY: set_priority,
    ids.ESCALATION_TAKE: pressed(lambda do, one, actor: do.take(one, actor=actor)),
    ids.ESCALATION_DRAFT: pressed(
        lambda do, one, actor: do.draft_relay(one, actor=actor),
        "A draft for the customer appears in this thread in a moment. Nobody outside sees it before you send it.",
    ),
    ids.RELAY_SEND: pressed(lambda do, one, actor: do.send_relay(one, None, actor=actor)),
    ids.RELAY_APPROVE: pressed(lambda do, one, actor: do.approve_update(one, None, actor=actor)),
    ids.RELAY_DISCARD: pressed(lambda do, one, actor: do.discard_relay(one, actor=actor)),
    ids.MODE_ACCEPT: pressed(lambda do, one, actor: do.accept_mode(one, actor=actor)),
    ids.MODE_DECLINE: pressed(lambda do, one, actor: do.decline_mode(one, actor=actor)),
    ids.CORRECTION_SEND: pressed(lambda do, one, actor: do.send_correction(one, None, actor=actor)),
    ids.CORRECTION_DISCARD: pressed(lambda do, one, actor: do.discard_correction(one, actor=actor)),
    ids.REMEMBERED_FORGET: pressed(lambda do, one, actor: do.forget(one, actor=actor)),
}
