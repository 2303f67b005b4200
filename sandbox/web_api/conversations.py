"""conversations.*: channels and their members."""

from __future__ import annotations

import re

from sandbox import conversation, payloads
from sandbox.web_api.calls import ApiError, Call, by_kind, method
from sandbox.workspace import Channel
from sandbox.workspace_file import Json

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_WRITE = ("channels:manage", "groups:write", "im:write", "mpim:write")
_INVITE = (*_WRITE, "channels:write.invites", "groups:write.invites")
_NAME = re.compile(r"[a-z0-9\-_\u00c0-\uffff]{1,80}")
LONGEST_TOPIC = 250


def kind_of(channel: Channel) -> str:
    """The name of a channel's kind in `types`."""
    return (
        "im"
        if channel.is_im
        else "mpim"
        if channel.is_mpim
        else "private_channel"
        if channel.is_private
        else "public_channel"
    )


def listed(call: Call, channels: list[Channel]) -> tuple[list[Json], Json]:
    """Channels by `types`, `exclude_archived`, `limit` and `cursor`."""
    types = call.names("types") or ["public_channel"]
    if set(types) - {"public_channel", "private_channel", "mpim", "im"}:
        raise ApiError("invalid_types")
    fit = [c for c in channels if kind_of(c) in types and not (call.flag("exclude_archived") and c.is_archived)]
    page, metadata = call.page(fit, 100, 1000)
    return [payloads.channel(call.workspace, one, num_members=not one.is_im) for one in page], metadata


@method("conversations.list", *_READ)
def list_channels(call: Call) -> Json:
    """Public channels, and what else the bot is in."""
    seen = [c for c in call.workspace.channels.values() if call.bot in c.members or not (c.is_private or c.is_im)]
    channels, metadata = listed(call, seen)
    return {"channels": channels, "response_metadata": metadata}


@method("conversations.info", *_READ)
def info(call: Call) -> Json:
    """One channel."""
    channel = call.channel()
    call.check_scope(by_kind(channel, "read"))
    wanted = payloads.channel(
        call.workspace, channel, num_members=call.flag("include_num_members"), locale=call.flag("include_locale")
    )
    return {"channel": wanted}


@method("conversations.members", *_READ)
def members(call: Call) -> Json:
    """Who is in a channel."""
    channel = call.channel()
    page, metadata = call.page(list(channel.members), 100, 1000)
    return {"members": page, "response_metadata": metadata}


@method("conversations.open", "im:write", "mpim:write", "channels:manage", "groups:write")
def open_conversation(call: Call) -> Json:
    """The IM with somebody."""
    if call.text("channel"):
        channel = call.channel()
    else:
        users = call.names("users")
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            raise ApiError("not_enough_users", detail="group conversations are not part of this sandbox")
        if not call.workspace.known_to_bot(users[0]) or users[0] == call.bot:
            raise ApiError("user_not_found")
        if call.workspace.users[users[0]].deleted:
            raise ApiError("user_disabled")
        known = {one.id for one in call.workspace.channels.values()}
        channel = call.workspace.im_between(call.bot, users[0])
        if channel.id in known:
            extra = {"no_op": True, "already_open": True}
            return extra | {"channel": _opened(call, channel)}
    return {"channel": _opened(call, channel)}


def _opened(call: Call, channel: Channel) -> Json:
    return payloads.channel(call.workspace, channel) if call.flag("return_im") else {"id": channel.id}


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    """The bot enters a public channel."""
    channel = call.channel()
    if channel.is_im or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    answer: Json = {}
    if call.bot in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        conversation.join(call.world, channel, call.bot)
    return {"channel": payloads.channel(call.workspace, channel)} | answer


@method("conversations.leave", *_WRITE)
def leave(call: Call) -> Json:
    """The bot leaves a channel."""
    channel = call.channel()
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if call.bot not in channel.members:
        return {"not_in_channel": True}
    conversation.leave(call.world, channel, call.bot)
    return {}


@method("conversations.create", "channels:manage", "groups:write")
def create(call: Call) -> Json:
    """A new channel with the bot in it."""
    name = call.text("name")
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > 80:
        raise ApiError("invalid_name_maxlength")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise ApiError("invalid_name_specials")
    private = call.flag("is_private")
    call.check_scope("groups:write" if private else "channels:manage")
    if call.workspace.channel_named(name) is not None:
        raise ApiError("name_taken")
    channel = new_channel(call, name, private)
    return {"channel": payloads.channel(call.workspace, channel)}


def new_channel(call: Call, name: str, private: bool) -> Channel:
    """Make a channel of the bot's and tell everybody."""
    now = int(call.workspace.clock.now())
    empty: Json = {"value": "", "creator": "", "last_set": 0}
    channel = Channel(
        call.workspace.fresh_id("C"), name, now, call.bot, [call.bot], private, topic=dict(empty), purpose=dict(empty)
    )
    call.workspace.channels[channel.id] = channel
    if not private:
        created = {"id": channel.id, "name": name, "created": now, "creator": call.bot}
        event = {"type": "channel_created", "channel": created, "event_ts": call.world.clock.next_ts()}
        conversation.emit(call.world, event, channel)
    conversation.tell_channel(call.world, channel)
    return channel


@method("conversations.invite", *_INVITE)
def invite(call: Call) -> Json:
    """Bring people into a channel that the bot is in. All of them or, on an error, nobody."""
    channel = call.channel(member=True)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    users = call.names("users")
    if not users:
        raise ApiError("no_user")
    problems = {user: problem for user in users if (problem := _cannot_come(call, channel, user))}
    if problems and not call.flag("force"):
        errors = [{"user": user, "ok": False, "error": problem} for user, problem in problems.items()]
        raise ApiError(next(iter(problems.values())), errors=errors)
    for user in users:
        if user not in problems:
            conversation.join(call.world, channel, user, inviter=call.bot)
    return {"channel": payloads.channel(call.workspace, channel)}


def _cannot_come(call: Call, channel: Channel, user: str) -> str | None:
    if user not in call.workspace.users:
        return "user_not_found"
    if user == call.bot:
        return "cant_invite_self"
    if user in channel.members:
        return "already_in_channel"
    if call.workspace.users[user].deleted:
        return "cant_invite"
    team = call.workspace.users[user].team
    if team != call.workspace.team.id and team not in channel.shared_with:
        return "no_external_invite_permission"
    return None


@method("conversations.kick", *_WRITE)
def kick(call: Call) -> Json:
    """Remove somebody from a channel."""
    channel = call.channel(member=True)
    user = call.needed("user", "user_not_found")
    if user == call.bot:
        raise ApiError("cant_kick_self")
    if user not in channel.members:
        raise ApiError("not_in_channel")
    conversation.leave(call.world, channel, user)
    return {}


@method("conversations.setTopic", *_WRITE, "channels:write.topic", "groups:write.topic")
def set_topic(call: Call) -> Json:
    """Change a channel's topic."""
    return _describe(call, "topic")


@method("conversations.setPurpose", *_WRITE, "channels:write.topic", "groups:write.topic")
def set_purpose(call: Call) -> Json:
    """Change a channel's purpose."""
    return _describe(call, "purpose")


def _describe(call: Call, what: str) -> Json:
    channel = call.channel(member=True)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    value = call.text(what)
    if len(value) > LONGEST_TOPIC:
        raise ApiError("too_long")
    kept = {"value": value, "creator": call.bot, "last_set": int(call.workspace.clock.now())}
    setattr(channel, what, kept)
    body: Json = {
        "subtype": f"{'group' if channel.is_private else 'channel'}_{what}",
        "user": call.bot,
        "text": f"<@{call.bot}> set the channel {what}: {value}",
        what: value,
    }
    conversation.post(call.world, channel, conversation.Draft(body))
    conversation.tell_channel(call.world, channel)
    return {"channel": payloads.channel(call.workspace, channel)}


@method("conversations.mark", *_WRITE)
def mark(call: Call) -> Json:
    """Move the bot's read mark."""
    channel = call.channel(member=True)
    channel.read_until[call.bot] = call.needed("ts", "invalid_timestamp")
    return {}
