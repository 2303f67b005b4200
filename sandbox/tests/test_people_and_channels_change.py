"""Changes of people and channels while an app runs: deactivated people, a removed bot, new channel ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox, SandboxError
from sandbox.tests.bolt_apps import RawSocket, connected, new_app, refused, web_client
from sandbox.tests.example_workspace import (
    AGENT,
    BOT,
    CUSTOMER,
    ENGINEER,
    MANAGER,
    SHARED,
    TEAM_CHANNEL,
    TRIAGE,
    WORKSPACE,
    running_sandbox,
)


@pytest.fixture
def app(sandbox: RunningSandbox) -> Iterator[RawSocket]:
    with RawSocket(sandbox) as connected_app:
        yield connected_app


# -- people


def test_somebody_who_is_deactivated_is_deleted_in_the_event_and_in_users_info(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    sandbox.client.update_user(ENGINEER, deleted=True)
    event = app.wait_for_event("user_change")
    assert (event["user"]["id"], event["user"]["deleted"]) == (ENGINEER, True)
    found = web.users_info(user=ENGINEER)["user"]
    assert found["deleted"] is True and "tz" not in found
    assert [one["deleted"] for one in web.users_list()["members"] if one["id"] == ENGINEER] == [True]
    assert refused(web.conversations_open, users=ENGINEER) == "user_disabled"
    assert refused(web.users_lookupByEmail, email="erik@tallyworks.example") == "users_not_found"
    [shown] = [one for one in sandbox.client.state(AGENT)["people"] if one["id"] == ENGINEER]
    assert shown["deleted"] is True


def test_a_deactivated_person_cannot_act_and_can_be_activated_again(sandbox: RunningSandbox) -> None:
    sandbox.client.update_user(ENGINEER, deleted=True)
    with pytest.raises(SandboxError, match="user_deactivated"):
        sandbox.client.say(ENGINEER, TRIAGE, "hello")
    with pytest.raises(SandboxError, match="user_deactivated"):
        sandbox.client.state(ENGINEER)
    sandbox.client.update_user(ENGINEER, deleted=False)
    assert sandbox.client.say(ENGINEER, TRIAGE, "hello")


def test_people_can_be_deactivated_in_the_workspace_file() -> None:
    users = [one | {"deleted": one["id"] == ENGINEER} for one in WORKSPACE["users"]]
    with running_sandbox(users=users) as own:
        assert web_client(own).users_info(user=ENGINEER)["user"]["deleted"] is True
        with pytest.raises(SandboxError, match="user_deactivated"):
            own.client.say(ENGINEER, TRIAGE, "hello")


def test_a_profile_changes_and_the_app_is_told(sandbox: RunningSandbox, app: RawSocket, web: WebClient) -> None:
    sandbox.client.update_user(AGENT, real_name="Ana Berg", tz="Europe/Berlin")
    assert app.wait_for_event("user_change")["user"]["profile"]["real_name"] == "Ana Berg"
    assert web.users_info(user=AGENT)["user"]["tz"] == "Europe/Berlin"
    for changes in ({}, {"team": "T0BRIGHT"}, {"deleted": "perhaps"}):
        with pytest.raises(SandboxError, match="invalid_argument"):
            sandbox.client.update_user(AGENT, **changes)
    with pytest.raises(SandboxError, match="The app's own bot"):
        sandbox.client.update_user(BOT, deleted=True)


# -- the bot is removed from a channel


def test_a_bot_that_is_removed_is_sent_channel_left_and_a_message_of_slackbot(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    sandbox.client.remove_member(AGENT, TRIAGE, BOT)
    event = app.wait_for_event("channel_left")
    assert event == {"type": "channel_left", "channel": TRIAGE, "actor_id": AGENT, "event_ts": event["event_ts"]}
    message = app.wait_for_event("message")
    assert (message["user"], message["channel_type"]) == ("USLACKBOT", "im")
    assert message["text"] == f"You have been removed from #support-triage by <@{AGENT}>"
    assert web.users_info(user="USLACKBOT")["user"]["is_bot"] is False
    sandbox.client.say(AGENT, TRIAGE, "Is it gone?")
    assert refused(web.chat_postMessage, channel=TRIAGE, text="hello") == "not_in_channel"
    assert app.events("member_left_channel") == [] and len(app.events("message")) == 1


def test_a_private_channel_without_the_bot_is_no_longer_visible_to_it(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    sandbox.client.remove_member(AGENT, TEAM_CHANNEL, BOT)
    assert app.wait_for_event("group_left")["channel"] == TEAM_CHANNEL
    assert refused(web.conversations_info, channel=TEAM_CHANNEL) == "channel_not_found"


def test_a_bot_that_is_added_again_hears_of_it_and_of_what_follows(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.remove_member(AGENT, TRIAGE, BOT)
    app.wait_for_event("channel_left")
    sandbox.client.add_member(AGENT, TRIAGE, BOT)
    assert app.wait_for_event("member_joined_channel")["user"] == BOT
    sandbox.client.say(AGENT, TRIAGE, "Welcome back")
    sandbox.client.wait_for(lambda: [one for one in app.events() if one["text"] == "Welcome back"])


def test_a_bolt_app_can_listen_to_its_own_removal(sandbox: RunningSandbox) -> None:
    bolt, heard = new_app(sandbox), []
    bolt.event("channel_left")(lambda event: heard.append(event["channel"]))
    with connected(sandbox, bolt):
        sandbox.client.remove_member(AGENT, TRIAGE, BOT)
        sandbox.client.wait_for(lambda: heard)
    assert heard == [TRIAGE]


def test_other_people_who_leave_are_member_left_channel(sandbox: RunningSandbox, app: RawSocket) -> None:
    sandbox.client.remove_member(AGENT, TRIAGE, MANAGER)
    assert app.wait_for_event("member_left_channel")["user"] == MANAGER
    assert app.events("channel_left") == []


# -- channels


def test_a_channel_with_a_new_id_keeps_its_messages_and_the_old_id_is_unknown(
    sandbox: RunningSandbox, app: RawSocket, web: WebClient
) -> None:
    ts = sandbox.client.say(CUSTOMER, SHARED, "hello", files={"log.txt": b"line 1"})
    scheduled_at = int(sandbox.client.get("/sandbox/clock")["now"]) + 3600
    web.chat_scheduleMessage(channel=SHARED, text="later", post_at=scheduled_at)
    new_id = sandbox.client.change_channel_id(SHARED)
    event = app.wait_for_event("channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == (SHARED, new_id)
    assert refused(web.conversations_history, channel=SHARED) == "channel_not_found"
    assert web.conversations_history(channel=new_id)["messages"][0]["ts"] == ts
    assert web.files_info(file=web.conversations_history(channel=new_id)["messages"][0]["files"][0]["id"])["ok"]
    assert web.chat_scheduledMessages_list()["scheduled_messages"][0]["channel_id"] == new_id
    assert sandbox.client.messages(CUSTOMER, new_id)[0]["channel"] == new_id
    with pytest.raises(SandboxError, match="id_taken"):
        sandbox.client.change_channel_id(new_id, TRIAGE)


def test_a_response_url_still_works_after_the_id_changed(sandbox: RunningSandbox) -> None:
    bolt, commands = new_app(sandbox), []

    @bolt.command("/support")
    def on_command(ack, respond) -> None:
        ack()
        commands.append(respond)

    with connected(sandbox, bolt):
        sandbox.client.command(AGENT, SHARED, "/support")
        new_id = sandbox.client.change_channel_id(SHARED, "C0NEW")
        commands[0](text="still here", response_type="in_channel")
        assert sandbox.client.wait_for_message(CUSTOMER, new_id, "still here")


def test_public_channels_that_a_person_is_not_in_can_be_joined(sandbox: RunningSandbox) -> None:
    def names(user: str, key: str) -> list[str]:
        return sorted(one["id"] for one in sandbox.client.state(user)[key])

    assert names(MANAGER, "joinable_channels") == [SHARED]  # the team's channel is private
    assert names(CUSTOMER, "joinable_channels") == []
    sandbox.client.add_member(MANAGER, SHARED, MANAGER)
    assert names(MANAGER, "joinable_channels") == []
    assert names(MANAGER, "channels") == [SHARED, TRIAGE]
