"""The small objects of Block Kit (texts, options, confirmations), and the form of Slack's error messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.workspace_file import Json


class Checker:
    """Collects error messages in the form in which Slack returns them."""

    def __init__(self, surface: str, file_exists: Callable[[Json], bool] | None = None) -> None:
        self.surface = surface
        self.messages: list[str] = []
        self._file_exists = file_exists

    def error(self, pointer: str, text: str) -> None:
        """Add one error message, with the place as a JSON pointer."""
        self.messages.append(f"[ERROR] {text} [json-pointer:{pointer}]")

    def string(
        self, holder: Json, key: str, pointer: str, maximum: int, *, minimum: int = 0, required: bool = False
    ) -> None:
        """Check a string field of `minimum` to `maximum` characters."""
        value = holder.get(key)
        if value is None:
            if required:
                self.error(pointer, f"missing required field: {key}")
        elif not isinstance(value, str):
            self.error(f"{pointer}/{key}", "must be a string")
        elif len(value) > maximum:
            self.error(f"{pointer}/{key}", f"must be less than {maximum + 1} characters")
        elif len(value) < minimum:
            self.error(f"{pointer}/{key}", f"must be more than {minimum - 1} characters")

    def boolean(self, holder: Json, key: str, pointer: str) -> None:
        """Check an optional boolean field."""
        if key in holder and not isinstance(holder[key], bool):
            self.error(f"{pointer}/{key}", "must be a boolean")

    def array(
        self, holder: Json, key: str, pointer: str, *, maximum: int, minimum: int, required: bool = False
    ) -> list[Any]:
        """Check a list field of `minimum` to `maximum` items -> the list; [] if it is absent or not a list."""
        value = holder.get(key)
        if value is None:
            if required:
                self.error(pointer, f"missing required field: {key}")
            return []
        if not isinstance(value, list):
            self.error(f"{pointer}/{key}", "must be an array")
            return []
        if len(value) > maximum:
            self.error(f"{pointer}/{key}", f"no more than {maximum} items allowed")
        if len(value) < minimum:
            self.error(f"{pointer}/{key}", f"must have at least {minimum} item(s)")
        return value

    def text(
        self, holder: Json, key: str, pointer: str, maximum: int, *, plain: bool = False, required: bool = False
    ) -> None:
        """Check a field that is a text object."""
        if holder.get(key) is None:
            if required:
                self.error(pointer, f"missing required field: {key}")
            return
        self.text_object(holder[key], f"{pointer}/{key}", maximum, plain=plain)

    def text_object(self, value: Any, pointer: str, maximum: int, *, plain: bool = False) -> None:
        """Check a text object (`{type: plain_text | mrkdwn, text}`) of 1 to `maximum` characters."""
        if not isinstance(value, dict):
            self.error(pointer, "must be an object")
            return
        kind = value.get("type")
        if kind not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
            self.error(f"{pointer}/type", f"unsupported type: {kind}")
            return
        self.string(value, "text", pointer, maximum, minimum=1, required=True)
        if kind == "plain_text":
            self.boolean(value, "emoji", pointer)
            if "verbatim" in value:
                self.error(f"{pointer}/verbatim", "`verbatim` is not allowed for plain_text")
        else:
            self.boolean(value, "verbatim", pointer)
            if "emoji" in value:
                self.error(f"{pointer}/emoji", "`emoji` is not allowed for mrkdwn")

    def confirm(self, holder: Json, pointer: str) -> None:
        """Check an optional confirmation dialog."""
        value = holder.get("confirm")
        if value is None:
            return
        place = f"{pointer}/confirm"
        if not isinstance(value, dict):
            self.error(place, "must be an object")
            return
        self.text(value, "title", place, 100, plain=True, required=True)
        self.text(value, "text", place, 300, required=True)
        self.text(value, "confirm", place, 30, plain=True, required=True)
        self.text(value, "deny", place, 30, plain=True, required=True)
        if value.get("style") not in (None, "primary", "danger"):
            self.error(f"{place}/style", f"invalid style: {value['style']}")

    def option(self, value: Any, pointer: str, *, plain: bool = True) -> None:
        """Check an option: text up to 75 characters, value 150, description 75."""
        if not isinstance(value, dict):
            self.error(pointer, "must be an object")
            return
        self.text(value, "text", pointer, 75, plain=plain, required=True)
        self.string(value, "value", pointer, 150, required=True)
        self.text(value, "description", pointer, 75, plain=plain)

    def options(self, holder: Json, pointer: str, maximum: int, *, plain: bool = True, groups: bool = False) -> None:
        """Check `options`, or with `groups` also `option_groups`."""
        if groups and "option_groups" in holder:
            for number, group in enumerate(self.array(holder, "option_groups", pointer, maximum=100, minimum=1)):
                place = f"{pointer}/option_groups/{number}"
                if not isinstance(group, dict):
                    self.error(place, "must be an object")
                    continue
                self.text(group, "label", place, 75, plain=True, required=True)
                self.options(group, place, maximum)
            return
        found = self.array(holder, "options", pointer, maximum=maximum, minimum=1, required=True)
        for number, option in enumerate(found):
            self.option(option, f"{pointer}/options/{number}", plain=plain)
        self._initial(holder, pointer, found)

    def _initial(self, holder: Json, pointer: str, options: list[Any]) -> None:
        values = [one.get("value") for one in options if isinstance(one, dict)]
        chosen = holder.get("initial_option")
        if isinstance(chosen, dict) and chosen.get("value") not in values:
            self.error(f"{pointer}/initial_option", "could not find option")
        for number, one in enumerate(self.array(holder, "initial_options", pointer, maximum=100, minimum=1)):
            if not isinstance(one, dict) or one.get("value") not in values:
                self.error(f"{pointer}/initial_options/{number}", "could not find option")

    def slack_file(self, holder: Json, pointer: str) -> None:
        """Check `slack_file`: the uploaded file that an image shows."""
        value = holder.get("slack_file")
        if not isinstance(value, dict) or not (value.get("id") or value.get("url")):
            self.error(f"{pointer}/slack_file", "missing required field: id or url")
        elif self._file_exists is not None and not self._file_exists(value):
            self.error(f"{pointer}/slack_file", "invalid slack file")
