"""conversations.*: channels and their members."""

from __future__ import annotations

import re

from sandbox import conversation, membership, payloads
from sandbox.channel import Channel
from sandbox.web_api.call import ApiError, Call, method, scope_for
from sandbox.workspace_file import Json

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_WRITE = ("channels:manage", "groups:write", "im:write", "mpim:write")
_INVITE = (*_WRITE, "channels:write.invites", "groups:write.invites")
_NAME = re.compile(r"[a-z0-9\-_\u00c0-\uffff]{1,80}")
MAX_TOPIC = 250


def kind_of(channel: Channel) -> str:
    """The type of a channel, as in the argument `types`."""
    return (
        "im"
        if channel.is_im
        else "mpim"
        if channel.is_mpim
        else "private_channel"
        if channel.is_private
        else "public_channel"
    )


def list_page(call: Call, channels: list[Channel]) -> tuple[list[Json], Json]:
    """A page of channels by the arguments `types`, `exclude_archived`, `limit` and `cursor`."""
    types = call.string_list("types") or ["public_channel"]
    if set(types) - {"public_channel", "private_channel", "mpim", "im"}:
        raise ApiError("invalid_types")
    fit = [c for c in channels if kind_of(c) in types and not (call.flag("exclude_archived") and c.is_archived)]
    page, metadata = call.paginate(fit, 100, 1000)
    return [payloads.channel(call.workspace, one, num_members=not one.is_im) for one in page], metadata


@method("conversations.list", *_READ)
def list_channels(call: Call) -> Json:
    """The public channels, and all others that the bot is a member of."""
    seen = [c for c in call.workspace.channels.values() if call.bot in c.members or not (c.is_private or c.is_im)]
    channels, metadata = list_page(call, seen)
    return {"channels": channels, "response_metadata": metadata}


@method("conversations.info", *_READ)
def info(call: Call) -> Json:
    """One channel."""
    channel = call.channel()
    call.check_scope(scope_for(channel, "read"))
    wanted = payloads.channel(
        call.workspace, channel, num_members=call.flag("include_num_members"), locale=call.flag("include_locale")
    )
    return {"channel": wanted}


@method("conversations.members", *_READ)
def members(call: Call) -> Json:
    """The members of a channel."""
    channel = call.channel()
    page, metadata = call.paginate(list(channel.members), 100, 1000)
    return {"members": page, "response_metadata": metadata}


@method("conversations.open", "im:write", "mpim:write", "channels:manage", "groups:write")
def open_conversation(call: Call) -> Json:
    """Open the IM with somebody."""
    if call.text("channel"):
        channel = call.channel()
    else:
        users = call.string_list("users")
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            raise ApiError("not_enough_users", detail="group conversations are not part of this sandbox")
        if not call.workspace.is_visible_to_bot(users[0]) or users[0] == call.bot:
            raise ApiError("user_not_found")
        if call.workspace.users[users[0]].deleted:
            raise ApiError("user_disabled")
        known = {one.id for one in call.workspace.channels.values()}
        channel = call.workspace.open_im(call.bot, users[0])
        if channel.id in known:
            extra = {"no_op": True, "already_open": True}
            return extra | {"channel": _opened(call, channel)}
    return {"channel": _opened(call, channel)}


def _opened(call: Call, channel: Channel) -> Json:
    return payloads.channel(call.workspace, channel) if call.flag("return_im") else {"id": channel.id}


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    """The bot joins a public channel."""
    channel = call.channel()
    if channel.is_im or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    answer: Json = {}
    if call.bot in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        membership.join(call.slack, channel, call.bot)
    return {"channel": payloads.channel(call.workspace, channel)} | answer


@method("conversations.leave", *_WRITE)
def leave(call: Call) -> Json:
    """The bot leaves a channel."""
    channel = call.channel()
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if call.bot not in channel.members:
        return {"not_in_channel": True}
    membership.leave(call.slack, channel, call.bot)
    return {}


@method("conversations.create", "channels:manage", "groups:write")
def create(call: Call) -> Json:
    """Create a channel whose only member is the bot."""
    name = call.text("name")
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > 80:
        raise ApiError("invalid_name_maxlength")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise ApiError("invalid_name_specials")
    private = call.flag("is_private")
    call.check_scope("groups:write" if private else "channels:manage")
    if call.workspace.find_channel_by_name(name) is not None:
        raise ApiError("name_taken")
    channel = membership.create(call.slack, name, call.bot, is_private=private)
    return {"channel": payloads.channel(call.workspace, channel)}


@method("conversations.invite", *_INVITE)
def invite(call: Call) -> Json:
    """Add people to a channel that the bot is in. If one of them cannot be added, nobody is (unless `force`)."""
    channel = call.channel(member=True)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    users = call.string_list("users")
    if not users:
        raise ApiError("no_user")
    problems = {user: problem for user in users if (problem := _invite_error(call, channel, user))}
    if problems and not call.flag("force"):
        errors = [{"user": user, "ok": False, "error": problem} for user, problem in problems.items()]
        raise ApiError(next(iter(problems.values())), errors=errors)
    for user in users:
        if user not in problems:
            membership.join(call.slack, channel, user, inviter=call.bot)
    return {"channel": payloads.channel(call.workspace, channel)}


def _invite_error(call: Call, channel: Channel, user: str) -> str | None:
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
    user = call.required("user", "user_not_found")
    if user == call.bot:
        raise ApiError("cant_kick_self")
    if user not in channel.members:
        raise ApiError("not_in_channel")
    membership.leave(call.slack, channel, user, removed_by=call.bot)
    return {}


@method("conversations.setTopic", *_WRITE, "channels:write.topic", "groups:write.topic")
def set_topic(call: Call) -> Json:
    """Change a channel's topic."""
    return _set_text(call, "topic")


@method("conversations.setPurpose", *_WRITE, "channels:write.topic", "groups:write.topic")
def set_purpose(call: Call) -> Json:
    """Change a channel's purpose."""
    return _set_text(call, "purpose")


def _set_text(call: Call, field: str) -> Json:
    channel = call.channel(member=True)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    value = call.text(field)
    if len(value) > MAX_TOPIC:
        raise ApiError("too_long")
    kept = {"value": value, "creator": call.bot, "last_set": int(call.workspace.clock.now())}
    setattr(channel, field, kept)
    body: Json = {
        "subtype": f"{'group' if channel.is_private else 'channel'}_{field}",
        "user": call.bot,
        "text": f"<@{call.bot}> set the channel {field}: {value}",
        field: value,
    }
    conversation.post(call.slack, channel, conversation.Draft(body))
    conversation.notify_channel_changed(call.slack, channel)
    return {"channel": payloads.channel(call.workspace, channel)}


@method("conversations.mark", *_WRITE)
def mark(call: Call) -> Json:
    """Set the bot's read mark."""
    channel = call.channel(member=True)
    channel.read_until[call.bot] = call.required("ts", "invalid_timestamp")
    return {}
