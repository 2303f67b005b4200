"""Events of the sandbox in Slack's shape: messages and their subtypes, mentions, reactions, members, files, Home."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import RawSocket, web_client
from sandbox.tests.example_workspace import (
    AGENT,
    BOT,
    CUSTOMER,
    CUSTOMER_TEAM,
    ENGINEER,
    HOME_TEAM,
    MANAGER,
    SHARED,
    TEAM_CHANNEL,
    TRIAGE,
    running_sandbox,
)


@pytest.fixture
def app(sandbox: RunningSandbox) -> Iterator[RawSocket]:
    with RawSocket(sandbox) as socket:
        yield socket


def test_a_message_event_has_slacks_fields_inside_slacks_envelope(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "hello")
    event = app.wait_for_event()
    assert {name: event[name] for name in ("user", "text", "ts", "event_ts", "channel", "channel_type", "team")} == {
        "user": AGENT,
        "text": "hello",
        "ts": ts,
        "event_ts": ts,
        "channel": TRIAGE,
        "channel_type": "channel",
        "team": HOME_TEAM,
    }
    assert event["client_msg_id"]
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "hello"}]
    body = app.envelopes[0].payload
    assert (body["type"], body["team_id"], body["api_app_id"]) == ("event_callback", HOME_TEAM, "A0HELP")
    assert body["event_id"].startswith("Ev")
    assert body["event_time"] == int(float(ts))
    assert body["is_ext_shared_channel"] is False
    assert body["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": HOME_TEAM,
            "user_id": BOT,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


@pytest.mark.parametrize(
    ("channel", "kind"), [(TRIAGE, "channel"), (TEAM_CHANNEL, "group"), (BOT, "im")], ids=["public", "private", "im"]
)
def test_the_channel_type_tells_public_private_and_im(
    sandbox: RunningSandbox, app: RawSocket, channel: str, kind: str
) -> None:
    sandbox.client.say(AGENT, channel, "hello")
    assert app.wait_for_event()["channel_type"] == kind


def test_a_mention_comes_as_message_and_as_app_mention(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "@helpdesk help")
    mention, message = app.wait_for_event("app_mention"), app.wait_for_event("message")
    assert mention["text"] == message["text"] == f"<@{BOT}> help"
    assert mention["ts"] == message["ts"] == ts
    assert len({one.payload["event_id"] for one in app.envelopes}) == 2


def test_a_mention_in_an_im_is_a_message_only(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.say(AGENT, BOT, "@helpdesk help")
    sandbox.client.say(AGENT, BOT, "again")
    app.wait_for_event(count=2)
    assert app.events("app_mention") == []


def test_typed_text_is_escaped_and_names_and_links_become_tokens(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.say(
        AGENT, TRIAGE, "if a<b & c: @erik @support @here #team-erp https://x.example/a?b=1. me@x.example"
    )
    assert app.wait_for_event()["text"] == (
        f"if a&lt;b &amp; c: <@{ENGINEER}> <!subteam^S0SUPPORT|@support> <!here> <#{TEAM_CHANNEL}|team-erp> "
        "<https://x.example/a?b=1>. me@x.example"
    )


def test_a_reply_carries_its_thread_and_its_parents_author(sandbox: RunningSandbox, app: RawSocket) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "root")
    sandbox.client.say(ENGINEER, TRIAGE, "reply", thread_ts=root)
    event = app.wait_for_event(count=2)
    assert (event["thread_ts"], event["parent_user_id"]) == (root, AGENT)
    assert "subtype" not in event


def test_a_broadcast_reply_is_a_thread_broadcast_with_its_root(sandbox: RunningSandbox, app: RawSocket) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "root")
    args = {"as": AGENT, "channel": TRIAGE, "text": "to all", "thread_ts": root, "reply_broadcast": True}
    sandbox.client.post("/sandbox/messages", **args)
    event = app.wait_for_event(count=2)
    assert (event["subtype"], event["root"]["ts"], event["root"]["reply_count"]) == ("thread_broadcast", root, 1)


def test_an_edit_is_message_changed_with_before_and_after(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "one")
    sandbox.client.edit(AGENT, TRIAGE, ts, "two")
    event = app.wait_for_event(count=2)
    assert (event["subtype"], event["hidden"], event["channel"]) == ("message_changed", True, TRIAGE)
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("one", "two")
    assert event["message"]["edited"]["user"] == AGENT
    assert event["message"]["ts"] == ts
    assert event["ts"] > ts


def test_a_deletion_is_message_deleted_with_what_was_there(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "oops")
    sandbox.client.delete(AGENT, TRIAGE, ts)
    event = app.wait_for_event(count=2)
    assert (event["subtype"], event["deleted_ts"], event["hidden"]) == ("message_deleted", ts, True)
    assert event["previous_message"]["text"] == "oops"


def test_a_deleted_root_with_replies_is_changed_into_a_tombstone(sandbox: RunningSandbox, app: RawSocket) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "root")
    sandbox.client.say(ENGINEER, TRIAGE, "reply", thread_ts=root)
    sandbox.client.delete(AGENT, TRIAGE, root)
    event = app.wait_for_event(count=3)
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")


def test_the_bots_own_messages_come_back_with_its_bot_id(app: RawSocket, web: WebClient) -> None:
    web.chat_postMessage(channel=TRIAGE, text="mine")
    event = app.wait_for_event()
    assert (event["user"], event["bot_id"], event["app_id"]) == (BOT, "B0HELP", "A0HELP")
    web.chat_postMessage(channel=TRIAGE, text="mine", username="Pager")
    event = app.wait_for_event(count=2)
    assert (event["subtype"], event["username"], event.get("user")) == ("bot_message", "Pager", None)


def test_another_bot_is_a_bot_message_of_its_own() -> None:
    users = [
        {"id": BOT, "name": "helpdesk", "is_bot": True},
        {"id": "U0PAGER", "name": "pager", "is_bot": True},
        {"id": AGENT, "name": "ana"},
    ]
    channels = [{"id": TRIAGE, "name": "triage", "members": [BOT, "U0PAGER", AGENT]}]
    with running_sandbox(users=users, channels=channels, usergroups=[]) as own, RawSocket(own) as app:
        own.client.say("U0PAGER", TRIAGE, "disk full")
        event = app.wait_for_event()
        assert (event["subtype"], event["bot_id"], event.get("user")) == ("bot_message", "B0PAGER", None)
        assert web_client(own).bots_info(bot="B0PAGER")["bot"]["name"] == "pager"


def test_ephemeral_messages_make_no_event(app: RawSocket, web: WebClient) -> None:
    web.chat_postEphemeral(channel=TRIAGE, user=AGENT, text="for you")
    web.chat_postMessage(channel=TRIAGE, text="for all")
    assert app.wait_for_event()["text"] == "for all"


def test_channels_without_the_bot_send_it_nothing(sandbox: RunningSandbox, app: RawSocket) -> None:
    elsewhere = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "random"})["channel"]
    sandbox.client.say(AGENT, elsewhere, "@helpdesk are you here?")
    sandbox.client.say(AGENT, TRIAGE, "hello")
    assert app.wait_for_event()["text"] == "hello"
    assert app.events("app_mention") == []


def test_reactions_come_with_item_and_author(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "look")
    sandbox.client.react(ENGINEER, TRIAGE, ts, "eyes")
    added = app.wait_for_event("reaction_added")
    assert (added["user"], added["reaction"], added["item_user"]) == (ENGINEER, "eyes", AGENT)
    assert added["item"] == {"type": "message", "channel": TRIAGE, "ts": ts}
    sandbox.client.react(ENGINEER, TRIAGE, ts, "eyes", remove=True)
    assert app.wait_for_event("reaction_removed")["reaction"] == "eyes"


def test_a_join_is_a_message_and_member_joined_channel(sandbox: RunningSandbox, app: RawSocket, web: WebClient) -> None:
    web.conversations_invite(channel=TEAM_CHANNEL, users=MANAGER)
    joined = app.wait_for_event("member_joined_channel")
    assert (joined["user"], joined["channel"], joined["inviter"]) == (MANAGER, TEAM_CHANNEL, BOT)
    assert (joined["channel_type"], joined["team"]) == ("G", HOME_TEAM)
    assert app.wait_for_event()["subtype"] == "group_join"
    sandbox.client.post(
        "/sandbox/membership", **{"as": MANAGER, "channel": TEAM_CHANNEL, "user": MANAGER, "join": False}
    )
    assert app.wait_for_event("member_left_channel")["user"] == MANAGER


def test_the_bot_hears_of_its_own_invitation(sandbox: RunningSandbox, app: RawSocket) -> None:
    made = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "random"})["channel"]
    sandbox.client.post("/sandbox/membership", **{"as": AGENT, "channel": made, "user": BOT, "join": True})
    joined = app.wait_for_event("member_joined_channel")
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == (BOT, AGENT, "C")


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        (":+1:", [{"type": "emoji", "name": "+1"}]),
        (":+1::skin-tone-4:", [{"type": "emoji", "name": "+1", "skin_tone": 4}]),
        (":tada::raised_hands:", [{"type": "emoji", "name": "tada"}, {"type": "emoji", "name": "raised_hands"}]),
        ("at 10:30:15", [{"type": "text", "text": "at 10:30:15"}]),
        (
            "yes :100:!",
            [{"type": "text", "text": "yes "}, {"type": "emoji", "name": "100"}, {"type": "text", "text": "!"}],
        ),
    ],
)
def test_emoji_in_typed_text_are_elements_of_the_rich_text_block(
    sandbox: RunningSandbox, app: RawSocket, text: str, elements: list[dict[str, object]]
) -> None:
    sandbox.client.say(AGENT, TRIAGE, text)
    event = app.wait_for_event()
    assert event["text"] == text
    assert event["blocks"][0]["elements"][0]["elements"] == elements


def test_a_file_is_a_file_share_message_and_file_shared(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "see", files={"log.txt": b"line 1"})
    event = app.wait_for_event()
    assert (event["subtype"], event["ts"], event["files"][0]["name"]) == ("file_share", ts, "log.txt")
    shared = app.wait_for_event("file_shared")
    assert (shared["channel_id"], shared["user_id"]) == (TRIAGE, AGENT)
    assert web.files_info(file=shared["file_id"])["file"]["size"] == 6


def test_opening_the_home_tab_tells_user_tab_and_later_the_view(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    sandbox.client.open_home(AGENT)
    opened = app.wait_for_event("app_home_opened")
    assert (opened["user"], opened["tab"], "view" in opened) == (AGENT, "home", False)
    assert opened["channel"].startswith("D")
    web.views_publish(user_id=AGENT, view={"type": "home", "blocks": [{"type": "divider"}]})
    sandbox.client.open_home(AGENT)
    assert app.wait_for_event("app_home_opened", count=2)["view"]["type"] == "home"
    sandbox.client.post("/sandbox/home", **{"as": AGENT, "tab": "messages"})
    assert app.wait_for_event("app_home_opened", count=3)["tab"] == "messages"


def test_only_subscribed_events_are_sent_and_only_within_the_scopes() -> None:
    with running_sandbox(app={"events": ["app_mention", "message.im"]}) as own, RawSocket(own) as app:
        own.client.say(AGENT, TRIAGE, "@helpdesk hello")
        own.client.say(AGENT, BOT, "psst")
        assert app.wait_for_event("message")["text"] == "psst"
        assert len(app.events("app_mention")) == 1
        assert len(app.envelopes) == 2
    with running_sandbox(app={"scopes": ["channels:history"]}) as own, RawSocket(own) as app:
        own.client.say(AGENT, TEAM_CHANNEL, "private")
        own.client.say(AGENT, TRIAGE, "public")
        assert app.wait_for_event()["text"] == "public"


# -- Slack Connect


def test_a_customers_message_carries_their_own_team(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.say(CUSTOMER, SHARED, "hello")
    event = app.wait_for_event()
    assert (event["team"], event["user_team"], event["source_team"]) == (CUSTOMER_TEAM,) * 3
    assert event["user_profile"]["real_name"] == "Maya Torres"
    body = app.envelopes[0].payload
    assert (body["is_ext_shared_channel"], body["team_id"]) == (True, HOME_TEAM)
    assert [one["team_id"] for one in body["authorizations"]] == [HOME_TEAM]


def test_our_own_messages_in_a_shared_channel_carry_no_foreign_team(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.say(AGENT, SHARED, "hello")
    event = app.wait_for_event()
    assert event["team"] == HOME_TEAM
    assert "user_team" not in event
    assert app.envelopes[0].payload["is_ext_shared_channel"] is True


def test_a_customers_edit_names_their_team_inside_the_message(sandbox: RunningSandbox, app: RawSocket) -> None:
    ts = sandbox.client.say(CUSTOMER, SHARED, "one")
    sandbox.client.edit(CUSTOMER, SHARED, ts, "two")
    event = app.wait_for_event(count=2)
    assert event["message"]["user_team"] == CUSTOMER_TEAM
    assert "user_team" not in event


def test_a_customers_file_has_to_be_asked_for(sandbox: RunningSandbox, app: RawSocket, web: WebClient) -> None:
    sandbox.client.say(CUSTOMER, SHARED, "see", files={"log.txt": b"line 1"})
    file = app.wait_for_event()["files"][0]
    assert (file["file_access"], "url_private" in file) == ("check_file_info", False)
    assert web.files_info(file=file["id"])["file"]["name"] == "log.txt"


def test_sharing_and_unsharing_a_channel_is_told(sandbox: RunningSandbox, app: RawSocket, web: WebClient) -> None:
    sandbox.client.post("/sandbox/share", channel=TRIAGE, team=CUSTOMER_TEAM, share=True)
    shared = app.wait_for_event("channel_shared")
    assert (shared["channel"], shared["connected_team_id"]) == (TRIAGE, CUSTOMER_TEAM)
    assert web.conversations_info(channel=TRIAGE)["channel"]["is_ext_shared"] is True
    sandbox.client.post("/sandbox/membership", **{"as": CUSTOMER, "channel": TRIAGE, "user": CUSTOMER, "join": True})
    sandbox.client.post("/sandbox/share", channel=TRIAGE, team=CUSTOMER_TEAM, share=False)
    unshared = app.wait_for_event("channel_unshared")
    assert (unshared["previously_connected_team_id"], unshared["is_ext_shared"]) == (CUSTOMER_TEAM, False)
    assert CUSTOMER not in web.conversations_members(channel=TRIAGE)["members"]
