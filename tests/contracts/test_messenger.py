"""One contract for the messenger: the real one against the sandbox, and the one in memory that other tests use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.contents.overviews import DayCount
from bot.contents.tickets import Notice
from bot.errors import OutsideBusy, OutsideRefused
from bot.incoming import Profile
from bot.ports import Messenger, Profiles
from handlers.charts import draw_days
from handlers.slack.client import fetch_bot_identity, web_client
from handlers.slack.messenger import SlackMessenger
from handlers.slack.profiles import SlackProfiles
from sandbox import RunningSandbox
from tests.fakes import sample_contents
from tests.fakes.recording_messenger import RecordingMessenger
from tests.fakes.sandbox_world import (
    AGENT,
    BOT_TOKEN,
    CUSTOMER,
    CUSTOMER_TEAM,
    ENGINEER,
    MANAGER,
    TEAM_CHANNEL,
    TRIAGE,
    workspace,
)
from tests.fakes.slack_addresses import at


@dataclass
class Under:
    """A messenger and a way to see what stands in a channel: (text, thread) of each message of ours."""

    messenger: Any
    profiles: Profiles
    texts: Callable[[str], list[str]]
    lose_next_answer: Callable[[], None]


def tiny_chart(days: Sequence[DayCount]) -> bytes:
    return draw_days(days[:1])


def slack_messenger(sandbox: RunningSandbox, pauses: list[float] | None = None) -> SlackMessenger:
    client = web_client(BOT_TOKEN, sandbox.api_url)
    return SlackMessenger(client, fetch_bot_identity(client), tiny_chart, (pauses if pauses is not None else []).append)


def recording() -> Under:
    fake = RecordingMessenger(
        profiles={CUSTOMER: Profile(CUSTOMER, CUSTOMER_TEAM, "Maya Torres", None, "America/New_York")}
    )

    def texts(channel: str) -> list[str]:
        return [
            post.content.text
            for post in fake.posts
            if post.address.place == channel and isinstance(post.content, Notice)
        ]

    return Under(fake, fake, texts, lambda: fake.lost.append(OutsideBusy("the answer was lost")))


@pytest.fixture(params=["recording", "slack"])
def under(request: pytest.FixtureRequest) -> Iterator[Under]:
    if request.param == "recording":
        yield recording()
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")

    def texts(channel: str) -> list[str]:
        page = web_client(BOT_TOKEN, sandbox.api_url).conversations_history(channel=channel)
        threads = [
            web_client(BOT_TOKEN, sandbox.api_url).conversations_replies(channel=channel, ts=one["ts"])["messages"]
            for one in reversed(page["messages"])
        ]
        return [one["text"] for thread in threads for one in thread if one.get("bot_id")]

    yield Under(
        slack_messenger(sandbox),
        SlackProfiles(web_client(BOT_TOKEN, sandbox.api_url)),
        texts,
        lambda: sandbox.client.set_faults(lose_response={"method": "chat.postMessage", "next": 1}),
    )
    sandbox.client.call("DELETE", "/sandbox/faults")


def test_both_are_messengers_and_know_profiles(under: Under) -> None:
    messenger: Messenger = under.messenger
    assert messenger.post(at(TRIAGE), Notice("hello"), key="a").address.item
    assert under.profiles.look_up(CUSTOMER) == Profile(CUSTOMER, CUSTOMER_TEAM, "Maya Torres", None, "America/New_York")


def test_a_post_has_its_place_and_its_address(under: Under) -> None:
    posted = under.messenger.post(at(TRIAGE), Notice("hello"), key="a")
    assert under.texts(TRIAGE) == ["hello"]
    assert posted.permalink is not None
    assert posted.permalink.endswith(f"/archives/{TRIAGE}/p{posted.address.item.replace('.', '')}")
    assert under.messenger.permalink(posted.address) == posted.permalink


def test_the_same_key_is_posted_again_unless_it_may_exist(under: Under) -> None:
    first = under.messenger.post(at(TRIAGE), Notice("hello"), key="a")
    again = under.messenger.post(at(TRIAGE), Notice("hello"), key="a", may_exist=True)
    other = under.messenger.post(at(TRIAGE), Notice("other"), key="b", may_exist=True)
    assert (again.address.item, again.permalink) == (first.address.item, first.permalink)
    assert other.address.item != first.address.item
    assert under.texts(TRIAGE) == ["hello", "other"]


def test_a_post_whose_answer_was_lost_is_found_and_not_doubled(under: Under) -> None:
    under.lose_next_answer()
    with pytest.raises(OutsideBusy):
        under.messenger.post(at(TRIAGE), Notice("hello"), key="a")
    assert under.messenger.post(at(TRIAGE), Notice("hello"), key="a", may_exist=True).address.item
    assert under.texts(TRIAGE) == ["hello"]


def test_a_reply_is_looked_for_in_its_own_thread(under: Under) -> None:
    root = under.messenger.post(at(TRIAGE), Notice("root"), key="root")
    other = under.messenger.post(at(TRIAGE), Notice("other root"), key="other")
    reply = under.messenger.post(at(TRIAGE), Notice("reply"), key="reply", thread=root.address)
    assert (
        under.messenger.post(at(TRIAGE), Notice("reply"), key="reply", thread=root.address, may_exist=True).address.item
        == reply.address.item
    )
    elsewhere = under.messenger.post(at(TRIAGE), Notice("reply"), key="reply", thread=other.address, may_exist=True)
    assert elsewhere.address.item != reply.address.item


def test_an_update_shows_the_new_words_and_keeps_the_key(under: Under) -> None:
    posted = under.messenger.post(at(TRIAGE), Notice("before"), key="a")
    under.messenger.update(posted.address, Notice("after"), key="a")
    assert under.texts(TRIAGE) == ["after"]
    assert (
        under.messenger.post(at(TRIAGE), Notice("after"), key="a", may_exist=True).address.item == posted.address.item
    )


def test_a_window_that_was_closed_is_refused(under: Under) -> None:
    with pytest.raises(OutsideRefused) as refusal:
        under.messenger.show_window("V0GONE", sample_contents.REPLAY)
    assert refusal.value.code == "not_found"


def test_an_update_of_what_is_gone_is_refused(under: Under) -> None:
    with pytest.raises(OutsideRefused) as refusal:
        under.messenger.update(at(TRIAGE, "1700000000.999999"), Notice("late"), key="a")
    assert refusal.value.code == "message_not_found"


def test_deleting_and_reacting_twice_is_fine(under: Under) -> None:
    posted = under.messenger.post(at(TRIAGE), Notice("hello"), key="a")
    for remove in (False, False, True, True):
        under.messenger.react(posted.address, "eyes", remove=remove)
    under.messenger.delete(posted.address)
    under.messenger.delete(posted.address)
    assert under.texts(TRIAGE) == []


def test_people_who_are_there_already_can_be_brought_again(under: Under) -> None:
    under.messenger.invite(at(TEAM_CHANNEL), [AGENT, MANAGER])
    under.messenger.invite(at(TEAM_CHANNEL), [MANAGER, ENGINEER])


def test_a_direct_channel_is_the_same_every_time(under: Under) -> None:
    direct = under.messenger.open_direct(MANAGER)
    assert direct.place.startswith("D")
    assert under.messenger.open_direct(MANAGER) == direct


def test_somebody_unknown_is_refused(under: Under) -> None:
    with pytest.raises(OutsideRefused) as refusal:
        under.profiles.look_up("U0NOBODY")
    assert refusal.value.code == "user_not_found"


def test_somebody_who_was_deactivated_is_known_as_that(sandbox: RunningSandbox) -> None:
    world = workspace()
    next(user for user in world["users"] if user["id"] == ENGINEER)["deleted"] = True
    sandbox.client.post("/sandbox/workspace", **world)
    profiles = SlackProfiles(web_client(BOT_TOKEN, sandbox.api_url))
    assert [profiles.look_up(user).deactivated for user in (AGENT, ENGINEER)] == [False, True]


# --- what only the real one can show --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(sample_contents.CONTENTS))
def test_slack_accepts_every_content(sandbox: RunningSandbox, name: str) -> None:
    messenger = slack_messenger(sandbox)
    posted = messenger.post(at(TRIAGE), sample_contents.CONTENTS[name], key=name)
    messenger.update(posted.address, sample_contents.CONTENTS[name], key=name)
    [message] = sandbox.client.messages(AGENT, TRIAGE)
    assert message["metadata"] == {"event_type": "footbridge_post", "event_payload": {"key": name}}


@pytest.mark.parametrize("role", sorted(sample_contents.HOMES))
def test_slack_accepts_every_home(sandbox: RunningSandbox, role: str) -> None:
    slack_messenger(sandbox).publish_home(AGENT, sample_contents.HOMES[role])
    home = sandbox.client.home(AGENT)
    assert home is not None
    assert home["blocks"]


def test_a_home_of_somebody_from_outside_tells_of_no_ticket(sandbox: RunningSandbox) -> None:
    slack_messenger(sandbox).publish_home(AGENT, sample_contents.HOMES["contact"])
    assert "icket" not in json.dumps(sandbox.client.home(AGENT))


def test_the_digests_chart_is_a_picture_with_words_for_those_who_cannot_see_it(sandbox: RunningSandbox) -> None:
    slack_messenger(sandbox).post(at(TRIAGE), sample_contents.DIGEST, key="digest")
    [message] = sandbox.client.messages(MANAGER, TRIAGE)
    [image] = [block for block in message["blocks"] if block["type"] == "image"]
    assert image["slack_file"]["id"].startswith("F")
    assert "Thu 19: 31 questions, 18 answered without people, 9 tickets" in image["alt_text"]


def test_without_the_right_to_upload_the_digest_tells_the_days_in_words(sandbox: RunningSandbox) -> None:
    sandbox.client.set_faults(server_error={"method": "files.getUploadURLExternal", "next": 1, "status": 503})
    with pytest.raises(OutsideBusy):
        slack_messenger(sandbox).post(at(TRIAGE), sample_contents.DIGEST, key="digest")
    world = sandbox.client.get("/sandbox/workspace")["workspace"]
    world["app"]["scopes"] = ["chat:write", "channels:history"]
    sandbox.client.post("/sandbox/workspace", **world)
    slack_messenger(sandbox).post(at(TRIAGE), sample_contents.DIGEST, key="digest")
    [message] = sandbox.client.messages(MANAGER, TRIAGE)
    assert not [block for block in message["blocks"] if block["type"] == "image"]
    assert "31 questions, 18 answered without people" in json.dumps(message["blocks"])


def test_a_limit_tells_how_long_to_wait(sandbox: RunningSandbox) -> None:
    sandbox.client.set_faults(rate_limit={"method": "chat.postMessage", "next": 1, "retry_after": 7})
    with pytest.raises(OutsideBusy) as busy:
        slack_messenger(sandbox).post(at(TRIAGE), Notice("hello"), key="a")
    assert busy.value.retry_after == 7


def test_a_broken_answer_is_for_later_and_a_refusal_is_for_good(sandbox: RunningSandbox) -> None:
    messenger = slack_messenger(sandbox)
    sandbox.client.set_faults(server_error={"method": "chat.postMessage", "next": 1, "status": 502})
    with pytest.raises(OutsideBusy):
        messenger.post(at(TRIAGE), Notice("hello"), key="a")
    with pytest.raises(OutsideRefused) as refusal:
        messenger.post(at("C0NOWHERE"), Notice("hello"), key="a")
    assert refusal.value.code == "channel_not_found"


def test_slack_that_cannot_be_reached_is_for_later() -> None:
    with pytest.raises(OutsideBusy):
        fetch_bot_identity(web_client("xoxb-none", "http://127.0.0.1:9/api/", timeout_seconds=1))


def test_a_message_with_our_key_that_another_bot_wrote_is_not_ours(sandbox: RunningSandbox) -> None:
    messenger = slack_messenger(sandbox)
    world = sandbox.client.get("/sandbox/workspace")["workspace"]
    world["messages"] = [
        {
            "channel": TRIAGE,
            "user": AGENT,
            "ago": "1m",
            "text": "made up",
            "metadata": {"event_type": "footbridge_post", "event_payload": {"key": "a"}},
        }
    ]
    sandbox.client.post("/sandbox/workspace", **world)
    messenger.post(at(TRIAGE), Notice("hello"), key="a", may_exist=True)
    assert [one["text"] for one in sandbox.client.messages(AGENT, TRIAGE)] == ["made up", "hello"]


def test_a_post_in_a_long_thread_is_found(sandbox: RunningSandbox) -> None:
    messenger = slack_messenger(sandbox)
    world = sandbox.client.get("/sandbox/workspace")["workspace"]
    world["messages"] = [{"channel": TRIAGE, "user": AGENT, "ago": "2h", "text": "root", "ref": "root"}] + [
        {"channel": TRIAGE, "user": AGENT, "ago": f"{900 - number}s", "text": f"reply {number}", "thread": "root"}
        for number in range(450)
    ]
    sandbox.client.post("/sandbox/workspace", **world)
    [root] = sandbox.client.messages(AGENT, TRIAGE)
    posted = messenger.post(at(TRIAGE), Notice("ours"), key="a", thread=at(TRIAGE, root["ts"]))
    assert (
        messenger.post(at(TRIAGE), Notice("ours"), key="a", thread=at(TRIAGE, root["ts"]), may_exist=True).address.item
        == posted.address.item
    )
