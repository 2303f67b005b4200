"""The doors to receipts: a message's own actions, buttons on cards, and what is typed; each opens a window at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.contents.receipts import About
from bot.directory.access import Actor
from bot.errors import BadRequest, BotError
from bot.incoming import SLACK, Address
from handlers.slack.modals import open_form, open_window
from handlers.slack.use_cases import UseCases
from handlers.slack.views import ids, modals, receipts

Listener = Callable[..., None]
WHY, REPLAY = "Why?", "Replay today"
_TICKET = re.compile(r"#?(\d{1,9})")
_ANSWER = re.compile(r"(?:answer|a)\s*#?(\d{1,9})", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+/archives/([CGD][A-Z0-9]+)/p(\d{10,})(\d{6})(?!\d)\S*")


def about(typed: str, body: Mapping[str, Any], word: str) -> About:
    """What is meant by the words after `why` or `replay`: nothing at all means what was last in this channel."""
    if not typed:
        return About(address=Address(SLACK, str(body.get("channel_id") or "")))
    if ticket := _TICKET.fullmatch(typed):
        return About(ticket_id=int(ticket[1]))
    if answer := _ANSWER.fullmatch(typed):
        return About(answer_id=int(answer[1]))
    if link := _LINK.fullmatch(typed):
        return About(address=Address(SLACK, link[1], f"{link[2]}.{link[3]}"))
    raise BadRequest(
        f"Which one? Write a ticket's number, an answer's number or the link of a message, like `/support {word} 12` "
        f"or `/support {word} answer 7`. Without anything it is what was last in this channel."
    )


def show_why(client: WebClient, body: dict[str, Any], meant: About, actor: Actor, use_cases: UseCases) -> None:
    open_form(client, body, WHY, lambda: receipts.receipt(use_cases.why(meant, actor=actor)))


def show_replay(client: WebClient, body: dict[str, Any], meant: About, actor: Actor, use_cases: UseCases) -> None:
    """A window that a job fills: asking a model takes longer than Slack waits."""
    window = open_window(client, body, REPLAY)
    if window is None:
        return
    try:
        use_cases.ask_for_replay(meant, window, actor=actor)
    except BotError as problem:
        client.views_update(view_id=window, view=modals.words(REPLAY, problem.for_people))


def why_this(ack: Ack, body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases) -> None:
    """The shortcut among a message's own actions. Slack offers it to our workspace only; who may read it we decide."""
    channel, message = body.get("channel") or {}, body.get("message") or {}
    ts = str(body.get("message_ts") or message.get("ts") or "")
    show_why(client, body, About(address=Address(SLACK, str(channel.get("id") or ""), ts)), actor, use_cases)
    ack()


def _pressed(show: Callable[..., None], meant: Callable[[int], About]) -> Listener:
    def listener(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
    ) -> None:
        show(client, body, meant(int(action["value"])), actor, use_cases)
        ack()

    return listener


OPENERS: dict[str, Listener] = {
    ids.WHY_TICKET: _pressed(show_why, lambda one: About(ticket_id=one)),
    ids.WHY_ANSWER: _pressed(show_why, lambda one: About(answer_id=one)),
    ids.WHY_CONVERSATION: _pressed(show_why, lambda one: About(conversation_id=one)),
    ids.WHY_REPLAY: _pressed(show_replay, lambda one: About(receipt_id=one)),
}
