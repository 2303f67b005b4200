"""Slack's JSON objects for people, channels, messages and files."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.channel import Channel, Message
from sandbox.workspace import SLACKBOT, StoredFile, Workspace
from sandbox.workspace_file import Json, UserEntry


def timestamp_path(ts: str) -> str:
    """`1700000000.000100` -> `p1700000000000100`, as in permalinks."""
    return "p" + ts.replace(".", "")


def permalink(base: str, channel: str, ts: str, thread_ts: str | None = None) -> str:
    """The address of a message on the sandbox's own host."""
    query = f"?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else ""
    return f"{base}/archives/{channel}/{timestamp_path(ts)}{query}"


def user(workspace: Workspace, entry: UserEntry, *, locale: bool = False, email: bool = True) -> Json:
    """The user object of `users.info`. People of other teams are marked as strangers, without locale and e-mail."""
    external = workspace.is_external(entry.id)
    profile = _profile(workspace, entry)
    if entry.email and email and not external and not entry.is_bot:
        profile["email"] = entry.email
    body: Json = {"id": entry.id, "team_id": entry.team, "name": entry.name, "deleted": entry.deleted}
    body |= {"profile": profile, "is_bot": entry.is_bot and entry.id != SLACKBOT, "is_app_user": False, "updated": 0}
    if entry.deleted:
        return body
    label, offset = _zone(entry.tz, workspace.clock.now())
    body |= {"color": entry.color.lstrip("#"), "real_name": entry.real_name}
    body |= {"tz": entry.tz, "tz_label": label, "tz_offset": offset}
    if external:
        return body | {"is_stranger": True}
    body |= {
        "is_admin": entry.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": not entry.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    return body | ({"locale": entry.locale} if locale else {})


def _profile(workspace: Workspace, entry: UserEntry) -> Json:
    first, _, last = entry.real_name.partition(" ")
    display_name = entry.display_name or entry.name
    profile: Json = {
        "title": entry.title,
        "phone": "",
        "skype": "",
        "real_name": entry.real_name,
        "real_name_normalized": entry.real_name,
        "display_name": display_name,
        "display_name_normalized": display_name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g" + entry.id.lower(),
        "first_name": first,
        "last_name": last,
        "team": entry.team,
    }
    if entry.is_bot and entry.id != SLACKBOT:
        profile |= {"bot_id": workspace.bot_id_of(entry.id), "always_active": True}
    if entry.id == workspace.app.bot_user_id:
        profile["api_app_id"] = workspace.app.id
    return profile


def _zone(name: str, now: float) -> tuple[str, int]:
    try:
        moment = datetime.fromtimestamp(now, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return name, 0
    offset = moment.utcoffset()
    return moment.tzname() or name, int(offset.total_seconds()) if offset else 0


def channel(workspace: Workspace, one: Channel, *, num_members: bool = False, locale: bool = False) -> Json:
    """The channel object of `conversations.info`."""
    if one.is_im:
        return _im(workspace, one)
    body: Json = {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": not one.is_private and not one.is_mpim,
        "is_group": one.is_private and not one.is_mpim,
        "is_im": False,
        "is_mpim": one.is_mpim,
        "is_private": one.is_private,
        "is_archived": one.is_archived,
        "is_general": False,
        "is_member": workspace.app.bot_user_id in one.members,
        "created": one.created,
        "creator": one.creator,
        "unlinked": 0,
        "parent_conversation": None,
        "updated": one.created * 1000,
        "topic": one.topic,
        "purpose": one.purpose,
        "previous_names": [],
    }
    body |= _sharing(workspace, one)
    if num_members:
        body["num_members"] = len(one.members)
    if locale:
        body["locale"] = "en-US"
    return body


def _sharing(workspace: Workspace, one: Channel) -> Json:
    home = workspace.team.id
    body: Json = {
        "is_shared": one.is_ext_shared,
        "is_ext_shared": one.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "context_team_id": home,
        "shared_team_ids": [home, *one.shared_with],
        "connected_team_ids": list(one.shared_with),
        "internal_team_ids": [],
    }
    return body | ({"conversation_host_id": home} if one.is_ext_shared else {})


def _im(workspace: Workspace, one: Channel) -> Json:
    bot = workspace.app.bot_user_id
    peer = next((member for member in one.members if member != bot), bot)
    return {
        "id": one.id,
        "created": one.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "user": peer,
        "is_user_deleted": workspace.users[peer].deleted,
        "is_ext_shared": one.is_ext_shared,
        "is_open": True,
        "priority": 0,
        "updated": one.created * 1000,
    }


def reactions(message: Message) -> list[Json]:
    """`[{name, users, count}]` in the order in which they were added."""
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def message(one: Channel, found: Message, *, metadata: bool = False) -> Json:
    """A message as `conversations.history` gives it."""
    body = dict(found.body)
    if found.metadata is not None and metadata:
        body["metadata"] = found.metadata
    if found.reactions:
        body["reactions"] = reactions(found)
    if found.ts in one.pins:
        body["pinned_to"] = [one.id]
    replies = one.replies(found.ts)
    if replies:
        people = list(dict.fromkeys(str(r.author or r.body.get("bot_id")) for r in replies))
        body |= {
            "thread_ts": found.ts,
            "reply_count": len(replies),
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "reply_users": people[:5],
            "is_locked": False,
            "subscribed": False,
        }
    elif (root := one.root_of(found)) is not None:
        body["parent_user_id"] = root.author
    return body


def forwarded(workspace: Workspace, place: Channel, found: Message, base: str) -> Json:
    """The attachment in which a message carries another one that was forwarded (shared)."""
    author = workspace.users.get(found.author or "")
    name = found.body.get("username") or (author.real_name if author else "")
    text = str(found.body.get("text", ""))
    address = permalink(base, place.id, found.ts, found.thread_ts if found.is_reply else None)
    attachment: Json = {
        "id": 1,
        "is_share": True,
        "is_msg_unfurl": True,
        "ts": found.ts,
        "channel_id": place.id,
        "channel_team": workspace.team.id,
        "from_url": address,
        "original_url": address,
        "author_name": name,
        "author_subname": name,
        "fallback": f"{name}: {text}",
        "text": text,
        "footer": _forward_footer(place, found),
        "mrkdwn_in": ["text"],
    }
    if found.author:
        attachment |= {"author_id": found.author, "author_link": f"{base}/team/{found.author}"}
    blocks = found.body.get("blocks")
    if blocks:
        inner = {"team": workspace.team.id, "channel": place.id, "ts": found.ts, "message": {"blocks": blocks}}
        attachment["message_blocks"] = [inner]
    if found.body.get("files"):
        attachment["files"] = found.body["files"]
    return attachment


def _forward_footer(place: Channel, found: Message) -> str:
    if place.is_im:
        return "Direct message"
    name = "private channel" if place.is_private else f"#{place.name}"
    return f"Thread in {name}" if found.is_reply else f"Posted in {name}"


def file(workspace: Workspace, found: StoredFile, base: str) -> Json:
    """The file object of `files.info`. Its addresses are on the sandbox's own host."""
    address = f"{base}/files/{found.id}/{found.name}"
    public = [one for one in found.channels if not workspace.channels[one].is_private]
    return {
        "id": found.id,
        "created": found.created,
        "timestamp": found.created,
        "name": found.name,
        "title": found.title or found.name,
        "mimetype": found.mimetype,
        "filetype": filetype(found.name),
        "pretty_type": filetype(found.name).upper(),
        "user": found.user,
        "user_team": workspace.users[found.user].team if found.user in workspace.users else workspace.team.id,
        "editable": False,
        "size": len(found.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "alt_txt": found.alt_txt,
        "url_private": address,
        "url_private_download": address,
        "permalink": f"{base}/files/{found.user}/{found.id}/{found.name}",
        "file_access": "visible",
        "has_rich_preview": False,
        "channels": public,
        "groups": [one for one in found.channels if one not in public and not workspace.channels[one].is_im],
        "ims": [one for one in found.channels if workspace.channels[one].is_im],
        "comments_count": 0,
    }


def hidden_file(found: StoredFile) -> Json:
    """The file object that Slack Connect sends instead: the app must call `files.info`."""
    return {
        "id": found.id,
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
        "user": "",
    }


def filetype(name: str) -> str:
    """Slack's `filetype` for a file name."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else "binary"


def mimetype(name: str) -> str:
    """The MIME type for a file name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
