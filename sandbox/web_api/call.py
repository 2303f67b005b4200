"""One call of a Web API method: its arguments, read as Slack reads them, and the errors that it can end with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox import events, payloads
from sandbox.channel import Channel, Message
from sandbox.fake_slack import FakeSlack
from sandbox.workspace import Workspace
from sandbox.workspace_file import Json


class ApiError(Exception):
    """The answer `{"ok": false, "error": code}`, with the fields `more`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def invalid(code: str, messages: list[str]) -> ApiError:
    """An error with Slack's list of error messages."""
    return ApiError(
        code, errors=[one.removeprefix("[ERROR] ") for one in messages], response_metadata={"messages": messages}
    )


class Call:
    """One call: the method's name, its arguments, and the sandbox that answers it."""

    def __init__(self, slack: FakeSlack, method: str, args: Json) -> None:
        self.slack = slack
        self.method = method
        self.args = args

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def bot(self) -> str:
        """The user id of the caller, the app's bot."""
        return self.workspace.app.bot_user_id

    # -- arguments

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)

    def required(self, name: str, error: str = "") -> str:
        """A required string argument. If it is absent: the given `error`, or invalid_arguments."""
        value = self.text(name)
        if value:
            return value
        if error:
            raise ApiError(error)
        raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}"])

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument: true, 1, "true" or "1"."""
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

    def string_list(self, name: str) -> list[str]:
        """A list of strings, given as JSON or separated by commas."""
        value = self.args.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in str(value).split(",") if one.strip()]

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON argument, which may be given as text; None if it is absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise ApiError(error) from None

    # -- channels and messages

    def channel(self, name: str = "channel", *, member: bool = False) -> Channel:
        """A channel that the bot can see. `member`: the bot must be a member of it."""
        found = self.workspace.channels.get(self.text(name))
        bot = self.bot
        if found is None or (bot not in found.members and (found.is_private or found.is_im)):
            raise ApiError("channel_not_found")
        if member and bot not in found.members:
            raise ApiError("not_in_channel")
        return found

    def message(self, channel: Channel, name: str = "ts", error: str = "message_not_found") -> Message:
        """The message with the timestamp in an argument."""
        found = channel.messages.get(self.text(name))
        if found is None:
            raise ApiError(error)
        return found

    def check_scope(self, *any_of: str) -> None:
        """Raise missing_scope unless the app has one of these scopes."""
        provided = self.workspace.app.scopes
        if any_of and provided is not None and not set(any_of) & set(provided):
            raise ApiError("missing_scope", needed=",".join(any_of), provided=",".join(provided))

    def has_scope(self, scope: str) -> bool:
        """Does the app have this scope?"""
        return events.has_scope(self.workspace, scope)

    def permalink(self, channel: Channel, message: Message) -> str:
        """The permalink of a message."""
        return payloads.permalink(
            self.slack.base_url, channel.id, message.ts, message.thread_ts if message.is_reply else None
        )

    def paginate(self, items: list[Any], default: int, most: int) -> tuple[list[Any], Json]:
        """A page of a list by the arguments `limit` and `cursor` -> (items, response_metadata)."""
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
    """Register a Web API method that requires one of `scopes` (none given: no scope)."""

    def register(function: Method) -> Method:
        METHODS[name] = (function, scopes)
        return function

    return register


def scope_for(channel: Channel, verb: str) -> str:
    """The scope for this type of channel: `channels:read`, `groups:history`, `im:write` ..."""
    kind = "im" if channel.is_im else "mpim" if channel.is_mpim else "groups" if channel.is_private else "channels"
    return f"{kind}:{verb}"
