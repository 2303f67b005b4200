"""conversations.history and conversations.replies: messages by time and by cursor."""

from __future__ import annotations

import base64
import binascii
import re

from sandbox import payloads
from sandbox.channel import Channel, Message
from sandbox.web_api.call import ApiError, Call, method, scope_for
from sandbox.workspace_file import Json

_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def _timestamp(call: Call, name: str) -> str | None:
    value = call.text(name)
    if value in ("", "now"):
        return None
    if not _NUMBER.fullmatch(value):
        raise ApiError(f"invalid_ts_{name}")
    whole, _, fraction = value.partition(".")
    return f"{int(whole):010d}.{fraction[:6]:0<6}"


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """The messages after `oldest` and before `latest`, with `inclusive` those two included."""
    oldest, latest = _timestamp(call, "oldest"), _timestamp(call, "latest")
    inclusive = call.flag("inclusive")
    kept = []
    for message in messages:
        if oldest is not None and (message.ts < oldest or (message.ts == oldest and not inclusive)):
            continue
        if latest is not None and (message.ts > latest or (message.ts == latest and not inclusive)):
            continue
        kept.append(message)
    return kept


def _cursor(call: Call) -> str | None:
    """The ts in the cursor: that of the next message, so that new messages do not shift the pages."""
    cursor = call.text("cursor")
    if not cursor:
        return None
    try:
        kind, _, ts = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if kind != "next_ts" or not _NUMBER.fullmatch(ts):
        raise ApiError("invalid_cursor")
    return ts


def _next_cursor(message: Message) -> Json:
    return {"next_cursor": base64.b64encode(f"next_ts:{message.ts}".encode()).decode()}


def _limit(call: Call, default: int) -> int:
    limit = call.number("limit", default)
    if not 0 <= limit <= 999 and limit != default:
        raise ApiError("invalid_limit")
    return limit or default


def _readable(call: Call) -> Channel:
    channel = call.channel(member=False)
    call.check_scope(scope_for(channel, "history"))
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    return channel


@method("conversations.history", *_HISTORY)
def history(call: Call) -> Json:
    """Roots and broadcast replies, newest first."""
    channel = _readable(call)
    found = _between(call, channel.top_level_messages())[::-1]
    start = _cursor(call)
    if start is not None:
        found = [one for one in found if one.ts <= start]
    limit = _limit(call, 100)
    page, rest = found[:limit], found[limit:]
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [payloads.message(channel, one, metadata=metadata) for one in page],
        "has_more": bool(rest),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if rest:
        answer["response_metadata"] = _next_cursor(rest[0])
    return answer


@method("conversations.replies", *_HISTORY)
def replies(call: Call) -> Json:
    """A thread, oldest first. As in Slack, every page begins with the root."""
    channel = _readable(call)
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise ApiError("thread_not_found")
    root = channel.messages.get(message.thread_ts or message.ts, message)
    found = _between(call, channel.replies(root.ts))
    start = _cursor(call)
    if start is not None:
        found = [one for one in found if one.ts >= start]
    limit = _limit(call, 1000)
    page, rest = found[:limit], found[limit:]
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [payloads.message(channel, one, metadata=metadata) for one in [root, *page]],
        "has_more": bool(rest),
    }
    if rest:
        answer["response_metadata"] = _next_cursor(rest[0])
    return answer
