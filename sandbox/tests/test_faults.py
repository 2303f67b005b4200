"""Faults on demand: what goes wrong in the sandbox goes wrong as it does in Slack, and only as often as asked."""

from __future__ import annotations

import time
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from sandbox import RunningSandbox, SandboxError
from sandbox.tests.bolt_apps import RawSocket, connected, new_app, refused
from sandbox.tests.example_workspace import AGENT, BOT_TOKEN, TEAM_CHANNEL, TRIAGE


def posted(sandbox: RunningSandbox) -> list[str]:
    return [one["text"] for one in sandbox.client.messages(AGENT, TRIAGE)]


def test_all_faults_are_off_and_can_be_cleared(sandbox: RunningSandbox) -> None:
    assert not sandbox._slack.faults.settings.rate_limit
    sandbox.client.set_faults(lose_ack=3, rate_limit={"method": "*", "next": 2, "retry_after": 5})
    set_now = sandbox.client.get("/sandbox/faults")["faults"]
    assert (set_now["lose_ack"], set_now["rate_limit"][0]["next"]) == (3, 2)
    cleared = sandbox.client.call("DELETE", "/sandbox/faults")["faults"]
    assert (cleared["lose_ack"], cleared["rate_limit"]) == (0, [])


@pytest.mark.parametrize("fault", [{"explode": True}, {"lose_ack": -1}, {"duplicate": "often"}])
def test_an_unknown_fault_is_refused_with_the_known_ones(sandbox: RunningSandbox, fault: dict[str, object]) -> None:
    with pytest.raises(SandboxError, match="pace_per_channel"):
        sandbox.client.set_faults(**fault)


def test_duplicates_have_the_same_event_id(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(duplicate={"next": 1})
        sandbox.client.say(AGENT, TRIAGE, "one")
        sandbox.client.say(AGENT, TRIAGE, "two")
        app.wait_for_event(count=3)
    ids = [one.payload["event_id"] for one in app.envelopes]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)
    assert [one.retry_attempt for one in app.envelopes] == [0, 0, 0]


def test_a_probability_of_one_doubles_everything(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(duplicate={"probability": 1.0})
        for number in range(3):
            sandbox.client.say(AGENT, TRIAGE, str(number))
        app.wait_for_event(count=6)


def test_reordered_events_come_last_first(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(reorder={"next": 3})
        for number in range(4):
            sandbox.client.say(AGENT, TRIAGE, str(number))
        app.wait_for_event(count=4)
        assert [one["text"] for one in app.events()] == ["2", "1", "0", "3"]


def test_held_events_are_released_after_a_second(sandbox: RunningSandbox) -> None:
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(reorder=True)
        sandbox.client.say(AGENT, TRIAGE, "alone")
        assert app.wait_for_event()["text"] == "alone"


def test_lost_acknowledgements_bring_the_event_again(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=1.5)
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(lose_ack=2)
        sandbox.client.say(AGENT, TRIAGE, "hello")
        app.wait_for_event(count=3)
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
    assert [one.retry_attempt for one in app.envelopes] == [0, 1, 2]


def test_a_late_acknowledgement_does_not_count(sandbox: RunningSandbox) -> None:
    sandbox.client.set_delivery(ack_seconds=0.6)
    with RawSocket(sandbox) as app:
        sandbox.client.set_faults(delay_ack_ms=900)
        sandbox.client.say(AGENT, TRIAGE, "hello")
        app.wait_for_event(count=2)
        sandbox.client.set_faults(delay_ack_ms=20)
        sandbox.client.wait_for(lambda: sandbox.client.state(AGENT)["delivery"]["pending"] == 0)
    assert [one.retry_attempt for one in app.envelopes][:2] == [0, 1]
    first, *_, last = sandbox.client.traffic(kind="event")
    assert (first["status"], last["status"]) == ("not_acked", "acked")


def test_a_rate_limit_is_429_with_retry_after_and_nothing_is_done(sandbox: RunningSandbox, web: WebClient) -> None:
    sandbox.client.set_faults(rate_limit={"method": "chat.postMessage", "next": 1, "retry_after": 7})
    web.auth_test()
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel=TRIAGE, text="hello")
    answer = caught.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "7")
    assert posted(sandbox) == []
    assert web.chat_postMessage(channel=TRIAGE, text="hello")["ok"] is True


def test_the_sdks_own_retry_handler_gets_through(sandbox: RunningSandbox) -> None:
    web = WebClient(BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)])
    sandbox.client.set_faults(rate_limit={"method": "*", "next": 1, "retry_after": 1})
    assert web.chat_postMessage(channel=TRIAGE, text="hello")["ok"] is True


def test_pacing_allows_one_post_a_second_in_each_channel(
    sandbox: RunningSandbox, web: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    exceeds_channel_rate, now = sandbox._slack.faults.exceeds_channel_rate, 100.0
    monkeypatch.setattr(
        sandbox._slack.faults, "exceeds_channel_rate", lambda channel, _now: exceeds_channel_rate(channel, now)
    )
    sandbox.client.set_faults(pace_per_channel=True)
    web.chat_postMessage(channel=TRIAGE, text="one")
    assert refused(web.chat_postMessage, channel=TRIAGE, text="two") == "ratelimited"
    assert web.chat_postMessage(channel=TEAM_CHANNEL, text="elsewhere")["ok"] is True
    now += 1.05
    assert web.chat_postMessage(channel=TRIAGE, text="two")["ok"] is True
    assert posted(sandbox) == ["one", "two"]


def test_pacing_counts_posts_by_response_url_too(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    exceeds_channel_rate = sandbox._slack.faults.exceeds_channel_rate
    monkeypatch.setattr(
        sandbox._slack.faults, "exceeds_channel_rate", lambda channel, _now: exceeds_channel_rate(channel, 100.0)
    )
    app = new_app(sandbox)
    urls: list[str] = []

    @app.command("/support")
    def on_command(ack, body) -> None:
        ack()
        urls.append(body["response_url"])

    with connected(sandbox, app):
        sandbox.client.command(AGENT, TRIAGE, "/support")
        sandbox.client.set_faults(pace_per_channel=True)
        app.client.chat_postMessage(channel=TRIAGE, text="one")
        limited = WebhookClient(urls[0]).send(text="two")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "1")


def test_a_server_error_does_nothing(sandbox: RunningSandbox, web: WebClient) -> None:
    sandbox.client.set_faults(server_error=[{"method": "chat.postMessage", "next": 1, "status": 503}])
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel=TRIAGE, text="hello")
    assert caught.value.response.status_code == 503
    assert posted(sandbox) == []


def test_a_lost_response_leaves_the_thing_done_and_the_sdk_doubles_it(sandbox: RunningSandbox, web: WebClient) -> None:
    """The default client repeats a call whose connection was dropped: that is how posts double."""
    sandbox.client.set_faults(lose_response={"method": "chat.postMessage", "next": 1})
    web.chat_postMessage(channel=TRIAGE, text="hello")
    assert posted(sandbox) == ["hello", "hello"]


def test_without_retries_a_lost_response_is_a_dropped_connection(sandbox: RunningSandbox) -> None:
    web = WebClient(BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[])
    sandbox.client.set_faults(lose_response={"method": "chat.postMessage", "next": 1})
    with pytest.raises(RemoteDisconnected):
        web.chat_postMessage(channel=TRIAGE, text="hello")
    assert posted(sandbox) == ["hello"]
    assert sandbox.client.traffic(kind="web_api")[-1]["status"] == "answer lost"


def test_a_slow_method_waits_first(sandbox: RunningSandbox, web: WebClient) -> None:
    sandbox.client.set_faults(slow_ms={"method": "auth.test", "ms": 900})
    began = time.monotonic()
    web.auth_test()
    assert time.monotonic() - began >= 0.9
    began = time.monotonic()
    web.chat_postMessage(channel=TRIAGE, text="quick")
    assert time.monotonic() - began < 0.9
