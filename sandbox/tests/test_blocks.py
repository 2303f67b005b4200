"""Block Kit's limits in the sandbox: what just fits is taken, what is one too many is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.tests.bolt_apps import answered
from sandbox.tests.example_workspace import TRIAGE


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", **fields}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), **fields}


def actions(*elements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **fields}


def option(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {"text": plain(f"Option {number}"), "value": str(number), **fields}


def select(**fields: Any) -> dict[str, Any]:
    return {"type": "static_select", "options": [option()], **fields}


def confirm(**fields: Any) -> dict[str, Any]:
    return {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No"), **fields}


def image(**fields: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x", **fields}


def table(rows: int, columns: int, text: str = "x") -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


FITS: dict[str, list[dict[str, Any]]] = {
    "fifty blocks": [{"type": "divider"}] * 50,
    "a section of 3000": [section(text=mrkdwn("x" * 3000))],
    "ten fields of 2000": [section(fields=[plain("x" * 2000)] * 10)],
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "ten in a context": [{"type": "context", "elements": [mrkdwn("x")] * 9 + [image()]}],
    "twenty-five actions": [actions(*[button()] * 25)],
    "a button at its limits": [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255))],
    "an accessible button": [actions(button(accessibility_label="x" * 75, style="danger", confirm=confirm()))],
    "a hundred options": [actions(select(options=[option(n) for n in range(100)]))],
    "option groups": [
        actions({"type": "static_select", "option_groups": [{"label": plain("G"), "options": [option()]}]})
    ],
    "a table of 100 by 20": [table(100, 20)],
    "markdown of 12000": [{"type": "markdown", "text": "x" * 12_000}],
    "rich text": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    "feedback buttons": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        }
    ],
    "an input in a message": [
        {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "multiline": True}}
    ],
}

TOO_MUCH: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks"),
    "a section of 3001": ([section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text"),
    "an empty section": ([section()], "/blocks/0"),
    "an empty text": ([section(text=mrkdwn(""))], "/blocks/0/text/text"),
    "eleven fields": ([section(fields=[plain("x")] * 11)], "/blocks/0/fields"),
    "a field of 2001": ([section(fields=[plain("x" * 2001)])], "/blocks/0/fields/0/text"),
    "a header of 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "a header in mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type"),
    "eleven in a context": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements"),
    "26 actions": ([actions(*[button()] * 26)], "/blocks/0/elements"),
    "no actions": ([actions()], "/blocks/0/elements"),
    "a button text of 76": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "a button in mrkdwn": ([actions(button(text=mrkdwn("x")))], "/blocks/0/elements/0/text/type"),
    "a value of 2001": ([actions(button(value="v" * 2001))], "/blocks/0/elements/0/value"),
    "an action_id of 256": ([actions(button(action_id="a" * 256))], "/blocks/0/elements/0/action_id"),
    "a block_id of 256": ([actions(button(), block_id="b" * 256)], "/blocks/0/block_id"),
    "a style of one's own": ([actions(button(style="green"))], "/blocks/0/elements/0/style"),
    "a label of 76": ([actions(button(accessibility_label="x" * 76))], "/blocks/0/elements/0/accessibility_label"),
    "the same block_id twice": ([{"type": "divider", "block_id": "b"}] * 2, "/blocks/1/block_id"),
    "the same action_id twice": (
        [actions(button(action_id="a"), button(action_id="a"))],
        "/blocks/0/elements/1/action_id",
    ),
    "101 options": ([actions(select(options=[option(n) for n in range(101)]))], "/blocks/0/elements/0/options"),
    "no options": ([actions(select(options=[]))], "/blocks/0/elements/0/options"),
    "an option text of 76": (
        [actions(select(options=[option(text=plain("x" * 76))]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "an initial option that is none": (
        [actions(select(initial_option=option(7)))],
        "/blocks/0/elements/0/initial_option",
    ),
    "six in an overflow": (
        [actions({"type": "overflow", "options": [option(n) for n in range(6)]})],
        "/blocks/0/elements/0/options",
    ),
    "a confirm title of 101": (
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "a confirm text of 301": (
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "a confirm button of 31": (
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "a table of 101 rows": ([table(101, 1)], "/blocks/0/rows"),
    "a table of 21 columns": ([table(1, 21)], "/blocks/0/rows/0"),
    "tables of 10001 characters": ([table(10, 10, "x" * 100), table(1, 1)], "/blocks"),
    "markdown of 12001 in two": (
        [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6000}],
        "/blocks",
    ),
    "an image without alt_text": ([image(alt_text=None)], "/blocks/0"),
    "an image without address": ([{"type": "image", "alt_text": "x"}], "/blocks/0"),
    "an image at no address": ([image(image_url="a.png")], "/blocks/0/image_url"),
    "an unknown block": ([{"type": "marquee"}], "/blocks/0/type"),
    "a block without type": ([{}], "/blocks/0"),
    "a text as a block": (["hello"], "/blocks/0"),
    "an input as accessory": (
        [section(text=plain("x"), accessory={"type": "plain_text_input"})],
        "/blocks/0/accessory/type",
    ),
    "three charts": ([{"type": "data_visualization"}] * 3, "/blocks"),
    "a file input in a message": (
        [{"type": "input", "label": plain("L"), "element": {"type": "file_input"}}],
        "/blocks/0/element/type",
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_what_just_fits_is_taken(web: WebClient, name: str) -> None:
    assert web.chat_postMessage(channel=TRIAGE, text="x", blocks=FITS[name])["ok"] is True


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_does_not_fit_is_invalid_blocks_with_its_place(web: WebClient, name: str) -> None:
    blocks, pointer = TOO_MUCH[name]
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel=TRIAGE, text="x", blocks=blocks)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert any(f"[json-pointer:{pointer}]" in one for one in answer["response_metadata"]["messages"]), answer["errors"]
    assert web.conversations_history(channel=TRIAGE)["messages"] == []


@pytest.mark.parametrize("blocks", ["{not json", '{"type": "divider"}'], ids=["broken", "object"])
def test_blocks_that_are_no_list_are_of_invalid_format(web: WebClient, blocks: str) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        web.api_call("chat.postMessage", json={"channel": TRIAGE, "text": "x", "blocks": blocks})


KEYS = st.sampled_from([
    *("type", "text", "elements", "element", "accessory", "options", "option_groups", "label", "rows", "blocks"),
    *("fields", "title", "confirm", "alt_text", "image_url", "slack_file", "block_id", "action_id", "value", "style"),
    *("hint", "initial_option", "initial_options", "placeholder", "optional", "view"),
])  # fmt: skip
TYPES = st.sampled_from([
    *("section", "header", "actions", "context", "input", "image", "rich_text", "table", "markdown", "divider", "card"),
    *("container", "context_actions", "video", "file", "button", "static_select", "external_select", "checkboxes"),
    *("overflow", "plain_text_input", "number_input", "datepicker", "feedback_buttons", "plain_text", "mrkdwn"),
    *("rich_text_section", "rich_text_input", "home", "modal"),
])  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | TYPES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=ANYTHING)
def test_whatever_an_app_sends_is_taken_or_refused_and_never_an_error_of_ours(web: WebClient, blocks: Any) -> None:
    calls = [
        ("chat.postMessage", {"channel": TRIAGE, "text": "x", "blocks": blocks, "metadata": blocks}),
        ("chat.postMessage", {"channel": blocks, "text": blocks, "attachments": blocks, "thread_ts": blocks}),
        ("views.publish", {"user_id": "U0ANA", "view": {"type": "home", "blocks": blocks}}),
        ("views.open", {"trigger_id": blocks, "view": blocks}),
        ("files.completeUploadExternal", {"files": blocks, "channels": blocks}),
        ("conversations.history", {"channel": TRIAGE, "limit": blocks, "oldest": blocks, "cursor": blocks}),
    ]
    for method, arguments in calls:
        answer = answered(web.api_call, method, json=arguments)
        assert answer.status_code == 200
        assert answer["ok"] or answer["error"]


def test_kept_blocks_have_ids_and_defaults(web: WebClient) -> None:
    blocks = [section(text=mrkdwn("x")), actions(button())]
    kept = web.chat_postMessage(channel=TRIAGE, text="x", blocks=blocks)["message"]["blocks"]
    assert all(one["block_id"] for one in kept)
    assert kept[0]["text"]["verbatim"] is False
    assert kept[1]["elements"][0]["action_id"]
    assert kept[1]["elements"][0]["text"]["emoji"] is True
