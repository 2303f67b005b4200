"""views.*: modals and Home tabs."""

from __future__ import annotations

from sandbox import interactions
from sandbox.interaction_ids import Trigger
from sandbox.views import check_view
from sandbox.web_api.calls import ApiError, Call, invalid, method
from sandbox.workspace_file import Json


def _view(call: Call, kind: str | None) -> Json:
    view = call.json("view")
    if view is None:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view"])
    complaints = check_view(view, kind)
    if complaints:
        raise invalid("invalid_arguments", complaints)
    checked: Json = view
    return checked


def _trigger(call: Call) -> Trigger:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    trigger = call.world.ids.spend(trigger_id)
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger


def _accept(call: Call, view: Json, replacing: Json | None = None) -> None:
    refused = call.world.views.refused(view, replacing)
    if refused:
        raise ApiError(refused)


@method("views.open")
def open_view(call: Call) -> Json:
    """Open a modal for the person of a trigger."""
    view = _view(call, "modal")
    _accept(call, view)
    trigger = _trigger(call)
    opened = call.world.views.open(trigger.user, view)
    interactions.tell_views(call.world, trigger.user)
    return {"view": opened}


@method("views.push")
def push_view(call: Call) -> Json:
    """Put a modal on top of the one in which the trigger arose."""
    view = _view(call, "modal")
    _accept(call, view)
    trigger = _trigger(call)
    pushed = call.world.views.push(trigger.user, view)
    if isinstance(pushed, str):
        raise ApiError(pushed)
    interactions.tell_views(call.world, trigger.user)
    return {"view": pushed}


@method("views.update")
def update_view(call: Call) -> Json:
    """Change an open modal."""
    view = _view(call, None)
    if not call.text("view_id") and not call.text("external_id"):
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view_id or external_id"])
    old = call.world.views.find(call.text("view_id"), call.text("external_id"))
    if old is None or old["type"] != view["type"]:
        raise ApiError("not_found")
    if call.text("hash") and call.text("hash") != old["hash"]:
        raise ApiError("hash_conflict")
    _accept(call, view, old)
    owner = call.world.views.owner(old["id"])
    updated = call.world.views.replace(old, view)
    interactions.tell_views(call.world, owner)
    return {"view": updated}


@method("views.publish")
def publish_view(call: Call) -> Json:
    """Set somebody's Home tab."""
    view = _view(call, "home")
    user = call.needed("user_id")
    if not call.workspace.known_to_bot(user):
        raise ApiError("user_not_found")
    old = call.world.views.home(user)
    if call.text("hash") and (old is None or old["hash"] != call.text("hash")):
        raise ApiError("hash_conflict")
    _accept(call, view, old)
    published = call.world.views.publish(user, view)
    interactions.tell_home(call.world, user)
    return {"view": published}
