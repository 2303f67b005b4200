"""What people do with the app: each function sends Slack's payload to the app and applies its answer."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox import conversation, payloads, response_urls
from sandbox.channel import Channel, Message
from sandbox.delivery import DeliveryResult, Envelope
from sandbox.fake_slack import FakeSlack
from sandbox.message_text import format_command_text
from sandbox.views import MAX_STACKED, check_view
from sandbox.workspace_file import Json


class NotAllowed(Exception):
    """Slack does not let this person do that. `code` names the reason, `detail` explains it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Container:
    """What an interaction happened in: a message in a channel, or a view."""

    channel: Channel | None = None
    message: Message | None = None
    view: Json | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks of the view or of the message."""
        found: list[Json] = self.view["blocks"] if self.view else []
        return self.message.body.get("blocks", []) if self.message else found


def error_code(answer: DeliveryResult) -> str | None:
    """The error code that Slack's client shows when the app did not acknowledge; None if it did."""
    if answer.acked:
        return None
    return "operation_timeout" if answer.reason == "http_timeout" else "dispatch_failed"


def _common_fields(slack: FakeSlack, user: str) -> Json:
    workspace = slack.workspace
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
    return {"id": channel.id, "name": channel.payload_name}


def _container_fields(container: Container) -> Json:
    if container.view is not None:
        return {"container": {"type": "view", "view_id": container.view["id"]}, "view": container.view}
    channel, message = container.channel, container.message
    if channel is None or message is None:
        return {}
    fields: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.is_reply:
        fields["thread_ts"] = message.thread_ts
    return {"container": fields, "channel": _channel_field(channel), "message": payloads.message(channel, message)}


def _response_url(slack: FakeSlack, user: str, channel: Channel, message: Message | None) -> str:
    made = slack.ids.new_response_url(
        channel.id,
        user,
        message_ts=message.ts if message else None,
        ephemeral=bool(message and message.ephemeral_for),
        thread_ts=message.thread_ts if message else None,
    )
    return f"{slack.base_url}/response/{made.id}"


async def run_command(slack: FakeSlack, user: str, channel: Channel, command: str, text: str) -> DeliveryResult:
    """Run a slash command. What the app answers in its acknowledgement is shown to the person."""
    workspace = slack.workspace
    if workspace.is_external(user):
        raise NotAllowed(
            "not_allowed_for_external", "People of other organisations have no slash commands of this app."
        )
    if all(one.command != command for one in workspace.app.commands):
        raise NotAllowed(
            "dispatch_unknown_command",
            f"{command} is not a command of the app. Its commands are listed in app.commands.",
        )
    payload: Json = {
        "token": "sandbox-verification-token",
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": command,
        "text": format_command_text(workspace, text),
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": _response_url(slack, user, channel, None),
        "trigger_id": slack.ids.new_trigger(user),
    }
    answer = await slack.delivery.deliver_once(
        Envelope("slash_commands", payload, "command", command, accepts_response=True)
    )
    if answer.acked and answer.body:
        body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
        response_urls.post_command_response(slack, channel, user, body)
    return answer


async def send_block_actions(
    slack: FakeSlack, user: str, container: Container, action: Json, state: Json
) -> DeliveryResult:
    """Send `block_actions` for a click or a choice."""
    view_id = container.view["id"] if container.view and container.view["type"] == "modal" else None
    payload: Json = {"type": "block_actions"} | _common_fields(slack, user) | _container_fields(container)
    payload |= {
        "trigger_id": slack.ids.new_trigger(user, view_id),
        "state": {"values": state},
        "actions": [action | {"action_ts": slack.clock.next_ts()}],
    }
    if container.view is not None:
        container.view["state"] = {"values": state}
        payload.pop("state")
    elif container.channel is not None and container.message is not None:
        payload["response_url"] = _response_url(slack, user, container.channel, container.message)
    return await slack.delivery.deliver_once(
        Envelope("interactive", payload, "interactive", f"block_actions {action['action_id']}")
    )


async def request_options(
    slack: FakeSlack, user: str, container: Container, action_id: str, block_id: str, value: str
) -> DeliveryResult:
    """Send `block_suggestion`: the app answers with the options of an external select."""
    payload = {"type": "block_suggestion"} | _common_fields(slack, user) | _container_fields(container)
    payload |= {"action_id": action_id, "block_id": block_id, "value": value}
    return await slack.delivery.deliver_once(
        Envelope("interactive", payload, "options", f"block_suggestion {action_id}", True)
    )


async def send_shortcut(
    slack: FakeSlack, user: str, callback_id: str, channel: Channel | None, message: Message | None
) -> DeliveryResult:
    """Send a global shortcut, or with a message a message shortcut."""
    if slack.workspace.is_external(user):
        raise NotAllowed("not_allowed_for_external", "People of other organisations have no shortcuts of this app.")
    payload = _common_fields(slack, user) | {
        "callback_id": callback_id,
        "trigger_id": slack.ids.new_trigger(user),
        "action_ts": slack.clock.next_ts(),
    }
    if channel is not None and message is not None:
        payload |= {
            "type": "message_action",
            "channel": _channel_field(channel),
            "message_ts": message.ts,
            "message": payloads.message(channel, message),
            "response_url": _response_url(slack, user, channel, message),
        }
    else:
        payload["type"] = "shortcut"
    return await slack.delivery.deliver_once(
        Envelope("interactive", payload, "interactive", f"{payload['type']} {callback_id}")
    )


async def submit_view(slack: FakeSlack, user: str, view: Json, values: Json) -> Json:
    """Send `view_submission` with the values of a modal -> `{ok, errors?, error?}`."""
    view["state"] = {"values": values}
    payload: Json = {"type": "view_submission"} | _common_fields(slack, user)
    payload |= {
        "trigger_id": slack.ids.new_trigger(user, view["id"]),
        "view": view,
        "response_urls": _response_urls(slack, user, view),
    }
    envelope = Envelope("interactive", payload, "interactive", f"view_submission {view['callback_id']}", True)
    answer = await slack.delivery.deliver_once(envelope)
    problem = error_code(answer)
    if problem:
        return {"ok": False, "error": problem}
    result = _apply_response_action(slack, user, view, answer.body if isinstance(answer.body, dict) else {})
    notify_modals_changed(slack, user)
    return result


def _response_urls(slack: FakeSlack, user: str, view: Json) -> list[Json]:
    found: list[Json] = []
    for block in view["blocks"]:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        value = view["state"]["values"].get(block["block_id"], {}).get(element["action_id"], {})
        channel = slack.workspace.channels.get(
            value.get("selected_conversation") or value.get("selected_channel") or ""
        )
        if channel is not None:
            entry = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel.id}
            found.append(entry | {"response_url": _response_url(slack, user, channel, None)})
    return found


def _apply_response_action(slack: FakeSlack, user: str, view: Json, response: Json) -> Json:
    action = response.get("response_action")
    if action is None:
        slack.views.close_top(user)
        return {"ok": True}
    if action == "clear":
        slack.views.clear(user)
        return {"ok": True}
    if action == "errors":
        errors = response.get("errors") or {}
        known = {block.get("block_id") for block in view["blocks"] if block.get("type") == "input"}
        unknown = [name for name in errors if name not in known]
        if unknown or not errors:
            detail = f"errors must name input blocks; {unknown} are none" if unknown else "errors is empty"
            return {"ok": False, "error": "invalid_response", "detail": detail}
        return {"ok": False, "errors": errors}
    errors = check_view(response.get("view"), "modal")
    if action not in ("update", "push") or errors:
        detail = "; ".join(errors) or f"unknown response_action {action}"
        return {"ok": False, "error": "invalid_response", "detail": detail}
    if action == "update":
        slack.views.replace(view, response["view"])
    elif isinstance(slack.views.push(user, response["view"]), str):
        return {
            "ok": False,
            "error": "push_limit_reached",
            "detail": f"No more than {MAX_STACKED} views may be stacked.",
        }
    return {"ok": True}


async def close_view(slack: FakeSlack, user: str, view: Json, *, clear: bool) -> None:
    """Close a modal, or all of them. The app is sent `view_closed` if the view has `notify_on_close`."""
    closed = slack.views.stack(user) if clear or view["clear_on_close"] else [view]
    cleared = clear or bool(view["clear_on_close"])
    snapshots = [dict(one) for one in reversed(closed) if one["notify_on_close"]]
    if cleared:
        slack.views.clear(user)
    else:
        slack.views.close_top(user)
    notify_modals_changed(slack, user)
    for snapshot in snapshots:
        payload = {"type": "view_closed"} | _common_fields(slack, user) | {"view": snapshot, "is_cleared": cleared}
        await slack.delivery.deliver_once(
            Envelope("interactive", payload, "interactive", f"view_closed {snapshot['callback_id']}")
        )


def open_home(slack: FakeSlack, user: str, tab: str) -> Channel:
    """Open the app's Home or Messages tab: the app is sent `app_home_opened`."""
    workspace = slack.workspace
    channel = workspace.open_im(workspace.app.bot_user_id, user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": tab,
        "event_ts": slack.clock.next_ts(),
    }
    home = slack.views.home(user)
    if tab == "home" and home is not None:
        event["view"] = home
    conversation.emit(slack, event, channel)
    return channel


def notify_modals_changed(slack: FakeSlack, user: str) -> None:
    """Publish to a person's pages which modals are open."""
    slack.changes.publish({"kind": "view", "modal_stack": slack.views.stack(user)}, lambda person: person == user)


def notify_home_changed(slack: FakeSlack, user: str) -> None:
    """Publish to a person's pages what their Home tab shows."""
    slack.changes.publish({"kind": "home", "view": slack.views.home(user)}, lambda person: person == user)
