"""The sandbox's control API: what people see and do, clock, workspace file, traffic, changes, the command."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox, SandboxError, WorkspaceFileError, start
from sandbox.tests.bolt_apps import RawSocket, web_client
from sandbox.tests.example_workspace import (
    AGENT,
    BOT,
    CUSTOMER,
    CUSTOMER_TEAM,
    ENGINEER,
    MANAGER,
    SHARED,
    TEAM_CHANNEL,
    TRIAGE,
    running_sandbox,
    workspace,
)

# -- what a person sees


def test_the_state_is_what_a_page_begins_with(sandbox: RunningSandbox) -> None:
    state = sandbox.client.state(AGENT)
    assert state["now"] == pytest.approx(time.time(), abs=5)
    assert (state["me"]["id"], state["me"]["external"]) == (AGENT, False)
    assert state["app"] == {"id": "A0HELP", "name": "Helpdesk", "bot_user_id": BOT, "bot_id": "B0HELP"}
    assert {one["id"] for one in state["channels"]} == {SHARED, TRIAGE, TEAM_CHANNEL}
    maya = next(one for one in state["people"] if one["id"] == CUSTOMER)
    assert (maya["team_name"], maya["external"]) == ("Brightwater Foods", True)
    assert state["commands"] == [{"command": "/support", "description": "", "usage_hint": ""}]
    assert state["delivery"] == {"mode": "socket", "connections": 0, "pending": 0}


def test_an_outsider_sees_their_channels_only(sandbox: RunningSandbox) -> None:
    state = sandbox.client.state(CUSTOMER)
    assert [(one["id"], one["is_ext_shared"]) for one in state["channels"]] == [(SHARED, True)]
    assert (state["commands"], state["shortcuts"]) == ([], [])
    for channel in (TRIAGE, TEAM_CHANNEL):
        with pytest.raises(SandboxError, match="channel_not_found"):
            sandbox.client.messages(CUSTOMER, channel)


def test_a_channel_without_oneself_can_be_neither_written_in_nor_read_when_private(sandbox: RunningSandbox) -> None:
    with pytest.raises(SandboxError, match="channel_not_found"):
        sandbox.client.messages(MANAGER, TEAM_CHANNEL)
    public = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "random"})["channel"]
    assert sandbox.client.messages(MANAGER, public) == []
    with pytest.raises(SandboxError, match="not_in_channel"):
        sandbox.client.say(MANAGER, public, "hello")


def test_unread_messages_are_counted_until_they_are_read(sandbox: RunningSandbox) -> None:
    sandbox.client.say(AGENT, TRIAGE, "one")
    sandbox.client.say(AGENT, TRIAGE, "two")

    def unread(who: str) -> int:
        return next(one["unread"] for one in sandbox.client.state(who)["channels"] if one["id"] == TRIAGE)

    assert (unread(AGENT), unread(ENGINEER)) == (0, 2)
    sandbox.client.messages(ENGINEER, TRIAGE)
    assert unread(ENGINEER) == 0


def test_messages_are_shown_with_all_that_a_page_needs(sandbox: RunningSandbox, web: WebClient) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "root")
    web.chat_postMessage(channel=TRIAGE, text="reply", thread_ts=root)
    sandbox.client.react(ENGINEER, TRIAGE, root, "eyes")
    (message,) = sandbox.client.messages(ENGINEER, TRIAGE)
    assert (message["reply_count"], message["reply_users"], message["bot"]) == (1, [BOT], False)
    assert message["reactions"] == [{"name": "eyes", "users": [ENGINEER], "count": 1}]
    assert (message["edited"], message["files"], message["is_ephemeral"], message["pinned"]) == (None, [], False, False)
    thread = sandbox.client.messages(ENGINEER, TRIAGE, root)
    assert [(one["text"], one["bot"]) for one in thread] == [("root", False), ("reply", True)]


def test_messages_are_paged_backwards(sandbox: RunningSandbox) -> None:
    for number in range(5):
        sandbox.client.say(AGENT, TRIAGE, str(number))
    args: dict[str, Any] = {"as": AGENT, "channel": TRIAGE, "limit": 2}
    last = sandbox.client.get("/sandbox/messages", **args)
    assert ([one["text"] for one in last["messages"]], last["has_more"]) == (["3", "4"], True)
    before = sandbox.client.get("/sandbox/messages", **args, before=last["messages"][0]["ts"])
    assert [one["text"] for one in before["messages"]] == ["1", "2"]


def test_own_messages_are_edited_and_deleted_and_others_are_not(sandbox: RunningSandbox) -> None:
    ts = sandbox.client.say(AGENT, TRIAGE, "one")
    sandbox.client.edit(AGENT, TRIAGE, ts, "two")
    assert sandbox.client.messages(ENGINEER, TRIAGE)[0]["edited"]["user"] == AGENT
    with pytest.raises(SandboxError, match="not_your_message"):
        sandbox.client.edit(ENGINEER, TRIAGE, ts, "three")
    with pytest.raises(SandboxError, match="not_your_message"):
        sandbox.client.delete(ENGINEER, TRIAGE, ts)
    sandbox.client.delete(AGENT, TRIAGE, ts)
    assert sandbox.client.messages(ENGINEER, TRIAGE) == []


def test_a_person_may_write_to_another_person(sandbox: RunningSandbox) -> None:
    sandbox.client.say(AGENT, ENGINEER, "lunch?")
    im = next(one for one in sandbox.client.state(ENGINEER)["channels"] if one["is_im"])
    assert (im["peer"], im["name"], im["unread"]) == (AGENT, "ana", 1)


BAD_REQUESTS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "nobody": ("POST", "/sandbox/messages", {"as": "U0NOBODY", "channel": TRIAGE, "text": "x"}, "user_not_found"),
    "nothing": ("POST", "/sandbox/messages", {"as": AGENT, "channel": TRIAGE, "text": " "}, "no_text"),
    "nowhere": ("POST", "/sandbox/messages", {"as": AGENT, "channel": "C0NONE", "text": "x"}, "channel_not_found"),
    "no channel": ("POST", "/sandbox/messages", {"as": AGENT, "text": "x"}, "missing_argument"),
    "a number as text": ("POST", "/sandbox/messages", {"as": AGENT, "channel": TRIAGE, "text": 7}, "invalid_argument"),
    "a bad file": (
        "POST",
        "/sandbox/messages",
        {"as": AGENT, "channel": TRIAGE, "files": [{"name": "a", "content_base64": "*"}]},
        "invalid_argument",
    ),
    "no such thread": (
        "POST",
        "/sandbox/messages",
        {"as": AGENT, "channel": TRIAGE, "text": "x", "thread_ts": "1.2"},
        "message_not_found",
    ),
    "no such message": (
        "DELETE",
        "/sandbox/messages",
        {"as": AGENT, "channel": TRIAGE, "ts": "1.2"},
        "message_not_found",
    ),
    "no such endpoint": ("POST", "/sandbox/dance", {}, "unknown_endpoint"),
    "no such view": ("POST", "/sandbox/views/submit", {"as": AGENT, "view_id": "V1"}, "view_not_found"),
    "an outsider in our channel": (
        "POST",
        "/sandbox/membership",
        {"as": AGENT, "channel": TRIAGE, "user": CUSTOMER, "join": True},
        "not_shared",
    ),
    "no such team": ("POST", "/sandbox/share", {"channel": TRIAGE, "team": "T0NONE"}, "team_not_found"),
    "no clock change": ("POST", "/sandbox/clock", {"sideways": 1}, "invalid_argument"),
    "a wrong address": ("PUT", "/sandbox/delivery", {"events_url": "localhost"}, "invalid_argument"),
    "no such reason": ("POST", "/sandbox/sockets", {"send": "bored"}, "invalid_argument"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_request_that_cannot_be_done_says_why(sandbox: RunningSandbox, name: str) -> None:
    verb, path, args, code = BAD_REQUESTS[name]
    with pytest.raises(SandboxError) as caught:
        sandbox.client.call(verb, path, args)
    assert caught.value.code == code
    assert caught.value.detail
    assert 400 <= caught.value.status < 500


def test_a_body_that_is_no_json_is_refused(sandbox: RunningSandbox) -> None:
    answer = httpx2.post(f"{sandbox.url}sandbox/messages", content=b"{oops")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_json")


@pytest.mark.parametrize("path", ["reset", "workspace", "messages"])
def test_another_sites_page_cannot_act_in_a_browser(sandbox: RunningSandbox, path: str) -> None:
    foreign = httpx2.post(
        f"{sandbox.url}sandbox/{path}", content=b"{}", headers={"Origin": "https://elsewhere.example"}
    )
    assert (foreign.status_code, foreign.json()["error"]) == (403, "cross_origin")
    own = httpx2.post(f"{sandbox.url}sandbox/reset", headers={"Origin": sandbox.url.rstrip("/")})
    assert own.status_code == 200


def test_permalinks_lead_to_the_page(sandbox: RunningSandbox, web: WebClient) -> None:
    root = sandbox.client.say(AGENT, TRIAGE, "root")
    reply = sandbox.client.say(AGENT, TRIAGE, "reply", thread_ts=root)
    link = web.chat_getPermalink(channel=TRIAGE, message_ts=reply)["permalink"]
    answer = httpx2.get(link, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/?channel={TRIAGE}&ts={reply}&thread_ts={root}")
    assert httpx2.get(sandbox.url).status_code == 200


# -- the clock


def test_everything_follows_the_clock(sandbox: RunningSandbox, web: WebClient) -> None:
    with RawSocket(sandbox) as app:
        state = sandbox.client.set_clock(now=1_900_000_000)
        assert state["now"] == pytest.approx(1_900_000_000, abs=2)
        ts = sandbox.client.say(AGENT, TRIAGE, "in the future")
        assert app.wait_for_event()["event_ts"] == ts
    assert float(ts) == pytest.approx(1_900_000_000, abs=5)
    assert app.envelopes[0].payload["event_time"] == pytest.approx(1_900_000_000, abs=5)
    sandbox.client.set_clock(advance=3600)
    assert float(web.chat_postMessage(channel=TRIAGE, text="x")["ts"]) == pytest.approx(1_900_003_600, abs=5)
    assert sandbox.client.set_clock(reset=True)["offset"] == 0


def test_a_frozen_clock_stands_still_and_timestamps_stay_unique(sandbox: RunningSandbox) -> None:
    sandbox.client.set_clock(now=1_900_000_000, freeze=True)
    stamps = [sandbox.client.say(AGENT, TRIAGE, str(number)) for number in range(5)]
    assert len(set(stamps)) == 5
    assert stamps == sorted(stamps)
    assert sandbox.client.get("/sandbox/clock")["now"] == 1_900_000_000
    assert sandbox.client.set_clock(advance=60)["now"] == 1_900_000_060
    assert sandbox.client.set_clock(freeze=False)["frozen"] is False


# -- the workspace file


def test_history_reactions_threads_and_metadata_are_loaded() -> None:
    messages = [
        {"channel": SHARED, "user": CUSTOMER, "ago": "2d3h", "text": "root", "ref": "m1"},
        {
            "channel": SHARED,
            "user": BOT,
            "ago": "2d2h",
            "text": "answer",
            "thread": "m1",
            "reactions": {"eyes": [AGENT]},
        },
        {
            "channel": AGENT,
            "user": BOT,
            "ago": "15m",
            "text": "psst",
            "metadata": {"event_type": "a", "event_payload": {}},
        },
    ]
    with running_sandbox(messages=messages) as own:
        web = web_client(own)
        root = web.conversations_history(channel=SHARED)["messages"][0]
        assert float(root["ts"]) == pytest.approx(time.time() - 51 * 3600, abs=5)
        answer = web.conversations_replies(channel=SHARED, ts=root["ts"])["messages"][1]
        assert (answer["bot_id"], answer["reactions"][0]["name"]) == ("B0HELP", "eyes")
        im = web.conversations_open(users=AGENT)["channel"]["id"]
        kept = web.conversations_history(channel=im, include_all_metadata=True)["messages"][0]
        assert kept["metadata"]["event_type"] == "a"
        assert all(one["unread"] == 0 for one in own.client.state(AGENT)["channels"])


def test_every_mistake_in_a_workspace_file_is_told_at_once() -> None:
    wrong = workspace(
        users=[{"id": "U1", "name": "a", "team": "T0NONE"}, {"id": "U1", "name": "b"}],
        usergroups=[{"id": "S1", "handle": "s", "name": "S", "users": ["U0NONE"]}],
        channels=[{"id": "C1", "name": "c", "members": ["U0GONE"], "shared_with": ["T0GONE"]}],
        messages=[{"channel": "C9", "user": "U9", "ago": "1h", "thread": "m9"}],
    )
    with pytest.raises(WorkspaceFileError) as caught:
        start(wrong)
    for part in ("T0NONE", "U1 appears twice", "U0NONE", "U0GONE", "T0GONE", "messages[0]", "U9", "m9"):
        assert part in str(caught.value)
    with pytest.raises(WorkspaceFileError, match=r"app\.colour"):
        start(workspace(app={"colour": "red"}))
    with pytest.raises(WorkspaceFileError, match="ago"):
        start(workspace(messages=[{"channel": TRIAGE, "user": AGENT, "ago": "yesterday"}]))
    with pytest.raises(WorkspaceFileError, match="cannot be read"):
        start("/nowhere/workspace.yaml")


def test_another_workspace_replaces_the_world_and_a_reset_begins_it_anew() -> None:
    with running_sandbox() as own, RawSocket(own) as app:
        own.client.say(AGENT, TRIAGE, "before")
        app.wait_for_event()
        yaml = "team: {id: T1, name: One}\nusers: [{id: U1, name: una}]\n"
        yaml += "channels: [{id: C1, name: c, members: [U1, U0BOT]}]\n"
        assert httpx2.post(f"{own.url}sandbox/workspace", content=yaml).json() == {"ok": True}
        own.client.say("U1", "C1", "after")
        assert app.wait_for_event(count=2)["text"] == "after"
        own.client.post("/sandbox/reset")
        assert own.client.messages("U1", "C1") == []
        bad = httpx2.post(f"{own.url}sandbox/workspace", content="team: [")
        assert (bad.status_code, bad.json()["error"]) == (400, "invalid_workspace")
        assert own.client.get("/sandbox/workspace")["workspace"]["team"]["name"] == "One"


def test_the_built_in_example_starts() -> None:
    with start() as own:
        assert web_client(own).auth_test()["ok"] is True


# -- traffic and changes


def test_traffic_is_kept_in_order_with_tokens_masked(sandbox: RunningSandbox, web: WebClient) -> None:
    with RawSocket(sandbox) as app:
        web.chat_postMessage(channel=TRIAGE, text="the token is xoxb-123-secret")
        app.wait_for_event()
        sandbox.client.wait_for(lambda: sandbox.client.traffic(kind="event"))
    entries = sandbox.client.traffic()
    assert [one["n"] for one in entries] == sorted(one["n"] for one in entries)
    call = next(one for one in entries if one["name"] == "chat.postMessage")
    assert (call["direction"], call["kind"], call["status"]) == ("from_bot", "web_api", 200)
    event = next(one for one in entries if one["kind"] == "event")
    assert (event["direction"], event["name"], event["status"]) == ("to_bot", "message", "acked")
    assert "secret" not in json.dumps(entries)
    assert sandbox.client.traffic(since=call["n"])[0]["n"] == call["n"] + 1


@contextmanager
def changes_of(sandbox: RunningSandbox, who: str) -> Iterator[list[dict[str, Any]]]:
    """The changes that a page of this person is sent, as they come."""
    seen: list[dict[str, Any]] = []
    client = httpx2.Client(timeout=10)

    def listen() -> None:
        try:
            with client.stream("GET", f"{sandbox.url}sandbox/events", params={"as": who}) as stream:
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        seen.append(json.loads(line[6:]))
                        if seen[-1]["kind"] == "clock":
                            return
        except httpx2.HTTPError:
            pass

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    sandbox.client.wait_for(lambda: seen, what="hello")
    yield seen
    sandbox.client.set_clock(advance=0)  # the stream ends with this change, so that nothing is left open
    thread.join(5)
    client.close()
    assert not thread.is_alive()


def test_a_page_is_told_of_what_its_person_may_see(sandbox: RunningSandbox, web: WebClient) -> None:
    with changes_of(sandbox, AGENT) as agent, changes_of(sandbox, CUSTOMER) as customer:
        inside = sandbox.client.say(ENGINEER, TRIAGE, "inside")
        shared = sandbox.client.say(CUSTOMER, SHARED, "hello")
        web.chat_postEphemeral(channel=SHARED, user=AGENT, text="only Ana")
        web.reactions_add(channel=SHARED, timestamp=shared, name="eyes")
        web.chat_postMessage(channel=SHARED, text="reply", thread_ts=shared)
        sandbox.client.edit(CUSTOMER, SHARED, shared, "hello!")
        sandbox.client.delete(ENGINEER, TRIAGE, inside)

        def kinds(seen: list[dict[str, Any]]) -> list[str]:
            return [one["kind"] for one in seen if one["kind"] not in ("traffic", "delivery", "hello")]

        shared_kinds = ["message", "reaction", "message", "message_changed", "message_changed"]
        sandbox.client.wait_for(lambda: len(kinds(agent)) == 8 and len(kinds(customer)) == 5)
    assert kinds(customer) == [*shared_kinds, "clock"]
    assert kinds(agent) == ["message", "message", "ephemeral", *shared_kinds[1:], "message_deleted", "clock"]
    assert agent[0]["kind"] == "hello"
    message = next(one for one in customer if one["kind"] == "message")
    assert (message["channel"], message["message"]["text"]) == (SHARED, "hello")
    reply = [one for one in customer if one["kind"] == "message"][1]
    assert reply["thread_ts"] == shared


def test_views_and_homes_are_told_to_their_owner(sandbox: RunningSandbox, web: WebClient) -> None:
    with changes_of(sandbox, AGENT) as agent, changes_of(sandbox, ENGINEER) as engineer:
        web.views_publish(user_id=AGENT, view={"type": "home", "blocks": [{"type": "divider"}]})
        sandbox.client.wait_for(lambda: any(one["kind"] == "home" for one in agent))
    assert all(one["kind"] != "home" for one in engineer)
    assert next(one for one in agent if one["kind"] == "home")["view"]["type"] == "home"


def test_the_bot_is_brought_into_a_channel_and_removed(sandbox: RunningSandbox, web: WebClient) -> None:
    made = sandbox.client.post("/sandbox/channels", **{"as": AGENT, "name": "war-room", "members": [ENGINEER, BOT]})[
        "channel"
    ]
    assert web.conversations_info(channel=made)["channel"]["is_member"] is True
    sandbox.client.post("/sandbox/membership", **{"as": AGENT, "channel": made, "user": BOT, "join": False})
    assert web.conversations_info(channel=made)["channel"]["is_member"] is False


def test_a_team_is_let_in_and_its_people_join(sandbox: RunningSandbox) -> None:
    sandbox.client.post("/sandbox/share", channel=TRIAGE, team=CUSTOMER_TEAM)
    sandbox.client.post("/sandbox/membership", **{"as": AGENT, "channel": TRIAGE, "user": CUSTOMER, "join": True})
    assert TRIAGE in [one["id"] for one in sandbox.client.state(CUSTOMER)["channels"]]


# -- the command


def test_the_command_says_where_it_is_and_serves(tmp_path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", "--clock", "2026-11-02T09:00:00+00:00"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split("ready on ")[1].split()[0]
        state = httpx2.get(f"{url}sandbox/state").json()
        assert state["now"] == pytest.approx(1_793_610_000, abs=60)
        taken = subprocess.run(
            [sys.executable, "-m", "sandbox", "--port", url.rstrip("/").rsplit(":", 1)[1]],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert taken.returncode == 2
        assert "Choose another with --port" in taken.stderr
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    broken = tmp_path / "broken.yaml"
    broken.write_text("team: {id: T1}\n")
    command = [sys.executable, "-m", "sandbox", "--workspace", str(broken)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (refused.returncode, "team.name" in refused.stderr) == (2, True)
