"""The sandbox's chat.* methods against the real slack_sdk: what is posted, and what Slack refuses."""

from __future__ import annotations

import time

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import refused, web_client
from sandbox.tests.example_workspace import (
    AGENT,
    BOT,
    CUSTOMER,
    ENGINEER,
    SHARED,
    TEAM_CHANNEL,
    TRIAGE,
    running_sandbox,
)


def button(**changes):
    return {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"} | changes


def test_a_posted_message_is_answered_with_channel_ts_and_the_whole_message(web: WebClient) -> None:
    posted = web.chat_postMessage(channel=TRIAGE, text="hello")
    assert posted["channel"] == TRIAGE
    message = posted["message"]
    assert (message["text"], message["user"], message["bot_id"], message["ts"]) == (
        "hello",
        BOT,
        "B0HELP",
        posted["ts"],
    )
    assert message["type"] == "message"
    assert "subtype" not in message


def test_a_message_without_text_blocks_or_attachments_is_no_text(web: WebClient) -> None:
    assert refused(web.api_call, "chat.postMessage", json={"channel": TRIAGE, "text": ""}) == "no_text"


def test_blocks_alone_are_enough(web: WebClient) -> None:
    posted = web.api_call("chat.postMessage", json={"channel": TRIAGE, "blocks": [{"type": "divider"}]})
    assert posted["message"]["text"] == ""
    assert posted["message"]["blocks"][0]["block_id"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0NOWHERE", "channel_not_found"), ("U0NOBODY", "channel_not_found"), (BOT, "channel_not_found")],
)
def test_a_channel_that_is_not_there_is_refused(web: WebClient, channel: str, error: str) -> None:
    assert refused(web.chat_postMessage, channel=channel, text="hello") == error


def test_a_channel_that_the_bot_is_not_in_is_refused(sandbox: RunningSandbox, web: WebClient) -> None:
    public = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "random"})["channel"]
    private = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "secret", "private": True})["channel"]
    assert refused(web.chat_postMessage, channel=public, text="hello") == "not_in_channel"
    assert refused(web.chat_postMessage, channel=private, text="hello") == "channel_not_found"


def test_an_archived_channel_takes_no_messages() -> None:
    channels = [{"id": "C0OLD", "name": "old", "members": [BOT, AGENT], "archived": True}]
    with running_sandbox(channels=channels) as own:
        web = web_client(own)
        assert refused(web.chat_postMessage, channel="C0OLD", text="hello") == "is_archived"
        assert refused(web.chat_update, channel="C0OLD", ts="1700000000.000100", text="x") == "message_not_found"


def test_a_persons_id_as_channel_posts_in_their_im(web: WebClient) -> None:
    posted = web.chat_postMessage(channel=AGENT, text="psst")
    assert posted["channel"].startswith("D")
    assert web.conversations_open(users=AGENT)["channel"]["id"] == posted["channel"]


def test_text_up_to_4040_characters_stays_one_message_and_longer_is_split(
    sandbox: RunningSandbox, web: WebClient
) -> None:
    web.chat_postMessage(channel=TRIAGE, text="a" * 4040)
    assert len(sandbox.client.messages(AGENT, TRIAGE)) == 1
    first = web.chat_postMessage(channel=TRIAGE, text="b" * 9000)
    pieces = sandbox.client.messages(AGENT, TRIAGE)[1:]
    assert [len(one["text"]) for one in pieces] == [4000, 4000, 1000]
    assert first["ts"] == pieces[0]["ts"]


def test_text_over_40000_characters_is_cut_with_a_warning(sandbox: RunningSandbox, web: WebClient) -> None:
    posted = web.chat_postMessage(channel=TRIAGE, text="a" * 41_000)
    assert posted["warning"] == "message_truncated"
    assert sum(len(one["text"]) for one in sandbox.client.messages(AGENT, TRIAGE)) == 40_000


def test_foreign_angle_brackets_are_escaped_and_slack_tokens_kept(web: WebClient) -> None:
    posted = web.chat_postMessage(channel=TRIAGE, text=f"a & b &amp; c < d <@{AGENT}> <https://a.example|x>")
    assert posted["message"]["text"] == f"a &amp; b &amp; c &lt; d <@{AGENT}> <https://a.example|x>"


def test_at_here_in_a_block_is_live_unless_the_text_is_verbatim(web: WebClient) -> None:
    text = {"type": "mrkdwn", "text": "@here look at #support-triage"}
    blocks = [{"type": "section", "text": text}, {"type": "section", "text": text | {"verbatim": True}}]
    kept = web.chat_postMessage(channel=TRIAGE, text="x", blocks=blocks)["message"]["blocks"]
    assert kept[0]["text"]["text"] == f"<!here> look at <#{TRIAGE}>"
    assert kept[1]["text"]["text"] == "@here look at #support-triage"


def test_a_reply_goes_into_its_thread_even_by_the_ts_of_another_reply(web: WebClient) -> None:
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    reply = web.chat_postMessage(channel=TRIAGE, text="reply", thread_ts=root)
    second = web.chat_postMessage(channel=TRIAGE, text="second", thread_ts=reply["ts"])
    assert second["message"]["thread_ts"] == root


def test_a_reply_broadcast_is_also_in_the_channel(web: WebClient) -> None:
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    web.chat_postMessage(channel=TRIAGE, text="quiet", thread_ts=root)
    web.chat_postMessage(channel=TRIAGE, text="loud", thread_ts=root, reply_broadcast=True)
    history = web.conversations_history(channel=TRIAGE)["messages"]
    assert [one["text"] for one in history] == ["loud", "root"]
    assert history[0]["subtype"] == "thread_broadcast"


@pytest.mark.parametrize(("ts", "error"), [("soon", "invalid_thread_ts"), ("1700000000.000100", "thread_not_found")])
def test_a_reply_to_no_thread_is_refused(web: WebClient, ts: str, error: str) -> None:
    assert refused(web.chat_postMessage, channel=TRIAGE, text="x", thread_ts=ts) == error


def test_nobody_replies_to_a_join_message(sandbox: RunningSandbox, web: WebClient) -> None:
    web.conversations_invite(channel=TEAM_CHANNEL, users="U0MARA")
    join = web.conversations_history(channel=TEAM_CHANNEL)["messages"][0]
    assert (
        refused(web.chat_postMessage, channel=TEAM_CHANNEL, text="x", thread_ts=join["ts"]) == "cannot_reply_to_message"
    )


def test_another_name_makes_a_bot_message_without_a_user(web: WebClient) -> None:
    message = web.chat_postMessage(channel=TRIAGE, text="x", username="Pager", icon_emoji=":bell:")["message"]
    assert (message["subtype"], message["username"], message["icons"]) == ("bot_message", "Pager", {"emoji": ":bell:"})
    assert "user" not in message


def test_metadata_is_kept_and_given_back_only_when_asked_for(web: WebClient) -> None:
    metadata = {"event_type": "answer_posted", "event_payload": {"key": "k1", "deep": {"n": [1, 2]}}}
    posted = web.chat_postMessage(channel=TRIAGE, text="x", metadata=metadata)
    assert posted["message"]["metadata"] == metadata
    assert "metadata" not in web.conversations_history(channel=TRIAGE)["messages"][0]
    asked = web.conversations_history(channel=TRIAGE, include_all_metadata=True)["messages"][0]
    assert asked["metadata"] == metadata
    thread = web.conversations_replies(channel=TRIAGE, ts=posted["ts"], include_all_metadata=True)["messages"][0]
    assert thread["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("nonsense", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "has space", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"long": "y" * 20_000}}, "metadata_too_large"),
    ],
    ids=["not_json", "no_payload", "bad_type", "unknown_key", "too_large"],
)
def test_metadata_of_another_shape_is_refused(web: WebClient, metadata: object, error: str) -> None:
    assert (
        refused(web.api_call, "chat.postMessage", json={"channel": TRIAGE, "text": "x", "metadata": metadata}) == error
    )


def test_an_update_changes_the_text_and_marks_it_edited(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="one")["ts"]
    updated = web.chat_update(channel=TRIAGE, ts=ts, text="two")
    assert (updated["ts"], updated["text"]) == (ts, "two")
    message = web.conversations_history(channel=TRIAGE)["messages"][0]
    assert message["text"] == "two"
    assert message["edited"]["user"] == BOT


def test_an_update_with_text_alone_takes_the_old_blocks_away(web: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = web.chat_postMessage(channel=TRIAGE, text="one", blocks=blocks)["ts"]
    web.chat_update(channel=TRIAGE, ts=ts, text="done")
    assert "blocks" not in web.conversations_history(channel=TRIAGE)["messages"][0]


def test_an_update_with_blocks_alone_keeps_the_text_and_is_not_marked_edited(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="one")["ts"]
    web.api_call("chat.update", json={"channel": TRIAGE, "ts": ts, "blocks": [{"type": "divider"}]})
    message = web.conversations_history(channel=TRIAGE)["messages"][0]
    assert (message["text"], message["blocks"][0]["type"]) == ("one", "divider")
    assert "edited" not in message


def test_an_update_keeps_metadata_replaces_it_or_removes_it(web: WebClient) -> None:
    first = {"event_type": "a", "event_payload": {}}
    ts = web.chat_postMessage(channel=TRIAGE, text="one", metadata=first)["ts"]

    def kept():
        return web.conversations_history(channel=TRIAGE, include_all_metadata=True)["messages"][0].get("metadata")

    web.chat_update(channel=TRIAGE, ts=ts, text="two")
    assert kept() == first
    web.chat_update(channel=TRIAGE, ts=ts, text="two", metadata={"event_type": "b", "event_payload": {}})
    assert kept()["event_type"] == "b"
    web.chat_update(channel=TRIAGE, ts=ts, text="two", metadata={})
    assert kept() is None


def test_an_update_of_more_than_4000_characters_is_too_long(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="one")["ts"]
    assert refused(web.chat_update, channel=TRIAGE, ts=ts, text="a" * 4001) == "msg_too_long"
    assert refused(web.api_call, "chat.update", json={"channel": TRIAGE, "ts": ts}) == "no_text"


def test_other_peoples_messages_can_be_neither_changed_nor_deleted(sandbox: RunningSandbox, web: WebClient) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "mine")
    assert refused(web.chat_update, channel=TRIAGE, ts=ts, text="x") == "cant_update_message"
    assert refused(web.chat_delete, channel=TRIAGE, ts=ts) == "cant_delete_message"
    assert refused(web.chat_update, channel=TRIAGE, ts="1700000000.000100", text="x") == "message_not_found"
    assert refused(web.chat_delete, channel=TRIAGE, ts="1700000000.000100") == "message_not_found"


def test_a_deleted_message_is_gone_and_a_deleted_root_leaves_a_tombstone(web: WebClient) -> None:
    alone = web.chat_postMessage(channel=TRIAGE, text="alone")["ts"]
    web.chat_delete(channel=TRIAGE, ts=alone)
    assert web.conversations_history(channel=TRIAGE)["messages"] == []
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    web.chat_postMessage(channel=TRIAGE, text="reply", thread_ts=root)
    web.chat_delete(channel=TRIAGE, ts=root)
    left = web.conversations_replies(channel=TRIAGE, ts=root)["messages"]
    assert (left[0]["subtype"], left[0]["text"]) == ("tombstone", "This message was deleted.")
    assert left[1]["text"] == "reply"


def test_an_ephemeral_message_is_seen_by_its_reader_only_and_is_not_in_history(
    sandbox: RunningSandbox, web: WebClient
) -> None:
    shown = web.chat_postEphemeral(channel=TRIAGE, user=AGENT, text="for you")
    assert shown["message_ts"]
    mine = sandbox.client.messages(AGENT, TRIAGE)
    assert [(one["text"], one["is_ephemeral"]) for one in mine] == [("for you", True)]
    assert sandbox.client.messages(ENGINEER, TRIAGE) == []
    assert web.conversations_history(channel=TRIAGE)["messages"] == []
    assert refused(web.chat_update, channel=TRIAGE, ts=shown["message_ts"], text="x") == "message_not_found"
    assert refused(web.chat_delete, channel=TRIAGE, ts=shown["message_ts"]) == "message_not_found"


@pytest.mark.parametrize(
    ("user", "error"), [("U0NOBODY", "user_not_found"), (CUSTOMER, "user_not_in_channel")], ids=["unknown", "outside"]
)
def test_an_ephemeral_message_needs_a_reader_in_the_channel(web: WebClient, user: str, error: str) -> None:
    assert refused(web.chat_postEphemeral, channel=TRIAGE, user=user, text="x") == error


def test_a_permalink_follows_the_servers_own_host(sandbox: RunningSandbox, web: WebClient) -> None:
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    reply = web.chat_postMessage(channel=TRIAGE, text="reply", thread_ts=root)["ts"]
    link = web.chat_getPermalink(channel=TRIAGE, message_ts=root)["permalink"]
    assert link == f"{sandbox.url}archives/{TRIAGE}/p{root.replace('.', '')}"
    link = web.chat_getPermalink(channel=TRIAGE, message_ts=reply)["permalink"]
    assert link.endswith(f"?thread_ts={root}&cid={TRIAGE}")
    assert refused(web.chat_getPermalink, channel=TRIAGE, message_ts="1700000000.000100") == "message_not_found"


def test_a_scheduled_message_is_posted_when_the_clock_reaches_it(sandbox: RunningSandbox, web: WebClient) -> None:
    at = int(time.time()) + 3600
    made = web.chat_scheduleMessage(channel=TRIAGE, text="later", post_at=at)
    assert made["scheduled_message_id"].startswith("Q")
    assert sandbox.client.messages(AGENT, TRIAGE) == []
    sandbox.client.set_clock(advance=3700)
    posted = sandbox.client.wait_for_message(AGENT, TRIAGE, "later")
    assert float(posted["ts"]) >= at
    assert web.chat_scheduledMessages_list()["scheduled_messages"] == []


def test_a_scheduled_message_can_be_taken_back(sandbox: RunningSandbox, web: WebClient) -> None:
    at = int(time.time()) + 3600
    made = web.chat_scheduleMessage(channel=TRIAGE, text="never", post_at=at)["scheduled_message_id"]
    assert [one["id"] for one in web.chat_scheduledMessages_list(channel=TRIAGE)["scheduled_messages"]] == [made]
    web.chat_deleteScheduledMessage(channel=TRIAGE, scheduled_message_id=made)
    again = refused(web.chat_deleteScheduledMessage, channel=TRIAGE, scheduled_message_id=made)
    assert again == "invalid_scheduled_message_id"


@pytest.mark.parametrize(
    ("offset", "error"), [(-60, "time_in_past"), (121 * 86400, "time_too_far")], ids=["past", "far"]
)
def test_a_scheduled_message_has_its_limits_in_time(web: WebClient, offset: int, error: str) -> None:
    assert refused(web.chat_scheduleMessage, channel=TRIAGE, text="x", post_at=int(time.time()) + offset) == error


def test_no_more_than_thirty_messages_are_scheduled_in_five_minutes(web: WebClient) -> None:
    at = int(time.time()) + 3600
    for second in range(30):
        web.chat_scheduleMessage(channel=TRIAGE, text="x", post_at=at + second)
    assert refused(web.chat_scheduleMessage, channel=TRIAGE, text="x", post_at=at) == "restricted_too_many"


def test_markdown_text_becomes_a_markdown_block_and_stands_alone(web: WebClient) -> None:
    posted = web.api_call("chat.postMessage", json={"channel": SHARED, "markdown_text": "**bold**"})
    assert posted["message"]["blocks"][0]["type"] == "markdown"
    both = {"channel": SHARED, "markdown_text": "x", "text": "y"}
    assert refused(web.api_call, "chat.postMessage", json=both) == "markdown_text_conflict"
    long = {"channel": SHARED, "markdown_text": "x" * 12_001}
    assert refused(web.api_call, "chat.postMessage", json=long) == "msg_too_long"


def test_too_many_attachments_are_refused(web: WebClient) -> None:
    many = [{"text": "x"}] * 101
    given = {"channel": TRIAGE, "text": "x", "attachments": many}
    assert refused(web.api_call, "chat.postMessage", json=given) == "too_many_attachments"
