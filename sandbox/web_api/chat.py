"""chat.*: posting, updating and deleting messages, with the limits of Slack."""

from __future__ import annotations

import re
from typing import Any

from sandbox import conversation, payloads
from sandbox.blocks import check_blocks
from sandbox.channel import Channel, Message
from sandbox.conversation import Draft
from sandbox.message_text import format_posted, prepare_blocks
from sandbox.web_api.call import ApiError, Call, invalid, method
from sandbox.workspace_file import Json

MAX_TEXT = 40_000
MAX_UPDATE = 4_000
SPLIT_ABOVE = 4_040
SPLIT_AT = 4_000
MAX_MARKDOWN = 12_000
MAX_ATTACHMENTS = 100
MAX_METADATA = 16_000
_TS = re.compile(r"\d{10}\.\d{6}")
_EVENT_TYPE = re.compile(r"[\w.:-]{1,255}")


def resolve_target(call: Call) -> Channel:
    """The channel to post in, given as an id, as `#name`, or as a user id for the IM with that person."""
    name = call.required("channel", "channel_not_found")
    workspace = call.workspace
    if name in workspace.users:
        if not workspace.is_visible_to_bot(name) or name == call.bot:
            raise ApiError("channel_not_found")
        return workspace.open_im(call.bot, name)
    by_name = workspace.find_channel_by_name(name.lstrip("#"))
    if name not in workspace.channels and by_name is not None:
        call.args["channel"] = by_name.id
    channel = call.channel()
    if channel.is_archived:
        raise ApiError("is_archived")
    if call.bot not in channel.members and not (call.has_scope("chat:write.public") and call.workspace.app.scopes):
        raise ApiError("not_in_channel")
    return channel


def file_exists(call: Call, given: Json) -> bool:
    """Does an uploaded file with this `{id}` or `{url}` exist?"""
    for stored in call.workspace.files.values():
        details = payloads.file(call.workspace, stored, call.slack.base_url)
        if stored.uploaded and given in (
            {"id": stored.id},
            {"url": details["url_private"]},
            {"url": details["permalink"]},
        ):
            return True
    return False


def read_content(call: Call) -> Json:
    """The valid `text`, `blocks` and `attachments` of a call; absent ones are left out."""
    content: Json = {}
    markdown = call.text("markdown_text")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    if markdown:
        if blocks or call.text("text"):
            raise ApiError("markdown_text_conflict")
        if len(markdown) > MAX_MARKDOWN:
            raise ApiError("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
        content["text"] = format_posted(markdown)
    if blocks is not None:
        _check(call, blocks)
        content["blocks"] = prepare_blocks(call.workspace, blocks)
    if attachments is not None:
        if not isinstance(attachments, list):
            raise ApiError("invalid_attachments")
        if len(attachments) > MAX_ATTACHMENTS:
            raise ApiError("too_many_attachments")
        content["attachments"] = [_attachment(call, number, one) for number, one in enumerate(attachments)]
    if call.args.get("text") is not None:
        content["text"] = format_posted(call.text("text"))
    if not any(content.get(name) for name in ("text", "blocks", "attachments")):
        raise ApiError("no_text")
    return content


def _check(call: Call, blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    errors = check_blocks(blocks, "message", file_exists=lambda given: file_exists(call, given))
    if errors:
        raise invalid("invalid_blocks", errors)


def _attachment(call: Call, number: int, attachment: Any) -> Json:
    if not isinstance(attachment, dict):
        raise ApiError("invalid_attachments")
    kept: Json = {"id": number + 1} | attachment
    if "blocks" in attachment:
        if not isinstance(attachment["blocks"], list) or check_blocks(attachment["blocks"], "message"):
            raise ApiError("invalid_attachments")
        kept["blocks"] = prepare_blocks(call.workspace, attachment["blocks"])
    return kept


def read_metadata(call: Call) -> Json | None:
    """The valid `metadata` of a call; None if it is not given, {} to remove it."""
    metadata: Json | None = call.json("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return metadata
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_schema")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if "entities" not in metadata and not (
        isinstance(kind, str) and _EVENT_TYPE.fullmatch(kind) and isinstance(payload, dict)
    ):
        raise ApiError("invalid_metadata_schema")
    if len(str(metadata)) > MAX_METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def author_fields(call: Call) -> Json:
    """The author fields of a message: the bot's, or with chat:write.customize another name."""
    if call.text("username") or call.text("icon_emoji") or call.text("icon_url"):
        call.check_scope("chat:write.customize")
        icons = {"emoji": call.text("icon_emoji")} if call.text("icon_emoji") else {}
        if call.text("icon_url"):
            icons = {"image_48": call.text("icon_url")}
        name = call.text("username") or call.workspace.app.name
        fields = {"subtype": "bot_message", "bot_id": call.workspace.app.bot_id, "app_id": call.workspace.app.id}
        return fields | {"username": name} | ({"icons": icons} if icons else {})
    return call.workspace.bot_fields()


def thread_fields(call: Call, channel: Channel) -> Json:
    """`thread_ts`, and for `reply_broadcast` the subtype."""
    ts = call.text("thread_ts")
    if not ts:
        return {}
    if not _TS.fullmatch(ts):
        raise ApiError("invalid_thread_ts")
    root = channel.messages.get(ts)
    if root is None:
        raise ApiError("thread_not_found")
    if root.body.get("subtype") in ("channel_join", "group_join", "channel_leave", "group_leave"):
        raise ApiError("cannot_reply_to_message")
    # As in Slack, the ts of a reply means the thread that the reply is in.
    fields: Json = {"thread_ts": root.thread_ts if root.is_reply else ts}
    if call.flag("reply_broadcast"):
        fields["subtype"] = "thread_broadcast"
    return fields


def _split_text(text: str) -> list[str]:
    """As in Slack: text is cut at 40,000 characters, and split if it is longer than 4,040."""
    text = text[:MAX_TEXT]
    if len(text) <= SPLIT_ABOVE:
        return [text]
    pieces = []
    while text:
        cut = text.rfind("\n", 0, SPLIT_AT) if len(text) > SPLIT_AT else len(text)
        cut = cut if cut > 0 else SPLIT_AT
        pieces.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return pieces


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    """Post in a channel, IM or thread."""
    channel = resolve_target(call)
    content = read_content(call)
    metadata = read_metadata(call)
    body = author_fields(call) | thread_fields(call, channel)
    first: Message | None = None
    pieces = _split_text(content["text"]) if "text" in content and len(content) == 1 else [content.get("text", "")]
    for piece in pieces:
        whole = body | content | {"text": piece}
        message = conversation.post(call.slack, channel, Draft(whole, metadata=None if first else metadata or None))
        first = first or message
    assert first is not None
    answer: Json = {"channel": channel.id, "ts": first.ts, "message": payloads.message(channel, first, metadata=True)}
    if len(call.text("text")) > MAX_TEXT:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    """Show a message to one person in a channel."""
    channel = resolve_target(call)
    user = call.required("user")
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    content = read_content(call)
    if len(content.get("text", "")) > MAX_TEXT:
        raise ApiError("msg_too_long")
    body = author_fields(call) | content | thread_fields(call, channel)
    body.setdefault("text", "")
    shown = conversation.post_ephemeral(call.slack, channel, user, Draft(body))
    return {"message_ts": shown.ts}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    """Change a message of the bot."""
    channel = call.channel()
    message = call.message(channel)
    if not _is_own(call, message):
        raise ApiError("cant_update_message")
    content: Json = {}
    if any(call.args.get(name) is not None for name in ("text", "blocks", "attachments", "markdown_text")):
        content = read_content(call)
        if len(call.text("text")) > MAX_UPDATE:
            raise ApiError("msg_too_long")
    metadata = read_metadata(call)
    if not content and metadata is None:
        raise ApiError("no_text")
    if "blocks" in content or ("text" in content and "blocks" in message.body):
        # Text without blocks removes the old blocks; blocks without text keep the old text.
        content.setdefault("blocks", None)
    if metadata is not None:
        message.metadata = metadata or None
    edited = call.bot if "blocks" not in content or content["blocks"] is None else None
    conversation.update(call.slack, channel, message, content, edited_by=edited)
    found = payloads.message(channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.body.get("text", ""), "message": found}


def _is_own(call: Call, message: Message) -> bool:
    return message.body.get("bot_id") == call.workspace.app.bot_id


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    """Delete a message of the bot."""
    channel = call.channel()
    message = call.message(channel)
    if message.body.get("subtype") == "tombstone":
        raise ApiError("message_not_found")
    if not _is_own(call, message):
        raise ApiError("cant_delete_message")
    conversation.delete(call.slack, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    """The permalink of a message, on this server."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": call.permalink(channel, message)}
