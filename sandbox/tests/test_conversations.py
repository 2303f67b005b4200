"""The sandbox's conversations.* methods: channels, members and the honouring of history's arguments."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import refused, web_client
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


def texts(answer):
    return [one["text"] for one in answer["messages"]]


def ten_messages(web: WebClient) -> list[str]:
    return [web.chat_postMessage(channel=TRIAGE, text=str(number))["ts"] for number in range(10)]


def test_the_list_shows_public_channels_and_with_types_private_ones_and_ims(web: WebClient) -> None:
    web.conversations_open(users=AGENT)
    assert {one["id"] for one in web.conversations_list()["channels"]} == {SHARED, TRIAGE}
    private = web.conversations_list(types="private_channel")["channels"]
    assert [(one["id"], one["is_private"], one["is_member"]) for one in private] == [(TEAM_CHANNEL, True, True)]
    assert [one["user"] for one in web.conversations_list(types="im")["channels"]] == [AGENT]
    assert refused(web.conversations_list, types="secret_channel") == "invalid_types"


def test_lists_are_paged_by_cursor(web: WebClient) -> None:
    seen = []
    for page in web.conversations_list(types="public_channel,private_channel", limit=1):
        assert len(page["channels"]) == 1
        seen += [one["id"] for one in page["channels"]]
    assert seen == [SHARED, TRIAGE, TEAM_CHANNEL]
    assert refused(web.conversations_list, cursor="tomorrow") == "invalid_cursor"


def test_a_shared_channel_says_with_whom(web: WebClient) -> None:
    shared = web.conversations_info(channel=SHARED, include_num_members=True)["channel"]
    assert (shared["is_ext_shared"], shared["is_shared"], shared["num_members"]) == (True, True, 3)
    assert shared["shared_team_ids"] == [HOME_TEAM, CUSTOMER_TEAM]
    own = web.conversations_info(channel=TRIAGE)["channel"]
    assert (own["is_ext_shared"], own["is_shared"], "num_members" in own) == (False, False, False)


def test_members_are_listed(web: WebClient) -> None:
    assert web.conversations_members(channel=SHARED)["members"] == [AGENT, BOT, CUSTOMER]
    assert refused(web.conversations_members, channel="C0NOWHERE") == "channel_not_found"


def test_history_is_newest_first_and_leaves_replies_out(web: WebClient) -> None:
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    web.chat_postMessage(channel=TRIAGE, text="reply", thread_ts=root)
    web.chat_postMessage(channel=TRIAGE, text="next")
    history = web.conversations_history(channel=TRIAGE)
    assert texts(history) == ["next", "root"]
    assert history["has_more"] is False
    started = history["messages"][1]
    assert (started["reply_count"], started["reply_users"], started["thread_ts"]) == (1, [BOT], root)
    assert started["latest_reply"] > root


def test_oldest_and_latest_leave_their_own_message_out_unless_inclusive(web: WebClient) -> None:
    ts = ten_messages(web)
    between = {"channel": TRIAGE, "oldest": ts[2], "latest": ts[5]}
    assert texts(web.conversations_history(**between)) == ["4", "3"]
    assert texts(web.conversations_history(**between, inclusive=True)) == ["5", "4", "3", "2"]
    assert texts(web.conversations_history(channel=TRIAGE, oldest=ts[7])) == ["9", "8"]
    assert texts(web.conversations_history(channel=TRIAGE, latest=ts[2])) == ["1", "0"]
    one = web.conversations_history(channel=TRIAGE, latest=ts[4], inclusive=True, limit=1)
    assert texts(one) == ["4"]


def test_history_is_paged_with_has_more_and_a_cursor(web: WebClient) -> None:
    ten_messages(web)
    first = web.conversations_history(channel=TRIAGE, limit=4)
    assert (texts(first), first["has_more"]) == (["9", "8", "7", "6"], True)
    cursor = first["response_metadata"]["next_cursor"]
    second = web.conversations_history(channel=TRIAGE, limit=4, cursor=cursor)
    assert texts(second) == ["5", "4", "3", "2"]
    last = web.conversations_history(channel=TRIAGE, limit=4, cursor=second["response_metadata"]["next_cursor"])
    assert (texts(last), last["has_more"], "response_metadata" in last) == (["1", "0"], False, False)


def test_new_messages_do_not_shift_the_pages(web: WebClient) -> None:
    ten_messages(web)
    first = web.conversations_history(channel=TRIAGE, limit=5)
    web.chat_postMessage(channel=TRIAGE, text="late")
    cursor = first["response_metadata"]["next_cursor"]
    assert texts(web.conversations_history(channel=TRIAGE, limit=5, cursor=cursor)) == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "bogus"}, "invalid_cursor"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "tomorrow"}, "invalid_ts_latest"),
        ({"limit": -1}, "invalid_limit"),
        ({"limit": 1000}, "invalid_limit"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
    ],
    ids=["cursor", "oldest", "latest", "negative", "too_many", "channel"],
)
def test_history_with_wrong_arguments_is_refused(web: WebClient, arguments: dict[str, object], error: str) -> None:
    assert refused(web.conversations_history, **{"channel": TRIAGE} | arguments) == error


def test_the_history_of_a_channel_without_the_bot_is_refused(sandbox: RunningSandbox, web: WebClient) -> None:
    public = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "random"})["channel"]
    assert refused(web.conversations_history, channel=public) == "not_in_channel"
    assert web.conversations_join(channel=public)["channel"]["is_member"] is True
    assert web.conversations_history(channel=public)["messages"][0]["subtype"] == "channel_join"


def test_replies_lead_with_the_root_and_are_oldest_first(web: WebClient) -> None:
    root = web.chat_postMessage(channel=TRIAGE, text="root")["ts"]
    replies = [web.chat_postMessage(channel=TRIAGE, text=str(n), thread_ts=root)["ts"] for n in range(4)]
    assert texts(web.conversations_replies(channel=TRIAGE, ts=root)) == ["root", "0", "1", "2", "3"]
    assert texts(web.conversations_replies(channel=TRIAGE, ts=replies[2])) == ["root", "0", "1", "2", "3"]
    assert texts(web.conversations_replies(channel=TRIAGE, ts=root, oldest=replies[1])) == ["root", "2", "3"]
    page = web.conversations_replies(channel=TRIAGE, ts=root, limit=3)
    assert (texts(page), page["has_more"]) == (["root", "0", "1", "2"], True)
    cursor = page["response_metadata"]["next_cursor"]
    assert texts(web.conversations_replies(channel=TRIAGE, ts=root, limit=3, cursor=cursor)) == ["root", "3"]
    assert refused(web.conversations_replies, channel=TRIAGE, ts="1700000000.000100") == "thread_not_found"


def test_a_message_without_replies_is_its_own_thread(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="alone")["ts"]
    assert texts(web.conversations_replies(channel=TRIAGE, ts=ts)) == ["alone"]


def test_an_im_is_opened_once(web: WebClient) -> None:
    first = web.conversations_open(users=AGENT)
    again = web.conversations_open(users=AGENT, return_im=True)
    assert again["channel"]["id"] == first["channel"]["id"]
    assert (again["already_open"], again["channel"]["user"]) == (True, AGENT)
    assert refused(web.conversations_open, users="U0NOBODY") == "user_not_found"
    assert refused(web.conversations_open, users=[]) == "users_list_not_supplied"


def test_a_channel_is_created_with_the_bot_in_it(web: WebClient) -> None:
    made = web.conversations_create(name="esc-42", is_private=True)["channel"]
    assert (made["name"], made["is_private"], made["is_member"]) == ("esc-42", True, True)
    assert web.conversations_members(channel=made["id"])["members"] == [BOT]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("team-erp", "name_taken"),
        ("", "invalid_name_required"),
        ("Has Space", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
    ],
    ids=["taken", "empty", "specials", "long"],
)
def test_a_channel_needs_a_free_and_proper_name(web: WebClient, name: str, error: str) -> None:
    assert refused(web.conversations_create, name=name) == error


def test_people_are_invited_and_the_channel_says_so(web: WebClient) -> None:
    answer = web.conversations_invite(channel=TEAM_CHANNEL, users=[MANAGER])
    assert answer["channel"]["id"] == TEAM_CHANNEL
    assert MANAGER in web.conversations_members(channel=TEAM_CHANNEL)["members"]
    joined = web.conversations_history(channel=TEAM_CHANNEL)["messages"][0]
    assert (joined["subtype"], joined["user"], joined["inviter"]) == ("group_join", MANAGER, BOT)


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ([ENGINEER], "already_in_channel"),
        (["U0NOBODY"], "user_not_found"),
        ([BOT], "cant_invite_self"),
        ([CUSTOMER], "no_external_invite_permission"),
        ([MANAGER, "U0NOBODY"], "user_not_found"),
    ],
    ids=["already", "unknown", "self", "external", "one_bad"],
)
def test_an_invitation_that_cannot_be_is_refused_as_a_whole(web: WebClient, users: list[str], error: str) -> None:
    assert refused(web.conversations_invite, channel=TEAM_CHANNEL, users=users) == error
    assert MANAGER not in web.conversations_members(channel=TEAM_CHANNEL)["members"]


def test_joining_twice_is_a_warning_and_a_private_channel_cannot_be_joined(web: WebClient) -> None:
    assert web.conversations_join(channel=TRIAGE)["warning"] == "already_in_channel"
    assert refused(web.conversations_join, channel=TEAM_CHANNEL) == "method_not_supported_for_channel_type"


def test_a_topic_is_set_and_announced(web: WebClient) -> None:
    answer = web.conversations_setTopic(channel=TRIAGE, topic="On call: Erik")
    assert answer["channel"]["topic"]["value"] == "On call: Erik"
    assert web.conversations_history(channel=TRIAGE)["messages"][0]["subtype"] == "channel_topic"
    assert refused(web.conversations_setTopic, channel=TRIAGE, topic="x" * 251) == "too_long"


@pytest.fixture(scope="module")
def long_channel():
    """A channel of 60 messages, every third of them with two replies."""
    messages = []
    for number in range(60):
        entry = {"channel": TRIAGE, "user": AGENT, "ts": f"17000000{number:02d}.000100", "text": str(number)}
        messages.append(entry | {"ref": f"m{number}"})
    for number in range(0, 60, 3):
        for reply in range(2):
            ts = f"17000000{number:02d}.00020{reply}"
            messages.append(
                {"channel": TRIAGE, "user": AGENT, "ts": ts, "thread": f"m{number}", "text": f"r{number}.{reply}"}
            )
    with running_sandbox(messages=messages) as own:
        yield web_client(own)


moments = st.integers(min_value=-2, max_value=62).map(lambda n: f"{1_700_000_000 + n}.000100")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(min_value=1, max_value=70),
    oldest=st.none() | moments,
    latest=st.none() | moments,
    inclusive=st.booleans(),
)
def test_the_pages_of_a_history_together_are_exactly_what_lies_between(
    long_channel, limit, oldest, latest, inclusive
) -> None:
    expected = []
    for number in reversed(range(60)):
        ts = f"17000000{number:02d}.000100"
        after = oldest is None or ts > oldest or (inclusive and ts == oldest)
        before = latest is None or ts < latest or (inclusive and ts == latest)
        if after and before:
            expected.append(str(number))
    seen = []
    pages = 0
    for page in long_channel.conversations_history(
        channel=TRIAGE, limit=limit, oldest=oldest, latest=latest, inclusive=inclusive
    ):
        pages += 1
        assert len(page["messages"]) <= limit
        assert page["has_more"] is bool(page.get("response_metadata"))
        seen += texts(page)
    assert seen == expected
    assert pages == max(1, -(-len(expected) // limit))
