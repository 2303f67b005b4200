"""What happens to messages: post, update, delete, react. Each change is stored, then sent to the app and to pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox import control_objects, events, payloads
from sandbox.channel import Channel, Message
from sandbox.fake_slack import FakeSlack
from sandbox.workspace import StoredFile
from sandbox.workspace_file import Json

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass
class Draft:
    """A message that is about to be posted."""

    body: Json  # the author, `text`, `blocks`, `thread_ts`, `subtype` ...
    metadata: Json | None = None
    files: list[StoredFile] = field(default_factory=list)


def emit(slack: FakeSlack, event: Json, channel: Channel | None, *, always: bool = False) -> None:
    """Send an event to the app if it is subscribed and in the channel (with `always` also when it is not in it)."""
    workspace = slack.workspace
    if channel is not None and not always and workspace.app.bot_user_id not in channel.members:
        return
    if events.is_subscribed(workspace, event):
        slack.delivery.send_event(events.envelope(workspace, event, channel))


def notify_pages(slack: FakeSlack, kind: str, channel: Channel, message: Message, **more: object) -> None:
    """Publish a change of a message to the pages of all who can see it."""
    if not slack.changes.has_subscribers:
        return
    change: Json = {"kind": kind, "channel": channel.id, "ts": message.ts, **more}
    if message.is_reply:
        change["thread_ts"] = message.thread_ts
    if kind != "message_deleted":
        change["message"] = control_objects.message(slack.workspace, channel, message)
    reader = message.ephemeral_for

    def can_see(person: str) -> bool:
        return person == reader if reader else slack.workspace.can_see(person, channel)

    slack.changes.publish(change, can_see)


def notify_channel_changed(slack: FakeSlack, channel: Channel) -> None:
    """Publish to all pages that the name, members or settings of a channel changed."""
    slack.changes.publish({"kind": "channel", "channel": channel.id})


def post(slack: FakeSlack, channel: Channel, draft: Draft, *, silent: bool = False) -> Message:
    """Post a message. `silent` sends no message event to the app."""
    ts = slack.clock.next_ts()
    body: Json = {"type": "message"} | draft.body | {"ts": ts}
    author = body.get("user")
    if isinstance(author, str):
        body |= events.slack_connect_fields(slack.workspace, channel, author)
    if draft.files:
        body["files"] = [payloads.file(slack.workspace, one, slack.base_url) for one in draft.files]
    message = Message(channel.id, ts, body, metadata=draft.metadata)
    channel.add(message)
    if isinstance(author, str):
        channel.read_until[author] = ts
    for stored in [*draft.files, *_files_in_blocks(slack, body.get("blocks"))]:
        if channel.id not in stored.channels:
            stored.channels.append(channel.id)
    notify_pages(slack, "message", channel, message)
    root = channel.root_of(message)
    if root is not None:
        notify_pages(slack, "message_changed", channel, root)
    if not silent:
        _emit_message(slack, channel, message, draft.files)
    return message


def _files_in_blocks(slack: FakeSlack, blocks: object) -> list[StoredFile]:
    """The uploaded files that image blocks show; everybody who sees the message can see them."""
    listed = blocks if isinstance(blocks, list) else []
    pictures = [block.get("slack_file") for block in listed if isinstance(block, dict)]
    return slack.workspace.find_files(one.get("id") for one in pictures if isinstance(one, dict))


def _emit_message(slack: FakeSlack, channel: Channel, message: Message, files: list[StoredFile]) -> None:
    event = dict(message.body) | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": events.channel_type(channel),
    }
    root = channel.root_of(message)
    if root is not None:
        event["parent_user_id"] = root.author
    if root is not None and message.body.get("subtype") == "thread_broadcast":
        event["root"] = payloads.message(channel, root)
    if files and channel.is_ext_shared and slack.workspace.is_external(files[0].user):
        event["files"] = [payloads.hidden_file(one) for one in files]
    emit(slack, event, channel)
    for stored in files:
        emit(slack, _file_shared(stored, channel, message), channel)
    bot = slack.workspace.app.bot_user_id
    mentioned = bot in _MENTION.findall(str(message.body.get("text", "")))
    if mentioned and not channel.is_im and message.author != bot:
        mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type", "root")}
        emit(slack, mention | {"type": "app_mention"}, channel)


def _file_shared(stored: StoredFile, channel: Channel, message: Message) -> Json:
    return {
        "type": "file_shared",
        "file_id": stored.id,
        "user_id": stored.user,
        "file": {"id": stored.id},
        "channel_id": channel.id,
        "event_ts": message.ts,
    }


def post_ephemeral(slack: FakeSlack, channel: Channel, reader: str, draft: Draft) -> Message:
    """Show an ephemeral message to one person. It is not in the history and sends no event."""
    ts = slack.clock.next_ts()
    body: Json = {"type": "message"} | draft.body | {"ts": ts}
    message = Message(channel.id, ts, body, ephemeral_for=reader)
    channel.ephemerals[ts] = message
    notify_pages(slack, "ephemeral", channel, message)
    return message


def update(slack: FakeSlack, channel: Channel, message: Message, fields: Json, *, edited_by: str | None) -> None:
    """Change fields of a message (None removes a field). `edited_by` marks it as edited."""
    before = payloads.message(channel, message)
    message.body = {key: one for key, one in (message.body | fields).items() if one is not None}
    if edited_by is not None:
        message.body["edited"] = {"user": edited_by, "ts": slack.clock.next_ts()}
    notify_pages(slack, "ephemeral" if message.ephemeral_for else "message_changed", channel, message)
    if message.ephemeral_for is None:
        _emit_subtype(
            slack,
            channel,
            "message_changed",
            {"message": payloads.message(channel, message), "previous_message": before},
        )


def delete(slack: FakeSlack, channel: Channel, message: Message) -> None:
    """Delete a message. A root with replies becomes a tombstone, as in Slack."""
    if message.ephemeral_for is not None:
        channel.ephemerals.pop(message.ts, None)
        notify_pages(slack, "message_deleted", channel, message)
        return
    before = payloads.message(channel, message)
    if channel.replies(message.ts):
        message.body = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": message.ts,
            "thread_ts": message.ts,
        }
        message.reactions.clear()
        message.metadata = None
        notify_pages(slack, "message_changed", channel, message)
        changed = payloads.message(channel, message)
        _emit_subtype(slack, channel, "message_changed", {"message": changed, "previous_message": before})
        return
    channel.remove(message)
    notify_pages(slack, "message_deleted", channel, message)
    root = channel.root_of(message)
    if root is not None:
        notify_pages(slack, "message_changed", channel, root)
    _emit_subtype(slack, channel, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})


def _emit_subtype(slack: FakeSlack, channel: Channel, subtype: str, content: Json) -> None:
    ts = slack.clock.next_ts()
    event: Json = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "ts": ts,
        "event_ts": ts,
        "channel_type": events.channel_type(channel),
    }
    # As in Slack, the author's team is inside `message` only; the event itself does not say who made the change.
    emit(slack, event | content, channel)


def react(slack: FakeSlack, channel: Channel, message: Message, user: str, name: str, *, remove: bool) -> bool:
    """Add or remove a reaction; False if it was there already or not there."""
    users = message.reactions.setdefault(name, [])
    if (user in users) is not remove:
        if not users:
            del message.reactions[name]
        return False
    if remove:
        users.remove(user)
    else:
        users.append(user)
    if not users:
        del message.reactions[name]
    notify_pages(slack, "reaction", channel, message)
    event: Json = {
        "type": "reaction_removed" if remove else "reaction_added",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": slack.clock.next_ts(),
    }
    if message.author:
        event["item_user"] = message.author
    emit(slack, event, channel)
    return True
