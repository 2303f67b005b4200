"""reactions.*: emoji reactions to messages."""

from __future__ import annotations

import re

from sandbox import conversation, payloads
from sandbox.channel import Channel, Message
from sandbox.web_api.call import ApiError, Call, method
from sandbox.workspace_file import Json

MAX_REACTIONS = 50
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def read_reaction(call: Call) -> tuple[Channel, Message, str]:
    """The channel, message and emoji name of a reactions call."""
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
    """Add a reaction of the bot."""
    channel, message, name = read_reaction(call)
    if channel.is_archived:
        raise ApiError("is_archived")
    if name not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
        raise ApiError("too_many_emoji")
    if not conversation.react(call.slack, channel, message, call.bot, name, remove=False):
        raise ApiError("already_reacted")
    return {}


@method("reactions.remove", "reactions:write")
def remove_reaction(call: Call) -> Json:
    """Remove a reaction of the bot."""
    channel, message, name = read_reaction(call)
    if not conversation.react(call.slack, channel, message, call.bot, name, remove=True):
        raise ApiError("no_reaction")
    return {}


@method("reactions.get", "reactions:read")
def get_reactions(call: Call) -> Json:
    """A message with its reactions."""
    if not call.text("channel") or not call.text("timestamp"):
        raise ApiError("no_item_specified")
    channel = call.channel()
    message = call.message(channel, "timestamp")
    body = payloads.message(channel, message) | {"permalink": call.permalink(channel, message)}
    return {"type": "message", "channel": channel.id, "message": body}
