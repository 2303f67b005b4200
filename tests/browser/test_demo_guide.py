"""The steps of the demo's guide on the sandbox's page, wide and narrow: each leads to its person, place and text."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from sandbox import RunningSandbox, start

DEMO = Path(__file__).parents[2] / "demo"
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
WAIT_MS = 30_000
ESCALATION = [
    {"channel": "C0ERP", "user": "U0BOT", "ago": "2m", "text": "An older escalation", "ref": "older"},
    {"channel": "C0ERP", "user": "U0BOT", "ago": "2m", "text": "What we know", "thread": "older"},
    {"channel": "C0ERP", "user": "U0BOT", "ago": "1m", "text": "The newest escalation", "ref": "newest"},
    {"channel": "C0ERP", "user": "U0BOT", "ago": "1m", "text": "What we know", "thread": "newest"},
]


@pytest.fixture(scope="module")
def workspace() -> dict[str, Any]:
    """The demo's workspace, with the threads that Footbridge has opened by the sixth step."""
    loaded: dict[str, Any] = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))
    return loaded | {"messages": [*loaded["messages"], *ESCALATION]}


@pytest.fixture
def sandbox(workspace: dict[str, Any]) -> Iterator[RunningSandbox]:
    with start(workspace) as running:
        yield running


@pytest.fixture(params=SIZES, ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, sandbox: RunningSandbox) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES[request.param], reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    opened = context.new_page()
    opened.goto(sandbox.url)
    opened.wait_for_selector("body[data-ready]")
    yield opened
    context.close()


def set_up_step(page: Page) -> None:
    guide = page.get_by_role("complementary", name="Guide")
    bar = guide.get_by_role("button", expanded=False)
    if bar.is_visible():
        bar.click()
    guide.get_by_role("button", name="Set it up").click()


def test_every_step_leads_to_its_person_place_and_text(
    page: Page, workspace: dict[str, Any], sandbox: RunningSandbox
) -> None:
    guide = page.get_by_role("complementary", name="Guide")
    users = {user["id"]: user["real_name"] for user in workspace["users"]}
    channels = {channel["id"]: channel["name"] for channel in workspace["channels"]}
    for number, step in enumerate(workspace["guide"], 1):
        expect(guide.get_by_text(f"{number} of {len(workspace['guide'])}").locator("visible=true")).to_be_visible()
        set_up_step(page)
        expect(page.get_by_role("button", name=re.compile(f"Acting as {users[step['as']]}"))).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text(channels[step["channel"]])
        expect(guide).to_be_visible()
        if "text" in step:
            box = page.locator("textarea:focus")
            expect(box).to_have_value(step["text"])
            expect(box).to_be_in_viewport(ratio=0.9)
        if step.get("thread"):
            thread = page.get_by_role("complementary", name="Thread")
            expect(thread.get_by_text("The newest escalation")).to_be_visible()
            page.keyboard.press("Enter")
            expect(thread.locator("li.message").filter(has_text=step["text"])).to_be_visible()
        if number < len(workspace["guide"]):
            guide.get_by_role("button", name="Next step").click()
    replies = sandbox.client.messages("U0TOM", "C0ERP")[-1]["reply_count"]
    assert replies == 2, "the engineer's note belongs into the newest thread"


def test_the_last_step_moves_the_clock_to_the_hour_of_the_digest(
    page: Page, workspace: dict[str, Any], sandbox: RunningSandbox
) -> None:
    step = workspace["guide"][-1]
    people = yaml.safe_load((DEMO / "footbridge.yaml").read_text(encoding="utf-8"))["people"]
    digest_at = next(person["digest_at"] for person in people if person["id"] == step["as"])
    for _ in workspace["guide"][1:]:
        page.get_by_role("button", name="Next step").click()
    set_up_step(page)
    expect(page.get_by_role("button", name=re.compile("Acting as Mira"))).to_be_visible()
    more = page.get_by_role("button", name="Move the clock", exact=True)
    if more.is_visible():
        more.click()
    clock = page.get_by_role("group", name="Move the clock")
    labels = [label for label in ("Tomorrow", "+30 min") if label in step["body"]]
    for label in labels:
        clock.get_by_text(label, exact=True).click()
    zone = ZoneInfo(next(user["tz"] for user in workspace["users"] if user["id"] == step["as"]))

    def reached() -> bool:
        now = sandbox.client.get("/sandbox/clock")["now"]
        return f"{datetime.fromtimestamp(now, zone):%H:%M}" >= digest_at and now > time.time() + 60

    sandbox.client.wait_for(reached, what=f"the clock to reach {digest_at}")
