"""Checks Block Kit blocks as Slack does. Each error message has the JSON pointer of its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.block_elements import ACTION_ELEMENTS, CONTEXT_ELEMENTS, INPUT_ELEMENTS, SECTION_ELEMENTS, check_element
from sandbox.block_objects import Checker
from sandbox.workspace_file import Json

MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_TOTAL = 12_000
TABLE_CHARACTERS = 10_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
MAX_VISUALIZATIONS = 2


def check_blocks(
    blocks: Any, surface: str, pointer: str = "/blocks", file_exists: Callable[[Json], bool] | None = None
) -> list[str]:
    """Check blocks for a surface (`message`, `modal`, `home`) -> Slack's error messages, [] if they are valid."""
    checker = Checker(surface, file_exists)
    if not isinstance(blocks, list):
        return [f"[ERROR] must be an array [json-pointer:{pointer}]"]
    if len(blocks) > MAX_BLOCKS[surface]:
        checker.error(pointer, f"no more than {MAX_BLOCKS[surface]} items allowed")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        check_block(checker, block, f"{pointer}/{number}")
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                checker.error(f"{pointer}/{number}/block_id", f"`block_id` {block_id!r} already exists")
            seen.add(block_id)
    _check_totals(checker, [one for one in blocks if isinstance(one, dict)], pointer)
    return checker.messages


def _check_totals(checker: Checker, blocks: list[Json], pointer: str) -> None:
    markdown = sum(len(str(one.get("text", ""))) for one in blocks if one.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        checker.error(pointer, f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters in total")
    cells = sum(_text_length(one.get("rows")) for one in blocks if one.get("type") == "table")
    if cells > TABLE_CHARACTERS:
        checker.error(pointer, f"tables must have less than {TABLE_CHARACTERS + 1} characters in total")
    if sum(one.get("type") == "data_visualization" for one in blocks) > MAX_VISUALIZATIONS:
        checker.error(pointer, f"no more than {MAX_VISUALIZATIONS} data_visualization blocks allowed")


def _text_length(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(one) if key == "text" and isinstance(one, str) else _text_length(one) for key, one in value.items()
        )
    if isinstance(value, list):
        return sum(_text_length(one) for one in value)
    return 0


def check_block(checker: Checker, block: Any, pointer: str) -> None:
    """Check one block of any type."""
    if not isinstance(block, dict):
        checker.error(pointer, "must be an object")
        return
    kind = block.get("type")
    check = _BLOCKS.get(str(kind))
    if kind is None:
        checker.error(pointer, "missing required field: type")
    elif check is None:
        checker.error(f"{pointer}/type", f"unsupported type: {kind}")
    elif checker.surface not in _SURFACES.get(str(kind), ("message", "modal", "home")):
        checker.error(f"{pointer}/type", f"unsupported type: {kind} (not allowed in a {checker.surface})")
    else:
        checker.string(block, "block_id", pointer, 255)
        check(checker, block, pointer)


def _section(checker: Checker, block: Json, pointer: str) -> None:
    if "text" not in block and "fields" not in block:
        checker.error(pointer, "missing required field: text or fields")
    checker.text(block, "text", pointer, 3000)
    fields = checker.array(block, "fields", pointer, maximum=10, minimum=1)
    for number, _ in enumerate(fields):
        checker.text_object(fields[number], f"{pointer}/fields/{number}", 2000)
    if "accessory" in block:
        check_element(checker, block["accessory"], f"{pointer}/accessory", SECTION_ELEMENTS)


def _header(checker: Checker, block: Json, pointer: str) -> None:
    checker.text(block, "text", pointer, 150, plain=True, required=True)


def _image(checker: Checker, block: Json, pointer: str) -> None:
    check_element(checker, block, pointer, ("image",))
    checker.text(block, "title", pointer, 2000, plain=True)


def _actions(checker: Checker, block: Json, pointer: str) -> None:
    _elements(checker, block, pointer, 25, ACTION_ELEMENTS)


def _context_actions(checker: Checker, block: Json, pointer: str) -> None:
    _elements(checker, block, pointer, 5, ("feedback_buttons", "icon_button"))


def _elements(checker: Checker, block: Json, pointer: str, maximum: int, allowed: tuple[str, ...]) -> None:
    elements = checker.array(block, "elements", pointer, maximum=maximum, minimum=1, required=True)
    seen: set[str] = set()
    for number, element in enumerate(elements):
        place = f"{pointer}/elements/{number}"
        check_element(checker, element, place, allowed)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str) and action_id:
            if action_id in seen:
                checker.error(f"{place}/action_id", f"`action_id` {action_id!r} already exists")
            seen.add(action_id)


def _context(checker: Checker, block: Json, pointer: str) -> None:
    for number, element in enumerate(checker.array(block, "elements", pointer, maximum=10, minimum=1, required=True)):
        place = f"{pointer}/elements/{number}"
        if isinstance(element, dict) and element.get("type") in ("mrkdwn", "plain_text"):
            checker.text_object(element, place, 2000)
        else:
            check_element(checker, element, place, CONTEXT_ELEMENTS)


def _input(checker: Checker, block: Json, pointer: str) -> None:
    checker.text(block, "label", pointer, 2000, plain=True, required=True)
    checker.text(block, "hint", pointer, 2000, plain=True)
    checker.boolean(block, "optional", pointer)
    checker.boolean(block, "dispatch_action", pointer)
    if "element" not in block:
        checker.error(pointer, "missing required field: element")
    else:
        check_element(checker, block["element"], f"{pointer}/element", INPUT_ELEMENTS)


def _markdown(checker: Checker, block: Json, pointer: str) -> None:
    checker.string(block, "text", pointer, MARKDOWN_TOTAL, minimum=1, required=True)


def _rich_text(checker: Checker, block: Json, pointer: str) -> None:
    allowed = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    for number, element in enumerate(
        checker.array(block, "elements", pointer, maximum=10_000, minimum=0, required=True)
    ):
        kind = element.get("type") if isinstance(element, dict) else None
        place = f"{pointer}/elements/{number}"
        if kind not in allowed:
            checker.error(f"{place}/type", f"unsupported type: {kind}")
        elif not isinstance(element.get("elements"), list):
            checker.error(place, "missing required field: elements")


def _table(checker: Checker, block: Json, pointer: str) -> None:
    for number, row in enumerate(checker.array(block, "rows", pointer, maximum=TABLE_ROWS, minimum=1, required=True)):
        place = f"{pointer}/rows/{number}"
        if not isinstance(row, list):
            checker.error(place, "must be an array")
        elif len(row) > TABLE_COLUMNS:
            checker.error(place, f"no more than {TABLE_COLUMNS} items allowed")
        else:
            for column, cell in enumerate(row):
                kind = cell.get("type") if isinstance(cell, dict) else None
                if kind not in ("raw_text", "rich_text", "raw_number"):
                    checker.error(f"{place}/{column}/type", f"unsupported type: {kind}")
    checker.array(block, "column_settings", pointer, maximum=TABLE_COLUMNS, minimum=0)


def _video(checker: Checker, block: Json, pointer: str) -> None:
    checker.text(block, "title", pointer, 199, plain=True, required=True)
    for key in ("alt_text", "video_url", "thumbnail_url"):
        checker.string(block, key, pointer, 3000, required=True)


def _file(checker: Checker, block: Json, pointer: str) -> None:
    checker.string(block, "external_id", pointer, 255, required=True)
    if block.get("source") != "remote":
        checker.error(f"{pointer}/source", "must be remote")


def _data_visualization(checker: Checker, block: Json, pointer: str) -> None:
    checker.string(block, "title", pointer, 50)


def _container(checker: Checker, block: Json, pointer: str) -> None:
    for number, inner in enumerate(checker.array(block, "blocks", pointer, maximum=50, minimum=0)):
        check_block(checker, inner, f"{pointer}/blocks/{number}")


def _accept(checker: Checker, block: Json, pointer: str) -> None:
    """Accept a block type whose content Slack does not document well enough to check it."""


_BLOCKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _accept,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "context_actions": _context_actions,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "video": _video,
    "file": _file,
    "data_visualization": _data_visualization,
    "container": _container,
    "data_table": _accept,
    "alert": _accept,
    "card": _accept,
    "carousel": _accept,
    "plan": _accept,
    "task_card": _accept,
}

_SURFACES: dict[str, tuple[str, ...]] = {
    "markdown": ("message",),
    "table": ("message",),
    "file": ("message",),
    "context_actions": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message",),
    "plan": ("message",),
    "task_card": ("message",),
}
