"""bookmarks.*: links at the top of a channel."""

from __future__ import annotations

import re

from sandbox import conversation
from sandbox.web_api.call import ApiError, Call, method
from sandbox.workspace_file import Json

MAX_BOOKMARKS = 100


@method("bookmarks.add", "bookmarks:write")
def add_bookmark(call: Call) -> Json:
    """Add a link at the top of a channel."""
    channel = call.channel("channel_id")
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    title = call.required("title")
    if call.required("type") != "link":
        raise ApiError("invalid_bookmark_type")
    if not re.match(r"https?://", call.text("link")):
        raise ApiError("invalid_link")
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise ApiError("too_many_bookmarks")
    now = int(call.workspace.clock.now())
    bookmark: Json = {
        "id": call.workspace.new_id("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": call.text("link"),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": "i",
        "last_updated_by_user_id": call.bot,
        "last_updated_by_team_id": call.workspace.team.id,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(bookmark)
    conversation.notify_channel_changed(call.slack, channel)
    return {"bookmark": bookmark}


@method("bookmarks.list", "bookmarks:read")
def list_bookmarks(call: Call) -> Json:
    """The links at the top of a channel."""
    return {"bookmarks": call.channel("channel_id").bookmarks}
