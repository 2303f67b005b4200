"""The control API for what people see: channels, messages, views, and the recorded traffic."""

from __future__ import annotations

from sandbox import control_objects
from sandbox.channel import Channel
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.workspace_file import Json


def clock_state(request: ControlRequest) -> Json:
    """`{now, offset, frozen}`."""
    clock = request.slack.clock
    return {"now": clock.now(), "offset": round(clock.offset, 3), "frozen": clock.frozen_at is not None}


def state(request: ControlRequest) -> Json:
    """Everything that a page needs when it opens."""
    workspace = request.slack.workspace
    viewer = request.actor() if request.text("as", required=False) else None
    channels = workspace.channels_of(viewer) if viewer else list(workspace.channels.values())
    joinable = [
        one for one in workspace.channels.values() if viewer and one not in channels and _can_join(request, one)
    ]
    is_external = viewer is not None and workspace.is_external(viewer)
    app = workspace.app
    return {
        **clock_state(request),
        "team": workspace.team.model_dump(),
        "app": {"id": app.id, "name": app.name, "bot_user_id": app.bot_user_id, "bot_id": app.bot_id},
        "me": control_objects.person(workspace, workspace.users[viewer]) if viewer else None,
        "people": [control_objects.person(workspace, user) for user in workspace.users.values()],
        "channels": [control_objects.channel(workspace, one, viewer) for one in channels],
        "joinable_channels": [control_objects.channel(workspace, one, viewer) for one in joinable],
        "commands": [] if is_external else [one.model_dump() for one in app.commands],
        "shortcuts": [] if is_external else [one.model_dump() for one in app.shortcuts],
        "guide": [one.model_dump(by_alias=True) for one in workspace.file.guide],
        "usergroups": [one.model_dump() for one in workspace.usergroups.values()],
        "delivery": request.slack.delivery_state(),
    }


def _can_join(request: ControlRequest, channel: Channel) -> bool:
    return not channel.is_archived and request.slack.workspace.can_see(request.actor(), channel)


def messages(request: ControlRequest) -> Json:
    """The messages of a channel or thread, oldest first. Marks the channel as read."""
    viewer = request.actor()
    channel = request.channel(viewer)
    workspace = request.slack.workspace
    thread_ts = request.text("thread_ts", required=False)
    limit = int(request.number("limit", 100))
    before = request.text("before", required=False)
    if thread_ts:
        root = channel.messages.get(thread_ts)
        found = ([root] if root else []) + channel.replies(thread_ts)
        ephemeral = [one for one in channel.ephemerals.values() if one.thread_ts == thread_ts]
    else:
        found = channel.top_level_messages()
        ephemeral = [one for one in channel.ephemerals.values() if one.thread_ts is None]
        if viewer in channel.members and channel.timestamps:
            channel.read_until[viewer] = channel.timestamps[-1]
    found = sorted([*found, *(one for one in ephemeral if one.ephemeral_for == viewer)], key=lambda one: one.ts)
    if before:
        found = [one for one in found if one.ts < before]
    page = found[-limit:] if limit > 0 else []
    return {
        "messages": [control_objects.message(workspace, channel, one) for one in page],
        "has_more": len(found) > len(page),
    }


def views(request: ControlRequest) -> Json:
    """The open modals and the Home tab of a person."""
    viewer = request.actor()
    return {"modal_stack": request.slack.views.stack(viewer), "home": request.slack.views.home(viewer)}


def scheduled(request: ControlRequest) -> Json:
    """The scheduled messages that are not posted yet."""
    waiting = sorted(request.slack.workspace.scheduled.values(), key=lambda one: one.post_at)
    return {
        "scheduled": [
            {"id": one.id, "channel": one.channel, "post_at": one.post_at, "text": one.body.get("text", "")}
            | ({"thread_ts": one.body["thread_ts"]} if "thread_ts" in one.body else {})
            for one in waiting
        ]
    }


def traffic(request: ControlRequest) -> Json:
    """What the sandbox and the app exchanged."""
    since, limit = int(request.number("since", 0)), int(request.number("limit", 200))
    if limit < 1:
        raise ControlError("invalid_argument", "`limit` must be at least 1.")
    kind = request.text("kind", required=False) or None
    return {"entries": request.slack.traffic.entries_since(since, limit, kind), "last": request.slack.traffic.last}
