"""What Slack's client does with Block Kit forms: completes actions, collects values, checks required inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.control.requests import ControlError
from sandbox.interactions import Container
from sandbox.workspace_file import Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element, with its block."""
    for block in blocks:
        listed, inner = block.get("elements"), block.get("blocks")
        found = [*(listed if isinstance(listed, list) else []), block.get("accessory"), block.get("element")]
        yield from ((block, one) for one in found if isinstance(one, dict) and one.get("action_id"))
        yield from elements([one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else [])


def build_action(container: Container, given: Json) -> Json:
    """The action as Slack sends it. What `given` leaves out is taken from the element: type, block_id, value."""
    attached = container.message.body.get("attachments", []) if container.message else []
    blocks = [*container.blocks, *(block for one in attached for block in one.get("blocks", []))]
    action_id, block_id = given.get("action_id"), given.get("block_id")
    found = [
        (block, element)
        for block, element in elements(blocks)
        if element["action_id"] == action_id and block_id in (None, "", block["block_id"])
    ]
    if not found:
        known = sorted({element["action_id"] for _, element in elements(blocks)})
        place = f" in block {block_id}" if block_id else ""
        detail = f"There is no element {action_id!r}{place}. Existing elements: {', '.join(known) or 'none'}"
        if action_id in known:
            detail = (
                f"{action_id!r} is not in block {block_id} (any more). Leave block_id out, or read the message again."
            )
        raise ControlError("action_not_found", detail, 404)
    if len(found) > 1:
        places = ", ".join(block["block_id"] for block, _ in found)
        raise ControlError("ambiguous_action", f"{action_id!r} is in several blocks; give block_id, one of {places}.")
    block, element = found[0]
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    for name in ("text", "value", "style", "placeholder"):
        if name in element and element["type"] not in ("plain_text_input",):
            action[name] = element[name]
    chosen = {
        key: one for key, one in given.items() if key not in ("type", "action_id", "block_id", "action_ts", "text")
    }
    if "option" in chosen:
        chosen |= _expand_value(element, chosen.pop("option"))
    _check_choice(element, chosen)
    return action | chosen


def _check_choice(element: Json, chosen: Json) -> None:
    option = chosen.get("selected_option")
    if not isinstance(option, dict) or "options" not in element:
        return
    if option.get("value") not in [one["value"] for one in element["options"]]:
        raise ControlError("option_not_found", f"{option.get('value')!r} is not an option of {element['action_id']}.")


def all_options(element: Json) -> list[Json]:
    """All options of an element, those in groups included."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(one for group in groups for one in group["options"])]


def _expand_value(element: Json, given: Any) -> Json:
    """A short value ("high", ["a", "b"]) -> the state of that element as Slack sends it."""
    kind = element["type"]
    known = {one["value"]: one for one in all_options(element)}

    def option(value: Any) -> Json:
        if isinstance(value, dict):
            return value
        if known and value not in known:
            raise ControlError(
                "option_not_found", f"{value!r} is not an option of {element['action_id']}: {sorted(known)}"
            )
        return known.get(value) or {
            "text": {"type": "plain_text", "text": str(value), "emoji": True},
            "value": str(value),
        }

    if kind in ("static_select", "external_select", "radio_buttons", "overflow"):
        return {"selected_option": option(given) if given is not None else None}
    if kind in ("multi_static_select", "multi_external_select", "checkboxes"):
        return {"selected_options": [option(one) for one in given]}
    return {_FIELDS.get(kind, "value"): given}


_FIELDS = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "rich_text_value": "initial_value",
    "value": "initial_value",
}
_SINGLE_CHOICE = ("static_select", "external_select", "radio_buttons", "overflow")
_MULTIPLE_CHOICE = ("multi_static_select", "multi_external_select", "checkboxes")


def keeps_value(kind: str) -> bool:
    """Does an element of this type have a value in the state? Buttons and menus have none."""
    return kind not in ("button", "overflow", "workflow_button", "feedback_buttons", "icon_button")


def value_field(kind: str) -> str:
    """The key that holds the value in the state of an element of this type."""
    return (
        "selected_option"
        if kind in _SINGLE_CHOICE
        else "selected_options"
        if kind in _MULTIPLE_CHOICE
        else _FIELDS.get(kind, "value")
    )


def fill_values(blocks: list[Json], given: Json) -> Json:
    """The state values of all inputs: what is given, else the initial value of the element."""
    values: Json = {}
    known: set[tuple[str, str]] = set()
    for block, element in elements(blocks):
        kind = element["type"]
        if block["type"] != "input" and kind in ("button", "overflow", "workflow_button", "image"):
            continue
        key = (block["block_id"], element["action_id"])
        known.add(key)
        answer = (given.get(key[0]) or {}).get(key[1], _MISSING)
        if answer is _MISSING:
            field = value_field(kind)
            empty: Any = [] if field.endswith("s") else None
            state = {field: element.get(_INITIAL.get(field, ""), empty)}
        elif isinstance(answer, dict):
            state = {key: one for key, one in answer.items() if key != "type"}
        else:
            state = _expand_value(element, answer)
        values.setdefault(key[0], {})[key[1]] = {"type": kind} | state
    unknown = [f"{block}/{action}" for block in given for action in given[block] if (block, action) not in known]
    if unknown:
        known_inputs = ", ".join(sorted(f"{block}/{action}" for block, action in known))
        raise ControlError(
            "input_not_found", f"There is no input {', '.join(unknown)}. Existing inputs: {known_inputs or 'none'}", 404
        )
    return values


_MISSING: Any = object()


def validation_errors(blocks: list[Json], values: Json) -> Json:
    """Why Slack's client would not submit the form: {block_id: sentence}."""
    errors: Json = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        value = state.get(value_field(element["type"]))
        problem = _check_value(element, value, bool(block.get("optional")))
        if problem:
            errors[block["block_id"]] = problem
    return errors


def _check_value(element: Json, value: Any, optional: bool) -> str | None:
    kind = element["type"]
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Please enter at least {least} characters."
        if len(value) > most:
            return f"Please enter at most {most} characters."
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(value):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _check_number(element, str(value))
    most_selected = element.get("max_selected_items")
    if most_selected and isinstance(value, list) and len(value) > most_selected:
        return f"Please choose at most {most_selected}."
    return None


def _check_number(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter at most {element['max_value']}."
    return None
