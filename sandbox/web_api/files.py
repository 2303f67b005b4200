"""files.*: the upload in three steps, and what is known of a file."""

from __future__ import annotations

from typing import Any

from sandbox import conversation, payloads
from sandbox.blocks import check_blocks
from sandbox.composing import posted, stored_blocks
from sandbox.conversation import Draft
from sandbox.web_api.calls import ApiError, Call, invalid, method
from sandbox.workspace import Channel, StoredFile
from sandbox.workspace_file import Json

LARGEST_FILE = 1_073_741_824


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: Call) -> Json:
    """Step one: an address for the bytes."""
    name, length = call.needed("filename"), call.number("length", 0)
    if length <= 0:
        raise invalid("invalid_arguments", ["[ERROR] must be more than 0 [json-pointer:/length]"])
    if length > LARGEST_FILE:
        raise ApiError("file_upload_size_restricted")
    stored = StoredFile(
        call.workspace.fresh_id("F"),
        call.bot,
        name,
        name,
        payloads.mimetype(name),
        int(call.workspace.clock.now()),
        expected=length,
        alt_txt=call.text("alt_txt") or call.text("alt_text"),
    )
    call.workspace.files[stored.id] = stored
    return {"upload_url": f"{call.world.base}/upload/{stored.id}", "file_id": stored.id}


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    """Step three: name the files and share them."""
    given: Any = call.json("files")
    if not isinstance(given, list) or not given:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: files"])
    stored = [_finished(call, one) for one in given]
    channels = [_target(call, one) for one in (call.names("channels") or call.names("channel_id"))]
    thread_ts = call.text("thread_ts")
    if thread_ts and any(thread_ts not in channel.messages for channel in channels):
        raise ApiError("invalid_thread_ts")
    blocks = call.json("blocks", "invalid_blocks_format")
    if blocks and (complaints := check_blocks(blocks, "message")):
        raise invalid("invalid_blocks", complaints)
    for one in stored:
        one.complete = True
    for channel in channels:
        body = call.workspace.bot_fields() | {
            "subtype": "file_share",
            "text": posted(call.text("initial_comment")),
            "upload": False,
        }
        if blocks:
            body["blocks"] = stored_blocks(call.workspace, blocks)
        if thread_ts:
            body["thread_ts"] = channel.messages[thread_ts].thread_ts or thread_ts
        conversation.post(call.world, channel, Draft(body, files=stored))
    return {"files": [payloads.file(call.workspace, one, call.world.base) for one in stored]}


def _finished(call: Call, given: Any) -> StoredFile:
    stored = call.workspace.files.get(str(given.get("id"))) if isinstance(given, dict) else None
    if stored is None or not stored.uploaded or stored.complete:
        raise ApiError("file_not_found")
    stored.title = given.get("title") or stored.name
    return stored


def _target(call: Call, name: str) -> Channel:
    channel = call.workspace.channels.get(name)
    if channel is None and call.workspace.known_to_bot(name):
        channel = call.workspace.im_between(call.bot, name)
    if channel is None or call.bot not in channel.members:
        raise ApiError("channel_not_found" if channel is None or channel.is_private else "not_in_channel")
    return channel


@method("files.info", "files:read")
def file_info(call: Call) -> Json:
    """One file that the bot may see."""
    stored = call.workspace.files.get(call.text("file"))
    if stored is None or not visible(call, stored):
        raise ApiError("file_not_found")
    return {
        "file": payloads.file(call.workspace, stored, call.world.base),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def visible(call: Call, stored: StoredFile) -> bool:
    """The bot sees its own files and those shared where it is."""
    shared = any(call.bot in call.workspace.channels[one].members for one in stored.channels)
    return stored.uploaded and (shared or stored.user == call.bot)


@method("files.delete", "files:write")
def delete_file(call: Call) -> Json:
    """Delete one of the bot's files."""
    stored = call.workspace.files.get(call.text("file"))
    if stored is None or not visible(call, stored):
        raise ApiError("file_not_found")
    if stored.user != call.bot:
        raise ApiError("cant_delete_file")
    del call.workspace.files[stored.id]
    return {}
