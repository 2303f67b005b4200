"""The private page over real HTTP: who gets in, what each may see, and that nothing of it can be taken elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from bot.insights.sign_in import SESSION, Visitor, sign
from handlers.web import server
from storage.answers import Answer
from storage.database import open_engine, upgrade
from tests.fakes.past_desk import PastDesk, past_desk

HOW = "How to get in"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PastDesk]:
    engine = open_engine(f"sqlite:///{tmp_path}/footbridge.db")
    upgrade(engine)
    yield past_desk(engine)
    engine.dispose()


@pytest.fixture
def http(desk: PastDesk) -> Iterator[httpx2.Client]:
    running = server.start(server.site(health_of=lambda: {"ok": True}, desk=desk.do))
    with httpx2.Client(base_url=running.url, trust_env=False, timeout=20) as client:
        yield client
    running.stop()


def path_of(link: str) -> str:
    assert link.startswith("http://desk.example/dashboard/enter?token=")
    return link.removeprefix("http://desk.example")


def signed_in(http: httpx2.Client, desk: PastDesk, who: str) -> httpx2.Client:
    answer = http.get(path_of(desk.link(who)))
    assert answer.status_code == 200
    assert 'content="0; url=/dashboard"' in answer.text
    return http


def test_without_a_link_the_page_says_how_to_get_in_and_nothing_else(http: httpx2.Client) -> None:
    answer = http.get("/dashboard")
    assert answer.status_code == 401
    assert HOW in answer.text and "/support dashboard" in answer.text
    assert "Tallyworks" not in answer.text and "Power BI" not in answer.text


def test_a_personal_link_signs_in_for_twelve_hours_by_a_cookie_no_script_can_read(
    http: httpx2.Client, desk: PastDesk
) -> None:
    answer = http.get(path_of(desk.link("U0MIRA")))
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/dashboard", "max-age=43200"):
        assert part in cookie
    assert "secure" not in cookie
    page = http.get("/dashboard")
    assert page.status_code == 200
    assert "Mira Okafor" in page.text and "Power BI" in page.text


def test_by_https_the_cookie_travels_by_https_alone(desk: PastDesk) -> None:
    running = server.start(server.site(health_of=lambda: {"ok": True}, desk=desk.do, secure=True))
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        assert "secure" in client.get(path_of(desk.link("U0MIRA"))).headers["set-cookie"].lower()
    running.stop()


def test_a_link_is_over_after_fifteen_minutes_and_a_session_after_twelve_hours(
    http: httpx2.Client, desk: PastDesk
) -> None:
    link = path_of(desk.link("U0MIRA"))
    desk.clock.moved = timedelta(minutes=15)
    late = http.get(link)
    assert late.status_code == 401
    assert "no longer good" in late.text and "set-cookie" not in late.headers
    signed_in(http, desk, "U0MIRA")
    desk.clock.moved += timedelta(hours=11, minutes=59)
    assert http.get("/dashboard").status_code == 200
    desk.clock.moved += timedelta(minutes=2)
    assert http.get("/dashboard").status_code == 401


def test_forged_cookies_and_links_used_as_cookies_open_nothing(http: httpx2.Client, desk: PastDesk) -> None:
    link = desk.link("U0MIRA")
    token = link.partition("token=")[2]
    body, _, signature = token.partition(".")
    later = desk.clock.now() + timedelta(hours=1)
    forged = sign("00" * 32, SESSION, Visitor("U0MIRA", "T0HOME"), later)
    for cookie in (token, forged, f"{body}.{signature[::-1]}", body, "", "a.b", "%00", '"U0MIRA"'):
        answer = http.get("/dashboard", headers={"Cookie": f"footbridge_session={cookie}"})
        assert (answer.status_code, HOW in answer.text) == (401, True), cookie
    assert http.get(f"/dashboard/enter?token={forged}").status_code == 401, "a session is no link"
    assert http.get("/dashboard/enter").status_code == 401


def test_a_customers_person_cannot_come_in_even_with_a_token_that_we_signed(
    http: httpx2.Client, desk: PastDesk
) -> None:
    desk.link("U0MIRA")
    with desk.storage.reading() as tx:
        key = tx.secrets.get("private_pages")
    assert key is not None
    later = desk.clock.now() + timedelta(minutes=10)
    for who in (Visitor("U0MAYA", "T0BRIGHT"), Visitor("U0OLAF", "T0HOME"), Visitor("U0MIRA", "T0BRIGHT")):
        assert http.get(f"/dashboard/enter?token={sign(key, 'link', who, later)}").status_code == 401
        session = sign(key, SESSION, who, later)
        answer = http.get("/dashboard", headers={"Cookie": f"footbridge_session={session}"})
        assert (answer.status_code, HOW in answer.text) == (403, True), who


def test_who_no_longer_works_here_is_out_at_the_next_click(http: httpx2.Client, desk: PastDesk) -> None:
    signed_in(http, desk, "U0ANA")
    assert http.get("/dashboard").status_code == 200
    left = desk.config.model_copy(update={"people": [one for one in desk.config.people if one.id != "U0ANA"]})
    desk.config = left
    running = server.start(server.site(health_of=lambda: {"ok": True}, desk=desk.do))
    with httpx2.Client(base_url=running.url, trust_env=False, cookies=http.cookies) as client:
        answer = client.get("/dashboard", headers={"Cookie": f"footbridge_session={_session(http)}"})
        assert answer.status_code == 403
        assert "do not work on this desk" in answer.text and "Power BI" not in answer.text
    running.stop()


def _session(http: httpx2.Client) -> str:
    return next(cookie.value or "" for cookie in http.cookies.jar if cookie.name == "footbridge_session")


def test_managers_see_figures_and_channels_and_others_the_gaps_alone(http: httpx2.Client, desk: PastDesk) -> None:
    page = signed_in(http, desk, "U0MIRA").get("/dashboard").text
    assert "How the desk did" in page and "C0OAKLINE" in page
    assert "right answers in a row would earn" in page
    page = signed_in(http, desk, "U0ANA").get("/dashboard").text
    assert "What to write next" in page and "Power BI" in page
    assert "How the desk did" not in page and "right answers in a row" not in page


def test_period_and_customer_are_chosen_by_links_and_odd_ones_do_no_harm(http: httpx2.Client, desk: PastDesk) -> None:
    signed_in(http, desk, "U0ANA")
    page = http.get("/dashboard?days=7&customer=kestrel").text
    assert "The last 7 days" in page
    assert "of Kestrel Logistics had no good answer" in page
    assert 'href="/dashboard?days=90&amp;customer=kestrel"' in page
    for odd in ("days=1e9", "days=-1", "customer=%00", "customer=<script>", "days=7&days=30"):
        answer = http.get(f"/dashboard?{odd}")
        assert answer.status_code == 200
        assert "<script" not in answer.text


def test_signing_out_takes_the_cookie_away_and_cannot_be_done_by_a_mere_link(
    http: httpx2.Client, desk: PastDesk
) -> None:
    signed_in(http, desk, "U0ANA")
    assert http.get("/dashboard/leave").status_code == 405
    assert http.post("/dashboard/leave").status_code == 303
    assert http.get("/dashboard").status_code == 401


def test_the_page_loads_nothing_runs_nothing_and_is_kept_nowhere(http: httpx2.Client, desk: PastDesk) -> None:
    signed_in(http, desk, "U0MIRA")
    for path in ("/dashboard", "/dashboard/enter?token=x"):
        answer = http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script|\sstyle=|\son\w+=|src=", answer.text)
    style = http.get("/static/dashboard.css")
    assert style.status_code == 200 and style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text and "@import" not in style.text
    assert http.get("/static/../dashboard.py").status_code == 404


def test_what_customers_wrote_is_shown_as_words(http: httpx2.Client, desk: PastDesk) -> None:
    nasty = '<script>alert(1)</script> <img src=x onerror=alert(1)> "quoted" Zebra'
    with desk.storage.transaction() as tx:
        conversation = tx.conversations.get(1)
        conversation.link = "javascript:alert(1)"
        answers = tx.answers.of_conversation(1)
        answers[0].question, answers[0].near = nasty, []
        assert isinstance(answers[0], Answer)
    page = signed_in(http, desk, "U0ANA").get("/dashboard").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page and "<img" not in page and "javascript:" not in page
