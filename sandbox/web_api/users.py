"""users.* and usergroups.*: people and user groups."""

from __future__ import annotations

from sandbox import payloads
from sandbox.web_api.call import ApiError, Call, method
from sandbox.web_api.conversations import list_page
from sandbox.workspace_file import Json, UserEntry


def _user_object(call: Call, user: UserEntry) -> Json:
    return payloads.user(
        call.workspace, user, locale=call.flag("include_locale"), email=call.has_scope("users:read.email")
    )


@method("users.info", "users:read")
def user_info(call: Call) -> Json:
    """One person. Strangers (Slack Connect) have fewer fields."""
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    if not call.workspace.is_visible_to_bot(user.id):
        raise ApiError("user_not_visible")
    return {"user": _user_object(call, user)}


@method("users.list", "users:read")
def list_users(call: Call) -> Json:
    """The people of the home team, and strangers who are in a channel with the bot."""
    everybody = [user for user in call.workspace.users.values() if call.workspace.is_visible_to_bot(user.id)]
    page, metadata = call.paginate(everybody, 1000, 1000)
    return {
        "members": [_user_object(call, user) for user in page],
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    """A person of the home team by e-mail address."""
    email = call.text("email").lower()
    for user in call.workspace.users.values():
        is_home_person = not call.workspace.is_external(user.id) and not user.deleted and not user.is_bot
        if is_home_person and user.email and user.email.lower() == email:
            return {"user": _user_object(call, user)}
    raise ApiError("users_not_found")


@method("users.conversations", "channels:read", "groups:read", "im:read", "mpim:read")
def user_conversations(call: Call) -> Json:
    """The channels of a person (by default of the bot) that the bot can see."""
    user = call.text("user") or call.bot
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    visible = [c for c in call.workspace.channels_of(user) if call.bot in c.members or not (c.is_private or c.is_im)]
    channels, metadata = list_page(call, visible)
    return {"channels": channels, "response_metadata": metadata}


@method("users.getPresence", "users:read")
def presence(call: Call) -> Json:
    """Everybody is always active."""
    return {"presence": "active"}


@method("usergroups.list", "usergroups:read")
def list_usergroups(call: Call) -> Json:
    """The user groups."""
    groups = []
    for group in call.workspace.usergroups.values():
        entry: Json = {
            "id": group.id,
            "team_id": call.workspace.team.id,
            "is_usergroup": True,
            "name": group.name,
            "description": "",
            "handle": group.handle,
            "is_external": False,
            "date_create": 0,
            "date_update": 0,
            "date_delete": 0,
            "user_count": len(group.users),
        }
        if call.flag("include_users"):
            entry["users"] = list(group.users)
        groups.append(entry)
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read")
def usergroup_users(call: Call) -> Json:
    """The members of a user group."""
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}
