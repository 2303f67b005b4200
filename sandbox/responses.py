"""Answers by response_url and in a command's acknowledgement. Ephemeral unless the app says otherwise."""

from __future__ import annotations

from typing import Any

from sandbox import conversation
from sandbox.blocks import check_blocks
from sandbox.composing import posted, stored_blocks
from sandbox.interaction_ids import ResponseAddress
from sandbox.workspace import Channel, Message
from sandbox.workspace_file import Json
from sandbox.world import World


def respond(world: World, address: ResponseAddress, body: Any) -> tuple[int, str]:
    """A POST to a response_url -> (HTTP status, text that Slack answers)."""
    if not isinstance(body, dict):
        return 400, "invalid_payload"
    channel = world.workspace.channels.get(address.channel)
    if channel is None:
        return 404, "channel_not_found"
    source = _source(channel, address)
    if body.get("delete_original"):
        if source is not None:
            conversation.delete(world, channel, source)
        return 200, "ok"
    problem = _refusal(body)
    if problem:
        return 400, problem
    # A click's answer replaces its message unless told not to; a command has no message to replace.
    replaces = body.get("replace_original", source is not None and "response_type" not in body)
    if replaces and source is not None:
        content = _content(world, body)
        conversation.change(world, channel, source, {"blocks": None, "attachments": None} | content, edited_by=None)
        return 200, "ok"
    _post(world, channel, address.user, body, str(body.get("thread_ts") or "") or None)
    return 200, "ok"


def respond_to_command(world: World, channel: Channel, user: str, body: Json) -> None:
    """What an app put into a command's acknowledgement."""
    if _refusal(body) is None:
        _post(world, channel, user, body, None)


def _source(channel: Channel, address: ResponseAddress) -> Message | None:
    if address.message_ts is None:
        return None
    return channel.ephemerals.get(address.message_ts) if address.ephemeral else channel.messages.get(address.message_ts)


def _refusal(body: Json) -> str | None:
    blocks = body.get("blocks")
    if not body.get("text") and not blocks and not body.get("attachments"):
        return "no_text"
    return "invalid_blocks" if blocks and check_blocks(blocks, "message") else None


def _content(world: World, body: Json) -> Json:
    content: Json = {"text": posted(str(body.get("text") or ""))}
    if body.get("blocks"):
        content["blocks"] = stored_blocks(world.workspace, body["blocks"])
    if body.get("attachments"):
        content["attachments"] = body["attachments"]
    return content


def _post(world: World, channel: Channel, user: str, body: Json, thread_ts: str | None) -> None:
    content = world.workspace.bot_fields() | _content(world, body)
    if thread_ts:
        content["thread_ts"] = thread_ts
    if body.get("response_type") == "in_channel":
        conversation.post(world, channel, conversation.Draft(content, metadata=body.get("metadata")))
    else:
        conversation.show_only_to(world, channel, user, conversation.Draft(content))
