"""Forwarded messages: what the app is sent and reads, and which messages can be forwarded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox, SandboxError
from sandbox.tests.bolt_apps import RawSocket
from sandbox.tests.example_workspace import AGENT, BOT, CUSTOMER, ENGINEER, SHARED, TEAM_CHANNEL, TRIAGE


@pytest.fixture
def app(sandbox: RunningSandbox) -> Iterator[RawSocket]:
    with RawSocket(sandbox) as connected:
        yield connected


def test_a_message_forwarded_without_a_comment_has_no_text_and_one_attachment(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    original = sandbox.client.say(CUSTOMER, SHARED, "How do I export <all> invoices?")
    ts = sandbox.client.forward(AGENT, SHARED, original, TRIAGE)
    event = app.wait_for_event(count=2)
    assert (event["channel"], event["ts"], event["user"], event["text"]) == (TRIAGE, ts, AGENT, "")
    assert "subtype" not in event and "blocks" not in event
    [attachment] = event["attachments"]
    assert attachment["is_share"] is True and attachment["is_msg_unfurl"] is True
    assert (attachment["author_id"], attachment["channel_id"], attachment["ts"]) == (CUSTOMER, SHARED, original)
    assert attachment["text"] == "How do I export &lt;all&gt; invoices?"
    assert attachment["fallback"].startswith("Maya Torres: ")
    assert attachment["from_url"] == web.chat_getPermalink(channel=SHARED, message_ts=original)["permalink"]
    assert attachment["message_blocks"][0]["message"]["blocks"][0]["type"] == "rich_text"
    assert web.conversations_history(channel=TRIAGE)["messages"][0]["attachments"] == [attachment]


def test_a_comment_is_the_text_and_a_thread_can_be_the_target(sandbox: RunningSandbox, app: RawSocket) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "Invoices")
    original = sandbox.client.say(CUSTOMER, SHARED, "They are missing")
    ts = sandbox.client.forward(AGENT, SHARED, original, TRIAGE, "Can you help with this one?", thread_ts=root)
    event = app.wait_for_event(count=3)
    assert (event["text"], event["thread_ts"]) == ("Can you help with this one?", root)
    assert event["blocks"] and event["attachments"][0]["text"] == "They are missing"
    assert [one["ts"] for one in sandbox.client.messages(ENGINEER, TRIAGE, root)] == [root, ts]


def test_a_customers_forwarded_message_carries_their_team(sandbox: RunningSandbox, app: RawSocket) -> None:
    original = sandbox.client.say(CUSTOMER, BOT, "It does not work")
    sandbox.client.forward(CUSTOMER, BOT, original, SHARED)
    event = app.wait_for_event(count=2)
    assert (event["user"], event["user_team"]) == (CUSTOMER, "T0BRIGHT")
    assert event["attachments"][0]["footer"] == "Direct message"


def test_a_forwarded_message_of_the_app_carries_its_blocks(sandbox: RunningSandbox, web: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Ready*"}}]
    answer = web.chat_postMessage(channel=SHARED, text="Ready", blocks=blocks)
    sandbox.client.forward(AGENT, SHARED, answer["ts"], TRIAGE)
    [attachment] = sandbox.client.messages(AGENT, TRIAGE)[-1]["attachments"]
    assert attachment["message_blocks"][0]["message"]["blocks"][0]["text"]["text"] == "*Ready*"
    assert (attachment["author_id"], attachment["author_name"]) == (BOT, "Helpdesk")


def test_files_of_a_forwarded_message_can_be_opened_in_the_new_channel(sandbox: RunningSandbox, web: WebClient) -> None:
    original = sandbox.client.say(AGENT, TEAM_CHANNEL, "The log", files={"log.txt": b"line 1"})
    sandbox.client.forward(AGENT, TEAM_CHANNEL, original, TRIAGE)
    [attachment] = sandbox.client.messages(AGENT, TRIAGE)[-1]["attachments"]
    assert attachment["footer"] == "Posted in private channel"
    file = web.files_info(file=attachment["files"][0]["id"])["file"]
    assert file["channels"] == [TRIAGE]


def test_people_forward_only_what_they_see_and_only_to_channels_they_are_in(
    sandbox: RunningSandbox, web: WebClient
) -> None:
    secret = sandbox.client.say(ENGINEER, TEAM_CHANNEL, "Only for the team")
    hidden = web.chat_postEphemeral(channel=SHARED, user=AGENT, text="for you")["message_ts"]
    original = sandbox.client.say(CUSTOMER, SHARED, "hello")
    for user, channel, ts, to, code in (
        (CUSTOMER, TEAM_CHANNEL, secret, SHARED, "channel_not_found"),
        (AGENT, SHARED, hidden, TRIAGE, "cannot_forward"),
        (CUSTOMER, SHARED, original, TRIAGE, "channel_not_found"),
        (CUSTOMER, SHARED, "1.000001", SHARED, "message_not_found"),
    ):
        with pytest.raises(SandboxError, match=code):
            sandbox.client.forward(user, channel, ts, to)
