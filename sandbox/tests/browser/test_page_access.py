"""The page by keyboard and for those who listen; on a small screen; and what it may load."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.tests.browser.conftest import WORKSPACE, Visitor
from sandbox.tests.browser.example_app import ExampleApp

HERE = Path(__file__).parent
TROUBLES = HERE.joinpath("troubles.js").read_text(encoding="utf-8")

PALE = HERE.joinpath("pale_text.js").read_text(encoding="utf-8")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_main_path_works_with_the_keyboard_alone(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA", "C0TRIAGE")
    page.get_by_role("button", name=re.compile("^Acting as")).focus()
    press(page, "Enter", "End", "Enter")
    expect(page.get_by_role("button", name=re.compile("Acting as Maya Torres"))).to_be_focused()
    page.get_by_role("navigation").get_by_role("button", name="Helpdesk").focus()
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    page.get_by_role("combobox", name="Message #ext-brightwater").focus()
    page.keyboard.type("A question about orders")
    press(page, "Enter")
    row = visitor.message("A question about orders")
    expect(row.get_by_role("button", name="1 reply")).to_be_visible()
    row.focus()
    press(page, "t")
    thread = visitor.thread()
    expect(thread.get_by_role("combobox", name="Reply in thread")).to_be_focused()
    press(page, "Shift+Tab")
    answer = thread.locator("li.message").last
    expect(answer).to_contain_text("Unmapped suppliers")
    thread.get_by_role("button", name="That solved it").focus()
    press(page, "Space")
    expect(thread.get_by_text("Solved, says @Maya Torres")).to_be_visible()
    press(page, "Escape")
    expect(thread).to_be_hidden()
    expect(row).to_be_focused()


def test_tab_reaches_a_message_and_arrows_walk_among_them(visitor: Visitor, sandbox: Any) -> None:
    sandbox.client.say("U0MAYA", "C0BRIGHT", "The second one")
    page = visitor.open("U0ANA")
    page.get_by_role("combobox", name="Message #ext-brightwater").focus()
    visitor.message("The second one").focus()
    press(page, "ArrowUp")
    expect(visitor.message("Hello from")).to_be_focused()
    press(page, "Home", "End")
    expect(visitor.message("The second one")).to_be_focused()
    press(page, "r")
    expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    press(page, "Escape")
    expect(page.get_by_role("searchbox", name="Find an emoji")).to_have_count(0)


def test_the_focus_returns_when_a_dialog_closes(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    visitor.write("To be deleted, perhaps")
    row = visitor.message("To be deleted")
    row.focus()
    press(page, "Delete")
    expect(page.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    press(page, "Escape")
    expect(row).to_be_focused()


def test_a_modal_keeps_the_focus_inside_and_gives_it_back(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA", "C0TRIAGE")
    visitor.write("/support escalate", "Message #support-triage")
    expect(page.get_by_role("dialog", name="Escalate")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Team"))).to_be_focused()
    press(page, "Escape")
    expect(page.get_by_role("dialog", name="Escalate")).to_be_hidden()
    expect(page.get_by_role("combobox", name="Message #support-triage")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_a_readable_contrast(visitor: Visitor, desk: ExampleApp, scheme: str) -> None:
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page = visitor.open("U0MAYA")
    visitor.write("A question about suppliers")
    visitor.message("A question").get_by_role("button", name="1 reply").click()
    visitor.thread().get_by_role("button", name=re.compile("^Priority")).click()
    page.get_by_role("option", name="Low").click()
    expect(page.locator("li.ephemeral").first).to_be_visible()
    assert page.evaluate(TROUBLES) == []
    assert page.evaluate(PALE) == []
    for place in ({"guide": "1"}, {"panel": "inspector"}, {"guide": "1", "panel": "inspector"}):
        page = visitor.open("U0ANA", None, home="1", **place)
        expect(page.get_by_role("button", name="Count")).to_be_visible()
        assert page.evaluate(TROUBLES) == []
        assert page.evaluate(PALE) == []
    visitor.open("U0ANA", "C0TRIAGE")
    visitor.write("/support escalate", "Message #support-triage")
    expect(page.get_by_role("dialog", name="Escalate")).to_be_visible()
    assert page.evaluate(TROUBLES) == []


def test_a_phone_shows_one_thing_at_a_time(visitor: Visitor, desk: ExampleApp) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = visitor.open("U0MAYA")
    visitor.write("A question about suppliers")
    assert page.evaluate(TROUBLES) == []
    visitor.message("A question").get_by_role("button", name="1 reply").click()
    expect(visitor.thread().get_by_role("button", name="That solved it")).to_be_in_viewport()
    assert page.evaluate(TROUBLES) == []
    page.get_by_role("button", name="Close the panel").click()
    page.get_by_role("button", name="Show channels").click()
    page.get_by_role("navigation").get_by_role("button", name="Helpdesk").click()
    expect(page.get_by_role("heading", name="Your desk")).to_be_in_viewport()
    expect(page.get_by_role("navigation")).to_be_hidden()
    page.get_by_role("button", name="Move the clock", exact=True).click()
    page.get_by_role("button", name="Thirty minutes later").click()
    page.get_by_role("button", name="Move the clock", exact=True).click()
    expect(page.get_by_role("button", name="Thirty minutes later")).to_be_hidden()


def test_nothing_is_loaded_from_elsewhere(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA")
    picture = {
        "type": "image",
        "image_url": "https://elsewhere.example/chart.png",
        "alt_text": "A chart kept elsewhere",
    }
    desk.app.client.chat_postMessage(channel="C0BRIGHT", text="A picture", blocks=[picture])
    expect(page.get_by_text("A chart kept elsewhere")).to_be_visible()
    expect(page.get_by_role("link", name="(open at elsewhere.example)")).to_have_attribute("rel", "noopener noreferrer")
    assert visitor.hosts == {visitor.base.removeprefix("http://")}


def test_a_workspace_without_people_or_messages_still_opens(visitor: Visitor, sandbox: Any) -> None:
    lonely = {"team": WORKSPACE["team"], "users": [WORKSPACE["users"][0]], "channels": []}
    sandbox.client.post("/sandbox/workspace", **lonely)
    try:
        visitor.page.goto(f"{visitor.base}/")
        visitor.page.wait_for_selector("body[data-ready]")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("No channels")
    finally:
        sandbox.client.post("/sandbox/workspace", **WORKSPACE)
