"""Odd, hostile and broken input, and a Slack that stumbles: one answer each, nothing lost, nobody else disturbed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx2
import pytest

from tests.fakes.running_desk import BRIGHT, DEMO, KESTREL, STRANGER, TRIAGE, Desk, everything_in

MAYA, DEREK, IMOGEN, JONAS, ANA, BOT = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA", "U0BOT"
QUESTION = "How can I merge two entries of the same vendor?"
HOWS = [
    "How can I undo the merge of two vendors?",
    "How do we connect QuickBooks Online?",
    "How do I start an ERP sync by hand?",
    "How do I reconnect an ERP whose authorisation expired?",
    "Which exchange rate turns our euro invoices into dollars?",
    "What does the ERP error TW-ERP-409 mean?",
    "How can I reset two-step verification for a person with a new phone?",
    "How do we add a vendor that has not sent us any invoice yet?",
]


def by_bot(desk: Desk, who: str, channel: str, ts: str) -> list[dict[str, Any]]:
    return [m for m in desk.thread(who, channel, ts) if m["user"] == BOT]


def triage_notices(desk: Desk, containing: str) -> list[str]:
    return [text for m in desk.people.messages(ANA, TRIAGE) if containing in (text := everything_in(m))]


def test_a_stranger_in_a_shared_channel_hears_nothing_and_our_people_hear_of_it_once(desk: Desk) -> None:
    first = desk.ask(STRANGER, BRIGHT, QUESTION)
    second = desk.ask(STRANGER, BRIGHT, "Hello? What is the price that Brightwater pays?")
    desk.card(ANA, TRIAGE, "Sam Stranger")
    desk.settle()
    for ts in (first, second):
        assert desk.thread(STRANGER, BRIGHT, ts) == []
        assert desk.people.messages(STRANGER, BRIGHT, ts)[0]["reactions"] == []
        assert desk.decisions(BRIGHT, ts) == ["outsider"]
    notices = triage_notices(desk, "Sam Stranger")
    assert len(notices) == 1
    assert "T0STRANGE" in notices[0] and "Brightwater Foods" in notices[0] and "please answer there" in notices[0]


def test_another_customers_person_in_the_channel_is_not_taken_for_an_unknown_organisation(desk: Desk) -> None:
    desk.people.post("/sandbox/share", channel=BRIGHT, team="T0KESTREL", share=True)
    desk.people.post("/sandbox/membership", **{"as": ANA, "channel": BRIGHT, "user": IMOGEN, "join": True})
    asked = desk.ask(IMOGEN, BRIGHT, QUESTION)
    notice = everything_in(desk.card(ANA, TRIAGE, "Imogen Thackray of Kestrel Logistics"))
    assert "not for Kestrel Logistics" in notice and "team_ids" not in notice
    desk.settle()
    assert desk.thread(IMOGEN, BRIGHT, asked) == []


def test_a_channel_of_no_customer_stays_silent_and_our_people_hear_of_it_once(desk: Desk) -> None:
    channel = desk.people.post("/sandbox/channels", **{"as": ANA, "name": "ext-newcomer", "members": [BOT]})["channel"]
    channel_id = channel["id"] if isinstance(channel, dict) else channel
    desk.people.post("/sandbox/share", channel=channel_id, team="T0KESTREL", share=True)
    desk.people.post("/sandbox/membership", **{"as": ANA, "channel": channel_id, "user": JONAS, "join": True})
    asked = [desk.ask(JONAS, channel_id, text) for text in (QUESTION, "Anybody here?")]
    desk.card(ANA, TRIAGE, "belongs to no customer in footbridge.yaml")
    desk.settle()
    assert all(desk.thread(JONAS, channel_id, ts) == [] for ts in asked)
    assert len(triage_notices(desk, channel_id)) == 1


def test_a_very_long_message_is_answered_like_any_other(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, f"{QUESTION}\n\n" + "2026-11-22 09:14:07 INFO nothing of interest\n" * 2300)
    assert by_bot(desk, MAYA, BRIGHT, asked) or desk.reply_to(MAYA, BRIGHT, asked)
    desk.settle()
    assert len(by_bot(desk, MAYA, BRIGHT, asked)) == 1


@pytest.mark.parametrize("text", ["a" * 39_000, "😀" * 9_000, "\u202e\u0000\ufeff" * 500 + "?", "? " * 9_000])
def test_no_text_however_odd_stops_the_desk(desk: Desk, text: str) -> None:
    asked = desk.ask(DEREK, BRIGHT, text)
    desk.settle(30)
    assert len(by_bot(desk, DEREK, BRIGHT, asked)) <= 1
    assert desk.decisions(BRIGHT, asked)


def test_files_without_words_get_a_kind_word_and_a_person(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "", files={"screen.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40})
    said = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, "a person will answer here by"))
    assert "If you have a question about it, write it here" in said
    assert "The customer sent only files." in everything_in(desk.card(ANA, TRIAGE, "only files"))


def test_mentions_in_a_question_ping_nobody_inside(desk: Desk) -> None:
    asked = desk.ask(
        JONAS,
        KESTREL,
        "How do <!channel> <!here> <@U0ANA> <!subteam^S0SUPPORT> print purple unicorns?",
    )
    desk.reply_to(JONAS, KESTREL, asked, "a person will answer here by")
    desk.card(ANA, TRIAGE, "purple unicorns")
    desk.settle()
    posts = [
        json.dumps(entry["request"])
        for entry in desk.people.traffic(kind="web_api")
        if entry["name"] in ("chat.postMessage", "chat.update") and "unicorns" in str(entry["request"])
    ]
    assert posts
    for sent in posts:
        assert not any(token in sent for token in ("<!channel", "<!here", "<!subteam", "<@U0ANA"))


def test_malformed_events_are_taken_in_and_disturb_nobody(desk: Desk) -> None:
    """Over HTTP anybody who knows the secret may send anything; Slack itself has sent stranger things than these."""
    if desk.people.get("/sandbox/delivery")["mode"] != "http":
        pytest.skip("Socket Mode carries only what the sandbox sends")
    messages: list[Any] = [
        {},
        {"type": "message"},
        {"type": "message", "channel": BRIGHT, "user": MAYA, "text": QUESTION, "ts": "not-a-ts"},
        {"type": "message", "channel": BRIGHT, "user": MAYA, "text": 17, "ts": "1795350000.000100"},
        {"type": "message", "channel": ["C"], "user": {"id": 1}, "ts": 5},
        {"type": "message", "subtype": "message_changed", "channel": BRIGHT, "message": "no"},
        {"type": "message", "subtype": "message_deleted", "channel": BRIGHT, "deleted_ts": "\u0000"},
        {"type": "message", "channel": BRIGHT, "user": MAYA, "team": 4, "files": [None, 3], "ts": "1795350000.000200"},
        {"type": "app_home_opened"},
        {"type": "reaction_added", "item": None},
    ]
    for number, event in enumerate(messages):
        body = json.dumps({"type": "event_callback", "event_id": f"EvODD{number}", "team_id": "T0HOME", "event": event})
        assert send_signed(desk, body) < 500
    asked = desk.ask(MAYA, BRIGHT, HOWS[1])
    desk.reply_to(MAYA, BRIGHT, asked, "Connect QuickBooks Online")
    desk.settle()


def send_signed(desk: Desk, body: str) -> int:
    secret = next(
        line.split(":", 1)[1].strip()
        for line in (DEMO / "workspace.yaml").read_text(encoding="utf-8").splitlines()
        if "signing_secret" in line
    )
    now = str(int(time.time()))
    signature = "v0=" + hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature, "Content-Type": "application/json"
    }  # fmt: skip
    return httpx2.post(f"{desk.web_url}slack/events", content=body, headers=headers, trust_env=False).status_code


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        (0, {"duplicate": {"next": 3}}),
        (1, {"lose_ack": 1}),
        (2, {"reorder": True}),
        (3, {"rate_limit": {"method": "chat.postMessage", "next": 2, "retry_after": 1}}),
        (4, {"server_error": {"method": "chat.postMessage", "next": 2, "status": 503}}),
        (5, {"lose_response": {"method": "chat.postMessage", "next": 1}}),
        (6, {"server_error": {"method": "users.info", "next": 2, "status": 500}}),
        (7, {"server_error": {"method": "reactions.add", "next": 1, "status": 500}}),
    ],
    ids=["duplicates", "lost ack", "reordered", "429", "5xx", "lost response", "no profile", "no reaction"],
)
def test_a_slack_that_stumbles_still_gets_every_question_exactly_one_answer(
    desk: Desk, number: int, faults: dict[str, Any]
) -> None:
    desk.settle()
    desk.people.set_delivery(retry_delays=[0, 0.5, 1], ack_seconds=1)
    desk.people.set_faults(**faults)
    who, channel = ((MAYA, BRIGHT), (DEREK, BRIGHT), (IMOGEN, KESTREL), (JONAS, KESTREL))[number % 4]
    asked = desk.ask(who, channel, HOWS[number])
    desk.reply_to(who, channel, asked, seconds=30)
    desk.settle(30)
    desk.people.call("DELETE", "/sandbox/faults")
    desk.people.set_delivery(retry_delays=[0, 5, 20], ack_seconds=3)
    assert len(by_bot(desk, who, channel, asked)) == 1


def test_while_slack_is_down_nothing_is_lost_and_the_answer_comes_later(desk: Desk) -> None:
    desk.settle()
    desk.people.set_faults(server_error={"method": "*", "next": 40, "status": 503}, refuse_connections=True)
    asked = desk.ask(IMOGEN, KESTREL, "How do I forward PDF invoices to the invoice inbox?")
    time.sleep(1.0)
    assert by_bot(desk, IMOGEN, KESTREL, asked) == []
    desk.people.call("DELETE", "/sandbox/faults")
    desk.reply_to(IMOGEN, KESTREL, asked, seconds=60)
    desk.settle(30)
    assert len(by_bot(desk, IMOGEN, KESTREL, asked)) == 1


def test_a_socket_cut_without_a_word_loses_no_question(desk: Desk) -> None:
    if desk.people.get("/sandbox/delivery")["mode"] != "socket":
        pytest.skip("there is no socket over HTTP")
    desk.settle()
    desk.people.set_delivery(retry_delays=[0, 5, 20], ack_seconds=3)
    desk.people.set_faults(cut_socket=True)
    asked = desk.ask(JONAS, KESTREL, "How is the spend of a vendor in two currencies added up?")
    desk.reply_to(JONAS, KESTREL, asked, seconds=60)
    desk.settle(30)
    assert len(by_bot(desk, JONAS, KESTREL, asked)) == 1
