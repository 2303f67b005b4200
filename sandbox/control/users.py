"""The control API for what people write: messages, forwarded messages, files and reactions; and their profiles."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from pydantic import ValidationError

from sandbox import conversation, events, message_text, payloads
from sandbox.channel import Channel, Message
from sandbox.control.interactivity import command_result
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.conversation import Draft
from sandbox.interactions import run_command
from sandbox.workspace import StoredFile
from sandbox.workspace_file import Json, UserEntry

_MEMBERSHIP_SUBTYPES = ("channel_join", "group_join", "channel_leave", "group_leave")
_PROFILE_FIELDS = ("deleted", "name", "real_name", "display_name", "title", "email", "tz", "locale", "admin")


async def say(request: ControlRequest) -> Json:
    """A person posts a message, or runs a command when the text starts with one."""
    user = request.actor()
    channel = _writable_channel(request, user, "channel")
    text = request.text("text", required=False)
    files = [_store_file(request, user, one) for one in request.items("files")]
    if not text.strip() and not files:
        raise ControlError("no_text", "Give `text` or `files`.")
    command, _, rest = text.partition(" ")
    if any(one.command == command for one in request.slack.workspace.app.commands) and not files:
        if request.text("thread_ts", required=False):
            raise ControlError("not_in_thread", f"{command} does not work in a thread, as in Slack: use the channel.")
        return command_result(await run_command(request.slack, user, channel, command, rest.strip()))
    body = _typed_body(request, user, text) | _thread_fields(request, channel)
    if files:
        body["subtype"] = "file_share"
    message = conversation.post(request.slack, channel, Draft(body, files=files))
    return {"ts": message.ts}


async def forward(request: ControlRequest) -> Json:
    """A person forwards a message to another channel, with or without a comment."""
    user = request.actor()
    workspace = request.slack.workspace
    source = request.channel(user)
    message = request.message(source, user, request.text("ts"))
    subtype = message.body.get("subtype")
    if message.ephemeral_for is not None or subtype in ("tombstone", *_MEMBERSHIP_SUBTYPES):
        raise ControlError("cannot_forward", "Only messages of people and apps can be forwarded.")
    target = _writable_channel(request, user, "to")
    body = _typed_body(request, user, request.text("text", required=False)) | _thread_fields(request, target)
    body["attachments"] = [payloads.forwarded(workspace, source, message, request.slack.base_url)]
    for stored in workspace.find_files(one.get("id") for one in message.body.get("files", [])):
        if target.id not in stored.channels:
            stored.channels.append(target.id)
    return {"ts": conversation.post(request.slack, target, Draft(body)).ts}


def _writable_channel(request: ControlRequest, user: str, name: str) -> Channel:
    channel = request.member_channel(user, name)
    if channel.is_archived:
        raise ControlError("is_archived", "This channel is archived.")
    return channel


def _typed_body(request: ControlRequest, user: str, text: str) -> Json:
    workspace = request.slack.workspace
    body = workspace.author_fields(user) | {"text": message_text.format_typed(workspace, text)}
    if text:
        body["blocks"] = message_text.rich_text_blocks(body["text"])
    if "user" in body and not workspace.users[user].is_bot:
        body["client_msg_id"] = request.text("client_msg_id", required=False) or secrets.token_hex(16)
    return body


def _thread_fields(request: ControlRequest, channel: Channel) -> Json:
    thread_ts = request.text("thread_ts", required=False)
    if not thread_ts:
        return {}
    root = channel.messages.get(thread_ts)
    if root is None or root.body.get("subtype") in _MEMBERSHIP_SUBTYPES:
        raise ControlError("message_not_found", f"There is no message {thread_ts} to reply to.", 404)
    fields: Json = {"thread_ts": root.thread_ts if root.is_reply else thread_ts}
    return fields | ({"subtype": "thread_broadcast"} if request.flag("reply_broadcast") else {})


def _store_file(request: ControlRequest, user: str, given: Any) -> StoredFile:
    if not isinstance(given, dict) or not given.get("name"):
        raise ControlError("invalid_argument", "A file is {name, mimetype?, content_base64}.")
    try:
        content = base64.b64decode(str(given.get("content_base64", "")), validate=True)
    except binascii.Error:
        raise ControlError("invalid_argument", f"content_base64 of {given['name']} is not valid base64.") from None
    name = str(given["name"]).replace("/", "_")
    workspace = request.slack.workspace
    stored = StoredFile(
        workspace.new_id("F"),
        user,
        name,
        str(given.get("title") or name),
        str(given.get("mimetype") or payloads.mimetype(name)),
        int(workspace.clock.now()),
        content,
        uploaded=True,
        complete=True,
    )
    workspace.files[stored.id] = stored
    return stored


async def edit(request: ControlRequest) -> Json:
    """A person changes an own message."""
    user, channel, message = _own_message(request)
    text = message_text.format_typed(request.slack.workspace, request.text("text"))
    fields: Json = {"text": text, "blocks": message_text.rich_text_blocks(text)}
    conversation.update(request.slack, channel, message, fields, edited_by=user)
    return {"ts": message.ts}


async def delete(request: ControlRequest) -> Json:
    """A person deletes an own message."""
    _, channel, message = _own_message(request)
    conversation.delete(request.slack, channel, message)
    return {}


def _own_message(request: ControlRequest) -> tuple[str, Channel, Message]:
    user = request.actor()
    channel = request.member_channel(user)
    message = request.message(channel, user, request.text("ts"))
    is_own = message.author == user and message.body.get("subtype") not in _MEMBERSHIP_SUBTYPES
    if message.ephemeral_for is not None or not is_own:
        raise ControlError("not_your_message", "People can change and delete only their own messages.", 403)
    return user, channel, message


async def react(request: ControlRequest) -> Json:
    """A person adds or removes a reaction."""
    user = request.actor()
    channel = request.member_channel(user)
    message = request.message(channel, user, request.text("ts"))
    name, remove = request.text("name").strip(":"), request.flag("remove")
    if message.ephemeral_for is not None:
        raise ControlError("message_not_found", "Ephemeral messages cannot have reactions.", 404)
    if not conversation.react(request.slack, channel, message, user, name, remove=remove):
        code = "no_reaction" if remove else "already_reacted"
        raise ControlError(code, f"{user} has {'not' if remove else 'already'} reacted with :{name}:.", 409)
    return {}


async def mark_read(request: ControlRequest) -> Json:
    """A person has read a channel."""
    user = request.actor()
    channel = request.channel(user)
    if channel.timestamps:
        channel.read_until[user] = channel.timestamps[-1]
    return {}


async def update_user(request: ControlRequest) -> Json:
    """Change a person's profile, or deactivate them (`deleted: true`). The app is sent `user_change`."""
    user = request.user("user")
    slack, workspace = request.slack, request.slack.workspace
    changes = {name: value for name, value in request.args.items() if name != "user"}
    if not changes or set(changes) - set(_PROFILE_FIELDS):
        raise ControlError("invalid_argument", f"Give one or more of {', '.join(_PROFILE_FIELDS)}.")
    if changes.get("deleted") and user == workspace.app.bot_user_id:
        raise ControlError("invalid_argument", "The app's own bot cannot be deactivated.")
    try:
        changed = UserEntry.model_validate(workspace.users[user].model_dump() | changes)
    except ValidationError as error:
        raise ControlError("invalid_argument", f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}") from None
    workspace.users[user] = changed
    if workspace.is_visible_to_bot(user):
        event: Json = {
            "type": "user_change",
            "user": payloads.user(
                workspace, changed, locale=True, email=events.has_scope(workspace, "users:read.email")
            ),
            "cache_ts": int(slack.clock.now()),
            "event_ts": slack.clock.next_ts(),
        }
        conversation.emit(slack, event, None)
    slack.changes.publish({"kind": "user", "user": user})
    return {"user": workspace.users[user].model_dump()}
