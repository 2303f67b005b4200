"""What an app shows and asks at the page: buttons, selects, modals, commands, ephemerals, App Home."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from sandbox import RunningSandbox
from sandbox.tests.browser.conftest import Visitor
from sandbox.tests.browser.example_app import ANSWER, ExampleApp


@pytest.fixture
def answered(visitor: Visitor, desk: ExampleApp) -> Locator:
    """The app's answer with its buttons, in the thread pane of a customer."""
    visitor.open("U0MAYA")
    visitor.write("A question about suppliers")
    visitor.message("A question").get_by_role("button", name="1 reply").click()
    answer = visitor.thread().locator("li.message").filter(has_text="Unmapped suppliers")
    expect(answer).to_be_visible()
    return answer


def test_a_button_shows_that_it_was_pressed_until_the_message_changes(answered: Locator, visitor: Visitor) -> None:
    answered.get_by_role("button", name="Nothing happens").click()
    expect(answered.get_by_role("button", name="Nothing happens")).to_have_attribute("aria-busy", "true")
    answered.get_by_role("button", name="That solved it").click()
    expect(visitor.thread().get_by_text("Solved, says @Maya Torres")).to_be_visible()
    expect(visitor.thread().get_by_role("button", name="That solved it")).to_have_count(0)


def test_a_click_is_not_lost_when_the_message_changes_under_the_pointer(
    answered: Locator, visitor: Visitor, desk: ExampleApp, sandbox: RunningSandbox
) -> None:
    answered.get_by_role("button", name="Nothing happens").hover()
    visitor.page.mouse.down()
    ts = answered.get_attribute("data-ts") or ""
    desk.app.client.chat_update(channel="C0BRIGHT", ts=ts, text="x", blocks=[*ANSWER, {"type": "divider"}])
    visitor.page.wait_for_timeout(300)
    visitor.page.mouse.up()
    sandbox.client.wait_for(lambda: sandbox.client.traffic(name="block_actions silent"), what="the click")
    expect(answered.locator("hr")).to_be_visible()


def test_a_button_with_a_question_asks_before_it_acts(answered: Locator, visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.page
    answered.get_by_role("button", name="Get a person").click()
    page.get_by_role("dialog", name="Call a person?").get_by_role("button", name="Wait").click()
    expect(answered.get_by_role("button", name="Get a person")).to_be_focused()
    assert ("person", "U0MAYA") not in desk.heard
    answered.get_by_role("button", name="Get a person").click()
    with page.expect_response("**/sandbox/actions"):
        page.get_by_role("dialog").get_by_role("button", name="Call").click()
    assert ("person", "U0MAYA") in desk.heard


def test_selects_and_overflow_menus_tell_the_app_and_ephemerals_are_marked(
    answered: Locator, visitor: Visitor, desk: ExampleApp
) -> None:
    page = visitor.page
    answered.get_by_role("button", name=re.compile("^Priority")).click()
    page.get_by_role("option", name="High").click()
    note = page.locator("li.ephemeral").filter(has_text="Noted: high")
    expect(note.first).to_contain_text("Only visible to you")
    answered.get_by_role("button", name="More actions").first.click()
    page.get_by_role("menuitem", name="Mute").click()
    expect(page.locator("li.ephemeral").filter(has_text="Noted: mute").first).to_be_visible()
    assert ("priority", "high") in desk.heard
    assert ("more", "mute") in desk.heard


def test_a_slash_command_is_completed_and_answered_for_one_person(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA", "C0TRIAGE")
    box = page.get_by_role("combobox", name="Message #support-triage")
    box.press_sequentially("/su")
    expect(page.get_by_role("option", name="/support help | escalate Work on tickets")).to_be_visible()
    box.press("Tab")
    box.press_sequentially("help")
    box.press("Enter")
    row = visitor.message("Help for @Ana Lindqvist")
    expect(row).to_contain_text("Only visible to you")
    expect(box).to_have_value("")


def test_an_unknown_command_says_which_there_are(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA", "C0TRIAGE")
    visitor.write("/nonsense", "Message #support-triage")
    expect(page.get_by_role("alert").filter(has_text="The commands here are /support")).to_be_visible()


def open_modal(visitor: Visitor) -> Locator:
    visitor.open("U0ANA", "C0TRIAGE")
    visitor.write("/support escalate", "Message #support-triage")
    modal = visitor.page.get_by_role("dialog", name="Escalate")
    expect(modal).to_be_visible()
    return modal


def test_a_modal_is_checked_here_and_by_the_app_and_then_sent(visitor: Visitor, desk: ExampleApp) -> None:
    modal = open_modal(visitor)
    modal.get_by_role("button", name="Escalate").click()
    expect(modal.get_by_text("Please fill this in.")).to_have_count(2)
    modal.get_by_role("button", name=re.compile("^Team")).click()
    visitor.page.get_by_role("option", name="ERP Integration").click()
    summary = modal.get_by_role("textbox", name="Summary")
    summary.fill("Too short")
    modal.get_by_role("button", name="Escalate").click()
    expect(modal.get_by_text("Please say a little more.")).to_be_visible()
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("aria-invalid", "true")
    modal.get_by_role("button", name=re.compile("^Customer")).click()
    visitor.page.get_by_role("combobox", name="Filter Customer").fill("bright")
    visitor.page.get_by_role("option", name="Customer bright").click()
    summary.fill("Orders of yesterday are missing")
    modal.get_by_role("button", name="Escalate").click()
    expect(modal).to_be_hidden()
    assert ("escalate", ("erp", "Orders of yesterday are missing", "c1")) in desk.heard


def test_modals_stack_and_what_was_typed_is_still_there_below(visitor: Visitor, desk: ExampleApp) -> None:
    modal = open_modal(visitor)
    modal.get_by_role("textbox", name="Summary").fill("Typed before the preview")
    modal.get_by_role("button", name="Preview").click()
    preview = visitor.page.get_by_role("dialog", name="Preview")
    expect(preview.get_by_text("Typed before the preview")).to_be_visible()
    preview.get_by_role("button", name="Back to the view before").click()
    expect(modal.get_by_role("textbox", name="Summary")).to_have_value("Typed before the preview")
    visitor.page.keyboard.press("Escape")
    expect(modal).to_be_hidden()


def test_a_modal_that_is_updated_in_place_keeps_what_was_typed(visitor: Visitor, desk: ExampleApp) -> None:
    modal = open_modal(visitor)
    modal.get_by_role("textbox", name="Summary").fill("Typed before the update")
    modal.get_by_role("button", name="Find similar").click()
    expect(modal.get_by_text("Similar: FB-7")).to_be_visible()
    expect(modal.get_by_role("textbox", name="Summary")).to_have_value("Typed before the update")
    expect(modal.get_by_role("button", name="Find similar")).to_be_focused()
    modal.get_by_role("button", name="Not now").click()
    expect(modal).to_be_hidden()


def test_a_message_shortcut_reaches_the_app(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA")
    row = visitor.message("Hello from")
    row.hover()
    row.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=re.compile("Open a ticket")).click()
    expect(page.get_by_role("dialog", name="Escalate")).to_be_visible()
    assert ("shortcut", "Hello from *Brightwater*") in desk.heard
    page.get_by_role("button", name="Not now").click()


def test_the_app_home_is_published_and_its_buttons_work(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA")
    page.get_by_role("navigation").get_by_role("button", name="Helpdesk").click()
    expect(page.get_by_role("heading", name="Your desk")).to_be_visible()
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("Pressed 1 times")).to_be_visible()
    expect(page.get_by_role("button", name="Count")).to_be_focused()
    page.get_by_role("button", name="Messages", exact=True).click()
    visitor.write("A question in private", "Message Helpdesk")
    expect(visitor.message("A question in private").get_by_role("button", name="1 reply")).to_be_visible()


def test_an_app_that_does_not_listen_is_said_to_be_silent(visitor: Visitor, sandbox: Any, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA")
    block = {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "nobody", "text": {"type": "plain_text", "text": "Press"}}],
    }
    desk.app.client.chat_postMessage(channel="C0BRIGHT", text="A button nobody listens to", blocks=[block])
    page.get_by_role("main").get_by_role("button", name="Press").click()
    expect(page.get_by_role("alert").filter(has_text="Helpdesk did not answer")).to_be_visible()
