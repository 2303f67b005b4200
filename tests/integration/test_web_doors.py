"""The web doors over real HTTP: health, articles, and Slack's requests with and without a good signature."""

from __future__ import annotations

import hashlib
import hmac
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.actions.tickets import DESK_STATUS
from bot.errors import ConfigurationError
from handlers.slack import build_app
from handlers.slack.client import BotIdentity
from handlers.slack.signed_http import answers
from handlers.web import server
from tests.fakes.recording_desk import RecordingDesk

SECRET = "a-signing-secret"
BOT = BotIdentity("U0BOT", "B0FOOT", "T0HOME")


@dataclass
class Page:
    title: str
    body: str
    audience: str = "public"
    updated_at: datetime | None = None


ARTICLES = {
    "erp/sync errors": Page(
        "Sync <errors>",
        "# Steps\n\n1. Open `Setup`.\n\n[good](https://ok.example/a?b=1&c=2) [bad](javascript:alert(1)) "
        "[file](../other.md)\n\n![a picture](https://evil.example/x.png)\n\n<script>alert(1)</script>\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |",
        updated_at=datetime(2026, 11, 3, tzinfo=UTC),
    ),
    "secret": Page("Known issues", "not for customers", audience="internal"),
    "theirs": Page("Kestrel's set-up", "only theirs", audience="customer:kestrel"),
}


@pytest.fixture(scope="module")
def do() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture(scope="module")
def state() -> dict[str, Any]:
    return {"ok": True, "database": "fine"}


@pytest.fixture(scope="module")
def http(do: RecordingDesk, state: dict[str, Any]) -> Iterator[httpx2.Client]:
    app = build_app(
        token="xoxb-x", api_url="http://127.0.0.1:9/api/", bot=BOT, signing_secret=SECRET, desk=do, workers=2
    )
    running = server.start(server.site(health_of=lambda: state, article=ARTICLES.get, slack=answers(app)))
    with httpx2.Client(base_url=running.url, trust_env=False, timeout=10) as client:
        yield client
    running.stop()


# --- health ---------------------------------------------------------------------------------------------------------


def test_health_says_what_it_was_told_and_the_status_says_it_for_machines(
    http: httpx2.Client, state: dict[str, Any]
) -> None:
    answer = http.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": "fine"})
    state.update(ok=False, database="cannot be reached")
    answer = http.get("/health")
    assert (answer.status_code, answer.json()["database"]) == (503, "cannot be reached")
    state.update(ok=True)


# --- articles -------------------------------------------------------------------------------------------------------


def test_an_article_is_a_plain_page_that_loads_nothing(http: httpx2.Client) -> None:
    answer = http.get("/articles/erp/sync%20errors")
    page = answer.text
    assert answer.status_code == 200
    assert "<h1>Sync &lt;errors&gt;</h1>" in page
    assert '<time datetime="2026-11-03">Last changed on' in page
    assert '<a href="https://ok.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">good</a>' in page
    assert "<td>1</td>" in page
    assert "[a picture]" in page
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_article_brings_no_script_no_foreign_picture_and_no_odd_link(http: httpx2.Client) -> None:
    page = http.get("/articles/erp/sync%20errors").text
    for sign in ("<script", "<img", "evil.example", 'href="javascript', 'href="../other'):
        assert sign not in page


@pytest.mark.parametrize("article_id", ["secret", "theirs", "nothing", "../secret", "secret/"])
def test_what_is_not_public_looks_like_what_does_not_exist(http: httpx2.Client, article_id: str) -> None:
    answer = http.get(f"/articles/{article_id}")
    assert answer.status_code == 404
    assert "not for customers" not in answer.text
    if not article_id.startswith(".."):
        assert answer.text == http.get("/articles/neither-does-this").text


# --- Slack's requests -----------------------------------------------------------------------------------------------


def signed(body: str, secret: str = SECRET, at: str | None = None) -> dict[str, str]:
    stamp = at or str(int(time.time()))
    number = stamp if stamp.isdigit() else "0"
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(secret).generate_signature(timestamp=number, body=body) or "",
    }


EVENT = '{"type":"event_callback","event_id":"Ev9","team_id":"T0HOME","event":{"type":"message","text":"my secret"}}'


def test_a_signed_event_is_stored_and_acknowledged(http: httpx2.Client, do: RecordingDesk) -> None:
    do.events.clear()
    assert http.post("/slack/events", content=EVENT, headers=signed(EVENT)).status_code == 200
    assert list(do.events) == ["Ev9"]


def test_an_event_without_an_id_is_stored_once(http: httpx2.Client, do: RecordingDesk) -> None:
    do.events.clear()
    body = EVENT.replace('"event_id":"Ev9",', "")
    for _ in range(2):
        assert http.post("/slack/events", content=body, headers=signed(body)).status_code == 200
    assert len(do.events) == 1


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {"Content-Type": "application/json"},
        lambda: signed(EVENT, secret="wrong"),
        lambda: signed(EVENT, at=str(int(time.time()) - 4000)),
        lambda: signed(EVENT, at="soon"),
        lambda: signed(EVENT, at="²³"),
        lambda: signed(EVENT + " "),
    ],
    ids=["none", "wrong secret", "old", "no number", "odd number", "other body"],
)
def test_what_slack_did_not_sign_is_refused_and_not_even_logged(
    http: httpx2.Client, do: RecordingDesk, caplog: pytest.LogCaptureFixture, headers: Callable[[], dict[str, str]]
) -> None:
    do.events.clear()
    sent = {name: value.encode("utf-8") for name, value in headers().items()}
    with caplog.at_level(logging.DEBUG, logger="handlers"), caplog.at_level(logging.DEBUG, logger="footbridge"):
        assert http.post("/slack/events", content=EVENT, headers=sent).status_code == 401
    assert do.events == {}
    assert "my secret" not in caplog.text
    assert "slack.signature_refused" in caplog.text


def test_without_a_secret_nobody_can_be_slack(do: RecordingDesk) -> None:
    app = build_app(token="xoxb-x", api_url="http://127.0.0.1:9/api/", bot=BOT, signing_secret=None, desk=do)
    stamp = str(int(time.time()))
    forged = "v0=" + hmac.new(b"", f"v0:{stamp}:{EVENT}".encode(), hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-slack-request-timestamp": stamp, "x-slack-signature": forged}
    assert answers(app)(EVENT, headers).status == 401


def test_slacks_address_check_is_answered(http: httpx2.Client) -> None:
    body = '{"type":"url_verification","challenge":"abc"}'
    assert "abc" in http.post("/slack/events", content=body, headers=signed(body)).text


def test_what_cannot_be_from_slack_is_turned_away(http: httpx2.Client) -> None:
    assert http.post("/slack/events", content=b"\xff\xfe").status_code == 400
    assert http.post("/slack/events", content=b"x" * 2_000_001).status_code == 413
    assert http.get("/slack/events").status_code == 405


def test_a_slow_listener_does_not_hold_up_the_others(http: httpx2.Client, do: RecordingDesk) -> None:
    body = urlencode({"command": "/support", "text": "status", "user_id": "U0ANA", "team_id": "T0HOME"})
    headers = signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    inside, go_on = threading.Event(), threading.Event()

    def slowly(name: str) -> None:
        if name == DESK_STATUS.id:
            inside.set()
            assert go_on.wait(20)

    do.before = slowly
    with httpx2.Client(base_url=http.base_url, trust_env=False, timeout=10) as other:
        slow = threading.Thread(target=lambda: other.post("/slack/events", content=body, headers=headers))
        slow.start()
        assert inside.wait(20)
        assert http.get("/health").status_code == 200
        go_on.set()
        slow.join()
    do.before = lambda name: None


# --- the server -----------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigurationError, match=r"FOOTBRIDGE_PORT") as problem:
            server.start(server.site(health_of=lambda: {"ok": True}), port=taken.getsockname()[1])
    assert "in use" in problem.value.problems[0]


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(ConfigurationError, match="FOOTBRIDGE_HOST"):
        server.start(server.site(health_of=lambda: {"ok": True}), host="203.0.113.7")


def test_a_stopped_server_has_let_go_of_its_port() -> None:
    running = server.start(server.site(health_of=lambda: {"ok": True}))
    running.stop()
    again = server.start(server.site(health_of=lambda: {"ok": True}), port=running.port)
    assert again.url == running.url
    again.stop()


def test_only_what_was_asked_for_is_served() -> None:
    running = server.start(server.site(health_of=lambda: {"ok": True}))
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        assert client.post("/slack/events", content=EVENT).status_code == 404
        assert client.get("/articles/secret").status_code == 404
    running.stop()
