"""views.*: modals and Home tabs."""

from __future__ import annotations

from sandbox import interactions
from sandbox.interaction_ids import Trigger
from sandbox.views import check_view
from sandbox.web_api.call import ApiError, Call, invalid, method
from sandbox.workspace_file import Json


def _view(call: Call, kind: str | None) -> Json:
    view = call.json("view")
    if view is None:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view"])
    errors = check_view(view, kind)
    if errors:
        raise invalid("invalid_arguments", errors)
    checked: Json = view
    return checked


def _trigger(call: Call) -> Trigger:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    trigger = call.slack.ids.use_trigger(trigger_id)
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger


def _check_accepted(call: Call, view: Json, replacing: Json | None = None) -> None:
    code = call.slack.views.rejection_code(view, replacing)
    if code:
        raise ApiError(code)


@method("views.open")
def open_view(call: Call) -> Json:
    """Open a modal for the person of a trigger."""
    view = _view(call, "modal")
    _check_accepted(call, view)
    trigger = _trigger(call)
    opened = call.slack.views.open(trigger.user, view)
    interactions.notify_modals_changed(call.slack, trigger.user)
    return {"view": opened}


@method("views.push")
def push_view(call: Call) -> Json:
    """Open a modal on top of the one that the trigger comes from."""
    view = _view(call, "modal")
    _check_accepted(call, view)
    trigger = _trigger(call)
    pushed = call.slack.views.push(trigger.user, view)
    if isinstance(pushed, str):
        raise ApiError(pushed)
    interactions.notify_modals_changed(call.slack, trigger.user)
    return {"view": pushed}


@method("views.update")
def update_view(call: Call) -> Json:
    """Replace the content of an open view."""
    view = _view(call, None)
    if not call.text("view_id") and not call.text("external_id"):
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view_id or external_id"])
    old = call.slack.views.find(call.text("view_id"), call.text("external_id"))
    if old is None or old["type"] != view["type"]:
        raise ApiError("not_found")
    if call.text("hash") and call.text("hash") != old["hash"]:
        raise ApiError("hash_conflict")
    _check_accepted(call, view, old)
    owner = call.slack.views.owner(old["id"])
    updated = call.slack.views.replace(old, view)
    interactions.notify_modals_changed(call.slack, owner)
    return {"view": updated}


@method("views.publish")
def publish_view(call: Call) -> Json:
    """Set the Home tab of a person."""
    view = _view(call, "home")
    user = call.required("user_id")
    if not call.workspace.is_visible_to_bot(user):
        raise ApiError("user_not_found")
    old = call.slack.views.home(user)
    if call.text("hash") and (old is None or old["hash"] != call.text("hash")):
        raise ApiError("hash_conflict")
    _check_accepted(call, view, old)
    published = call.slack.views.publish(user, view)
    interactions.notify_home_changed(call.slack, user)
    return {"view": published}
