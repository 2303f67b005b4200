"""Who sees what: acting as somebody else, deactivated people, channels to join, the clock and the inspector."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from sandbox import RunningSandbox
from sandbox.tests.browser.conftest import Visitor
from sandbox.tests.browser.example_app import ExampleApp


def act_as(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=re.compile("^Acting as")).click()
    visitor.page.get_by_role("menuitemradio", name=re.compile(name)).click()
    expect(visitor.page.get_by_role("button", name=re.compile(f"Acting as {name}"))).to_be_visible()


def test_acting_as_a_customer_shows_only_what_the_customer_sees(visitor: Visitor) -> None:
    page = visitor.open("U0ANA", "C0TRIAGE")
    expect(visitor.message("Only for us.")).to_be_visible()
    act_as(visitor, "Maya Torres")
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    expect(page.get_by_role("button", name="support-triage")).to_have_count(0)
    expect(visitor.message("Only for us.")).to_have_count(0)
    expect(page.get_by_role("navigation").get_by_text("Brightwater Foods")).to_be_visible()
    expect(page).to_have_url(re.compile("as=U0MAYA"))


def test_a_customer_has_no_slash_commands_and_is_told_so(visitor: Visitor) -> None:
    page = visitor.open("U0MAYA")
    visitor.write("/support list")
    expect(page.get_by_role("alert").filter(has_text="no slash commands")).to_be_visible()
    expect(page.get_by_role("combobox", name="Message #ext-brightwater")).to_have_value("/support list")


def test_unread_messages_are_counted_until_the_channel_is_opened(visitor: Visitor, sandbox: Any) -> None:
    page = visitor.open("U0ANA")
    sandbox.client.say("U0ERIK", "C0TRIAGE", "Hello?")
    expect(page.get_by_role("button", name="support-triage 1 unread")).to_be_visible()
    sandbox.client.say("U0ERIK", "C0TRIAGE", "Anybody there?")
    unread = page.get_by_role("button", name="support-triage 2 unread")
    expect(unread).to_be_visible()
    unread.click()
    expect(visitor.message("Anybody there?")).to_be_visible()
    page.get_by_role("button", name=re.compile("ext-brightwater")).click()
    expect(page.get_by_role("button", name="support-triage", exact=True)).to_be_visible()


def test_two_people_write_to_each_other_directly(visitor: Visitor, sandbox: Any) -> None:
    page = visitor.open("U0ANA")
    page.get_by_role("button", name="Write to somebody").click()
    page.get_by_role("menuitem", name=re.compile("Erik Sand")).click()
    visitor.write("Lunch?", "Message Erik Sand")
    expect(visitor.message("Lunch?")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("button", name="Erik Sand")).to_have_attribute(
        "aria-current", "page"
    )
    theirs = sandbox.client.get("/sandbox/state", **{"as": "U0ERIK"})["channels"]
    assert [channel["unread"] for channel in theirs if channel["is_im"]] == [1]


def test_the_clock_moves_forward_and_times_follow_the_person(visitor: Visitor, sandbox: Any) -> None:
    page = visitor.open("U0ANA")
    page.get_by_role("button", name="Four hours later").click()
    expect(page.get_by_text("4 h ahead")).to_be_visible()
    assert abs(sandbox.client.get("/sandbox/clock")["offset"] - 4 * 3600) < 5
    page.get_by_role("button", name="To tomorrow morning at eight").click()
    expect(page.locator(".clock-time")).to_have_text("08:00")
    act_as(visitor, "Maya Torres")
    expect(page.locator(".clock-time")).to_have_text("02:00")
    page.get_by_role("button", name="Back to the real time").click()
    expect(page.locator(".clock-ahead")).to_have_text("")


def test_the_inspector_shows_the_traffic_with_its_json(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0MAYA", panel="inspector")
    visitor.write("A question about suppliers")
    inspector = page.get_by_role("complementary", name="Inspector")
    posted = inspector.locator("summary").filter(has_text="chat.postMessage")
    expect(posted).to_contain_text("from the app")
    expect(posted).to_contain_text(re.compile(r"\d+ ms"))
    posted.click()
    expect(inspector.get_by_label("The app sent", exact=True)).to_contain_text("An answer")
    inspector.get_by_role("searchbox").fill("reactions.add")
    expect(inspector.locator("summary")).to_have_count(1)
    assert "xoxb-page-test" not in inspector.inner_text()


def test_the_bot_is_shown_as_connected(visitor: Visitor, desk: ExampleApp) -> None:
    page = visitor.open("U0ANA")
    expect(page.get_by_text("Helpdesk connected")).to_be_visible()


def test_light_and_dark_follow_the_system_until_somebody_chooses(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    body = page.locator("body")
    light, dark = "rgb(244, 242, 236)", "rgb(18, 24, 26)"
    expect(body).to_have_css("background-color", light)
    page.emulate_media(color_scheme="dark")
    expect(body).to_have_css("background-color", dark)
    page.get_by_role("button", name="Colours follow the system. Change").click()
    expect(body).to_have_css("background-color", light)
    page.reload()
    expect(page.get_by_role("button", name="Light colours. Change")).to_be_visible()


def test_somebody_who_is_deactivated_is_marked_and_cannot_be_chosen(visitor: Visitor, sandbox: RunningSandbox) -> None:
    sandbox.client.say("U0ANA", "C0TRIAGE", "Ask <@U0ERIK>")
    page = visitor.open("U0ANA", "C0TRIAGE")
    row = visitor.message("Only for us.")
    expect(row.get_by_text("Deactivated")).to_have_count(0)
    sandbox.client.update_user("U0ERIK", deleted=True)
    expect(row.get_by_text("Deactivated")).to_be_visible()
    expect(visitor.message("Ask").get_by_text("@Erik Sand (deactivated)")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Acting as")).click()
    expect(page.get_by_role("menuitemradio", name=re.compile("Maya Torres"))).to_be_visible()
    expect(page.get_by_role("menuitemradio", name=re.compile("Erik Sand"))).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Write to somebody").click()
    expect(page.get_by_role("menuitem", name=re.compile("Erik Sand"))).to_have_count(0)


def test_a_public_channel_can_be_read_and_joined_by_a_colleague(visitor: Visitor, sandbox: RunningSandbox) -> None:
    page = visitor.open("U0ERIK", "C0BRIGHT")
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    expect(visitor.message("Hello from")).to_be_visible()
    expect(page.get_by_role("combobox", name="Message #ext-brightwater")).to_be_hidden()
    page.get_by_role("button", name="Join channel").click()
    visitor.write("Now I am in")
    expect(visitor.message("Now I am in")).to_be_visible()
    expect(page.get_by_role("button", name="Join channel")).to_be_hidden()


def test_a_channel_from_which_the_bot_was_removed_still_works_for_people(
    visitor: Visitor, desk: ExampleApp, sandbox: RunningSandbox
) -> None:
    visitor.open("U0ANA")
    sandbox.client.remove_member("U0ANA", "C0BRIGHT", "U0BOT")
    expect(visitor.message("has left the channel")).to_be_visible()
    visitor.write("A question that nobody answers")
    expect(visitor.message("A question that nobody answers")).to_be_visible()
    assert not [event for kind, event in desk.heard if kind == "message" and "nobody answers" in event["text"]]
