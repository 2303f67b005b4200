"""The interactive elements of Block Kit and images: their limits, and where each is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.block_objects import Checker
from sandbox.workspace_file import Json

_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTI = tuple(f"multi_{kind}" for kind in _SELECTS)
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_CHOICES = ("checkboxes", "radio_buttons")
_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")

SECTION_ELEMENTS = ("button", "image", "overflow", "workflow_button", *_SELECTS, *_MULTI, *_PICKERS, *_CHOICES)
ACTION_ELEMENTS = ("button", "overflow", "workflow_button", "rich_text_input", *_SELECTS, *_MULTI, *_PICKERS, *_CHOICES)
INPUT_ELEMENTS = (*_INPUTS, *_SELECTS, *_MULTI, *_PICKERS, *_CHOICES)
CONTEXT_ELEMENTS = ("image",)

_ADDRESS = re.compile(r"https?://\S+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")


def check_element(checker: Checker, element: Any, pointer: str, allowed: tuple[str, ...]) -> None:
    """Check one element. `allowed`: the element types that are allowed in this place."""
    if not isinstance(element, dict):
        checker.error(pointer, "must be an object")
        return
    kind = element.get("type")
    if kind is None:
        checker.error(pointer, "missing required field: type")
        return
    if kind not in allowed or (kind == "file_input" and checker.surface != "modal"):
        checker.error(f"{pointer}/type", f"unsupported type: {kind}")
        return
    checker.string(element, "action_id", pointer, 255)
    checker.confirm(element, pointer)
    checker.text(element, "placeholder", pointer, 150, plain=True)
    checker.boolean(element, "focus_on_load", pointer)
    check = _ELEMENTS.get(str(kind))
    if check is not None:
        check(checker, element, pointer)


def _button(checker: Checker, element: Json, pointer: str) -> None:
    checker.text(element, "text", pointer, 75, plain=True, required=True)
    checker.string(element, "value", pointer, 2000)
    checker.string(element, "url", pointer, 3000)
    checker.string(element, "accessibility_label", pointer, 75)
    if element.get("style") not in (None, "primary", "danger"):
        checker.error(f"{pointer}/style", f"invalid style: {element['style']}")


def _image(checker: Checker, element: Json, pointer: str) -> None:
    checker.string(element, "alt_text", pointer, 2000, required=True)
    if "slack_file" in element:
        checker.slack_file(element, pointer)
        return
    checker.string(element, "image_url", pointer, 3000, required=True)
    address = element.get("image_url")
    if isinstance(address, str) and not _ADDRESS.fullmatch(address):
        checker.error(f"{pointer}/image_url", "invalid url")


def _static_select(checker: Checker, element: Json, pointer: str) -> None:
    checker.options(element, pointer, 100, groups=True)
    _selected_most(checker, element, pointer)


def _choices(checker: Checker, element: Json, pointer: str) -> None:
    checker.options(element, pointer, 10, plain=False)


def _overflow(checker: Checker, element: Json, pointer: str) -> None:
    checker.options(element, pointer, 5)


def _selected_most(checker: Checker, element: Json, pointer: str) -> None:
    most = element.get("max_selected_items")
    if most is not None and (not isinstance(most, int) or most < 1):
        checker.error(f"{pointer}/max_selected_items", "must be at least 1")


def _external_select(checker: Checker, element: Json, pointer: str) -> None:
    least = element.get("min_query_length")
    if least is not None and (not isinstance(least, int) or least < 0):
        checker.error(f"{pointer}/min_query_length", "must be an integer")
    _selected_most(checker, element, pointer)


def _text_input(checker: Checker, element: Json, pointer: str) -> None:
    checker.string(element, "initial_value", pointer, 3000)
    for key, least in (("min_length", 0), ("max_length", 1)):
        value = element.get(key)
        if value is not None and (not isinstance(value, int) or not least <= value <= 3000):
            checker.error(f"{pointer}/{key}", f"must be between {least} and 3000")


def _number_input(checker: Checker, element: Json, pointer: str) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        checker.error(pointer, "missing required field: is_decimal_allowed")


def _matches(key: str, pattern: re.Pattern[str]) -> Callable[[Checker, Json, str], None]:
    def check(checker: Checker, element: Json, pointer: str) -> None:
        value = element.get(key)
        if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            checker.error(f"{pointer}/{key}", "invalid format")

    return check


def _feedback(checker: Checker, element: Json, pointer: str) -> None:
    for key in ("positive_button", "negative_button"):
        button = element.get(key)
        if not isinstance(button, dict):
            checker.error(pointer, f"missing required field: {key}")
            continue
        checker.text(button, "text", f"{pointer}/{key}", 75, plain=True, required=True)
        checker.string(button, "value", f"{pointer}/{key}", 2000, required=True)
        checker.string(button, "accessibility_label", f"{pointer}/{key}", 75)


def _icon_button(checker: Checker, element: Json, pointer: str) -> None:
    checker.text(element, "text", pointer, 75, plain=True, required=True)
    checker.string(element, "icon", pointer, 75, required=True)
    checker.string(element, "value", pointer, 2000)


_ELEMENTS: dict[str, Callable[[Checker, Json, str], None]] = {
    "button": _button,
    "workflow_button": _button,
    "image": _image,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "external_select": _external_select,
    "multi_external_select": _external_select,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "overflow": _overflow,
    "plain_text_input": _text_input,
    "number_input": _number_input,
    "datepicker": _matches("initial_date", _DATE),
    "timepicker": _matches("initial_time", _TIME),
    "feedback_buttons": _feedback,
    "icon_button": _icon_button,
}
