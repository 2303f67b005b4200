"""The JSON objects of the control API: people, channels and messages as one person sees them."""

from __future__ import annotations

from sandbox import payloads
from sandbox.channel import Channel, Message
from sandbox.workspace import Workspace
from sandbox.workspace_file import Json, UserEntry


def person(workspace: Workspace, user: UserEntry) -> Json:
    """PERSON of the control API."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "team": user.team,
        "team_name": workspace.teams[user.team].name,
        "tz": user.tz,
        "color": user.color,
        "is_bot": user.is_bot,
        "external": workspace.is_external(user.id),
        "deleted": user.deleted,
    }


def channel(workspace: Workspace, found: Channel, viewer: str | None) -> Json:
    """CHANNEL of the control API."""
    roots = found.top_level_messages()
    read = found.read_until.get(viewer or "", "0")
    peer = next((one for one in found.members if one != viewer), None) if found.is_im else None
    mine = (workspace.bot_id_of(viewer), viewer) if viewer else ()
    unread = [one for one in roots if one.ts > read and one.author != viewer and one.body.get("bot_id") not in mine]
    return {
        "id": found.id,
        "name": workspace.users[peer].name if peer else found.name,
        "is_im": found.is_im,
        "is_mpim": found.is_mpim,
        "is_private": found.is_private,
        "is_archived": found.is_archived,
        "is_ext_shared": found.is_ext_shared,
        "shared_with": list(found.shared_with),
        "topic": str(found.topic.get("value", "")),
        "members": list(found.members),
        "unread": len(unread) if viewer else 0,
        "last_ts": roots[-1].ts if roots else None,
        "peer": peer,
    }


def message(workspace: Workspace, channel: Channel, found: Message) -> Json:
    """MSG of the control API."""
    body = payloads.message(channel, found, metadata=True)
    replies = channel.replies(found.ts)
    user = workspace.users.get(found.author or "")
    if "blocks" in body and not body.get("bot_id"):
        # The rich_text block of a person's message repeats the text, which the page shows.
        body.pop("blocks")
    return body | {
        "channel": channel.id,
        "reply_count": len(replies),
        "reply_users": body.get("reply_users", []),
        "latest_reply": replies[-1].ts if replies else None,
        "reactions": payloads.reactions(found),
        "edited": found.body.get("edited"),
        "files": found.body.get("files", []),
        "is_ephemeral": found.ephemeral_for is not None,
        "bot": bool(body.get("bot_id")) or bool(user and user.is_bot),
        "in_thread_broadcast": found.body.get("subtype") == "thread_broadcast",
        "pinned": found.ts in channel.pins,
    }
