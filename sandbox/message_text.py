"""Turns what people type and what apps send into the text and blocks that Slack stores."""

from __future__ import annotations

import re
import secrets
from typing import Any

from sandbox.workspace import Workspace
from sandbox.workspace_file import Json

_TOKEN = re.compile(
    r"<(?:@[UWB][A-Z0-9]+(?:\|[^<>]*)?|#[CDG][A-Z0-9]+(?:\|[^<>]*)?|![a-z^][^<>]*|(?:https?://|mailto:|tel:)[^<>]+)>"
)
_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]}'\"*_]")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_PERSON = re.compile(r"(?<![\w.])@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w&])#([a-z0-9][a-z0-9_-]*)")
_BROADCAST = re.compile(r"(?<![\w.])@(here|channel|everyone)\b")


def format_typed(workspace: Workspace, text: str) -> str:
    """Typed text as Slack's client sends it: escaped, with mentions and links as tokens (`<@U…>`, `<https://…>`)."""
    return _outside_tokens(text, lambda plain: _replace_names(workspace, _link_urls(_escape(plain))))


def format_posted(text: str) -> str:
    """An app's text as Slack stores it: tokens stay, other text is escaped, bare URLs become links."""
    return _outside_tokens(text, lambda plain: _link_urls(_escape_loose(plain)))


def _outside_tokens(text: str, change: Any) -> str:
    parts: list[str] = []
    position = 0
    for found in _TOKEN.finditer(text):
        parts += [change(text[position : found.start()]), found.group()]
        position = found.end()
    return "".join([*parts, change(text[position:])])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_loose(text: str) -> str:
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;")


def _link_urls(text: str) -> str:
    return _URL.sub(lambda found: f"<{found.group()}>", text)


def _replace_names(workspace: Workspace, text: str) -> str:
    def person(found: re.Match[str]) -> str:
        name = found.group(1)
        if name.lower() in ("here", "channel", "everyone"):
            return f"<!{name.lower()}>"
        user = workspace.find_user_by_name(name)
        if user is not None:
            return f"<@{user.id}>"
        group = next((g for g in workspace.usergroups.values() if g.handle.lower() == name.lower()), None)
        return f"<!subteam^{group.id}|@{group.handle}>" if group else found.group()

    def channel(found: re.Match[str]) -> str:
        known = workspace.find_channel_by_name(found.group(1))
        return f"<#{known.id}|{known.name}>" if known else found.group()

    return _outside_tokens(text, lambda plain: _CHANNEL.sub(channel, _PERSON.sub(person, plain)))


def format_command_text(workspace: Workspace, text: str) -> str:
    """The `text` of a command with `should_escape`: mentions as `<@U…|name>`, channels as `<#C…|name>`."""

    def named(found: re.Match[str]) -> str:
        user = workspace.users.get(found.group(1))
        return f"<@{user.id}|{user.name}>" if user else found.group()

    return re.sub(r"<@([UW][A-Z0-9]+)>", named, format_typed(workspace, text))


def prepare_blocks(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    """Blocks as Slack stores them: with ids and defaults, and with `@here` and `#name` parsed unless verbatim."""
    kept = []
    for block in blocks:
        copy: Json = _with_defaults(workspace, block)
        if not copy.get("block_id"):
            copy["block_id"] = secrets.token_urlsafe(4)[:5]
        for holder in _interactive_elements(copy):
            if not holder.get("action_id"):
                holder["action_id"] = secrets.token_urlsafe(4)[:5]
        kept.append(copy)
    return kept


def _interactive_elements(block: Json) -> list[Json]:
    """The elements of a block that have an action_id."""
    if block.get("type") in ("context", "rich_text"):
        return []
    listed = block.get("elements")
    found = [*(listed if isinstance(listed, list) else []), block.get("accessory"), block.get("element")]
    return [one for one in found if isinstance(one, dict) and one.get("type") != "image"]


def _with_defaults(workspace: Workspace, value: Any) -> Any:
    if isinstance(value, list):
        return [_with_defaults(workspace, one) for one in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _with_defaults(workspace, one) for key, one in value.items() if one is not None}
    if copy.get("type") == "plain_text" and "text" in copy:
        copy.setdefault("emoji", True)
    elif copy.get("type") == "mrkdwn" and "text" in copy:
        if copy.setdefault("verbatim", False) is not True:
            copy["text"] = _parse_text(workspace, str(copy["text"]))
        else:
            copy["text"] = _outside_tokens(str(copy["text"]), _escape_loose)
    return copy


def _parse_text(workspace: Workspace, text: str) -> str:
    """The text of a text object that is not verbatim: `@here`, channel names and URLs become tokens."""

    def change(plain: str) -> str:
        broadcasts = _BROADCAST.sub(lambda found: f"<!{found.group(1)}>", _link_urls(_escape_loose(plain)))
        return _outside_tokens(broadcasts, lambda rest: _CHANNEL.sub(channel, rest))

    def channel(found: re.Match[str]) -> str:
        known = workspace.find_channel_by_name(found.group(1))
        return f"<#{known.id}>" if known else found.group()

    return _outside_tokens(text, change)


_EMOJI = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?")
_PIECE = re.compile(rf"<([^<>]+)>|(?<![\w:])((?:{_EMOJI.pattern})+)")


def rich_text_blocks(text: str) -> list[Json]:
    """The rich_text block that Slack's client adds to typed text."""
    elements: list[Json] = []
    position = 0

    def plain(piece: str) -> None:
        if piece:
            readable = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            elements.append({"type": "text", "text": readable})

    for found in _PIECE.finditer(text):
        plain(text[position : found.start()])
        if found.group(1):
            elements.append(_rich_token(found.group(1)))
        else:
            elements.extend(_rich_emoji(*one.groups()) for one in _EMOJI.finditer(found.group(2)))
        position = found.end()
    plain(text[position:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": secrets.token_urlsafe(4)[:5], "elements": [section]}]


def _rich_emoji(name: str, skin_tone: str | None) -> Json:
    return {"type": "emoji", "name": name} | ({"skin_tone": int(skin_tone)} if skin_tone else {})


def _rich_token(token: str) -> Json:
    body, _, label = token.partition("|")
    if body.startswith("@"):
        return {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": body.removeprefix("!subteam^")}
    if body.startswith("!"):
        return {"type": "broadcast", "range": body[1:]}
    return {"type": "link", "url": body} | ({"text": label} if label else {})
