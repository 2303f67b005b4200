"""The private page in a real browser: in by the link from Slack, readable wide and narrow, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from handlers.web import server
from storage.database import open_engine, upgrade
from tests.fakes.past_desk import PUBLIC_URL, past_desk

# What compares questions is read in when the page is first asked for.
WAIT_MS = 30_000
PALE = (Path(__file__).parent / "pale_text.js").read_text(encoding="utf-8")
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The page's address, and Mira's personal link to it."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('past')}/footbridge.db")
    upgrade(engine)
    desk = past_desk(engine)
    running = server.start(server.site(health_of=lambda: {"ok": True}, desk=desk.do))
    yield running.url, desk.link("U0MIRA").replace(PUBLIC_URL, running.url.rstrip("/"))
    running.stop()
    engine.dispose()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES["wide"], reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    opened, problems, hosts = context.new_page(), [], set()
    opened.on("console", lambda line: problems.append(line.text) if "401" not in line.text else None)
    opened.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield opened
    context.close()
    assert problems == [], "the browser reported problems"
    assert hosts <= {"127.0.0.1", "localhost"}


def test_a_link_that_is_followed_from_slack_opens_the_page_by_itself(page: Page, site: tuple[str, str]) -> None:
    address, link = site
    # As from Slack: another site, from which a strict cookie would not be sent along.
    page.route(
        "http://localhost/slack",
        lambda route: route.fulfill(body=f'<a href="{link}">Open</a>', content_type="text/html"),
    )
    page.goto("http://localhost/slack")
    page.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The last 30 days", timeout=WAIT_MS)
    assert page.url == f"{address}dashboard"
    page.get_by_role("link", name="Kestrel Logistics").click()
    expect(page.get_by_text("of Kestrel Logistics had no good answer")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to get in")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_everything_fits_and_can_be_read(page: Page, site: tuple[str, str], size: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SIZES[size])
    page.goto(site[1])
    expect(page.get_by_role("heading", name="What to write next")).to_be_visible()
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert page.evaluate(PALE) == []


def test_all_questions_of_a_gap_open_by_the_keyboard(page: Page, site: tuple[str, str]) -> None:
    page.goto(site[1])
    gap = page.locator("li.gap").first
    expect(gap.locator(".asking").first).to_be_hidden()
    gap.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(gap.locator(".asking").first).to_be_visible()
    expect(gap.locator(".asking").first).to_contain_text("Known answer")
