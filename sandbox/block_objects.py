"""The small parts of Block Kit: texts, options, confirmations, and how a complaint reads. It knows no block type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.workspace_file import Json


class Checker:
    """Collects complaints in Slack's form."""

    def __init__(self, surface: str, file_exists: Callable[[Json], bool] | None = None) -> None:
        self.surface = surface
        self.messages: list[str] = []
        self._file_exists = file_exists

    def wrong(self, pointer: str, text: str) -> None:
        """Note one mistake at a JSON pointer."""
        self.messages.append(f"[ERROR] {text} [json-pointer:{pointer}]")

    def string(
        self, holder: Json, key: str, pointer: str, most: int, *, least: int = 0, required: bool = False
    ) -> None:
        """A string field of `least` to `most` characters."""
        value = holder.get(key)
        if value is None:
            if required:
                self.wrong(pointer, f"missing required field: {key}")
        elif not isinstance(value, str):
            self.wrong(f"{pointer}/{key}", "must be a string")
        elif len(value) > most:
            self.wrong(f"{pointer}/{key}", f"must be less than {most + 1} characters")
        elif len(value) < least:
            self.wrong(f"{pointer}/{key}", f"must be more than {least - 1} characters")

    def boolean(self, holder: Json, key: str, pointer: str) -> None:
        """A field that is true or false, when it is there."""
        if key in holder and not isinstance(holder[key], bool):
            self.wrong(f"{pointer}/{key}", "must be a boolean")

    def array(
        self, holder: Json, key: str, pointer: str, *, most: int, least: int, required: bool = False
    ) -> list[Any]:
        """A list field of `least` to `most` items; [] when it is absent or no list."""
        value = holder.get(key)
        if value is None:
            if required:
                self.wrong(pointer, f"missing required field: {key}")
            return []
        if not isinstance(value, list):
            self.wrong(f"{pointer}/{key}", "must be an array")
            return []
        if len(value) > most:
            self.wrong(f"{pointer}/{key}", f"no more than {most} items allowed")
        if len(value) < least:
            self.wrong(f"{pointer}/{key}", f"must have at least {least} item(s)")
        return value

    def text(
        self, holder: Json, key: str, pointer: str, most: int, *, plain: bool = False, required: bool = False
    ) -> None:
        """A text object in a field."""
        if holder.get(key) is None:
            if required:
                self.wrong(pointer, f"missing required field: {key}")
            return
        self.text_object(holder[key], f"{pointer}/{key}", most, plain=plain)

    def text_object(self, value: Any, pointer: str, most: int, *, plain: bool = False) -> None:
        """`{type: plain_text | mrkdwn, text}` of 1 to `most` characters."""
        if not isinstance(value, dict):
            self.wrong(pointer, "must be an object")
            return
        kind = value.get("type")
        if kind not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
            self.wrong(f"{pointer}/type", f"unsupported type: {kind}")
            return
        self.string(value, "text", pointer, most, least=1, required=True)
        if kind == "plain_text":
            self.boolean(value, "emoji", pointer)
            if "verbatim" in value:
                self.wrong(f"{pointer}/verbatim", "`verbatim` is not allowed for plain_text")
        else:
            self.boolean(value, "verbatim", pointer)
            if "emoji" in value:
                self.wrong(f"{pointer}/emoji", "`emoji` is not allowed for mrkdwn")

    def confirm(self, holder: Json, pointer: str) -> None:
        """A confirmation dialog, when there is one."""
        value = holder.get("confirm")
        if value is None:
            return
        place = f"{pointer}/confirm"
        if not isinstance(value, dict):
            self.wrong(place, "must be an object")
            return
        self.text(value, "title", place, 100, plain=True, required=True)
        self.text(value, "text", place, 300, required=True)
        self.text(value, "confirm", place, 30, plain=True, required=True)
        self.text(value, "deny", place, 30, plain=True, required=True)
        if value.get("style") not in (None, "primary", "danger"):
            self.wrong(f"{place}/style", f"invalid style: {value['style']}")

    def option(self, value: Any, pointer: str, *, plain: bool = True) -> None:
        """An option: text 75, value 150, description 75."""
        if not isinstance(value, dict):
            self.wrong(pointer, "must be an object")
            return
        self.text(value, "text", pointer, 75, plain=plain, required=True)
        self.string(value, "value", pointer, 150, required=True)
        self.text(value, "description", pointer, 75, plain=plain)

    def options(self, holder: Json, pointer: str, most: int, *, plain: bool = True, groups: bool = False) -> None:
        """`options`, or `option_groups` where those are allowed."""
        if groups and "option_groups" in holder:
            for number, group in enumerate(self.array(holder, "option_groups", pointer, most=100, least=1)):
                place = f"{pointer}/option_groups/{number}"
                if not isinstance(group, dict):
                    self.wrong(place, "must be an object")
                    continue
                self.text(group, "label", place, 75, plain=True, required=True)
                self.options(group, place, most)
            return
        found = self.array(holder, "options", pointer, most=most, least=1, required=True)
        for number, option in enumerate(found):
            self.option(option, f"{pointer}/options/{number}", plain=plain)
        self._initial(holder, pointer, found)

    def _initial(self, holder: Json, pointer: str, options: list[Any]) -> None:
        values = [one.get("value") for one in options if isinstance(one, dict)]
        chosen = holder.get("initial_option")
        if isinstance(chosen, dict) and chosen.get("value") not in values:
            self.wrong(f"{pointer}/initial_option", "could not find option")
        for number, one in enumerate(self.array(holder, "initial_options", pointer, most=100, least=1)):
            if not isinstance(one, dict) or one.get("value") not in values:
                self.wrong(f"{pointer}/initial_options/{number}", "could not find option")

    def slack_file(self, holder: Json, pointer: str) -> None:
        """A file of Slack's own that an image shows; it has to exist."""
        value = holder.get("slack_file")
        if not isinstance(value, dict) or not (value.get("id") or value.get("url")):
            self.wrong(f"{pointer}/slack_file", "missing required field: id or url")
        elif self._file_exists is not None and not self._file_exists(value):
            self.wrong(f"{pointer}/slack_file", "invalid slack file")
