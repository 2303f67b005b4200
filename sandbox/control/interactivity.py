"""The control API for what people do with the app: commands, buttons, selects, modals, the Home tab, shortcuts."""

from __future__ import annotations

from sandbox import interactions
from sandbox.control.forms import build_action, fill_values, keeps_value, validation_errors
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.delivery import DeliveryResult
from sandbox.interactions import Container
from sandbox.workspace_file import Json


async def run_command(request: ControlRequest) -> Json:
    """A person runs a slash command."""
    user = request.actor()
    channel = request.member_channel(user)
    name = request.text("command")
    name = name if name.startswith("/") else f"/{name}"
    text = request.text("text", required=False).strip()
    return command_result(await interactions.run_command(request.slack, user, channel, name, text))


def command_result(result: DeliveryResult) -> Json:
    """The answer of the control API to a command."""
    error = interactions.error_code(result)
    answer: Json = {"ok": error is None, "status": result.status or (200 if result.acked else 0)}
    return answer | ({"error": error} if error else {})


def _interaction_result(result: DeliveryResult) -> Json:
    error = interactions.error_code(result)
    return {"ok": error is None, "acked": result.acked} | ({"error": error} if error else {})


def _container(request: ControlRequest, user: str) -> Container:
    given = request.mapping("container")
    if given.get("type") == "view":
        view = request.slack.views.find(str(given.get("view_id")), None)
        if view is None or request.slack.views.owner(view["id"]) != user:
            raise ControlError("view_not_found", "That view is not open for this person.", 404)
        return Container(view=view)
    inner = ControlRequest(request.slack, given)
    channel = inner.member_channel(user)
    return Container(channel, inner.message(channel, user, inner.text("ts")))


async def send_action(request: ControlRequest) -> Json:
    """A person presses a button or chooses something."""
    user = request.actor()
    container = _container(request, user)
    action = build_action(container, request.mapping("action"))
    before = container.view["state"]["values"] if container.view else {}
    values = before | fill_values(container.blocks, request.mapping("state_values", required=False))
    if keeps_value(action["type"]):
        state = {key: one for key, one in action.items() if key not in ("action_id", "block_id", "text", "placeholder")}
        values[action["block_id"]] = values.get(action["block_id"], {}) | {action["action_id"]: state}
    return _interaction_result(await interactions.send_block_actions(request.slack, user, container, action, values))


async def load_options(request: ControlRequest) -> Json:
    """A person types in an external select."""
    user = request.actor()
    container = _container(request, user)
    given = {"action_id": request.text("action_id"), "block_id": request.args.get("block_id")}
    action = build_action(container, given)
    value = request.text("value", required=False)
    result = await interactions.request_options(
        request.slack, user, container, action["action_id"], action["block_id"], value
    )
    error = interactions.error_code(result)
    if error:
        return {"ok": False, "error": error, "options": [], "option_groups": []}
    body = result.body if isinstance(result.body, dict) else {}
    return {"options": body.get("options") or [], "option_groups": body.get("option_groups") or []}


def _open_modal(request: ControlRequest) -> tuple[str, Json]:
    user = request.actor()
    view = request.slack.views.find(request.text("view_id"), None)
    if view is None or request.slack.views.owner(view["id"]) != user or view["type"] != "modal":
        raise ControlError("view_not_found", "That modal is not open for this person.", 404)
    return user, view


async def submit_view(request: ControlRequest) -> Json:
    """A person submits a modal."""
    user, view = _open_modal(request)
    values = view["state"]["values"] | fill_values(view["blocks"], request.mapping("values", required=False))
    errors = validation_errors(view["blocks"], values)
    if errors:
        return {"ok": False, "errors": errors}
    return await interactions.submit_view(request.slack, user, view, values)


async def close_view(request: ControlRequest) -> Json:
    """A person closes the top modal, or with `clear` all of them."""
    user, view = _open_modal(request)
    await interactions.close_view(request.slack, user, view, clear=request.flag("clear"))
    return {}


async def open_home(request: ControlRequest) -> Json:
    """A person opens the app's Home (or Messages) tab."""
    tab = request.text("tab", required=False) or "home"
    channel = interactions.open_home(request.slack, request.actor(), tab)
    return {"channel": channel.id}


async def use_shortcut(request: ControlRequest) -> Json:
    """A person uses a global shortcut, or with `ts` a message shortcut."""
    user = request.actor()
    callback_id, ts = request.text("callback_id"), request.text("ts", required=False)
    kind = "message" if ts else "global"
    known = request.slack.workspace.app.shortcuts
    if all((one.type, one.callback_id) != (kind, callback_id) for one in known):
        detail = f"The app has no {kind} shortcut {callback_id}. Its shortcuts are listed in app.shortcuts."
        raise ControlError("shortcut_not_found", detail, 404)
    if not ts:
        return _interaction_result(await interactions.send_shortcut(request.slack, user, callback_id, None, None))
    channel = request.member_channel(user)
    message = request.message(channel, user, ts)
    return _interaction_result(await interactions.send_shortcut(request.slack, user, callback_id, channel, message))
