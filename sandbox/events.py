"""Events API payloads, and which events the app is subscribed to."""

from __future__ import annotations

import secrets

from sandbox.channel import Channel
from sandbox.workspace import Workspace
from sandbox.workspace_file import Json


def channel_type(channel: Channel) -> str:
    """`channel`, `group`, `im` or `mpim`, as message events have it."""
    if channel.is_im:
        return "im"
    if channel.is_mpim:
        return "mpim"
    return "group" if channel.is_private else "channel"


def subscription_name(event: Json) -> str:
    """The name with which an app subscribes to this event."""
    if event["type"] != "message":
        return str(event["type"])
    kind = event.get("channel_type", "channel")
    return {"im": "message.im", "mpim": "message.mpim", "group": "message.groups"}.get(str(kind), "message.channels")


def is_subscribed(workspace: Workspace, event: Json) -> bool:
    """Is the app subscribed to this event, and do its scopes allow it?"""
    app = workspace.app
    name = subscription_name(event)
    if app.events is not None and name not in app.events:
        return False
    needed = _SCOPES.get(name)
    return not needed or any(has_scope(workspace, scope) for scope in needed)


def has_scope(workspace: Workspace, scope: str) -> bool:
    """Does the app have this scope?"""
    return workspace.app.scopes is None or scope in workspace.app.scopes


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
    "channel_left": {"channels:read"},
    "group_left": {"groups:read"},
    "channel_id_changed": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "user_change": {"users:read"},
}


def envelope(workspace: Workspace, event: Json, channel: Channel | None) -> Json:
    """The `event_callback` around an event. All deliveries of it have the same `event_id`."""
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


def slack_connect_fields(workspace: Workspace, channel: Channel, user_id: str | None) -> Json:
    """`user_team`, `source_team` and `user_profile`, which Slack Connect adds for an external author."""
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
