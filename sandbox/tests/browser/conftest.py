"""A real Chromium, a running sandbox and a Bolt app for the tests of the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sandbox import start
from sandbox.tests.browser.example_app import ExampleApp, running

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 30_000

WORKSPACE: dict[str, Any] = {
    "team": {"id": "T0HOME", "name": "Tallyworks", "domain": "tallyworks"},
    "app": {
        "id": "A0HELP",
        "name": "Helpdesk",
        "bot_user_id": "U0BOT",
        "bot_id": "B0HELP",
        "bot_token": "xoxb-page-test",
        "app_token": "xapp-page-test",
        "commands": [{"command": "/support", "description": "Work on tickets", "usage_hint": "help | escalate"}],
        "shortcuts": [{"type": "message", "callback_id": "open_ticket", "name": "Open a ticket"}],
    },
    "teams": [{"id": "T0BRIGHT", "name": "Brightwater Foods", "domain": "brightwater"}],
    "users": [
        {
            "id": "U0ANA",
            "name": "ana",
            "real_name": "Ana Lindqvist",
            "title": "Support agent",
            "tz": "Europe/Stockholm",
            "color": "#2a7d4f",
        },
        {
            "id": "U0ERIK",
            "name": "erik",
            "real_name": "Erik Sand",
            "title": "Engineer",
            "tz": "Europe/Stockholm",
            "color": "#8250df",
        },
        {
            "id": "U0MAYA",
            "team": "T0BRIGHT",
            "name": "maya",
            "real_name": "Maya Torres",
            "tz": "America/New_York",
            "color": "#cf8a22",
        },
    ],
    "usergroups": [{"id": "S0SUPPORT", "handle": "support", "name": "Support", "users": ["U0ANA"]}],
    "channels": [
        {
            "id": "C0BRIGHT",
            "name": "ext-brightwater",
            "members": ["U0ANA", "U0BOT", "U0MAYA"],
            "shared_with": ["T0BRIGHT"],
        },
        {"id": "C0TRIAGE", "name": "support-triage", "members": ["U0ANA", "U0BOT", "U0ERIK"]},
    ],
    "messages": [
        {"channel": "C0BRIGHT", "user": "U0MAYA", "ago": "2d3h", "text": "Hello from *Brightwater*", "ref": "hello"},
        {"channel": "C0BRIGHT", "user": "U0ANA", "ago": "2d2h", "text": "Good to have you here.", "thread": "hello"},
        {"channel": "C0TRIAGE", "user": "U0ERIK", "ago": "1h", "text": "Only for us."},
    ],
    "guide": [
        {
            "title": "Ask as the customer",
            "as": "U0MAYA",
            "channel": "C0BRIGHT",
            "text": "A question about orders",
            "body": "Watch the *thread*.",
        },
        {"title": "Look at the queue", "as": "U0ERIK", "channel": "C0TRIAGE", "body": "Nothing to write here."},
        {
            "title": "Reply in the thread",
            "as": "U0ANA",
            "channel": "C0BRIGHT",
            "thread": "newest",
            "text": "I take this one",
            "body": "The text is in the thread's composer.",
        },
    ],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Not for the whole session: while Playwright runs, its event loop counts as running in this thread, and the durable
# engine of tests that follow in the same process refuses to start inside one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium on this machine: install one (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        running_browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running_browser
        running_browser.close()


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Any]:
    with start(WORKSPACE) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Any) -> Any:
    """A sandbox as its workspace begins. It is one server for the whole run, so its sockets stay open."""
    shared_sandbox.client.post("/sandbox/reset")
    shared_sandbox.client.post("/sandbox/clock", reset=True)
    return shared_sandbox


@pytest.fixture(scope="module")
def shared_desk(shared_sandbox: Any) -> Iterator[ExampleApp]:
    app = WORKSPACE["app"]
    with running(shared_sandbox.api_url, app["bot_token"], app["app_token"]) as desk:
        yield desk


@pytest.fixture
def desk(sandbox: Any, shared_desk: ExampleApp) -> ExampleApp:
    """The small Bolt app, connected."""
    shared_desk.heard.clear()
    shared_desk.clicks = 0
    return shared_desk


class Visitor:
    """A person at the page. Remembers problems the browser reports and every host that was asked."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base.rstrip("/")
        self.problems: list[str] = []
        self.hosts: set[str] = set()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, person: str, channel: str | None = "C0BRIGHT", **place: str) -> Page:
        """Open the page as a person, at a channel, without guide and side panel unless they are asked for."""
        query = {"as": person, "guide": "0"} | ({"channel": channel} if channel else {}) | place
        self.page.goto(f"{self.base}/?{urlencode(query)}")
        self.page.wait_for_selector("body[data-ready]")
        return self.page

    def write(self, text: str, box: str = "Message #ext-brightwater") -> None:
        field = self.page.get_by_role("combobox", name=box)
        field.fill(text)
        field.press("Enter")

    def message(self, text: str) -> Any:
        """The row of the message that holds this text, in the channel."""
        return self.page.get_by_role("main").locator("li.message").filter(has_text=text)

    def thread(self) -> Any:
        return self.page.get_by_role("complementary", name="Thread")


@pytest.fixture(scope="module")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for the whole run, so that the page's modules are read once."""
    expect.set_options(timeout=WAIT_MS)
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened.set_default_timeout(WAIT_MS)
    yield opened
    opened.close()


@pytest.fixture
def context(shared_context: BrowserContext, sandbox: Any) -> Iterator[BrowserContext]:
    """The profile, with nothing open and nothing remembered when the test is over."""
    yield shared_context
    shared_context.set_offline(False)
    for page in shared_context.pages[1:]:
        page.close()
    for page in shared_context.pages:
        page.unroute_all()
        page.goto(f"{sandbox.url}static/mark.svg")
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.close()


@pytest.fixture
def visitor(context: BrowserContext, sandbox: Any) -> Iterator[Visitor]:
    person = Visitor(context.new_page(), sandbox.url)
    yield person
    assert person.problems == [], "the browser reported problems"
