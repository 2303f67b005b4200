"""The control API over the world itself: clock, workspace, delivery, sockets and faults."""

from __future__ import annotations

from pydantic import ValidationError

from sandbox.control.looking import clock_state
from sandbox.control.requests import Asked, ControlError
from sandbox.faults import FaultSettings
from sandbox.workspace_file import DeliveryEntry, Json, WorkspaceFileError, parse_text
from sandbox.world import World

_ADDRESSES = ("events_url", "commands_url", "interactivity_url")
_REASONS = ("warning", "refresh_requested", "link_disabled")


async def clock(asked: Asked) -> Json:
    """Look at the clock."""
    return clock_state(asked)


async def set_clock(asked: Asked) -> Json:
    """Move, freeze or reset the clock."""
    known = {"advance", "now", "reset", "freeze"}
    if not asked.args or set(asked.args) - known:
        raise ControlError("invalid_argument", "Give one of advance, now, reset, freeze.")
    clock = asked.world.clock
    if asked.flag("reset"):
        clock.reset()
    if "freeze" in asked.args:
        clock.freeze(asked.flag("freeze"))
    if "now" in asked.args:
        clock.set(asked.number("now", 0))
    if "advance" in asked.args:
        clock.advance(asked.number("advance", 0))
    asked.world.scheduled_changed.set()
    state = clock_state(asked)
    asked.world.changes.tell({"kind": "clock"} | state)
    return state


async def workspace(asked: Asked) -> Json:
    """The workspace file in use."""
    return {"workspace": asked.world.file.model_dump(by_alias=True, exclude_none=True)}


async def load(world: World, raw: str) -> Json:
    """Another workspace, as YAML or JSON text."""
    try:
        await world.load(parse_text(raw))
    except WorkspaceFileError as error:
        raise ControlError("invalid_workspace", str(error)) from None
    return {}


async def reset(asked: Asked) -> Json:
    """Back to the workspace file; clock and faults too."""
    await asked.world.reset()
    return clock_state(asked)


def _delivery(world: World) -> Json:
    app = world.workspace.app
    addresses = {name: getattr(app, name) for name in _ADDRESSES}
    state = world.delivery_state() | {"connections": world.socket.connections}
    return world.delivery.settings.model_dump() | addresses | state


async def delivery(asked: Asked) -> Json:
    """How payloads reach the app."""
    return _delivery(asked.world)


async def set_delivery(asked: Asked) -> Json:
    """Change how payloads reach the app."""
    world = asked.world
    args = dict(asked.args)
    addresses = {name: args.pop(name) for name in _ADDRESSES if name in args}
    try:
        settings = DeliveryEntry.model_validate(world.delivery.settings.model_dump() | args)
    except ValidationError as error:
        raise ControlError("invalid_argument", _first(error)) from None
    world.delivery.settings = settings
    world.ids.trigger_seconds = settings.trigger_seconds
    for name, address in addresses.items():
        if address is not None and not str(address).startswith(("http://", "https://")):
            raise ControlError("invalid_argument", f"{name} must be an http(s) address or null.")
        setattr(world.workspace.app, name, address)
    return _delivery(world)


async def sockets(asked: Asked) -> Json:
    """Send `disconnect` over the sockets, or cut them."""
    connection = asked.text("connection", needed=False) or None
    if asked.flag("cut"):
        return {"count": asked.world.socket.cut(connection)}
    reason = asked.text("send")
    if reason not in _REASONS:
        raise ControlError("invalid_argument", f"`send` is one of {', '.join(_REASONS)}.")
    return {"count": await asked.world.socket.disconnect(reason, connection)}


def _faults(world: World) -> Json:
    return {"faults": world.faults.settings.model_dump() | {"cut_socket": False}}


async def faults(asked: Asked) -> Json:
    """The faults in force."""
    return _faults(asked.world)


async def set_faults(asked: Asked) -> Json:
    """Merge faults into those in force; `cut_socket` happens now."""
    changes = dict(asked.args)
    cut = changes.pop("cut_socket", False)
    try:
        asked.world.faults.change(changes)
    except ValidationError as error:
        known = ", ".join([*FaultSettings.model_fields, "cut_socket"])
        raise ControlError("invalid_fault", f"{_first(error)}. Faults: {known}.") from None
    if cut:
        asked.world.socket.cut()
    return _faults(asked.world)


async def clear_faults(asked: Asked) -> Json:
    """Nothing goes wrong any more."""
    asked.world.faults.clear()
    return _faults(asked.world)


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
