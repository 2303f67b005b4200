"""reactions.*, pins.* and bookmarks.*: what is attached to messages and channels."""

from __future__ import annotations

import re

from sandbox import conversation, payloads
from sandbox.web_api.calls import ApiError, Call, method
from sandbox.workspace import Channel, Message
from sandbox.workspace_file import Json

MOST_REACTIONS = 50
MOST_BOOKMARKS = 100
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def reacted(call: Call) -> tuple[Channel, Message, str]:
    """Channel, message and emoji name of a reactions call."""
    name = call.text("name").strip(":")
    if not name or not _EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    if not call.text("channel") or not call.text("timestamp"):
        raise ApiError("no_item_specified")
    channel = call.channel()
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    return channel, call.message(channel, "timestamp"), name


@method("reactions.add", "reactions:write")
def add_reaction(call: Call) -> Json:
    """React to a message."""
    channel, message, name = reacted(call)
    if channel.is_archived:
        raise ApiError("is_archived")
    if name not in message.reactions and len(message.reactions) >= MOST_REACTIONS:
        raise ApiError("too_many_emoji")
    if not conversation.react(call.world, channel, message, call.bot, name, remove=False):
        raise ApiError("already_reacted")
    return {}


@method("reactions.remove", "reactions:write")
def remove_reaction(call: Call) -> Json:
    """Take one's reaction back."""
    channel, message, name = reacted(call)
    if not conversation.react(call.world, channel, message, call.bot, name, remove=True):
        raise ApiError("no_reaction")
    return {}


@method("reactions.get", "reactions:read")
def get_reactions(call: Call) -> Json:
    """A message with its reactions."""
    if not call.text("channel") or not call.text("timestamp"):
        raise ApiError("no_item_specified")
    channel = call.channel()
    message = call.message(channel, "timestamp")
    body = payloads.message(channel, message) | {"permalink": call.link(channel, message)}
    return {"type": "message", "channel": channel.id, "message": body}


@method("pins.add", "pins:write")
def pin(call: Call) -> Json:
    """Pin a message to its channel."""
    channel = call.channel()
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    if not call.text("timestamp"):
        raise ApiError("no_item_specified")
    message = call.message(channel, "timestamp")
    if message.ts in channel.pins:
        raise ApiError("already_pinned")
    channel.pins.append(message.ts)
    conversation.tell(call.world, "message_changed", channel, message)
    return {}


@method("pins.remove", "pins:write")
def unpin(call: Call) -> Json:
    """Take a pin away."""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    if message.ts not in channel.pins:
        raise ApiError("no_pin")
    channel.pins.remove(message.ts)
    conversation.tell(call.world, "message_changed", channel, message)
    return {}


@method("pins.list", "pins:read")
def list_pins(call: Call) -> Json:
    """Pinned messages of a channel."""
    channel = call.channel()
    found = [channel.messages[ts] for ts in channel.pins]
    items = [{"type": "message", "channel": channel.id, "message": payloads.message(channel, one)} for one in found]
    return {"items": items}


@method("bookmarks.add", "bookmarks:write")
def add_bookmark(call: Call) -> Json:
    """A link at the head of a channel."""
    channel = call.channel("channel_id")
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    title = call.needed("title")
    if call.needed("type") != "link":
        raise ApiError("invalid_bookmark_type")
    if not re.match(r"https?://", call.text("link")):
        raise ApiError("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise ApiError("too_many_bookmarks")
    now = int(call.workspace.clock.now())
    bookmark: Json = {
        "id": call.workspace.fresh_id("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": call.text("link"),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": "i",
        "last_updated_by_user_id": call.bot,
        "last_updated_by_team_id": call.workspace.team.id,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(bookmark)
    conversation.tell_channel(call.world, channel)
    return {"bookmark": bookmark}


@method("bookmarks.list", "bookmarks:read")
def list_bookmarks(call: Call) -> Json:
    """Links at the head of a channel."""
    return {"bookmarks": call.channel("channel_id").bookmarks}
