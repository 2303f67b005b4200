"""`/support`: reads what was typed, does the action, and answers where only the person who typed sees it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.actions import ACTIONS, HELP, Action, find_command
from bot.actions.action import Command
from bot.actions.desk import Desk
from bot.actions.tickets import TICKET_SHOW
from bot.actions.typed import COMMAND, Typed, is_number, read_number
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.incoming import SLACK, Address
from handlers.slack import windows
from handlers.slack.drawings import ANSWERED_BY_ID, FILLED_LATER_BY_ID, FORMS_BY_ID, WINDOWED_BY_ID
from handlers.slack.payloads import readable
from handlers.slack.views import commands
from handlers.slack.views.blocks import Rendered

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"https?://\S+/archives/([CGD][A-Z0-9]+)/p(\d{10,})(\d{6})(?!\d)\S*")


def support(ack: Ack, respond: Respond, body: dict[str, Any], client: WebClient, actor: Actor, desk: Desk) -> None:
    """The one listener; whoever does not work on the desk is told nothing about it."""
    say: Ack | Respond = ack
    if not actor.works_here:
        _answer(say, commands.NOT_FOR_YOU)
        return
    try:
        action, command, typed = read(body)
        arguments = command.read(typed)
        if command.slow:
            ack()
            say = respond
        answer = _do(action, command, arguments, typed, body, client, actor, desk)
    except BadRequest as problem:
        answer = problem.for_people
    _answer(say, answer)


def _do(
    action: Action[Any, Any],
    command: Command[Any, Any],
    arguments: Any,
    typed: Typed,
    body: Mapping[str, Any],
    client: WebClient,
    actor: Actor,
    desk: Desk,
) -> Rendered | str | None:
    """Does the action, or opens its window; what there is to say to the person who typed."""
    if arguments is None:
        windows.show_form(client, body, FORMS_BY_ID[action.id], read_number(typed), actor, desk)
        return None
    if later := FILLED_LATER_BY_ID.get(action.id):
        windows.show_later(client, body, later, arguments, actor, desk)
        return None
    answered, window = ANSWERED_BY_ID.get(action.id), WINDOWED_BY_ID.get(action.id)
    if answered is None and window is not None:
        windows.show(client, body, window, arguments, actor, desk)
        return None
    result = desk.perform(action, arguments, actor)
    if answered is not None:
        return answered.draw(result)
    return command.confirm(arguments, result) or action.confirm(arguments, result)


def read(body: Mapping[str, Any]) -> tuple[Action[Any, Any], Command[Any, Any], Typed]:
    """The action that was typed, and what follows its word. Raises BadRequest with the closest word that exists."""
    raw = str(body.get("text") or "")
    word, _, rest = readable(raw).replace("\u00a0", " ").strip().partition(" ")
    word, rest = word.lower() or HELP_WORD, rest.strip()
    if is_number(word):
        word, rest = SHOW_WORD, word
    action = find_command(word, alone=not rest)
    if action is None or action.command is None:
        near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.5)
        guess = f"Did you mean `{COMMAND} {near[0]}`? " if near else ""
        raise BadRequest(f"I don't know “{word[:40]}”. {guess}Everything there is: `{COMMAND} help`.")
    typed = Typed(
        word,
        rest,
        action.command.example,
        typed_in=Address(SLACK, str(body.get("channel_id") or "")),
        people=tuple(_PERSON.findall(raw)),
        places=tuple(Address(SLACK, channel) for channel in _CHANNEL.findall(raw)),
        address_of=message_address,
    )
    return action, action.command, typed


def message_address(link: str) -> Address | None:
    """The message that a link of Slack's leads to."""
    found = _LINK.fullmatch(link)
    return Address(SLACK, found[1], f"{found[2]}.{found[3]}") if found else None


def _answer(say: Ack | Respond, answer: Rendered | str | None) -> None:
    if answer is None:
        say()
        return
    drawn = answer if isinstance(answer, Rendered) else commands.sentence(answer)
    say(text=drawn.text, blocks=drawn.blocks, response_type="ephemeral")


WORDS = tuple(dict.fromkeys(action.command.word for action in ACTIONS if action.command is not None))
HELP_WORD, SHOW_WORD = (action.command.word if action.command else "" for action in (HELP, TICKET_SHOW))
