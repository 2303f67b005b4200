"""chat.scheduleMessage and related methods."""

from __future__ import annotations

from sandbox.web_api.call import ApiError, Call, method
from sandbox.web_api.chat import read_content, read_metadata, resolve_target, thread_fields
from sandbox.workspace import ScheduledMessage
from sandbox.workspace_file import Json

SCHEDULE_DAYS = 120
SCHEDULED_IN_FIVE_MINUTES = 30


@method("chat.scheduleMessage", "chat:write")
def schedule(call: Call) -> Json:
    """Schedule a message, by the clock of the workspace."""
    channel = resolve_target(call)
    if not call.text("post_at"):
        raise ApiError("invalid_time")
    post_at, now = call.number("post_at", 0), call.workspace.clock.now()
    if post_at <= now:
        raise ApiError("time_in_past")
    if post_at > now + SCHEDULE_DAYS * 86400:
        raise ApiError("time_too_far")
    near = [
        one
        for one in call.workspace.scheduled.values()
        if one.channel == channel.id and abs(one.post_at - post_at) < 300
    ]
    if len(near) >= SCHEDULED_IN_FIVE_MINUTES:
        raise ApiError("restricted_too_many")
    content = read_content(call)
    body = call.workspace.bot_fields() | {"text": ""} | content | thread_fields(call, channel)
    made = ScheduledMessage(
        call.workspace.new_id("Q"), channel.id, post_at, int(now), body, read_metadata(call) or None
    )
    call.workspace.scheduled[made.id] = made
    call.slack.scheduled_changed.set()
    return {"channel": channel.id, "scheduled_message_id": made.id, "post_at": post_at, "message": body}


@method("chat.deleteScheduledMessage", "chat:write")
def delete_scheduled(call: Call) -> Json:
    """Delete a scheduled message, unless it is posted within a minute."""
    channel = call.channel()
    found = call.workspace.scheduled.get(call.text("scheduled_message_id"))
    # Slack rejects this in the last minute.
    if found is None or found.channel != channel.id or found.post_at - call.workspace.clock.now() < 60:
        raise ApiError("invalid_scheduled_message_id")
    del call.workspace.scheduled[found.id]
    return {}


@method("chat.scheduledMessages.list")
def list_scheduled(call: Call) -> Json:
    """The scheduled messages that are not posted yet."""
    channel = call.text("channel")
    waiting = [one for one in call.workspace.scheduled.values() if channel in ("", one.channel)]
    waiting.sort(key=lambda one: one.post_at)
    page, metadata = call.paginate(waiting, 100, 100)
    listed = [
        {
            "id": one.id,
            "channel_id": one.channel,
            "post_at": one.post_at,
            "date_created": one.created,
            "text": one.body["text"],
        }
        for one in page
    ]
    return {"scheduled_messages": listed, "response_metadata": metadata}
