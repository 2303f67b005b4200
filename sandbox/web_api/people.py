"""users.*, usergroups.*, team.*, bots.*, auth.* and the agent session status."""

from __future__ import annotations

from sandbox import payloads
from sandbox.web_api.calls import ApiError, Call, method
from sandbox.web_api.conversations import listed
from sandbox.workspace_file import Json, UserEntry

_STATUSES = ("processing", "active", "suspended", "closed")


def _shown(call: Call, user: UserEntry) -> Json:
    return payloads.user(
        call.workspace, user, locale=call.flag("include_locale"), email=call.has_scope("users:read.email")
    )


@method("api.test")
def api_test(call: Call) -> Json:
    """Echo."""
    if call.text("error"):
        raise ApiError(call.text("error"), args=call.args)
    return {"args": call.args}


@method("auth.test")
def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    app, team = call.workspace.app, call.workspace.team
    return {
        "url": call.world.base + "/",
        "team": team.name,
        "user": call.workspace.users[app.bot_user_id].name,
        "team_id": team.id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open")
def open_connection(call: Call) -> Json:
    """An address for Socket Mode; its ticket works once."""
    address = call.world.base.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={call.world.socket.new_ticket()}&app_id={call.workspace.app.id}"}


@method("users.info", "users:read")
def user_info(call: Call) -> Json:
    """One person; strangers (Slack Connect) with less."""
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    if not call.workspace.known_to_bot(user.id):
        raise ApiError("user_not_visible")
    return {"user": _shown(call, user)}


@method("users.list", "users:read")
def list_users(call: Call) -> Json:
    """The home team's people, and strangers who share a channel with the bot."""
    everybody = [user for user in call.workspace.users.values() if call.workspace.known_to_bot(user.id)]
    page, metadata = call.page(everybody, 1000, 1000)
    return {
        "members": [_shown(call, user) for user in page],
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    """A person of the home team by their e-mail."""
    email = call.text("email").lower()
    for user in call.workspace.users.values():
        own = not call.workspace.is_external(user.id) and not user.deleted and not user.is_bot
        if own and user.email and user.email.lower() == email:
            return {"user": _shown(call, user)}
    raise ApiError("users_not_found")


@method("users.conversations", "channels:read", "groups:read", "im:read", "mpim:read")
def user_conversations(call: Call) -> Json:
    """Channels that somebody (by default the bot) is in, as far as the bot may know."""
    user = call.text("user") or call.bot
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    visible = [c for c in call.workspace.channels_of(user) if call.bot in c.members or not (c.is_private or c.is_im)]
    channels, metadata = listed(call, visible)
    return {"channels": channels, "response_metadata": metadata}


@method("users.getPresence", "users:read")
def presence(call: Call) -> Json:
    """Everybody is there."""
    return {"presence": "active"}


@method("usergroups.list", "usergroups:read")
def list_usergroups(call: Call) -> Json:
    """All user groups."""
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
    """Who is in a user group."""
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    """The home team, or another one the bot meets in a channel."""
    team = call.workspace.teams.get(call.text("team") or call.workspace.team.id)
    if team is None:
        raise ApiError("team_not_found")
    url = call.world.base + "/"
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain, "url": url, "email_domain": "", "icon": {}}
    }


@method("bots.info", "users:read")
def bot_info(call: Call) -> Json:
    """A bot by its bot id."""
    wanted = call.text("bot") or call.workspace.app.bot_id
    user = next(
        (u for u in call.workspace.users.values() if u.is_bot and call.workspace.bot_id_of(u.id) == wanted), None
    )
    if user is None:
        raise ApiError("bot_not_found")
    bot: Json = {
        "id": wanted,
        "deleted": user.deleted,
        "name": user.real_name,
        "updated": 0,
        "user_id": user.id,
        "icons": {},
    }
    if wanted == call.workspace.app.bot_id:
        bot["app_id"] = call.workspace.app.id
    return {"bot": bot}


@method("agents.sessions.setStatus", "chat:write")
def set_session_status(call: Call) -> Json:
    """What the agent is doing in a thread; stays until it is set again."""
    channel = call.workspace.channels.get(call.needed("channel_id"))
    if channel is None:
        raise ApiError("channel_not_found")
    if call.bot not in channel.members:
        raise ApiError("not_authorized")
    status = call.needed("status")
    if status not in _STATUSES:
        raise ApiError("invalid_status")
    if not call.text("thread_ts"):
        raise ApiError("thread_ts_required")
    key = (channel.id, call.text("thread_ts") or None)
    call.workspace.sessions[key] = {"status": status, "title": call.text("title")}
    change = {"kind": "session", "channel": channel.id, "thread_ts": key[1], "status": status}
    call.world.changes.tell(change, lambda person: call.workspace.may_see(person, channel))
    return {"status": status}
