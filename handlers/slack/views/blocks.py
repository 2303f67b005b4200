"""Builds Block Kit blocks that always keep Slack's limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.slack.views.text import clip, one_line, safe_url, shorten, size, spoken

Block = dict[str, Any]
Element = dict[str, Any]

SECTION, FIELD, CONTEXT, HEADER, BUTTON, TEXT = 3000, 2000, 2000, 150, 75, 3800
MOST_BLOCKS = 50
MOST_IN_A_VIEW = 100


@dataclass(frozen=True)
class Rendered:
    """What is sent: `text` is what notifications and screen readers get, `blocks` what is seen."""

    text: str
    blocks: list[Block]


def mrkdwn(text: str, most: int = SECTION) -> Element:
    """`text` is finished mrkdwn: foreign words in it are escaped already."""
    return {"type": "mrkdwn", "text": clip(text, most) or " ", "verbatim": True}


def plain_text(text: str, most: int) -> Element:
    """`text` may be foreign and raw."""
    return {"type": "plain_text", "text": one_line(text, most) or "…", "emoji": False}


def section(text: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def fields(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """(label, finished mrkdwn) two by two; as many sections as it takes."""
    cells = [mrkdwn(f"*{label}*\n{value}", FIELD) for label, value in pairs]
    return [{"type": "section", "fields": cells[at : at + 10]} for at in range(0, len(cells), 10)]


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def image(file_id: str, alt: str) -> Block:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": shorten(spoken(alt), 1900)}


def actions(elements: Sequence[Element], block_id: str | None = None) -> list[Block]:
    """No block when there is nothing to press."""
    if not elements:
        return []
    block: Block = {"type": "actions", "elements": list(elements[:25])}
    return [block | {"block_id": block_id} if block_id else block]


def button(
    label: str,
    action_id: str,
    value: int | str,
    *,
    style: str | None = None,
    confirm: Element | None = None,
    about: str | None = None,
) -> Element:
    """`about` is what a screen reader says instead of the label."""
    element: Element = {
        "type": "button",
        "text": plain_text(label, BUTTON),
        "action_id": action_id,
        "value": str(value),
    }
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    if about:
        element["accessibility_label"] = one_line(about, 75)
    return element


def link_button(label: str, action_id: str, url: str | None) -> list[Element]:
    """An address as a button; none when it cannot be linked."""
    address = safe_url(url)
    if address is None:
        return []
    return [{"type": "button", "text": plain_text(label, BUTTON), "action_id": action_id, "url": address}]


def confirm(title: str, text: str, yes: str, no: str, style: str | None = None) -> Element:
    """`text` may hold foreign words; it is shown as plain text."""
    dialog: Element = {
        "title": plain_text(title, 100),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
        "text": {"type": "plain_text", "text": shorten(spoken(text), 300) or "…", "emoji": False},
    }
    return dialog | {"style": style} if style else dialog


def option(value: str, label: str, description: str = "") -> Element:
    entry: Element = {"text": plain_text(label, 75), "value": value[:150]}
    return entry | {"description": plain_text(description, 75)} if description else entry


def select(action_id: str, options: Sequence[Element], chosen: str | None, placeholder: str) -> Element:
    element: Element = {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options[:100]),
        "placeholder": plain_text(placeholder, 150),
    }
    initial = next((entry for entry in options[:100] if entry["value"] == chosen), None)
    return element | {"initial_option": initial} if initial else element


def text_input(
    block_id: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
    placeholder: str = "",
    lines: bool = True,
) -> Block:
    """An input whose action_id is `text`."""
    element: Element = {"type": "plain_text_input", "action_id": "text", "multiline": lines, "max_length": 3000}
    if initial.strip():
        element["initial_value"] = shorten(spoken(initial), 3000)
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 200),
        "element": element,
        "optional": optional,
    }
    return block | {"hint": plain_text(hint, 300)} if hint else block


def choice_input(block_id: str, label: str, element: Element, hint: str = "") -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain_text(label, 200), "element": element}
    return block | {"hint": plain_text(hint, 300)} if hint else block


def message(text: str, blocks: Sequence[Block], keep_last: int = 0) -> Rendered:
    """A message; when it has too many blocks the middle goes, and it says so. `keep_last` blocks stay in any case."""
    return Rendered(clip(_without_gaps(text), TEXT), fitted(blocks, MOST_BLOCKS, keep_last))


def fitted(blocks: Sequence[Block], most: int, keep_last: int = 0) -> list[Block]:
    if len(blocks) <= most:
        return list(blocks)
    tail = list(blocks[len(blocks) - keep_last :])
    said = context("There is more than one message can hold; the rest is left out here.")
    return [*blocks[: most - len(tail) - 1], said, *tail]


def _without_gaps(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() or "A message from Footbridge"


def weight(blocks: Sequence[Block]) -> int:
    """The characters that a reader sees."""
    return sum(_weight(block) for block in blocks)


def _weight(value: object) -> int:
    if isinstance(value, dict):
        return sum(size(one) if key == "text" and isinstance(one, str) else _weight(one) for key, one in value.items())
    return sum(map(_weight, value)) if isinstance(value, list) else 0
