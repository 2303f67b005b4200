"""files.*: the upload in three steps, and information about files."""

from __future__ import annotations

from typing import Any

from sandbox import conversation, payloads
from sandbox.blocks import check_blocks
from sandbox.channel import Channel
from sandbox.conversation import Draft
from sandbox.message_text import format_posted, prepare_blocks
from sandbox.web_api.call import ApiError, Call, invalid, method
from sandbox.workspace import StoredFile
from sandbox.workspace_file import Json

MAX_FILE = 1_073_741_824


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: Call) -> Json:
    """Step one of an upload: a URL for the content."""
    name, length = call.required("filename"), call.number("length", 0)
    if length <= 0:
        raise invalid("invalid_arguments", ["[ERROR] must be more than 0 [json-pointer:/length]"])
    if length > MAX_FILE:
        raise ApiError("file_upload_size_restricted")
    stored = StoredFile(
        call.workspace.new_id("F"),
        call.bot,
        name,
        name,
        payloads.mimetype(name),
        int(call.workspace.clock.now()),
        expected=length,
        alt_txt=call.text("alt_txt") or call.text("alt_text"),
    )
    call.workspace.files[stored.id] = stored
    return {"upload_url": f"{call.slack.base_url}/upload/{stored.id}", "file_id": stored.id}


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    """Step three of an upload: set titles and share the files."""
    given: Any = call.json("files")
    if not isinstance(given, list) or not given:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: files"])
    stored = [_complete_file(call, one) for one in given]
    channels = [_resolve_channel(call, one) for one in (call.string_list("channels") or call.string_list("channel_id"))]
    thread_ts = call.text("thread_ts")
    if thread_ts and any(thread_ts not in channel.messages for channel in channels):
        raise ApiError("invalid_thread_ts")
    blocks = call.json("blocks", "invalid_blocks_format")
    if blocks and (errors := check_blocks(blocks, "message")):
        raise invalid("invalid_blocks", errors)
    for one in stored:
        one.complete = True
    for channel in channels:
        body = call.workspace.bot_fields() | {
            "subtype": "file_share",
            "text": format_posted(call.text("initial_comment")),
            "upload": False,
        }
        if blocks:
            body["blocks"] = prepare_blocks(call.workspace, blocks)
        if thread_ts:
            body["thread_ts"] = channel.messages[thread_ts].thread_ts or thread_ts
        conversation.post(call.slack, channel, Draft(body, files=stored))
    return {"files": [payloads.file(call.workspace, one, call.slack.base_url) for one in stored]}


def _complete_file(call: Call, given: Any) -> StoredFile:
    stored = call.workspace.files.get(str(given.get("id"))) if isinstance(given, dict) else None
    if stored is None or not stored.uploaded or stored.complete:
        raise ApiError("file_not_found")
    stored.title = given.get("title") or stored.name
    return stored


def _resolve_channel(call: Call, name: str) -> Channel:
    channel = call.workspace.channels.get(name)
    if channel is None and call.workspace.is_visible_to_bot(name):
        channel = call.workspace.open_im(call.bot, name)
    if channel is None or call.bot not in channel.members:
        raise ApiError("channel_not_found" if channel is None or channel.is_private else "not_in_channel")
    return channel


@method("files.info", "files:read")
def file_info(call: Call) -> Json:
    """One file that the bot can see."""
    stored = call.workspace.files.get(call.text("file"))
    if stored is None or not is_visible(call, stored):
        raise ApiError("file_not_found")
    return {
        "file": payloads.file(call.workspace, stored, call.slack.base_url),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def is_visible(call: Call, stored: StoredFile) -> bool:
    """Is it the bot's own file, or shared in a channel that the bot is in?"""
    shared = any(call.bot in call.workspace.channels[one].members for one in stored.channels)
    return stored.uploaded and (shared or stored.user == call.bot)


@method("files.delete", "files:write")
def delete_file(call: Call) -> Json:
    """Delete a file of the bot."""
    stored = call.workspace.files.get(call.text("file"))
    if stored is None or not is_visible(call, stored):
        raise ApiError("file_not_found")
    if stored.user != call.bot:
        raise ApiError("cant_delete_file")
    del call.workspace.files[stored.id]
    return {}
