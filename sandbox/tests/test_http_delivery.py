"""Signed HTTP delivery of the sandbox: signature, encodings, retries and their headers, with real Bolt behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import HttpApp, Received, bolt_behind_http, new_app
from sandbox.tests.example_workspace import AGENT, CUSTOMER, SHARED, SIGNING_SECRET, TRIAGE


@pytest.fixture
def app(sandbox: RunningSandbox) -> Iterator[HttpApp]:
    with HttpApp() as server:
        sandbox.client.set_delivery(events_url=server.url, retry_delays=[0, 0.1, 0.2], ack_seconds=1)
        yield server
        sandbox.client.post("/sandbox/reset")


def settled(sandbox: RunningSandbox) -> None:
    sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)


def retry_headers(received: Received) -> tuple[str | None, str | None]:
    return received.headers.get("x-slack-retry-num"), received.headers.get("x-slack-retry-reason")


def test_an_event_is_a_signed_json_post(sandbox: RunningSandbox, app: HttpApp) -> None:
    sandbox.client.say(AGENT, TRIAGE, "hello")
    settled(sandbox)
    (got,) = app.received
    body = json.loads(got.body)
    assert (body["type"], body["event"]["text"], body["api_app_id"]) == ("event_callback", "hello", "A0HELP")
    assert got.headers["content-type"] == "application/json"
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(got.body, got.headers)
    assert not SignatureVerifier("another secret").is_valid_request(got.body, got.headers)
    assert retry_headers(got) == (None, None)


def test_the_signature_keeps_real_time_when_the_clock_is_moved(sandbox: RunningSandbox, app: HttpApp) -> None:
    sandbox.client.set_clock(advance=86_400)
    sandbox.client.say(AGENT, TRIAGE, "tomorrow")
    settled(sandbox)
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(app.received[0].body, app.received[0].headers)


@pytest.mark.parametrize("status", [404, 500, 302])
def test_anything_but_2xx_is_sent_again_three_times(sandbox: RunningSandbox, app: HttpApp, status: int) -> None:
    app.reply = lambda _: (status, {}, "")
    sandbox.client.say(AGENT, TRIAGE, "hello")
    settled(sandbox)
    assert [retry_headers(one) for one in app.received] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    assert len({json.loads(one.body)["event_id"] for one in app.received}) == 1
    gaps = [later.at - earlier.at for earlier, later in zip(app.received[1:], app.received[2:], strict=False)]
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2


def test_an_answer_that_takes_too_long_is_a_timeout(sandbox: RunningSandbox, app: HttpApp) -> None:
    sandbox.client.set_faults(delay_ack_ms=400)
    sandbox.client.set_delivery(ack_seconds=0.2)
    sandbox.client.say(AGENT, TRIAGE, "hello")
    sandbox.client.wait_for(lambda: len(app.received) >= 2)
    sandbox.client.set_faults(delay_ack_ms=0)
    settled(sandbox)
    assert retry_headers(app.received[1]) == ("1", "http_timeout")


def test_an_app_that_is_down_is_tried_again(sandbox: RunningSandbox) -> None:
    with HttpApp() as server:
        url = server.url
    sandbox.client.set_delivery(events_url=url, retry_delays=[0, 0.05, 0.05])
    sandbox.client.say(AGENT, TRIAGE, "hello")
    settled(sandbox)
    tries = sandbox.client.traffic(kind="event")
    assert [one["name"] for one in tries] == [
        "message",
        "message (retry 1: connection_failed)",
        "message (retry 2: connection_failed)",
        "message (retry 3: connection_failed)",
    ]


def test_an_app_may_ask_not_to_be_tried_again(sandbox: RunningSandbox, app: HttpApp) -> None:
    app.reply = lambda _: (500, {"X-Slack-No-Retry": "1"}, "")
    sandbox.client.say(AGENT, TRIAGE, "hello")
    settled(sandbox)
    assert len(app.received) == 1


def test_a_command_is_a_form_and_its_answer_is_shown(sandbox: RunningSandbox, app: HttpApp) -> None:
    app.reply = lambda _: (200, {"content-type": "text/plain"}, "got it")
    answer = sandbox.client.command(AGENT, TRIAGE, "/support", "list @erik")
    assert (answer["ok"], answer["status"]) == (True, 200)
    form = {name: values[0] for name, values in parse_qs(app.received[0].body).items()}
    assert (form["command"], form["text"], form["user_id"]) == ("/support", "list <@U0ERIK|erik>", AGENT)
    assert form["response_url"].startswith(sandbox.url)
    shown = sandbox.client.messages(AGENT, TRIAGE)[-1]
    assert (shown["text"], shown["is_ephemeral"]) == ("got it", True)


@pytest.mark.parametrize(("status", "error"), [(500, "dispatch_failed"), (404, "dispatch_failed")])
def test_a_command_that_fails_is_not_tried_again(
    sandbox: RunningSandbox, app: HttpApp, status: int, error: str
) -> None:
    app.reply = lambda _: (status, {}, "oops")
    answer = sandbox.client.command(AGENT, TRIAGE, "/support", "help")
    assert (answer["ok"], answer["status"], answer["error"]) == (False, status, error)
    assert len(app.received) == 1


def test_commands_and_clicks_can_have_addresses_of_their_own(sandbox: RunningSandbox, app: HttpApp) -> None:
    with HttpApp() as other:
        sandbox.client.set_delivery(commands_url=other.url)
        sandbox.client.command(AGENT, TRIAGE, "/support", "help")
        assert len(other.received) == 1
    assert app.received == []


def test_bolt_behind_http_verifies_hears_and_answers(sandbox: RunningSandbox, app: HttpApp) -> None:
    bolt = new_app(sandbox)

    @bolt.event("message")
    def on_message(event, say) -> None:
        say(text="seen", thread_ts=event["ts"])

    @bolt.action("go")
    def on_go(ack, respond, body) -> None:
        ack()
        respond(text=f"clicked by {body['user']['team_id']}", replace_original=False)

    app.reply = bolt_behind_http(bolt)
    ts = sandbox.client.say(CUSTOMER, SHARED, "hello")
    sandbox.client.wait_for_message(CUSTOMER, SHARED, "seen", thread_ts=ts)
    elements = [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}]
    posted = bolt.client.chat_postMessage(channel=SHARED, text="x", blocks=[{"type": "actions", "elements": elements}])
    assert sandbox.client.click(CUSTOMER, SHARED, posted["ts"], "go")["acked"] is True
    sandbox.client.wait_for_message(CUSTOMER, SHARED, "clicked by T0BRIGHT")


def test_bolt_refuses_what_is_signed_with_another_secret(sandbox: RunningSandbox, app: HttpApp) -> None:
    bolt = new_app(sandbox)
    bolt.event("message")(lambda: None)
    app.reply = bolt_behind_http(bolt)
    sandbox._slack.workspace.app.signing_secret = "another secret"
    sandbox.client.say(AGENT, TRIAGE, "hello")
    settled(sandbox)
    assert [one["status"] for one in sandbox.client.traffic(kind="event")] == [401] * 4
