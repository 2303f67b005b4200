"""Block Kit and Slack's text as the page draws them: JSON in, what a person reads out. No bot takes part."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.tests.browser.conftest import Visitor

HERE = Path(__file__).parent
Json = dict[str, Any]
Draw = Callable[[list[Json]], Locator]

DRAW = HERE.joinpath("draw_blocks.js").read_text(encoding="utf-8")


@pytest.fixture
def draw(visitor: Visitor) -> Draw:
    page = visitor.open("U0ANA")

    def drawn(blocks: list[Json]) -> Locator:
        page.evaluate(DRAW, blocks)
        return page.locator("#drawn")

    return drawn


def says(text: str) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


# mrkdwn and what is drawn for it, without attributes and paragraphs.
MRKDWN = [
    ("*bold* _italic_ ~gone~ `code`", "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>"),
    ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
    ("*bold with _both_*", "<strong>bold with <em>both</em></strong>"),
    ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
    ("> said", "<blockquote>said</blockquote>"),
    ("• one\n• two", "<ul><li>one</li><li>two</li></ul>"),
    ("3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'),
    ("```a *b*\n<@U1>```", "<pre><code>a *b*\n&lt;@U1&gt;</code></pre>"),
    (
        "<@U1> <#C1> <!here> <!subteam^S1>",
        "<span>@Ana Lindqvist</span> <a>#ext-brightwater</a> <span>@here</span> <span>@support</span>",
    ),
    (":tada: :no_such_one:", "<span>🎉</span> :no_such_one:"),
    ("<javascript:alert(1)|press>", "&lt;javascript:alert(1)|press&gt;"),
    ("https://bare.example stays words", "https://bare.example stays words"),
    ("<https://a.example|a *b*>", "<a>a <strong>b</strong></a>"),
]
BARE = HERE.joinpath("bare_html.js").read_text(encoding="utf-8")


def test_mrkdwn_is_drawn_as_slack_draws_it(draw: Draw) -> None:
    box = draw([block for text, _ in MRKDWN for block in says(text)])
    assert box.locator(".section-text").evaluate_all(BARE) == [html for _, html in MRKDWN]


def test_dates_are_told_in_the_zone_of_whoever_reads(draw: Draw) -> None:
    box = draw(
        says(
            "<!date^1795358600^{date_short_pretty} at {time}|fallback> and then <!date^1795445000^{date_long} {ago}|x>"
        )
    )
    expect(box).to_have_text("Today at 09:43 and then Monday, 23 November 2026 in 1 day")
    expect(draw(says("<!date^soon^{time}|at some time>"))).to_have_text("at some time")


def test_rich_text_is_drawn_whole(draw: Draw, page_of: Page) -> None:
    text = {"type": "text", "text": "strong", "style": {"bold": True, "code": True}}
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    text,
                    {"type": "user", "user_id": "U2"},
                    {"type": "emoji", "name": "unheard_of", "unicode": "1f680"},
                    {"type": "link", "url": "https://a.example", "text": "there"},
                    {"type": "broadcast", "range": "channel"},
                    {"type": "date", "timestamp": 1795358600, "format": "{time}", "fallback": "x"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 2,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "third"}]}],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "deeper"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x <= 1"}]},
        ],
    }
    box = draw([block])
    expect(box.locator("p").first).to_have_text("strong@Maya Torres🚀there@channel09:43@support")
    expect(box.locator("code strong, strong code").first).to_have_text("strong")
    expect(box.locator("ol")).to_have_attribute("start", "3")
    expect(box.locator("ul.indent-1 li")).to_have_text("deeper")
    expect(box.locator("blockquote")).to_have_text("quoted")
    expect(box.locator("pre")).to_have_text("x <= 1")


@pytest.fixture
def page_of(visitor: Visitor) -> Page:
    return visitor.page


MARKDOWN = """## Findings
First **bold**, *slanted*, ~~gone~~, `code`, [a link](https://a.example) and [a trap](javascript:alert(1)).

- one
  - deeper
- [x] done

| Day | Count |
| --- | ---: |
| Mon | 14 |

```py
print("<b>")
```
> quoted

<script>alert(1)</script>"""


def test_a_markdown_block_is_drawn_without_letting_html_through(draw: Draw) -> None:
    box = draw([{"type": "markdown", "text": MARKDOWN}])
    expect(box.get_by_role("heading", name="Findings")).to_be_visible()
    expect(box.locator("p").nth(1)).to_have_text(
        "First bold, slanted, gone, code, a link and [a trap](javascript:alert(1))."
    )
    expect(box.locator("li li")).to_have_text("deeper")
    expect(box.get_by_role("cell", name="14")).to_have_class("align-right")
    expect(box.locator("pre")).to_have_text('print("<b>")')
    expect(box.locator("blockquote")).to_have_text("quoted")
    expect(box).to_contain_text("<script>alert(1)</script>")
    assert box.locator("script").count() == 0


def test_tables_pictures_and_unknown_blocks_are_shown(draw: Draw) -> None:
    cell = [{"type": "raw_text", "text": "Day"}, {"type": "raw_text", "text": "Count"}]
    box = draw(
        [
            {
                "type": "table",
                "rows": [cell, [cell[0], {"type": "raw_number", "value": 14}]],
                "column_settings": [{}, {"align": "right"}],
            },
            {
                "type": "image",
                "image_url": "/static/mark.svg",
                "alt_text": "A bridge",
                "title": {"type": "plain_text", "text": "The mark"},
            },
            {"type": "image", "image_url": "https://elsewhere.example/a.png", "alt_text": "Kept elsewhere"},
            {"type": "header", "text": {"type": "plain_text", "text": "*Not bold* :tada:"}},
            {"type": "hologram", "depth": 3},
        ]
    )
    expect(box.get_by_role("columnheader", name="Count")).to_have_class("align-right")
    expect(box.get_by_role("cell", name="14")).to_be_visible()
    expect(box.get_by_role("img", name="A bridge")).to_be_visible()
    expect(box.get_by_text("Kept elsewhere (open at elsewhere.example)")).to_be_visible()
    expect(box.get_by_role("heading", name=re.compile("Not bold"))).to_have_text("*Not bold* 🎉")
    box.get_by_text("A block that the page does not show yet: hologram").click()
    expect(box.get_by_text('"depth": 3')).to_be_visible()


OPTIONS = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in ("low", "high")]
INPUTS: dict[str, tuple[Json, Json]] = {
    "plain_text_input": ({"initial_value": "words"}, {"value": "words"}),
    "number_input": ({"initial_value": "7"}, {"value": "7"}),
    "email_text_input": ({}, {"value": None}),
    "url_text_input": ({"initial_value": "https://a.example"}, {"value": "https://a.example"}),
    "static_select": ({"options": OPTIONS, "initial_option": OPTIONS[1]}, {"selected_option": OPTIONS[1]}),
    "multi_static_select": (
        {
            "option_groups": [{"label": {"type": "plain_text", "text": "How bad"}, "options": OPTIONS}],
            "initial_options": OPTIONS,
        },
        {"selected_options": OPTIONS},
    ),
    "users_select": ({"initial_user": "U2"}, {"selected_user": "U2"}),
    "multi_users_select": ({"initial_users": ["U1"]}, {"selected_users": ["U1"]}),
    "conversations_select": ({"initial_conversation": "C2"}, {"selected_conversation": "C2"}),
    "channels_select": ({"initial_channel": "C1"}, {"selected_channel": "C1"}),
    "external_select": ({"initial_option": OPTIONS[0]}, {"selected_option": OPTIONS[0]}),
    "radio_buttons": ({"options": OPTIONS, "initial_option": OPTIONS[0]}, {"selected_option": OPTIONS[0]}),
    "checkboxes": ({"options": OPTIONS}, {"selected_options": []}),
    "datepicker": ({"initial_date": "2026-11-24"}, {"selected_date": "2026-11-24"}),
    "timepicker": ({"initial_time": "08:30"}, {"selected_time": "08:30"}),
    "datetimepicker": ({"initial_date_time": 1795358580}, {"selected_date_time": 1795358580}),
    "file_input": ({}, {"files": []}),
}


def test_every_input_shows_its_label_and_gives_slacks_value(draw: Draw, page_of: Page) -> None:
    blocks = [
        {
            "type": "input",
            "block_id": kind,
            "label": {"type": "plain_text", "text": f"Label {kind}"},
            "element": {"type": kind, "action_id": "a"} | spec,
        }
        for kind, (spec, _) in INPUTS.items()
    ]
    box = draw(blocks)
    expect(box.locator(".block-input")).to_have_count(len(INPUTS))
    assert box.locator(".unknown").count() == 0
    values = page_of.evaluate(
        "() => Object.fromEntries([...window.fields].map(([name, read]) => [name, read().value]))"
    )
    assert values == {kind: {"type": kind} | value for kind, (_, value) in INPUTS.items()}
    names = box.locator(".block-input").evaluate_all(
        "(rows) => rows.map((row) => row.querySelector('label, .label').textContent)"
    )
    assert names == [f"Label {kind}" for kind in INPUTS]


def test_elements_in_actions_answer_as_slack_does(draw: Draw, page_of: Page) -> None:
    text = {"type": "plain_text", "text": "Good"}
    box = draw(
        [
            {
                "type": "actions",
                "block_id": "b",
                "elements": [
                    {
                        "type": "multi_static_select",
                        "action_id": "tags",
                        "placeholder": {"type": "plain_text", "text": "Tags"},
                        "options": OPTIONS,
                    },
                    {"type": "radio_buttons", "action_id": "radio", "options": OPTIONS},
                    {"type": "datepicker", "action_id": "day", "placeholder": {"type": "plain_text", "text": "Day"}},
                ],
            },
            {
                "type": "context_actions",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "fb",
                        "positive_button": {"text": text, "value": "good"},
                        "negative_button": {"text": text, "value": "bad"},
                    },
                    {
                        "type": "icon_button",
                        "action_id": "bin",
                        "icon": "trash",
                        "text": {"type": "plain_text", "text": "Remove"},
                        "value": "x",
                    },
                ],
            },
        ]
    )
    box.get_by_role("button", name=re.compile("^Tags")).click()
    page_of.get_by_role("option", name="High").click()
    page_of.keyboard.press("Escape")
    box.get_by_role("radio", name="Low").check()
    box.get_by_label("Day").fill("2026-11-24")
    box.get_by_role("button", name="Good").last.click()
    box.get_by_role("button", name="Remove").click()
    expect(page_of.locator("body")).to_have_attribute("data-pressed", "5")
    pressed = {one["id"]: one for one in page_of.evaluate("window.pressed")}
    assert pressed == {
        "tags": {"id": "tags", "selected_options": [OPTIONS[1]]},
        "radio": {"id": "radio", "selected_option": OPTIONS[0]},
        "day": {"id": "day", "selected_date": "2026-11-24"},
        "fb": {"id": "fb", "value": "bad"},
        "bin": {"id": "bin", "value": "x"},
    }
