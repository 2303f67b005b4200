"""The control API for the sandbox itself: clock, workspace, delivery, sockets and faults."""

from __future__ import annotations

from pydantic import ValidationError

from sandbox.control.inspect import clock_state
from sandbox.control.requests import ControlError, ControlRequest
from sandbox.fake_slack import FakeSlack
from sandbox.faults import FaultSettings
from sandbox.workspace_file import DeliveryEntry, Json, WorkspaceFileError, parse_text

_URLS = ("events_url", "commands_url", "interactivity_url")
_REASONS = ("warning", "refresh_requested", "link_disabled")


async def clock(request: ControlRequest) -> Json:
    """The state of the clock."""
    return clock_state(request)


async def set_clock(request: ControlRequest) -> Json:
    """Move, freeze or reset the clock."""
    known = {"advance", "now", "reset", "freeze"}
    if not request.args or set(request.args) - known:
        raise ControlError("invalid_argument", "Give one of advance, now, reset, freeze.")
    clock = request.slack.clock
    if request.flag("reset"):
        clock.reset()
    if "freeze" in request.args:
        clock.set_frozen(request.flag("freeze"))
    if "now" in request.args:
        clock.set(request.number("now", 0))
    if "advance" in request.args:
        clock.advance(request.number("advance", 0))
    request.slack.scheduled_changed.set()
    state = clock_state(request)
    request.slack.changes.publish({"kind": "clock"} | state)
    return state


async def workspace(request: ControlRequest) -> Json:
    """The workspace file that is loaded."""
    return {"workspace": request.slack.file.model_dump(by_alias=True, exclude_none=True)}


async def load(slack: FakeSlack, raw: str) -> Json:
    """Load another workspace from YAML or JSON text."""
    try:
        await slack.load(parse_text(raw))
    except WorkspaceFileError as error:
        raise ControlError("invalid_workspace", str(error)) from None
    return {}


async def reset(request: ControlRequest) -> Json:
    """Return to the workspace file, with the clock and all faults reset."""
    await request.slack.reset()
    return clock_state(request)


def _delivery(slack: FakeSlack) -> Json:
    app = slack.workspace.app
    urls = {name: getattr(app, name) for name in _URLS}
    state = slack.delivery_state() | {"connections": slack.socket.connections}
    return slack.delivery.settings.model_dump() | urls | state


async def delivery(request: ControlRequest) -> Json:
    """How payloads reach the app: settings and state."""
    return _delivery(request.slack)


async def set_delivery(request: ControlRequest) -> Json:
    """Change how payloads reach the app."""
    slack = request.slack
    args = dict(request.args)
    urls = {name: args.pop(name) for name in _URLS if name in args}
    try:
        settings = DeliveryEntry.model_validate(slack.delivery.settings.model_dump() | args)
    except ValidationError as error:
        raise ControlError("invalid_argument", _first_error(error)) from None
    slack.delivery.settings = settings
    slack.ids.trigger_seconds = settings.trigger_seconds
    for name, url in urls.items():
        if url is not None and not str(url).startswith(("http://", "https://")):
            raise ControlError("invalid_argument", f"{name} must be an http(s) URL or null.")
        setattr(slack.workspace.app, name, url)
    return _delivery(slack)


async def sockets(request: ControlRequest) -> Json:
    """Send `disconnect` over the sockets, or drop them."""
    connection = request.text("connection", required=False) or None
    if request.flag("cut"):
        return {"count": request.slack.socket.cut(connection)}
    reason = request.text("send")
    if reason not in _REASONS:
        raise ControlError("invalid_argument", f"`send` is one of {', '.join(_REASONS)}.")
    return {"count": await request.slack.socket.disconnect(reason, connection)}


def _faults(slack: FakeSlack) -> Json:
    return {"faults": slack.faults.settings.model_dump() | {"cut_socket": False}}


async def faults(request: ControlRequest) -> Json:
    """The faults that are switched on."""
    return _faults(request.slack)


async def set_faults(request: ControlRequest) -> Json:
    """Switch faults on or off. `cut_socket` happens at once."""
    changes = dict(request.args)
    cut = changes.pop("cut_socket", False)
    try:
        request.slack.faults.change(changes)
    except ValidationError as error:
        known = ", ".join([*FaultSettings.model_fields, "cut_socket"])
        raise ControlError("invalid_fault", f"{_first_error(error)}. Known faults: {known}.") from None
    if cut:
        request.slack.socket.cut()
    return _faults(request.slack)


async def clear_faults(request: ControlRequest) -> Json:
    """Switch all faults off."""
    request.slack.faults.clear()
    return _faults(request.slack)


def _first_error(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
