"""One call of a Web API method: its arguments, read as Slack reads them, and the error it may end in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox import payloads
from sandbox.workspace import Channel, Message, Workspace
from sandbox.workspace_file import Json
from sandbox.world import World


class ApiError(Exception):
    """Slack's `{"ok": false, "error": code}`; `more` goes beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def invalid(code: str, messages: list[str]) -> ApiError:
    """An error with Slack's list of complaints."""
    return ApiError(
        code, errors=[one.removeprefix("[ERROR] ") for one in messages], response_metadata={"messages": messages}
    )


class Call:
    """The arguments of one call and the world it is about."""

    def __init__(self, world: World, method: str, args: Json) -> None:
        self.world = world
        self.method = method
        self.args = args

    @property
    def workspace(self) -> Workspace:
        return self.world.workspace

    @property
    def bot(self) -> str:
        """The caller: the app's bot user."""
        return self.workspace.app.bot_user_id

    # -- arguments

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)

    def needed(self, name: str, error: str = "") -> str:
        """A string argument that must be there; else `error`, or invalid_arguments."""
        value = self.text(name)
        if value:
            return value
        if error:
            raise ApiError(error)
        raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}"])

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument in any of Slack's spellings."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """An integer argument."""
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise invalid("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]) from None

    def names(self, name: str) -> list[str]:
        """A list given as JSON or as comma separated text."""
        value = self.args.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in str(value).split(",") if one.strip()]

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that is JSON, as itself or as text; None when absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise ApiError(error) from None

    # -- finding

    def channel(self, name: str = "channel", *, member: bool = False) -> Channel:
        """The channel of an argument, visible to the bot; `member`: the bot must be in it."""
        found = self.workspace.channels.get(self.text(name))
        bot = self.bot
        if found is None or (bot not in found.members and (found.is_private or found.is_im)):
            raise ApiError("channel_not_found")
        if member and bot not in found.members:
            raise ApiError("not_in_channel")
        return found

    def message(self, channel: Channel, name: str = "ts", error: str = "message_not_found") -> Message:
        """The message of a timestamp argument."""
        found = channel.messages.get(self.text(name))
        if found is None:
            raise ApiError(error)
        return found

    def check_scope(self, *any_of: str) -> None:
        """missing_scope unless the app has one of these."""
        provided = self.workspace.app.scopes
        if any_of and provided is not None and not set(any_of) & set(provided):
            raise ApiError("missing_scope", needed=",".join(any_of), provided=",".join(provided))

    def has_scope(self, scope: str) -> bool:
        """Does the app have this scope?"""
        return self.workspace.app.scopes is None or scope in self.workspace.app.scopes

    def link(self, channel: Channel, message: Message) -> str:
        """A message's permalink."""
        return payloads.permalink(
            self.world.base, channel.id, message.ts, message.thread_ts if message.is_reply else None
        )

    def page(self, items: list[Any], default: int, most: int) -> tuple[list[Any], Json]:
        """A page of a list by `limit` and `cursor` -> (items, response_metadata)."""
        limit = self.number("limit", default)
        if limit < 0 or limit > most:
            raise ApiError("invalid_limit")
        start = 0
        if cursor := self.text("cursor"):
            prefix, _, place = cursor.partition(":")
            if prefix != "next" or not place.isdigit():
                raise ApiError("invalid_cursor")
            start = int(place)
        end = start + (limit or default)
        return items[start:end], {"next_cursor": f"next:{end}" if end < len(items) else ""}


Method = Callable[[Call], Json]
METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {}


def method(name: str, *scopes: str) -> Callable[[Method], Method]:
    """Register a Web API method that needs one of `scopes` (none: no scope)."""

    def register(function: Method) -> Method:
        METHODS[name] = (function, scopes)
        return function

    return register


def by_kind(channel: Channel, verb: str) -> str:
    """The scope for a kind of channel: `channels:read`, `groups:history`, `im:write` ..."""
    kind = "im" if channel.is_im else "mpim" if channel.is_mpim else "groups" if channel.is_private else "channels"
    return f"{kind}:{verb}"
