"""api.*, auth.*, apps.*, team.*, bots.* and agents.*: the app itself and where it is installed."""

from __future__ import annotations

from sandbox.web_api.call import ApiError, Call, method
from sandbox.workspace_file import Json

_STATUSES = ("processing", "active", "suspended", "closed")


@method("api.test")
def api_test(call: Call) -> Json:
    """Return the arguments, or the error in `error`."""
    if call.text("error"):
        raise ApiError(call.text("error"), args=call.args)
    return {"args": call.args}


@method("auth.test")
def auth_test(call: Call) -> Json:
    """The bot that the token belongs to."""
    app, team = call.workspace.app, call.workspace.team
    return {
        "url": call.slack.base_url + "/",
        "team": team.name,
        "user": call.workspace.users[app.bot_user_id].name,
        "team_id": team.id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open")
def open_connection(call: Call) -> Json:
    """A WebSocket URL for Socket Mode, which works once."""
    address = call.slack.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={call.slack.socket.new_ticket()}&app_id={call.workspace.app.id}"}


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    """The home team, or another team of the workspace file."""
    team = call.workspace.teams.get(call.text("team") or call.workspace.team.id)
    if team is None:
        raise ApiError("team_not_found")
    url = call.slack.base_url + "/"
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain, "url": url, "email_domain": "", "icon": {}}
    }


@method("bots.info", "users:read")
def bot_info(call: Call) -> Json:
    """A bot by its bot id; by default the app's."""
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
    """Set what the agent is doing in a thread. It stays until it is set again."""
    channel = call.workspace.channels.get(call.required("channel_id"))
    if channel is None:
        raise ApiError("channel_not_found")
    if call.bot not in channel.members:
        raise ApiError("not_authorized")
    status = call.required("status")
    if status not in _STATUSES:
        raise ApiError("invalid_status")
    if not call.text("thread_ts"):
        raise ApiError("thread_ts_required")
    key = (channel.id, call.text("thread_ts") or None)
    call.workspace.sessions[key] = {"status": status, "title": call.text("title")}
    change = {"kind": "session", "channel": channel.id, "thread_ts": key[1], "status": status}
    call.slack.changes.publish(change, lambda person: call.workspace.can_see(person, channel))
    return {"status": status}
