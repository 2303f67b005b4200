"""The control API for channels: create them, change their members, connect organisations, change their ids."""

from __future__ import annotations

from sandbox import membership
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.workspace_file import Json


async def create(request: ControlRequest) -> Json:
    """A person creates a channel."""
    user, name = request.actor(), request.text("name").lstrip("#")
    workspace = request.slack.workspace
    if workspace.find_channel_by_name(name) is not None:
        raise ControlError("name_taken", f"There is a channel #{name} already.", 409)
    channel = membership.create(request.slack, name, user, is_private=request.flag("private"))
    for member in request.items("members"):
        if member in workspace.users and member not in channel.members:
            membership.join(request.slack, channel, member, inviter=user)
    return {"channel": channel.id}


async def change_membership(request: ControlRequest) -> Json:
    """Somebody joins or leaves a channel, or is added or removed by another person. Works for the bot, too."""
    actor, user = request.actor(), request.user("user")
    workspace = request.slack.workspace
    channel = request.channel(actor)
    if channel.is_im:
        raise ControlError("invalid_argument", "The members of an IM cannot change.")
    if request.flag("join", True):
        team = workspace.users[user].team
        if team != workspace.team.id and team not in channel.shared_with:
            raise ControlError("not_shared", f"Share {channel.id} with {team} first: POST /sandbox/share.", 409)
        if workspace.users[user].deleted:
            raise ControlError("user_deactivated", f"{user} is deactivated.", 409)
        if user in channel.members:
            raise ControlError("already_in_channel", f"{user} is a member of {channel.id} already.", 409)
        membership.join(request.slack, channel, user, inviter=actor if actor != user else None)
    else:
        if user not in channel.members:
            raise ControlError("not_in_channel", f"{user} is not a member of {channel.id}.", 409)
        membership.leave(request.slack, channel, user, removed_by=actor if actor != user else None)
    return {}


async def share(request: ControlRequest) -> Json:
    """Connect a channel to another organisation, or disconnect it."""
    workspace = request.slack.workspace
    channel, team = request.channel(None), request.text("team")
    if team not in workspace.teams or team == workspace.team.id:
        raise ControlError("team_not_found", f"{team} is not another organisation of this workspace.", 404)
    is_shared = team in channel.shared_with
    if request.flag("share", True) is is_shared:
        detail = f"{channel.id} is {'already' if is_shared else 'not'} shared with {team}."
        raise ControlError("nothing_to_do", detail, 409)
    if is_shared:
        membership.unshare(request.slack, channel, team)
    else:
        membership.share(request.slack, channel, team)
    return {}


async def change_id(request: ControlRequest) -> Json:
    """Give a channel another id (`new_id`, else a generated one). The app is sent `channel_id_changed`."""
    channel = request.channel(None)
    new_id = request.text("new_id", required=False) or request.slack.workspace.new_id(channel.id[0])
    if new_id in request.slack.workspace.channels:
        raise ControlError("id_taken", f"There is a channel {new_id} already.", 409)
    membership.change_id(request.slack, channel, new_id)
    return {"channel": channel.id}
