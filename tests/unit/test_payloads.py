"""The event reader: what each of Slack's envelopes says, and that no shape whatever makes it raise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incoming import (
    AttachedFile,
    ChannelClosed,
    ChannelMoved,
    HomeOpened,
    IncomingEvent,
    IncomingMessage,
    MessageDeleted,
    MessageEdited,
    NothingForUs,
    OrganisationLeft,
)
from handlers.slack.client import BotIdentity
from handlers.slack.payloads import EventReader, readable
from tests.fakes.slack_addresses import at

BOT = BotIdentity("U0BOT", "B0FOOT", "T0HOME")
read = EventReader(BOT)


def envelope(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T0HOME", "event": event} | more


def message(**more: Any) -> dict[str, Any]:
    event = {"type": "message", "channel": "C1", "user": "U0MAYA", "team": "T0BRIGHT", "ts": "1.1", "text": "Hello"}
    return envelope(event | more, is_ext_shared_channel=True)


def heard(payload: dict[str, Any]) -> IncomingMessage:
    event = read(payload)
    assert isinstance(event, IncomingMessage)
    return event


def test_a_message_is_read_with_its_authors_own_team() -> None:
    assert heard(message()) == IncomingMessage(
        at("C1", "1.1"), datetime.fromtimestamp(1.1, UTC), "U0MAYA", "T0BRIGHT", "Hello"
    )


@pytest.mark.parametrize(
    ("event", "more", "team"),
    [
        ({"user_team": "T0BRIGHT", "team": "T0HOME"}, {"is_ext_shared_channel": True}, "T0BRIGHT"),
        ({"team": "T0BRIGHT"}, {"is_ext_shared_channel": True}, "T0BRIGHT"),
        ({"team": None}, {"is_ext_shared_channel": False}, "T0HOME"),
        ({"team": None}, {"is_ext_shared_channel": True}, ""),
        ({"user_team": "E0GRID", "team": "E0GRID"}, {"is_ext_shared_channel": True}, "E0GRID"),
        (
            {"user_team": "E0GRID", "team": None},
            {"is_ext_shared_channel": True, "context_enterprise_id": "E0GRID", "context_team_id": "T0THEIRS"},
            "T0THEIRS",
        ),
        ({"user_team": "E0OURS", "team": None}, {"is_ext_shared_channel": True, "enterprise_id": "E0OURS"}, "T0HOME"),
    ],
    ids=["user_team", "team", "inside", "unknown outside", "their grid", "their workspace", "our grid"],
)
def test_the_authors_team_is_never_guessed_from_the_installing_one(
    event: dict[str, Any], more: dict[str, Any], team: str
) -> None:
    payload = message(**event)
    assert heard(payload | more).team_id == team


def test_a_reply_knows_its_thread_and_a_root_has_none() -> None:
    assert heard(message(thread_ts="1.0")).thread.item == "1.0"
    assert heard(message(thread_ts="1.1")).thread is None
    assert heard(message(subtype="thread_broadcast", thread_ts="1.0")).thread.item == "1.0"


def test_a_mention_of_us_is_noticed_and_that_of_others_stays_in_the_text() -> None:
    event = heard(message(text="<@U0BOT|footbridge>, can <@U0BOT> or <@U0ANA> please look? <@U0BOT>"))
    assert event.mentions_us
    assert event.text == "can Footbridge or <@U0ANA> please look?"
    assert not heard(message(text="&lt;@U0BOT&gt; as code")).mentions_us


def test_a_mention_counts_once_as_the_message() -> None:
    event = {"type": "app_mention", "channel": "C1", "user": "U0MAYA", "ts": "1.1", "text": "<@U0BOT> hello"}
    assert isinstance(read(envelope(event)), NothingForUs)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
        ("see <https://x.example|the page>", "see the page (https://x.example)"),
        ("see <https://x.example|x.example>", "see https://x.example"),
        ("write <mailto:a@x.example|a@x.example>", "write a@x.example"),
        ("in <#C1|general>", "in #general"),
        ("<!here> <!subteam^S1|@support> <!channel|@channel>", "@here @support @channel"),
        ("<!date^1^{date}|yesterday>", "yesterday"),
        ("<@U1|maya> <@U2>", "<@U1> <@U2>"),
        ("a < b", "a < b"),
    ],
)
def test_text_is_read_as_its_author_saw_it(raw: str, said: str) -> None:
    assert readable(raw) == said


def test_files_come_along_and_those_of_strangers_with_what_slack_tells() -> None:
    whole = {"id": "F1", "name": "log.txt", "mimetype": "text/plain", "size": 12}
    hidden = {"id": "F2", "mode": "file_access", "file_access": "check_file_info"}
    event = heard(message(subtype="file_share", text="", files=[whole, hidden, {"id": "F3", "mode": "tombstone"}, 7]))
    assert event.files == (AttachedFile("F1", "log.txt", "text/plain", 12), AttachedFile("F2", "a file", "", 0))


def test_a_forwarded_message_is_read_as_quoted_words_with_its_files() -> None:
    forwarded = {
        "is_share": True,
        "is_msg_unfurl": True,
        "text": "The sync shows &lt;TW-ERP-409&gt;\nsince Monday",
        "files": [{"id": "F1", "name": "log.txt", "mimetype": "text/plain", "size": 9}],
    }
    preview = {"is_msg_unfurl": True, "text": "only a preview of a link"}
    said = heard(message(text="What does this mean?", attachments=[forwarded, preview]))
    assert said.text == "What does this mean?\n> The sync shows <TW-ERP-409>\n> since Monday"
    assert said.files == (AttachedFile("F1", "log.txt", "text/plain", 9),)
    alone = heard(message(text="", attachments=[forwarded | {"files": []}]))
    assert alone.text == "> The sync shows <TW-ERP-409>\n> since Monday"


def test_bots_are_marked_and_we_are_not_answered_by_ourselves() -> None:
    assert heard(message(bot_id="B0OTHER", user="U0OTHER")).from_bot
    assert heard(message(subtype="bot_message", bot_id="B0OTHER", user=None)).user_id == "B0OTHER"
    assert read(message(user="U0BOT")) == NothingForUs("our own message")
    assert read(message(subtype="bot_message", bot_id="B0FOOT", user=None)) == NothingForUs("our own message")


def changed(now: dict[str, Any], before: dict[str, Any]) -> IncomingEvent:
    return read(
        envelope(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": "C1",
                "message": now,
                "previous_message": before,
            }
        )
    )


def test_an_edit_is_read_and_an_unfurled_link_is_none() -> None:
    before = {"user": "U0MAYA", "ts": "1.1", "text": "Helo"}
    assert changed(before | {"text": "Hello &amp; welcome"}, before) == MessageEdited(
        at("C1", "1.1"), "Hello & welcome"
    )
    assert isinstance(changed(before | {"attachments": [{}]}, before), NothingForUs)
    assert isinstance(changed(before | {"user": "U0BOT", "text": "new"}, before | {"user": "U0BOT"}), NothingForUs)


def test_a_deletion_is_read_also_when_a_thread_stays_behind() -> None:
    before = {"user": "U0MAYA", "ts": "1.1", "text": "Hello"}
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.1"}
    assert read(envelope(event | {"previous_message": before})) == MessageDeleted(at("C1", "1.1"))
    assert changed({"subtype": "tombstone", "ts": "1.1", "user": "USLACKBOT"}, before) == MessageDeleted(
        at("C1", "1.1")
    )
    assert isinstance(read(envelope(event | {"previous_message": {"user": "U0BOT"}})), NothingForUs)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"type": "channel_left", "channel": "C1", "actor_id": "U1"}, ChannelClosed(at("C1"), "left")),
        ({"type": "group_left", "channel": "G1"}, ChannelClosed(at("G1"), "left")),
        ({"type": "channel_archive", "channel": "C1", "user": "U1"}, ChannelClosed(at("C1"), "archived")),
        ({"type": "group_archive", "channel": "G1"}, ChannelClosed(at("G1"), "archived")),
        (
            {"type": "channel_unshared", "channel": "C1", "previously_connected_team_id": "T1", "is_ext_shared": True},
            OrganisationLeft(at("C1"), "T1", True),
        ),
        (
            {"type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C1"},
            ChannelMoved(at("G1"), at("C1")),
        ),
    ],
)
def test_what_happens_to_a_channel_is_read(event: dict[str, Any], said: IncomingEvent) -> None:
    assert read(envelope(event)) == said


def test_a_change_of_no_channel_is_nothing_for_us() -> None:
    for kind in ("channel_left", "channel_archive", "channel_unshared", "channel_id_changed"):
        assert isinstance(read(envelope({"type": kind})), NothingForUs)


def test_the_home_is_opened_by_its_tab_only() -> None:
    event = {"type": "app_home_opened", "user": "U0ANA", "tab": "home"}
    assert read(envelope(event)) == HomeOpened("U0ANA", "T0HOME")
    assert isinstance(read(envelope(event | {"tab": "messages"})), NothingForUs)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        envelope({}),
        message(subtype="channel_join"),
        message(text="   "),
        message(ts=None),
        message(user=None),
        message(channel=None),
        envelope({"type": "reaction_added", "user": "U1"}),
        {"event": "text"},
        {"event": {"type": "message", "subtype": "message_changed", "channel": "C1"}},
        {"event": {"type": "message", "subtype": "message_deleted", "channel": "C1", "previous_message": []}},
    ],
)
def test_what_is_nothing_for_us_says_why(payload: dict[str, Any]) -> None:
    event = read(payload)
    assert isinstance(event, NothingForUs)
    assert event.reason


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
anything = st.recursive(
    leaves,
    lambda one: st.one_of(st.lists(one, max_size=3), st.dictionaries(st.text(max_size=8), one, max_size=4)),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        "type",
        "subtype",
        "channel",
        "user",
        "ts",
        "text",
        "thread_ts",
        "files",
        "message",
        "previous_message",
        "bot_id",
        "team",
        "user_team",
        "deleted_ts",
        "old_channel_id",
        "new_channel_id",
        "previously_connected_team_id",
        "tab",
        "id",
        "mode",
        "size",
        "name",
    ]
)
words = st.sampled_from(
    [
        "message",
        "app_home_opened",
        "channel_left",
        "channel_unshared",
        "channel_id_changed",
        "message_changed",
        "message_deleted",
        "file_share",
        "bot_message",
        "U0BOT",
        "C1",
        "1.1",
        "<@U0BOT>",
        "<https://x|",
        "tombstone",
    ]
)
events = st.recursive(
    st.one_of(words, anything),
    lambda one: st.one_of(st.dictionaries(keys, one, max_size=10), st.lists(one, max_size=3)),
    max_leaves=25,
)


@given(
    event=events,
    more=st.dictionaries(st.sampled_from(["team_id", "enterprise_id", "is_ext_shared_channel", "type"]), anything),
)
def test_no_shape_makes_it_raise(event: Any, more: dict[str, Any]) -> None:
    assert isinstance(read({"event": event} | more), IncomingEvent)


@given(
    kind=st.sampled_from([None, "message_changed", "message_deleted", "file_share", "bot_message"]),
    more=st.dictionaries(keys, events, max_size=8),
)
def test_no_message_makes_it_raise(kind: str | None, more: dict[str, Any]) -> None:
    read(envelope({"channel": "C1", "user": "U1", "ts": "1.1"} | more | {"type": "message", "subtype": kind}))
