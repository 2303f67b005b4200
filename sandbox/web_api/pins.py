"""pins.*: messages that are pinned to a channel."""

from __future__ import annotations

from sandbox import conversation, payloads
from sandbox.web_api.call import ApiError, Call, method
from sandbox.workspace_file import Json


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
    conversation.notify_pages(call.slack, "message_changed", channel, message)
    return {}


@method("pins.remove", "pins:write")
def unpin(call: Call) -> Json:
    """Remove a pin."""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    if message.ts not in channel.pins:
        raise ApiError("no_pin")
    channel.pins.remove(message.ts)
    conversation.notify_pages(call.slack, "message_changed", channel, message)
    return {}


@method("pins.list", "pins:read")
def list_pins(call: Call) -> Json:
    """The pinned messages of a channel."""
    channel = call.channel()
    found = [channel.messages[ts] for ts in channel.pins]
    items = [{"type": "message", "channel": channel.id, "message": payloads.message(channel, one)} for one in found]
    return {"items": items}
