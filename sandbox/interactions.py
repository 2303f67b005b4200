"""What people do with the app: commands, clicks, shortcuts, modals. Builds Slack's payloads and acts on the answers."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox import conversation, payloads, responses
from sandbox.composing import command_text
from sandbox.delivery import Answer, Envelope
from sandbox.views import MOST_STACKED, check_view
from sandbox.workspace import Channel, Message
from sandbox.workspace_file import Json
from sandbox.world import World


class Refused(Exception):
    """Slack does not let this person do that; `code` says why, `detail` what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Place:
    """Where an interaction happened: a message in a channel, or a view."""

    channel: Channel | None = None
    message: Message | None = None
    view: Json | None = None


def failure(answer: Answer) -> str | None:
    """The code that Slack's client shows when the app did not acknowledge."""
    if answer.acked:
        return None
    return "operation_timeout" if answer.reason == "http_timeout" else "dispatch_failed"


def _base(world: World, user: str) -> Json:
    workspace = world.workspace
    person = workspace.users[user]
    return {
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": workspace.app.id,
        "token": "sandbox-verification-token",
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_field(channel: Channel) -> Json:
    name = "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name
    return {"id": channel.id, "name": name}


def _place_fields(place: Place) -> Json:
    if place.view is not None:
        return {"container": {"type": "view", "view_id": place.view["id"]}, "view": place.view}
    channel, message = place.channel, place.message
    if channel is None or message is None:
        return {}
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.reader is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    return {"container": container, "channel": _channel_field(channel), "message": payloads.message(channel, message)}


def _response_url(world: World, user: str, channel: Channel, message: Message | None) -> str:
    address = world.ids.new_address(
        channel.id,
        user,
        message_ts=message.ts if message else None,
        ephemeral=bool(message and message.reader),
        thread_ts=message.thread_ts if message else None,
    )
    return f"{world.base}/response/{address.id}"


async def run_command(world: World, user: str, channel: Channel, command: str, text: str) -> Answer:
    """A slash command; what the app answers at once is shown to the person."""
    workspace = world.workspace
    if workspace.is_external(user):
        raise Refused("not_allowed_for_external", "People of other organisations have no slash commands of this app.")
    if all(one.command != command for one in workspace.app.commands):
        raise Refused("dispatch_unknown_command", f"{command} is not a command of the app; see app.commands.")
    name = "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name
    payload: Json = {
        "token": "sandbox-verification-token",
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": name,
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": command,
        "text": command_text(workspace, text),
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": _response_url(world, user, channel, None),
        "trigger_id": world.ids.new_trigger(user),
    }
    answer = await world.delivery.ask(Envelope("slash_commands", payload, "command", command, accepts_response=True))
    if answer.acked and answer.body:
        body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
        responses.respond_to_command(world, channel, user, body)
    return answer


async def act(world: World, user: str, place: Place, action: Json, state: Json) -> Answer:
    """A click or a choice: block_actions."""
    view_id = place.view["id"] if place.view and place.view["type"] == "modal" else None
    payload: Json = {"type": "block_actions"} | _base(world, user) | _place_fields(place)
    payload |= {
        "trigger_id": world.ids.new_trigger(user, view_id),
        "state": {"values": state},
        "actions": [action | {"action_ts": world.clock.next_ts()}],
    }
    if place.view is not None:
        place.view["state"] = {"values": state}
        payload.pop("state")
    elif place.channel is not None and place.message is not None:
        payload["response_url"] = _response_url(world, user, place.channel, place.message)
    return await world.delivery.ask(
        Envelope("interactive", payload, "interactive", f"block_actions {action['action_id']}")
    )


async def suggest(world: World, user: str, place: Place, action_id: str, block_id: str, value: str) -> Answer:
    """Options for an external select: block_suggestion."""
    payload = {"type": "block_suggestion"} | _base(world, user) | _place_fields(place)
    payload |= {"action_id": action_id, "block_id": block_id, "value": value}
    return await world.delivery.ask(Envelope("interactive", payload, "options", f"block_suggestion {action_id}", True))


async def shortcut(
    world: World, user: str, callback_id: str, channel: Channel | None, message: Message | None
) -> Answer:
    """A global shortcut, or one on a message."""
    if world.workspace.is_external(user):
        raise Refused("not_allowed_for_external", "People of other organisations have no shortcuts of this app.")
    payload = _base(world, user) | {
        "callback_id": callback_id,
        "trigger_id": world.ids.new_trigger(user),
        "action_ts": world.clock.next_ts(),
    }
    if channel is not None and message is not None:
        payload |= {
            "type": "message_action",
            "channel": _channel_field(channel),
            "message_ts": message.ts,
            "message": payloads.message(channel, message),
            "response_url": _response_url(world, user, channel, message),
        }
    else:
        payload["type"] = "shortcut"
    return await world.delivery.ask(Envelope("interactive", payload, "interactive", f"{payload['type']} {callback_id}"))


async def submit(world: World, user: str, view: Json, values: Json) -> Json:
    """Send a modal's values; `{ok, errors?, error?}` of what came of it."""
    view["state"] = {"values": values}
    payload: Json = {"type": "view_submission"} | _base(world, user)
    payload |= {
        "trigger_id": world.ids.new_trigger(user, view["id"]),
        "view": view,
        "response_urls": _response_urls(world, user, view),
    }
    envelope = Envelope("interactive", payload, "interactive", f"view_submission {view['callback_id']}", True)
    answer = await world.delivery.ask(envelope)
    problem = failure(answer)
    if problem:
        return {"ok": False, "error": problem}
    result = _take_response_action(world, user, view, answer.body if isinstance(answer.body, dict) else {})
    tell_views(world, user)
    return result


def _response_urls(world: World, user: str, view: Json) -> list[Json]:
    found: list[Json] = []
    for block in view["blocks"]:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        value = view["state"]["values"].get(block["block_id"], {}).get(element["action_id"], {})
        channel = world.workspace.channels.get(
            value.get("selected_conversation") or value.get("selected_channel") or ""
        )
        if channel is not None:
            entry = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel.id}
            found.append(entry | {"response_url": _response_url(world, user, channel, None)})
    return found


def _take_response_action(world: World, user: str, view: Json, response: Json) -> Json:
    action = response.get("response_action")
    if action is None:
        world.views.close_top(user)
        return {"ok": True}
    if action == "clear":
        world.views.clear(user)
        return {"ok": True}
    if action == "errors":
        errors = response.get("errors") or {}
        known = {block.get("block_id") for block in view["blocks"] if block.get("type") == "input"}
        unknown = [name for name in errors if name not in known]
        if unknown or not errors:
            detail = f"errors must name input blocks; {unknown} are none" if unknown else "errors is empty"
            return {"ok": False, "error": "invalid_response", "detail": detail}
        return {"ok": False, "errors": errors}
    complaints = check_view(response.get("view"), "modal")
    if action not in ("update", "push") or complaints:
        detail = "; ".join(complaints) or f"unknown response_action {action}"
        return {"ok": False, "error": "invalid_response", "detail": detail}
    if action == "update":
        world.views.replace(view, response["view"])
    elif isinstance(world.views.push(user, response["view"]), str):
        return {
            "ok": False,
            "error": "push_limit_reached",
            "detail": f"No more than {MOST_STACKED} views may be stacked.",
        }
    return {"ok": True}


async def close(world: World, user: str, view: Json, *, clear: bool) -> None:
    """A person closes a modal (or all of them); the app hears of it if it asked to."""
    gone = world.views.stack(user) if clear or view["clear_on_close"] else [view]
    cleared = clear or bool(view["clear_on_close"])
    snapshots = [dict(one) for one in reversed(gone) if one["notify_on_close"]]
    if cleared:
        world.views.clear(user)
    else:
        world.views.close_top(user)
    tell_views(world, user)
    for snapshot in snapshots:
        payload = {"type": "view_closed"} | _base(world, user) | {"view": snapshot, "is_cleared": cleared}
        await world.delivery.ask(
            Envelope("interactive", payload, "interactive", f"view_closed {snapshot['callback_id']}")
        )


def open_home(world: World, user: str, tab: str) -> Channel:
    """A person opens the app's Home or Messages tab."""
    workspace = world.workspace
    channel = workspace.im_between(workspace.app.bot_user_id, user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": tab,
        "event_ts": world.clock.next_ts(),
    }
    home = world.views.home(user)
    if tab == "home" and home is not None:
        event["view"] = home
    conversation.emit(world, event, channel)
    return channel


def tell_views(world: World, user: str) -> None:
    """Tell a person's pages which modals are open."""
    world.changes.tell({"kind": "view", "modal_stack": world.views.stack(user)}, lambda person: person == user)


def tell_home(world: World, user: str) -> None:
    """Tell a person's pages of their Home tab."""
    world.changes.tell({"kind": "home", "view": world.views.home(user)}, lambda person: person == user)
