"""The guide: a column beside channel and thread in a wide window, a bar above them in a narrow one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox import RunningSandbox
from sandbox.tests.browser.conftest import WORKSPACE, Visitor
from sandbox.tests.browser.example_app import ExampleApp

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


def open_guide(visitor: Visitor, size: dict[str, int], person: str = "U0ANA", channel: str = "C0TRIAGE") -> Locator:
    visitor.page.set_viewport_size(size)
    visitor.open(person, channel, guide="1")
    return visitor.page.get_by_role("complementary", name="Guide")


def is_wide(page: Page) -> bool:
    return page.viewport_size == WIDE


def unfold(guide: Locator) -> None:
    """In a narrow window a step is read by unfolding the bar."""
    fold = guide.get_by_role("button", expanded=False)
    if fold.is_visible():
        fold.click()


def box(locator: Locator) -> Any:
    found = locator.bounding_box()
    assert found is not None, "it is not visible"
    return found


def overlap(one: Locator, other: Locator) -> bool:
    a, b = box(one), box(other)
    apart = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
    above = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
    return not (apart or above)


@SIZES
def test_every_step_is_walked_from_the_first_to_the_last(
    visitor: Visitor, desk: ExampleApp, sandbox: RunningSandbox, size: dict[str, int]
) -> None:
    guide, page = open_guide(visitor, size), visitor.page
    previous, following = (guide.get_by_role("button", name=f"{which} step") for which in ("Previous", "Next"))
    expect(previous).to_be_disabled()
    for number, step in enumerate(WORKSPACE["guide"], 1):
        unfold(guide)
        expect(guide.get_by_text(f"{number} of 3").locator("visible=true")).to_be_visible()
        expect(guide.get_by_text(step["title"]).locator("visible=true").first).to_be_visible()
        guide.get_by_role("button", name="Set it up").click()
        expect(guide).to_be_visible()
        person = next(one["real_name"] for one in WORKSPACE["users"] if one["id"] == step["as"])
        expect(page.get_by_role("button", name=re.compile(f"Acting as {person}"))).to_be_visible()
        if "text" in step:
            composer = page.get_by_role("combobox", name=re.compile("Reply in|Message")).and_(page.locator(":focus"))
            expect(composer).to_have_value(step["text"])
            composer.press("Enter")
            expect(composer).to_have_value("")
        if number < 3:
            following.click()
    expect(following).to_be_disabled()
    root = next(one for one in sandbox.client.messages("U0ANA", "C0BRIGHT") if "about orders" in one["text"])
    sandbox.client.wait_for_message("U0ANA", "C0BRIGHT", "I take this one", root["ts"])
    expect(visitor.thread().get_by_text("I take this one")).to_be_visible()


@SIZES
def test_the_guide_stays_open_and_covers_nothing_when_a_thread_opens(
    visitor: Visitor, sandbox: RunningSandbox, size: dict[str, int]
) -> None:
    guide, page = open_guide(visitor, size, "U0ANA", "C0BRIGHT"), visitor.page
    composer = page.get_by_role("combobox", name="Message #ext-brightwater")
    for part in (visitor.message("Hello from"), composer):
        assert not overlap(guide, part)
    visitor.message("Hello from").get_by_role("button", name="1 reply").click()
    thread = visitor.thread()
    expect(thread.get_by_text("Good to have you here.")).to_be_in_viewport()
    expect(guide).to_be_visible()
    assert not overlap(guide, thread)
    if is_wide(page):
        assert not overlap(guide, composer) and not overlap(thread, composer)
        assert box(composer)["width"] > 300
    unfold(guide)
    expect(guide.get_by_role("button", name="Set it up")).to_be_in_viewport()
    expect(thread.get_by_role("combobox", name="Reply in thread")).to_be_in_viewport(ratio=0.9)
    assert not overlap(guide, thread)
    guide.get_by_role("button", name="Next step").click()
    expect(guide.get_by_text("2 of 3").locator("visible=true")).to_be_visible()
    expect(thread).to_be_visible()


def test_on_a_phone_the_bar_is_slim_and_folds_when_a_step_is_set_up(visitor: Visitor) -> None:
    guide = open_guide(visitor, NARROW)
    folded = box(guide)["height"]
    assert folded <= 48
    fold = guide.get_by_role("button", name=re.compile("1 of 3"))
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    assert box(guide)["height"] <= folded + 0.4 * NARROW["height"]
    expect(visitor.message("Only for us.")).to_be_in_viewport()
    guide.get_by_role("button", name="Set it up").click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert box(guide)["height"] == folded
    fold.click()
    fold.press("Escape")
    expect(fold).to_have_attribute("aria-expanded", "false")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_guide_has_names_and_a_readable_contrast(
    visitor: Visitor, size: dict[str, int], scheme: Literal["light", "dark"]
) -> None:
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    guide = open_guide(visitor, size, "U0ANA", "C0BRIGHT")
    unfold(guide)
    for script in ("troubles.js", "pale_text.js"):
        assert visitor.page.evaluate((HERE / script).read_text(encoding="utf-8")) == []


def test_steps_can_be_chosen_from_the_list_and_are_marked_when_they_were_set_up(visitor: Visitor) -> None:
    guide = open_guide(visitor, WIDE)
    steps = guide.get_by_role("list", name="All steps")
    steps.get_by_role("button", name="Look at the queue").click()
    guide.get_by_role("button", name="Set it up").click()
    expect(steps.get_by_role("button", name="Look at the queue (done)")).to_have_attribute("aria-current", "step")
    expect(guide.get_by_role("button", name="Set up again")).to_be_visible()
    visitor.page.reload()
    expect(guide.get_by_text("2 of 3").locator("visible=true")).to_be_visible()


def test_a_step_in_a_thread_says_when_there_is_none(visitor: Visitor, sandbox: RunningSandbox) -> None:
    lonely = WORKSPACE | {"messages": [], "guide": [WORKSPACE["guide"][2]]}
    sandbox.client.post("/sandbox/workspace", **lonely)
    try:
        guide = open_guide(visitor, WIDE)
        guide.get_by_role("button", name="Set it up").click()
        expect(visitor.page.get_by_text("There is no thread in #ext-brightwater yet.")).to_be_visible()
    finally:
        sandbox.client.post("/sandbox/workspace", **WORKSPACE)


def test_the_guide_stays_closed_once_it_was_closed(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    page.goto(f"{visitor.base}/?as=U0ANA&channel=C0BRIGHT")
    guide = page.get_by_role("complementary", name="Guide")
    expect(guide).to_be_visible()
    guide.get_by_role("button", name="Close the guide").click()
    expect(guide).to_be_hidden()
    expect(page.get_by_role("button", name="Guide", exact=True)).to_be_focused()
    page.goto(f"{visitor.base}/?as=U0ANA&channel=C0TRIAGE")
    expect(visitor.message("Only for us.")).to_be_visible()
    expect(guide).to_be_hidden()
    page.get_by_role("button", name="Guide", exact=True).click()
    expect(guide).to_be_visible()
