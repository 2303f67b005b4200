"""Builds Events API payloads and decides which of them the app is subscribed to. It delivers nothing."""

from __future__ import annotations

import secrets

from sandbox.workspace import Channel, Workspace
from sandbox.workspace_file import Json


def channel_type(channel: Channel) -> str:
    """`channel`, `group`, `im` or `mpim`, as message events have it."""
    if channel.is_im:
        return "im"
    if channel.is_mpim:
        return "mpim"
    return "group" if channel.is_private else "channel"


def subscription(event: Json) -> str:
    """The name under which an app subscribes to this event."""
    if event["type"] != "message":
        return str(event["type"])
    kind = event.get("channel_type", "channel")
    return {"im": "message.im", "mpim": "message.mpim", "group": "message.groups"}.get(str(kind), "message.channels")


def wanted(workspace: Workspace, event: Json) -> bool:
    """Is the app subscribed, and in the channel, and allowed by its scopes?"""
    app = workspace.app
    name = subscription(event)
    if app.events is not None and name not in app.events:
        return False
    needed = _SCOPES.get(name)
    return not (needed and app.scopes is not None and needed.isdisjoint(app.scopes))


_SCOPES: dict[str, set[str]] = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "app_mention": {"app_mentions:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "file_shared": {"files:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "channel_created": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_archive": {"channels:read"},
}


def envelope(workspace: Workspace, event: Json, channel: Channel | None) -> Json:
    """The `event_callback` around an event; its `event_id` stays the same over all deliveries."""
    home = workspace.team.id
    shared = channel is not None and channel.is_ext_shared
    body: Json = {
        "token": "sandbox-verification-token",
        "team_id": home,
        "context_team_id": home,
        "context_enterprise_id": None,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(4).upper(),
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": home,
                "user_id": workspace.app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + secrets.token_urlsafe(24),
    }
    return body


def connect_fields(workspace: Workspace, channel: Channel, user_id: str | None) -> Json:
    """`user_team`, `source_team` and `user_profile` of a sender from outside, as Slack Connect adds them."""
    if user_id is None or not channel.is_ext_shared or not workspace.is_external(user_id):
        return {}
    user = workspace.users.get(user_id)
    if user is None:
        return {}
    return {
        "user_team": user.team,
        "source_team": user.team,
        "user_profile": {
            "avatar_hash": "g" + user.id.lower(),
            "image_72": "",
            "first_name": user.real_name.split(" ")[0],
            "real_name": user.real_name,
            "display_name": user.display_name or user.name,
            "team": user.team,
            "name": user.name,
            "is_restricted": False,
            "is_ultra_restricted": False,
        },
    }
