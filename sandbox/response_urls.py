"""What an app posts to a response_url or answers to a command. It is ephemeral unless the app says otherwise."""

from __future__ import annotations

from typing import Any

from sandbox import conversation
from sandbox.blocks import check_blocks
from sandbox.channel import Channel, Message
from sandbox.fake_slack import FakeSlack
from sandbox.interaction_ids import ResponseUrl
from sandbox.message_text import format_posted, prepare_blocks
from sandbox.workspace_file import Json


def post_response(slack: FakeSlack, url: ResponseUrl, body: Any) -> tuple[int, str]:
    """Apply a POST to a response_url -> (HTTP status, the text that Slack answers)."""
    if not isinstance(body, dict):
        return 400, "invalid_payload"
    channel = slack.workspace.channels.get(url.channel)
    if channel is None:
        return 404, "channel_not_found"
    source = _source(channel, url)
    if body.get("delete_original"):
        if source is not None:
            conversation.delete(slack, channel, source)
        return 200, "ok"
    problem = _error_of(body)
    if problem:
        return 400, problem
    # By default the response to a click replaces the message; a command has no message to replace.
    replaces = body.get("replace_original", source is not None and "response_type" not in body)
    if replaces and source is not None:
        content = _content(slack, body)
        conversation.update(slack, channel, source, {"blocks": None, "attachments": None} | content, edited_by=None)
        return 200, "ok"
    _post(slack, channel, url.user, body, str(body.get("thread_ts") or "") or None)
    return 200, "ok"


def post_command_response(slack: FakeSlack, channel: Channel, user: str, body: Json) -> None:
    """Post what an app put into the acknowledgement of a command."""
    if _error_of(body) is None:
        _post(slack, channel, user, body, None)


def _source(channel: Channel, url: ResponseUrl) -> Message | None:
    if url.message_ts is None:
        return None
    return channel.ephemerals.get(url.message_ts) if url.ephemeral else channel.messages.get(url.message_ts)


def _error_of(body: Json) -> str | None:
    blocks = body.get("blocks")
    if not body.get("text") and not blocks and not body.get("attachments"):
        return "no_text"
    return "invalid_blocks" if blocks and check_blocks(blocks, "message") else None


def _content(slack: FakeSlack, body: Json) -> Json:
    content: Json = {"text": format_posted(str(body.get("text") or ""))}
    if body.get("blocks"):
        content["blocks"] = prepare_blocks(slack.workspace, body["blocks"])
    if body.get("attachments"):
        content["attachments"] = body["attachments"]
    return content


def _post(slack: FakeSlack, channel: Channel, user: str, body: Json, thread_ts: str | None) -> None:
    content = slack.workspace.bot_fields() | _content(slack, body)
    if thread_ts:
        content["thread_ts"] = thread_ts
    if body.get("response_type") == "in_channel":
        conversation.post(slack, channel, conversation.Draft(content, metadata=body.get("metadata")))
    else:
        conversation.post_ephemeral(slack, channel, user, conversation.Draft(content))
