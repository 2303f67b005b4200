"""The control API's deeds: what people write, click and join."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from sandbox import composing, conversation, interactions, payloads
from sandbox.control.filling import action_of, filled, problems
from sandbox.control.requests import Asked, ControlError
from sandbox.conversation import Draft
from sandbox.delivery import Answer
from sandbox.interactions import Place
from sandbox.workspace import Channel, StoredFile
from sandbox.workspace_file import Json

_SYSTEM = ("channel_join", "group_join", "channel_leave", "group_leave")


async def say(asked: Asked) -> Json:
    """A person writes in a channel, IM or thread."""
    user = asked.person()
    channel = asked.joined(user)
    text = asked.text("text", needed=False)
    files = [_stored(asked, user, one) for one in asked.items("files")]
    if not text.strip() and not files:
        raise ControlError("no_text", "Write something, or add a file.")
    if channel.is_archived:
        raise ControlError("is_archived", "This channel is archived.")
    thread_ts = asked.text("thread_ts", needed=False)
    command, _, rest = text.partition(" ")
    if any(one.command == command for one in asked.world.workspace.app.commands) and not files:
        if thread_ts:
            raise ControlError("not_in_thread", f"{command} does not work in a thread, as in Slack: use the channel.")
        return await _command(asked, user, channel, command, rest.strip())
    body = _spoken(asked, user, channel, text, thread_ts)
    if files:
        body["subtype"] = "file_share"
    message = conversation.post(asked.world, channel, Draft(body, files=files))
    return {"ts": message.ts}


def _spoken(asked: Asked, user: str, channel: Channel, text: str, thread_ts: str) -> Json:
    workspace = asked.world.workspace
    body = workspace.author_fields(user) | {"text": composing.typed(workspace, text)}
    if text:
        body["blocks"] = composing.rich_text(body["text"])
    if "user" in body and not workspace.users[user].is_bot:
        body["client_msg_id"] = asked.text("client_msg_id", needed=False) or secrets.token_hex(16)
    if thread_ts:
        root = channel.messages.get(thread_ts)
        if root is None or root.body.get("subtype") in _SYSTEM:
            raise ControlError("message_not_found", f"There is no message {thread_ts} to reply to.", 404)
        body["thread_ts"] = root.thread_ts if root.is_reply else thread_ts
        if asked.flag("reply_broadcast"):
            body["subtype"] = "thread_broadcast"
    return body


def _stored(asked: Asked, user: str, given: Any) -> StoredFile:
    if not isinstance(given, dict) or not given.get("name"):
        raise ControlError("invalid_argument", "A file is {name, mimetype?, content_base64}.")
    try:
        content = base64.b64decode(str(given.get("content_base64", "")), validate=True)
    except binascii.Error:
        raise ControlError("invalid_argument", f"content_base64 of {given['name']} is no base64.") from None
    name = str(given["name"]).replace("/", "_")
    workspace = asked.world.workspace
    stored = StoredFile(
        workspace.fresh_id("F"),
        user,
        name,
        str(given.get("title") or name),
        str(given.get("mimetype") or payloads.mimetype(name)),
        int(workspace.clock.now()),
        content,
        uploaded=True,
        complete=True,
    )
    workspace.files[stored.id] = stored
    return stored


async def edit(asked: Asked) -> Json:
    """A person changes their own message."""
    user, channel, message = _own_message(asked)
    text = asked.text("text")
    new = composing.typed(asked.world.workspace, text)
    fields: Json = {"text": new, "blocks": composing.rich_text(new)}
    conversation.change(asked.world, channel, message, fields, edited_by=user)
    return {"ts": message.ts}


async def delete(asked: Asked) -> Json:
    """A person deletes their own message."""
    _, channel, message = _own_message(asked)
    conversation.delete(asked.world, channel, message)
    return {}


def _own_message(asked: Asked) -> tuple[str, Channel, Any]:
    user = asked.person()
    channel = asked.joined(user)
    message = asked.message(channel, user, asked.text("ts"))
    if message.reader is not None or message.author != user or message.body.get("subtype") in _SYSTEM:
        raise ControlError("not_your_message", "Only one's own messages can be changed or deleted.", 403)
    return user, channel, message


async def react(asked: Asked) -> Json:
    """A person reacts to a message."""
    user = asked.person()
    channel = asked.joined(user)
    message = asked.message(channel, user, asked.text("ts"))
    name, remove = asked.text("name").strip(":"), asked.flag("remove")
    if message.reader is not None:
        raise ControlError("message_not_found", "Nobody can react to an ephemeral message.", 404)
    if not conversation.react(asked.world, channel, message, user, name, remove=remove):
        code = "no_reaction" if remove else "already_reacted"
        raise ControlError(code, f"{user} has {'not' if remove else 'already'} reacted with :{name}:.", 409)
    return {}


async def command(asked: Asked) -> Json:
    """A person runs a slash command."""
    user = asked.person()
    channel = asked.joined(user)
    name = asked.text("command")
    name = name if name.startswith("/") else f"/{name}"
    return await _command(asked, user, channel, name, asked.text("text", needed=False).strip())


async def _command(asked: Asked, user: str, channel: Channel, name: str, text: str) -> Json:
    answer = await interactions.run_command(asked.world, user, channel, name, text)
    problem = interactions.failure(answer)
    return {"ok": problem is None, "status": answer.status or (200 if answer.acked else 0)} | (
        {"error": problem} if problem else {}
    )


def _place(asked: Asked, user: str) -> Place:
    container = asked.mapping("container")
    if container.get("type") == "view":
        view = asked.world.views.find(str(container.get("view_id")), None)
        if view is None or asked.world.views.owner(view["id"]) != user:
            raise ControlError("view_not_found", "That view is not open for this person.", 404)
        return Place(view=view)
    inner = Asked(asked.world, container)
    channel = inner.joined(user)
    return Place(channel, inner.message(channel, user, inner.text("ts")))


def _acked(answer: Answer) -> Json:
    problem = interactions.failure(answer)
    return {"ok": problem is None, "acked": answer.acked} | ({"error": problem} if problem else {})


async def act(asked: Asked) -> Json:
    """A person clicks a button or chooses something."""
    user = asked.person()
    place = _place(asked, user)
    action = action_of(place, asked.mapping("action"))
    blocks = place.view["blocks"] if place.view else place.message.body.get("blocks", []) if place.message else []
    before = place.view["state"]["values"] if place.view else {}
    values = before | filled(blocks, asked.mapping("state_values", needed=False))
    if action["type"] not in ("button", "overflow", "workflow_button", "feedback_buttons", "icon_button"):
        kept = {key: one for key, one in action.items() if key not in ("action_id", "block_id", "text", "placeholder")}
        values[action["block_id"]] = values.get(action["block_id"], {}) | {action["action_id"]: kept}
    return _acked(await interactions.act(asked.world, user, place, action, values))


async def options(asked: Asked) -> Json:
    """A person types in an external select."""
    user = asked.person()
    place = _place(asked, user)
    action = action_of(place, {"action_id": asked.text("action_id"), "block_id": asked.args.get("block_id")})
    value = asked.text("value", needed=False)
    answer = await interactions.suggest(asked.world, user, place, action["action_id"], action["block_id"], value)
    problem = interactions.failure(answer)
    if problem:
        return {"ok": False, "error": problem, "options": [], "option_groups": []}
    body = answer.body if isinstance(answer.body, dict) else {}
    return {"options": body.get("options") or [], "option_groups": body.get("option_groups") or []}


def _open_view(asked: Asked) -> tuple[str, Json]:
    user = asked.person()
    view = asked.world.views.find(asked.text("view_id"), None)
    if view is None or asked.world.views.owner(view["id"]) != user or view["type"] != "modal":
        raise ControlError("view_not_found", "That modal is not open for this person.", 404)
    return user, view


async def submit_view(asked: Asked) -> Json:
    """A person presses the modal's submit button."""
    user, view = _open_view(asked)
    values = view["state"]["values"] | filled(view["blocks"], asked.mapping("values", needed=False))
    errors = problems(view["blocks"], values)
    if errors:
        return {"ok": False, "errors": errors}
    return await interactions.submit(asked.world, user, view, values)


async def close_view(asked: Asked) -> Json:
    """A person closes the top modal, or with `clear` all of them."""
    user, view = _open_view(asked)
    await interactions.close(asked.world, user, view, clear=asked.flag("clear"))
    return {}


async def home(asked: Asked) -> Json:
    """A person opens the app's Home (or Messages) tab."""
    tab = asked.text("tab", needed=False) or "home"
    channel = interactions.open_home(asked.world, asked.person(), tab)
    return {"channel": channel.id}


async def shortcut(asked: Asked) -> Json:
    """A person uses a shortcut, on a message when `ts` is given."""
    user = asked.person()
    callback_id, ts = asked.text("callback_id"), asked.text("ts", needed=False)
    kind = "message" if ts else "global"
    known = asked.world.workspace.app.shortcuts
    if all((one.type, one.callback_id) != (kind, callback_id) for one in known):
        raise ControlError(
            "shortcut_not_found", f"The app has no {kind} shortcut {callback_id}; see app.shortcuts.", 404
        )
    if not ts:
        return _acked(await interactions.shortcut(asked.world, user, callback_id, None, None))
    channel = asked.joined(user)
    message = asked.message(channel, user, ts)
    return _acked(await interactions.shortcut(asked.world, user, callback_id, channel, message))


async def membership(asked: Asked) -> Json:
    """Somebody joins or leaves a channel, or is brought in or removed."""
    actor, user = asked.person(), asked.person("user")
    workspace = asked.world.workspace
    channel = asked.channel(actor)
    if channel.is_im:
        raise ControlError("invalid_argument", "An IM has its two people.")
    if asked.flag("join", True):
        team = workspace.users[user].team
        if team != workspace.team.id and team not in channel.shared_with:
            raise ControlError("not_shared", f"Share {channel.id} with {team} first: /sandbox/share.", 409)
        if user in channel.members:
            raise ControlError("already_in_channel", f"{user} is in {channel.id} already.", 409)
        conversation.join(asked.world, channel, user, inviter=actor if actor != user else None)
    else:
        if user not in channel.members:
            raise ControlError("not_in_channel", f"{user} is not in {channel.id}.", 409)
        conversation.leave(asked.world, channel, user)
    return {}


async def share(asked: Asked) -> Json:
    """Connect a channel to another organisation, or disconnect it."""
    workspace = asked.world.workspace
    channel, team = asked.channel(None), asked.text("team")
    if team not in workspace.teams or team == workspace.team.id:
        raise ControlError("team_not_found", f"{team} is no other organisation here.", 404)
    if asked.flag("share", True) is (team in channel.shared_with):
        raise ControlError(
            "nothing_to_do", f"{channel.id} is {'already' if team in channel.shared_with else 'not'} shared.", 409
        )
    if asked.flag("share", True):
        conversation.share(asked.world, channel, team)
    else:
        conversation.unshare(asked.world, channel, team)
    return {}


async def new_channel(asked: Asked) -> Json:
    """A person makes a channel."""
    user, name = asked.person(), asked.text("name").lstrip("#")
    workspace = asked.world.workspace
    if workspace.channel_named(name) is not None:
        raise ControlError("name_taken", f"There is a channel #{name} already.", 409)
    now = int(workspace.clock.now())
    channel = Channel(workspace.fresh_id("C"), name, now, user, [user], is_private=asked.flag("private"))
    channel.topic = {"value": "", "creator": "", "last_set": 0}
    channel.purpose = dict(channel.topic)
    workspace.channels[channel.id] = channel
    if not channel.is_private:
        created = {"id": channel.id, "name": name, "created": now, "creator": user}
        event = {"type": "channel_created", "channel": created, "event_ts": asked.world.clock.next_ts()}
        conversation.emit(asked.world, event, channel, always=True)
    for member in asked.items("members"):
        if member in workspace.users and member not in channel.members:
            conversation.join(asked.world, channel, member, inviter=user)
    conversation.tell_channel(asked.world, channel)
    return {"channel": channel.id}


async def read(asked: Asked) -> Json:
    """A person has read a channel."""
    user = asked.person()
    channel = asked.channel(user)
    if channel.order:
        channel.read_until[user] = channel.order[-1]
    return {}
