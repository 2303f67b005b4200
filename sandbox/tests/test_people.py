"""Tokens, scopes, people, groups, reactions, pins, bookmarks and files in the sandbox, through the real SDK."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import refused, web_client
from sandbox.tests.example_workspace import (
    AGENT,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    CUSTOMER,
    CUSTOMER_TEAM,
    ENGINEER,
    HOME_TEAM,
    SHARED,
    TRIAGE,
    running_sandbox,
)


def test_auth_test_tells_who_the_bot_is_and_where(sandbox: RunningSandbox, web: WebClient) -> None:
    who = web.auth_test()
    assert (who["user_id"], who["bot_id"], who["team_id"], who["url"]) == (BOT, "B0HELP", HOME_TEAM, sandbox.url)


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")],
    ids=["none", "wrong", "app"],
)
def test_a_call_without_the_right_token_is_refused(sandbox: RunningSandbox, token: str | None, error: str) -> None:
    assert refused(web_client(sandbox, token).auth_test) == error


def test_sockets_are_opened_with_the_app_token_only(sandbox: RunningSandbox, web: WebClient) -> None:
    assert refused(web.apps_connections_open, app_token=BOT_TOKEN) == "not_allowed_token_type"
    url = web.apps_connections_open(app_token=APP_TOKEN)["url"]
    assert url.startswith(sandbox.url.replace("http", "ws") + "link?ticket=")


def test_an_unknown_method_and_a_body_that_is_not_json_are_refused(sandbox: RunningSandbox, web: WebClient) -> None:
    assert refused(web.api_call, "chat.shout") == "unknown_method"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {BOT_TOKEN}"}
    request = urllib.request.Request(f"{sandbox.api_url}chat.postMessage", b"{not json", headers)
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"ok": False, "error": "invalid_json"}


def test_the_token_may_also_be_an_argument(sandbox: RunningSandbox) -> None:
    with urllib.request.urlopen(f"{sandbox.api_url}auth.test", f"token={BOT_TOKEN}".encode()) as answer:
        assert json.load(answer)["ok"] is True


def test_a_method_without_its_scope_is_refused_with_what_is_needed() -> None:
    with running_sandbox(app={"scopes": ["chat:write", "channels:history", "users:read"]}) as own:
        web = web_client(own)
        web.chat_postMessage(channel=TRIAGE, text="allowed")
        with pytest.raises(Exception, match="missing_scope") as caught:
            web.reactions_add(channel=TRIAGE, timestamp="1", name="eyes")
        assert caught.value.response["needed"] == "reactions:write"
        assert "chat:write" in caught.value.response["provided"]
        assert refused(web.conversations_history, channel="C0ERP") == "missing_scope"
        assert "email" not in web.users_info(user=AGENT)["user"]["profile"]
        assert web.auth_test().headers["x-oauth-scopes"] == "chat:write,channels:history,users:read"


def test_people_of_ours_are_told_whole(web: WebClient) -> None:
    ana = web.users_info(user=AGENT, include_locale=True)["user"]
    assert (ana["team_id"], ana["tz"], ana["locale"]) == (HOME_TEAM, "Europe/Stockholm", "en-US")
    assert ana["profile"]["email"] == "ana@tallyworks.example"
    assert ana["tz_offset"] in (3600, 7200)
    assert "is_stranger" not in ana


def test_people_of_other_organisations_are_strangers_without_locale_or_email(web: WebClient) -> None:
    maya = web.users_info(user=CUSTOMER, include_locale=True)["user"]
    assert (maya["team_id"], maya["is_stranger"]) == (CUSTOMER_TEAM, True)
    assert "locale" not in maya
    assert "email" not in maya["profile"]
    assert "is_admin" not in maya


def test_unknown_people_are_refused(web: WebClient) -> None:
    assert refused(web.users_info, user="U0NOBODY") == "user_not_found"


def test_a_stranger_without_a_common_channel_is_not_visible(sandbox: RunningSandbox, web: WebClient) -> None:
    sandbox.client.post("/sandbox/share", channel=SHARED, team=CUSTOMER_TEAM, share=False)
    assert refused(web.users_info, user=CUSTOMER) == "user_not_visible"
    assert CUSTOMER not in [one["id"] for one in web.users_list()["members"]]


def test_people_are_listed_and_found_by_email(web: WebClient) -> None:
    assert {one["id"] for one in web.users_list()["members"]} >= {AGENT, ENGINEER, BOT, CUSTOMER}
    assert web.users_lookupByEmail(email="ERIK@tallyworks.example")["user"]["id"] == ENGINEER
    assert refused(web.users_lookupByEmail, email="maya@brightwater.example") == "users_not_found"


def test_the_channels_of_the_bot_and_of_others(web: WebClient) -> None:
    mine = web.users_conversations(types="public_channel,private_channel")["channels"]
    assert len(mine) == 3
    assert [one["id"] for one in web.users_conversations(user=CUSTOMER)["channels"]] == [SHARED]


def test_user_groups_are_listed_with_their_people(web: WebClient) -> None:
    group = web.usergroups_list(include_users=True)["usergroups"][0]
    assert (group["id"], group["handle"], group["users"]) == ("S0SUPPORT", "support", [AGENT])
    assert web.usergroups_users_list(usergroup="S0SUPPORT")["users"] == [AGENT]
    assert refused(web.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"


def test_the_team_and_the_bot_are_known(web: WebClient) -> None:
    assert web.team_info()["team"]["domain"] == "tallyworks"
    assert web.bots_info(bot="B0HELP")["bot"]["user_id"] == BOT
    assert refused(web.bots_info, bot="B0NONE") == "bot_not_found"


def test_reactions_are_added_once_and_removed_once(sandbox: RunningSandbox, web: WebClient) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "look")
    web.reactions_add(channel=TRIAGE, timestamp=ts, name="eyes")
    sandbox.client.react(ENGINEER, TRIAGE, ts, "eyes")
    assert refused(web.reactions_add, channel=TRIAGE, timestamp=ts, name=":eyes:") == "already_reacted"
    found = web.reactions_get(channel=TRIAGE, timestamp=ts)["message"]["reactions"]
    assert found == [{"name": "eyes", "users": [BOT, ENGINEER], "count": 2}]
    web.reactions_remove(channel=TRIAGE, timestamp=ts, name="eyes")
    assert refused(web.reactions_remove, channel=TRIAGE, timestamp=ts, name="eyes") == "no_reaction"
    history = web.conversations_history(channel=TRIAGE)["messages"][0]
    assert history["reactions"] == [{"name": "eyes", "users": [ENGINEER], "count": 1}]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"timestamp": "1700000000.000100"}, "message_not_found"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"name": "not an emoji"}, "invalid_name"),
        ({"timestamp": ""}, "no_item_specified"),
    ],
    ids=["message", "channel", "name", "nothing"],
)
def test_a_reaction_to_nothing_is_refused(web: WebClient, arguments: dict[str, str], error: str) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="x")["ts"]
    assert refused(web.reactions_add, **{"channel": TRIAGE, "timestamp": ts, "name": "eyes"} | arguments) == error


def test_messages_are_pinned_once(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=TRIAGE, text="keep")["ts"]
    web.pins_add(channel=TRIAGE, timestamp=ts)
    assert refused(web.pins_add, channel=TRIAGE, timestamp=ts) == "already_pinned"
    assert web.conversations_history(channel=TRIAGE)["messages"][0]["pinned_to"] == [TRIAGE]


def test_links_are_bookmarked(web: WebClient) -> None:
    made = web.bookmarks_add(channel_id=TRIAGE, title="Runbook", type="link", link="https://runbook.example")
    assert made["bookmark"]["link"] == "https://runbook.example"
    assert refused(web.bookmarks_add, channel_id=TRIAGE, title="x", type="link", link="runbook") == "invalid_link"


def test_the_session_status_is_set_in_a_thread(web: WebClient) -> None:
    ts = web.chat_postMessage(channel=SHARED, text="x")["ts"]
    assert web.agents_sessions_setStatus(channel_id=SHARED, thread_ts=ts, status="processing")["ok"] is True
    wrong = {"channel_id": SHARED, "thread_ts": ts, "status": "thinking"}
    assert refused(web.agents_sessions_setStatus, **wrong) == "invalid_status"
    assert refused(web.agents_sessions_setStatus, channel_id=SHARED, status="active") == "thread_ts_required"


def fetched(url: str, token: str | None = BOT_TOKEN) -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read(), answer.headers["content-type"]
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers["content-type"]


def test_a_file_is_uploaded_shared_and_downloaded(sandbox: RunningSandbox, web: WebClient) -> None:
    done = web.files_upload_v2(
        channel=TRIAGE, filename="chart.png", content=b"\x89PNG...", title="A chart", initial_comment="see"
    )
    file = web.files_info(file=done["file"]["id"])["file"]
    assert (file["name"], file["title"], file["mimetype"], file["size"]) == ("chart.png", "A chart", "image/png", 7)
    assert file["url_private"].startswith(sandbox.url)
    message = web.conversations_history(channel=TRIAGE)["messages"][0]
    assert (message["subtype"], message["text"], message["files"][0]["id"]) == ("file_share", "see", file["id"])
    assert fetched(file["url_private"]) == (200, b"\x89PNG...", "image/png")
    status, body, kind = fetched(file["url_private"], token=None)
    assert (status, b"PNG" in body, kind.split(";")[0]) == (200, False, "text/html")
    assert fetched(file["url_private"] + f"?as={AGENT}", token=None)[1] == b"\x89PNG..."
    assert fetched(file["url_private"] + f"?as={CUSTOMER}", token=None)[0] == 404


def test_a_file_that_was_not_uploaded_cannot_be_shared(web: WebClient) -> None:
    made = web.files_getUploadURLExternal(filename="a.txt", length=3)
    share = {"files": [{"id": made["file_id"]}], "channel_id": TRIAGE}
    assert refused(web.files_completeUploadExternal, **share) == "file_not_found"
    assert refused(web.files_info, file="F0NONE") == "file_not_found"
    assert refused(web.files_getUploadURLExternal, filename="a.txt", length=0) == "invalid_arguments"


def test_an_uploaded_file_can_stand_in_an_image_block_and_a_missing_one_cannot(web: WebClient) -> None:
    file = web.files_upload_v2(filename="chart.png", content=b"x")["file"]["id"]
    block = {"type": "image", "alt_text": "a chart", "slack_file": {"id": file}}
    assert web.chat_postMessage(channel=TRIAGE, text="x", blocks=[block])["ok"]
    missing = block | {"slack_file": {"id": "F0NONE"}}
    assert refused(web.chat_postMessage, channel=TRIAGE, text="x", blocks=[missing]) == "invalid_blocks"


def test_timestamps_are_now(web: WebClient) -> None:
    assert float(web.chat_postMessage(channel=TRIAGE, text="x")["ts"]) == pytest.approx(time.time(), abs=5)


def test_who_sees_a_message_sees_the_uploaded_picture_that_it_shows(sandbox: RunningSandbox, web: WebClient) -> None:
    uploaded = web.files_upload_v2(filename="chart.png", content=b"\x89PNG\r\n\x1a\n", title="Chart")
    picture = {"type": "image", "slack_file": {"id": uploaded["file"]["id"]}, "alt_text": "A chart"}
    web.chat_postMessage(channel=TRIAGE, text="chart", blocks=[picture])
    address = f"{sandbox.url}files/{uploaded['file']['id']}/picture?as="
    assert urllib.request.urlopen(address + AGENT).status == 200
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address + CUSTOMER)
