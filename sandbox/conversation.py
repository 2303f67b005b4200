"""All that can happen in a channel, whoever does it: state first, then the app's events and pages' changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox import events, payloads, shown
from sandbox.workspace import Channel, Message, StoredFile
from sandbox.workspace_file import Json
from sandbox.world import World

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass
class Draft:
    """A message that is about to be posted."""

    body: Json  # who speaks, `text`, `blocks`, `thread_ts`, `subtype` ...
    metadata: Json | None = None
    files: list[StoredFile] = field(default_factory=list)


def emit(world: World, event: Json, channel: Channel | None, *, always: bool = False) -> None:
    """Send an event to the app, if it is in the channel and subscribed."""
    workspace = world.workspace
    if channel is not None and not always and workspace.app.bot_user_id not in channel.members:
        return
    if events.wanted(workspace, event):
        world.delivery.send_event(events.envelope(workspace, event, channel))


def tell(world: World, kind: str, channel: Channel, message: Message, **more: object) -> None:
    """Tell pages of a message, for as many as may see it."""
    if not world.changes.watched:
        return
    change: Json = {"kind": kind, "channel": channel.id, "ts": message.ts, **more}
    if message.is_reply:
        change["thread_ts"] = message.thread_ts
    if kind != "message_deleted":
        change["message"] = shown.message(world.workspace, channel, message)
    reader = message.reader

    def may_see(person: str) -> bool:
        return person == reader if reader else world.workspace.may_see(person, channel)

    world.changes.tell(change, may_see)


def tell_channel(world: World, channel: Channel) -> None:
    """Tell pages that a channel is not what it was."""
    world.changes.tell({"kind": "channel", "channel": channel.id})


def post(world: World, channel: Channel, draft: Draft, *, silent: bool = False) -> Message:
    """Post a message; `silent`: the app is not told (channel bookkeeping does that itself)."""
    ts = world.clock.next_ts()
    body: Json = {"type": "message"} | draft.body | {"ts": ts}
    author = body.get("user")
    if isinstance(author, str):
        body |= events.connect_fields(world.workspace, channel, author)
    if draft.files:
        body["files"] = [payloads.file(world.workspace, one, world.base) for one in draft.files]
    message = Message(channel.id, ts, body, metadata=draft.metadata)
    channel.add(message)
    if isinstance(author, str):
        channel.read_until[author] = ts
    for stored in [*draft.files, *_files_in_blocks(world, body.get("blocks"))]:
        if channel.id not in stored.channels:
            stored.channels.append(channel.id)
    tell(world, "message", channel, message)
    root = channel.messages.get(message.thread_ts or "") if message.is_reply else None
    if root is not None:
        tell(world, "message_changed", channel, root)
    if not silent:
        _emit_message(world, channel, message, draft.files)
    return message


def _files_in_blocks(world: World, blocks: object) -> list[StoredFile]:
    """The uploaded files that image blocks show: whoever sees the message sees them."""
    listed = blocks if isinstance(blocks, list) else []
    pictures = [block.get("slack_file") for block in listed if isinstance(block, dict)]
    return world.workspace.find_file(one.get("id") for one in pictures if isinstance(one, dict))


def _emit_message(world: World, channel: Channel, message: Message, files: list[StoredFile]) -> None:
    event = dict(message.body) | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": events.channel_type(channel),
    }
    root = channel.messages.get(message.thread_ts or "") if message.is_reply else None
    if root is not None:
        event["parent_user_id"] = root.author
    if root is not None and message.body.get("subtype") == "thread_broadcast":
        event["root"] = payloads.message(channel, root)
    if files and channel.is_ext_shared and world.workspace.is_external(files[0].user):
        event["files"] = [payloads.hidden_file(one) for one in files]
    emit(world, event, channel)
    for stored in files:
        emit(world, _file_shared(stored, channel, message), channel)
    bot = world.workspace.app.bot_user_id
    mentioned = bot in _MENTION.findall(str(message.body.get("text", "")))
    if mentioned and not channel.is_im and message.author != bot:
        mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type", "root")}
        emit(world, mention | {"type": "app_mention"}, channel)


def _file_shared(stored: StoredFile, channel: Channel, message: Message) -> Json:
    return {
        "type": "file_shared",
        "file_id": stored.id,
        "user_id": stored.user,
        "file": {"id": stored.id},
        "channel_id": channel.id,
        "event_ts": message.ts,
    }


def show_only_to(world: World, channel: Channel, reader: str, draft: Draft) -> Message:
    """An ephemeral message: one reader, no history, no event."""
    ts = world.clock.next_ts()
    body: Json = {"type": "message"} | draft.body | {"ts": ts}
    message = Message(channel.id, ts, body, reader=reader)
    channel.ephemerals[ts] = message
    tell(world, "ephemeral", channel, message)
    return message


def change(world: World, channel: Channel, message: Message, fields: Json, *, edited_by: str | None) -> None:
    """New content for a message (None removes a field); `edited_by` sets the edited mark."""
    before = payloads.message(channel, message)
    message.body = {key: one for key, one in (message.body | fields).items() if one is not None}
    if edited_by is not None:
        message.body["edited"] = {"user": edited_by, "ts": world.clock.next_ts()}
    tell(world, "ephemeral" if message.reader else "message_changed", channel, message)
    if message.reader is None:
        _emit_hidden(
            world,
            channel,
            "message_changed",
            {"message": payloads.message(channel, message), "previous_message": before},
        )


def delete(world: World, channel: Channel, message: Message) -> None:
    """Take a message away. A root with replies leaves a tombstone, as in Slack."""
    if message.reader is not None:
        channel.ephemerals.pop(message.ts, None)
        tell(world, "message_deleted", channel, message)
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
        tell(world, "message_changed", channel, message)
        changed = payloads.message(channel, message)
        _emit_hidden(world, channel, "message_changed", {"message": changed, "previous_message": before})
        return
    channel.remove(message)
    tell(world, "message_deleted", channel, message)
    root = channel.messages.get(message.thread_ts or "")
    if root is not None:
        tell(world, "message_changed", channel, root)
    _emit_hidden(world, channel, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})


def _emit_hidden(world: World, channel: Channel, subtype: str, content: Json) -> None:
    ts = world.clock.next_ts()
    event: Json = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "ts": ts,
        "event_ts": ts,
        "channel_type": events.channel_type(channel),
    }
    # The author's team stands inside the message only: nothing at the top tells who changed it.
    emit(world, event | content, channel)


def react(world: World, channel: Channel, message: Message, user: str, name: str, *, remove: bool) -> bool:
    """Add or remove a reaction; False when there was nothing to do."""
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
    tell(world, "reaction", channel, message)
    event: Json = {
        "type": "reaction_removed" if remove else "reaction_added",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": world.clock.next_ts(),
    }
    if message.author:
        event["item_user"] = message.author
    emit(world, event, channel)
    return True


def join(world: World, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Somebody enters a channel."""
    channel.members.append(user)
    team = world.workspace.users[user].team
    body: Json = {
        "subtype": "group_join" if channel.is_private else "channel_join",
        "user": user,
        "text": f"<@{user}> has joined the channel",
    }
    if inviter:
        body["inviter"] = inviter
    message = post(world, channel, Draft(body))
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": team,
        "event_ts": message.ts,
    }
    if inviter:
        event["inviter"] = inviter
    emit(world, event, channel)
    tell_channel(world, channel)


def leave(world: World, channel: Channel, user: str) -> None:
    """Somebody leaves, or is removed from, a channel."""
    team = world.workspace.users[user].team
    body: Json = {
        "subtype": "group_leave" if channel.is_private else "channel_leave",
        "user": user,
        "text": f"<@{user}> has left the channel",
    }
    message = post(world, channel, Draft(body))
    channel.members.remove(user)
    kind = "G" if channel.is_private else "C"
    event = {"type": "member_left_channel", "user": user, "channel": channel.id, "channel_type": kind, "team": team}
    emit(world, event | {"event_ts": message.ts}, channel, always=user == world.workspace.app.bot_user_id)
    tell_channel(world, channel)


def share(world: World, channel: Channel, team: str) -> None:
    """Connect another organisation to a channel (Slack Connect)."""
    channel.shared_with.append(team)
    ts = world.clock.next_ts()
    emit(world, {"type": "channel_shared", "connected_team_id": team, "channel": channel.id, "event_ts": ts}, channel)
    tell_channel(world, channel)


def unshare(world: World, channel: Channel, team: str) -> None:
    """Disconnect an organisation; its people are out of the channel."""
    channel.shared_with.remove(team)
    channel.members = [one for one in channel.members if world.workspace.users[one].team != team]
    event: Json = {
        "type": "channel_unshared",
        "previously_connected_team_id": team,
        "channel": channel.id,
        "is_ext_shared": channel.is_ext_shared,
        "event_ts": world.clock.next_ts(),
    }
    emit(world, event, channel)
    tell_channel(world, channel)
