"""The control API's questions: what a person sees. They change nothing but the read mark."""

from __future__ import annotations

from sandbox import shown
from sandbox.control.requests import Asked, ControlError
from sandbox.workspace_file import Json


def clock_state(asked: Asked) -> Json:
    """`{now, offset, frozen}`."""
    clock = asked.world.clock
    return {"now": clock.now(), "offset": round(clock.offset, 3), "frozen": clock.frozen_at is not None}


def state(asked: Asked) -> Json:
    """Everything a page needs to begin with."""
    workspace = asked.world.workspace
    viewer = asked.person() if asked.text("as", needed=False) else None
    channels = workspace.channels_of(viewer) if viewer else list(workspace.channels.values())
    outsider = viewer is not None and workspace.is_external(viewer)
    app = workspace.app
    return {
        **clock_state(asked),
        "team": workspace.team.model_dump(),
        "app": {"id": app.id, "name": app.name, "bot_user_id": app.bot_user_id, "bot_id": app.bot_id},
        "me": shown.person(workspace, workspace.users[viewer]) if viewer else None,
        "people": [shown.person(workspace, user) for user in workspace.users.values()],
        "channels": [shown.channel(workspace, one, viewer) for one in channels],
        "commands": [] if outsider else [one.model_dump() for one in app.commands],
        "shortcuts": [] if outsider else [one.model_dump() for one in app.shortcuts],
        "guide": [one.model_dump(by_alias=True) for one in workspace.file.guide],
        "usergroups": [one.model_dump() for one in workspace.usergroups.values()],
        "delivery": asked.world.delivery_state(),
    }


def messages(asked: Asked) -> Json:
    """A channel's messages, or a thread's, oldest first."""
    viewer = asked.person()
    channel = asked.channel(viewer)
    workspace = asked.world.workspace
    thread_ts = asked.text("thread_ts", needed=False)
    limit = int(asked.number("limit", 100))
    before = asked.text("before", needed=False)
    if thread_ts:
        root = channel.messages.get(thread_ts)
        found = ([root] if root else []) + channel.replies(thread_ts)
        ephemeral = [one for one in channel.ephemerals.values() if one.thread_ts == thread_ts]
    else:
        found = channel.roots()
        ephemeral = [one for one in channel.ephemerals.values() if one.thread_ts is None]
        if viewer in channel.members and channel.order:
            channel.read_until[viewer] = channel.order[-1]
    found = sorted([*found, *(one for one in ephemeral if one.reader == viewer)], key=lambda one: one.ts)
    if before:
        found = [one for one in found if one.ts < before]
    page = found[-limit:] if limit > 0 else []
    return {"messages": [shown.message(workspace, channel, one) for one in page], "has_more": len(found) > len(page)}


def views(asked: Asked) -> Json:
    """Open modals and the Home tab of a person."""
    viewer = asked.person()
    return {"modal_stack": asked.world.views.stack(viewer), "home": asked.world.views.home(viewer)}


def scheduled(asked: Asked) -> Json:
    """Messages that wait for their time."""
    waiting = sorted(asked.world.workspace.scheduled.values(), key=lambda one: one.post_at)
    return {
        "scheduled": [
            {"id": one.id, "channel": one.channel, "post_at": one.post_at, "text": one.body.get("text", "")}
            | ({"thread_ts": one.body["thread_ts"]} if "thread_ts" in one.body else {})
            for one in waiting
        ]
    }


def traffic(asked: Asked) -> Json:
    """What went between sandbox and bot."""
    since, limit = int(asked.number("since", 0)), int(asked.number("limit", 200))
    if limit < 1:
        raise ControlError("invalid_argument", "`limit` must be at least 1.")
    kind = asked.text("kind", needed=False) or None
    return {"entries": asked.world.traffic.since(since, limit, kind), "last": asked.world.traffic.last}
