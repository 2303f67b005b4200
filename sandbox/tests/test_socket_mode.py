"""Socket Mode of the sandbox with the real SocketModeClient: envelopes, acknowledgements, redelivery, connections."""

from __future__ import annotations

import contextlib
import json

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosedOK, InvalidStatus
from websockets.sync.client import connect

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import RawSocket, connected, new_app, refused
from sandbox.tests.example_workspace import AGENT, APP_TOKEN, BOT, CUSTOMER, SHARED, TRIAGE


def retry_of(envelope: SocketModeRequest) -> tuple[int | None, str | None]:
    return envelope.retry_attempt, envelope.retry_reason


def test_a_connection_is_greeted_with_hello(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        hello = sandbox.client.wait_for(lambda: app.messages)[0]
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0HELP"}


def test_a_ticket_works_once(web: WebClient) -> None:
    url = web.apps_connections_open(app_token=APP_TOKEN)["url"]
    with connect(url) as first:
        assert '"hello"' in first.recv(timeout=5)
    with pytest.raises(InvalidStatus), connect(url):
        pass
    with pytest.raises(InvalidStatus), connect(url.split("?")[0]):
        pass


def test_an_event_comes_once_when_it_is_acknowledged(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.say(AGENT, TRIAGE, "hello")
        app.wait_for_event()
        sandbox.client.say(AGENT, TRIAGE, "again")
        app.wait_for_event(count=2)
        assert [retry_of(one) for one in app.envelopes] == [(0, ""), (0, "")]
        assert [one.accepts_response_payload for one in app.envelopes] == [False, False]
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)


def test_what_is_not_acknowledged_comes_again_three_times_with_the_same_event_id(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=0.1, retry_delays=[0, 0.05, 0.1])
    with RawSocket(sandbox, ack=lambda _: False) as app:
        sandbox.client.say(AGENT, TRIAGE, "hello")
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
        sandbox.client.wait_for(lambda: len(app.envelopes) >= 4)
    assert [retry_of(one) for one in app.envelopes] == [
        (0, ""),
        (1, "http_timeout"),
        (2, "http_timeout"),
        (3, "http_timeout"),
    ]
    assert len({one.payload["event_id"] for one in app.envelopes}) == 1
    assert len({one.envelope_id for one in app.envelopes}) == 4


def test_an_acknowledgement_of_a_redelivery_ends_it(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=1.5, retry_delays=[0, 0.05, 0.1])
    with RawSocket(sandbox, ack=lambda envelope: envelope.retry_attempt == 1) as app:
        sandbox.client.say(AGENT, TRIAGE, "hello")
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
    assert [one.retry_attempt for one in app.envelopes] == [0, 1]


def test_with_several_connections_each_envelope_goes_to_one_of_them(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as one, RawSocket(sandbox) as two:
        for number in range(10):
            sandbox.client.say(AGENT, TRIAGE, str(number))
        sandbox.client.wait_for(lambda: len(one.envelopes) + len(two.envelopes) == 10)
        assert len(one.envelopes) == len(two.envelopes) == 5
        seen = {event["text"] for app in (one, two) for event in app.events()}
        assert seen == {str(number) for number in range(10)}


def test_what_a_dead_connection_had_comes_again_on_another(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox, ack=lambda _: False) as dying, RawSocket(sandbox) as living:
        sandbox.client.say(AGENT, TRIAGE, "one")
        sandbox.client.say(AGENT, TRIAGE, "two")
        sandbox.client.wait_for(lambda: dying.envelopes and living.envelopes)
        dying.client.auto_reconnect_enabled = False
        sandbox.client.post("/sandbox/sockets", cut=True, connection=first_connection(sandbox))
        lost = dying.events()[0]["text"]
        again = sandbox.client.wait_for(lambda: [one for one in living.envelopes if one.retry_attempt])[0]
        assert again.payload["event"]["text"] == lost
        assert again.retry_attempt == 1


def first_connection(sandbox: RunningSandbox) -> str:
    found = sandbox.client.get("/sandbox/delivery")["connections"]
    return min(found, key=lambda one: one["acked"])["id"]


def test_events_without_any_connection_wait_for_the_next_one(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=0.1, retry_delays=[0.5, 0.5, 0.5])
    sandbox.client.say(AGENT, TRIAGE, "is anybody there?")
    with RawSocket(sandbox) as app:
        assert app.wait_for_event()["text"] == "is anybody there?"
        assert app.envelopes[0].retry_reason in ("connection_failed", "")


def test_the_client_comes_back_after_a_refresh_request(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        old = first_connection(sandbox)
        sandbox.client.post("/sandbox/sockets", send="refresh_requested")

        def renewed() -> bool:
            ids = [one["id"] for one in sandbox.client.get("/sandbox/delivery")["connections"]]
            return bool(ids) and old not in ids

        sandbox.client.wait_for(renewed, seconds=10)
        sandbox.client.say(AGENT, TRIAGE, "still there?")
        assert app.wait_for_event()["text"] == "still there?"


def test_a_warning_leaves_the_connection_in_use(sandbox: RunningSandbox, web: WebClient) -> None:
    url = web.apps_connections_open(app_token=APP_TOKEN)["url"]
    with connect(url) as socket:
        socket.recv(timeout=5)
        assert sandbox.client.post("/sandbox/sockets", send="warning")["count"] == 1
        assert '"warning"' in socket.recv(timeout=5)
        sandbox.client.say(AGENT, TRIAGE, "hello")
        assert '"events_api"' in socket.recv(timeout=5)


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_disconnect_names_its_reason_and_then_closes(sandbox: RunningSandbox, web: WebClient, reason: str) -> None:
    with connect(web.apps_connections_open(app_token=APP_TOKEN)["url"]) as socket:
        socket.recv(timeout=5)
        sandbox.client.post("/sandbox/sockets", send=reason)
        assert json.loads(socket.recv(timeout=5)) == {
            "type": "disconnect",
            "reason": reason,
            "debug_info": {"host": "applink-sandbox"},
        }
        with pytest.raises(ConnectionClosedOK):
            socket.recv(timeout=5)


def test_the_client_comes_back_after_a_cut_without_a_close_frame(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(cut_socket=True)
        sandbox.client.wait_for(lambda: app.connections() == 0)
        sandbox.client.wait_for(lambda: app.connections() == 1, seconds=10)
        sandbox.client.say(AGENT, TRIAGE, "hello")
        assert app.wait_for_event()["text"] == "hello"


def test_an_eleventh_connection_is_too_many(sandbox: RunningSandbox, web: WebClient) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(10):
            socket = open_ones.enter_context(connect(web.apps_connections_open(app_token=APP_TOKEN)["url"]))
            socket.recv(timeout=5)
        eleventh = open_ones.enter_context(connect(web.apps_connections_open(app_token=APP_TOKEN)["url"]))
        assert '"too_many_websockets"' in eleventh.recv(timeout=5)


def test_refused_connections_are_refused(sandbox: RunningSandbox, web: WebClient) -> None:
    url = web.apps_connections_open(app_token=APP_TOKEN)["url"]
    sandbox.client.set_faults(refuse_connections=True)
    assert refused(web.apps_connections_open, app_token=APP_TOKEN) == "service_unavailable"
    with pytest.raises(InvalidStatus), connect(url):
        pass


def test_a_bolt_app_hears_messages_and_mentions_and_answers(sandbox: RunningSandbox) -> None:
    app = new_app(sandbox)
    heard: list[str] = []

    @app.event("message")
    def on_message(event, context) -> None:
        heard.append(f"{event['type']} {context.get('actor_team_id')}")

    @app.event("app_mention")
    def on_mention(event, say) -> None:
        say(text=f"Hello <@{event['user']}>", thread_ts=event["ts"])

    with connected(sandbox, app):
        ts = sandbox.client.say(CUSTOMER, SHARED, "hello @helpdesk")
        answer = sandbox.client.wait_for_message(CUSTOMER, SHARED, "Hello", thread_ts=ts)
        assert answer["user"] == BOT
    assert heard == ["message T0BRIGHT"]  # Bolt keeps the bot's own message from its listeners


def test_an_unhandled_request_is_not_acknowledged_and_comes_again(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=0.2, retry_delays=[0, 0.05, 0.05])
    app = new_app(sandbox)
    with connected(sandbox, app):
        sandbox.client.say(AGENT, TRIAGE, "nobody listens")
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
    statuses = [one["status"] for one in sandbox.client.traffic(kind="event")]
    assert statuses == ["not_acked"] * 4


def test_bolt_sees_the_retry_headers(sandbox: RunningSandbox) -> None:
    sandbox.client.set_faults(lose_ack=1)
    sandbox.client.set_delivery(ack_seconds=1)
    app = new_app(sandbox)
    seen: list[tuple[str | None, str | None]] = []

    @app.middleware
    def note(req, next) -> None:
        seen.append(
            (req.headers.get("x-slack-retry-num", [None])[0], req.headers.get("x-slack-retry-reason", [None])[0])
        )
        next()

    @app.event("message")
    def on_message() -> None:
        pass

    with connected(sandbox, app):
        sandbox.client.say(AGENT, TRIAGE, "hello")
        sandbox.client.wait_for(lambda: len(seen) >= 2)
    assert seen[1] == ("1", "http_timeout")


def test_a_middleware_that_raises_gets_the_event_again(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=1.5, retry_delays=[0, 0.05, 0.05])
    app = new_app(sandbox)
    tries: list[int] = []

    @app.middleware
    def store(next) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the database is down")
        next()

    @app.event("message")
    def on_message() -> None:
        pass

    with connected(sandbox, app):
        sandbox.client.say(AGENT, TRIAGE, "hello")
        sandbox.client.wait_for(lambda: sandbox.client.traffic(kind="event")[-1:] and len(tries) == 2)
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
    assert [one["status"] for one in sandbox.client.traffic(kind="event")] == ["not_acked", "acked"]
