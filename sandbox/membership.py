"""What happens to channels: people join and leave, organisations are connected, ids change."""

from __future__ import annotations

from sandbox.channel import Channel
from sandbox.conversation import Draft, emit, notify_channel_changed, post
from sandbox.fake_slack import FakeSlack
from sandbox.workspace import SLACKBOT
from sandbox.workspace_file import Json


def create(slack: FakeSlack, name: str, creator: str, *, is_private: bool) -> Channel:
    """Create a channel whose only member is `creator`."""
    channel = slack.workspace.create_channel(name, creator, is_private=is_private)
    if not is_private:
        created = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
        event = {"type": "channel_created", "channel": created, "event_ts": slack.clock.next_ts()}
        emit(slack, event, channel, always=True)
    notify_channel_changed(slack, channel)
    return channel


def join(slack: FakeSlack, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Add somebody to a channel: by themselves, or added by `inviter`."""
    channel.members.append(user)
    body: Json = {
        "subtype": "group_join" if channel.is_private else "channel_join",
        "user": user,
        "text": f"<@{user}> has joined the channel",
    }
    event = _membership_event(slack, "member_joined_channel", channel, user)
    if inviter:
        body["inviter"] = event["inviter"] = inviter
    message = post(slack, channel, Draft(body))
    emit(slack, event | {"event_ts": message.ts}, channel)
    notify_channel_changed(slack, channel)


def leave(slack: FakeSlack, channel: Channel, user: str, *, removed_by: str | None = None) -> None:
    """Take somebody out of a channel: by themselves, or removed by `removed_by`."""
    body: Json = {
        "subtype": "group_leave" if channel.is_private else "channel_leave",
        "user": user,
        "text": f"<@{user}> has left the channel",
    }
    bot = slack.workspace.app.bot_user_id
    message = post(slack, channel, Draft(body), silent=user == bot)
    channel.members.remove(user)
    if user == bot:
        _tell_removed_bot(slack, channel, removed_by or bot, message.ts)
    else:
        event = _membership_event(slack, "member_left_channel", channel, user)
        emit(slack, event | {"event_ts": message.ts}, channel)
    notify_channel_changed(slack, channel)


def _membership_event(slack: FakeSlack, kind: str, channel: Channel, user: str) -> Json:
    return {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": slack.workspace.users[user].team,
    }


def _tell_removed_bot(slack: FakeSlack, channel: Channel, actor: str, ts: str) -> None:
    """What the app hears of its own leaving: as in Slack no `member_left_channel`, but these two."""
    kind = "group_left" if channel.is_private else "channel_left"
    event = {"type": kind, "channel": channel.id, "actor_id": actor, "event_ts": ts}
    emit(slack, event, channel, always=True)
    if actor != slack.workspace.app.bot_user_id:
        im = slack.workspace.slackbot_im()
        text = f"You have been removed from #{channel.name} by <@{actor}>"
        post(slack, im, Draft(slack.workspace.author_fields(SLACKBOT) | {"text": text}))


def share(slack: FakeSlack, channel: Channel, team: str) -> None:
    """Connect another organisation to a channel (Slack Connect)."""
    channel.shared_with.append(team)
    ts = slack.clock.next_ts()
    emit(slack, {"type": "channel_shared", "connected_team_id": team, "channel": channel.id, "event_ts": ts}, channel)
    notify_channel_changed(slack, channel)


def unshare(slack: FakeSlack, channel: Channel, team: str) -> None:
    """Disconnect an organisation from a channel; its people are no longer members."""
    channel.shared_with.remove(team)
    channel.members = [one for one in channel.members if slack.workspace.users[one].team != team]
    event: Json = {
        "type": "channel_unshared",
        "previously_connected_team_id": team,
        "channel": channel.id,
        "is_ext_shared": channel.is_ext_shared,
        "event_ts": slack.clock.next_ts(),
    }
    emit(slack, event, channel)
    notify_channel_changed(slack, channel)


def change_id(slack: FakeSlack, channel: Channel, new_id: str) -> None:
    """Give a channel another id, as Slack Connect does when a channel is shared or disconnected."""
    old_id = channel.id
    slack.workspace.change_channel_id(channel, new_id)
    slack.ids.change_channel_id(old_id, new_id)
    event = {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id}
    emit(slack, event | {"event_ts": slack.clock.next_ts()}, channel)
    notify_channel_changed(slack, channel)
