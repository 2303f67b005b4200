"""What Slack tells of channels: our people hear of those that are lost, and conversations go on under a new id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.directory.stored_directory import StoredDirectory
from bot.intake.receive_event import receive_event
from bot.jobs import ReceiveEvent
from bot.settings.config_file import load
from bot.triage.model import shipped_model
from bot.workflows import publisher
from handlers.slack.client import BotIdentity
from handlers.slack.payloads import EventReader
from knowledge.vocabulary import EMPTY
from storage.conversations import Conversation
from storage.posts import Post
from storage.transaction import Storage
from tests.fakes.judged_answers import judged
from tests.fakes.recording_messenger import RecordingMessenger
from tests.fakes.slack_addresses import at

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
BRIGHT, ERP, TRIAGE, NEW = "C0BRIGHT", "C0ERP", "C0TRIAGE", "C0NEWONE"
MAYA = {"user": "U0MAYA", "team": "T0BRIGHT"}


class Hand:
    def now(self) -> datetime:
        return NOW


@dataclass
class Desk:
    storage: Storage
    directory: StoredDirectory

    def hear(self, **event: Any) -> None:
        receive_event(
            ReceiveEvent(str(event), {"event": event, "is_ext_shared_channel": True}),
            storage=self.storage,
            readers={"slack": EventReader(BotIdentity("U0BOT", "B0FOOT", "T0HOME"))},
            profiles=RecordingMessenger(),
            config=self.directory.current(),
            clock=Hand(),
            triage_model=shipped_model(),
            vocabulary=lambda: EMPTY,
        )

    def notices(self, channel: str = TRIAGE) -> list[str]:
        with self.storage.reading() as tx:
            place_id = tx.addresses.find(at(channel)) or 0
            return [post.text or "" for post in reversed(tx.posts.latest_in(place_id, "notice", 10))]

    def asked(self) -> Conversation:
        """A conversation with an answer of ours in its thread."""
        with self.storage.transaction() as tx:
            answer = tx.answers.get(
                judged(tx, BRIGHT, NOW - timedelta(hours=1), customer="brightwater", contact="U0MAYA", what="left")
            )
            conversation = tx.conversations.get(answer.conversation_id)
            posted_at = tx.addresses.id_of(at(BRIGHT, "1700000000.000100"))
            place = conversation.place_id
            tx.posts.add(
                Post(
                    kind="answer",
                    subject_id=answer.id,
                    place_id=place,
                    thread_id=conversation.thread_id,
                    address_id=posted_at,
                    created_at=NOW,
                )
            )
            return conversation


@pytest.fixture
def desk(engine: Engine) -> Desk:
    config = load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")
    StoredDirectory(Storage(engine), Hand()).apply(config)
    directory = StoredDirectory(Storage(engine), Hand())
    return Desk(Storage(engine, publisher(directory.current)), directory)


@pytest.mark.parametrize("kind", ["channel_left", "group_left"])
def test_our_people_hear_that_we_are_no_longer_in_a_customers_channel(desk: Desk, kind: str) -> None:
    for _ in range(2):
        desk.hear(type=kind, channel=BRIGHT)
    (said,) = desk.notices()
    assert said.startswith("Footbridge is no longer in the channel of Brightwater Foods ([[place:slack:C0BRIGHT]])")
    assert "/invite @Footbridge" in said


def test_our_people_hear_of_an_archived_channel_of_a_customer_or_of_a_team(desk: Desk) -> None:
    desk.hear(type="channel_archive", channel=BRIGHT, user="U0MAYA")
    desk.hear(type="group_archive", channel=ERP, user="U0TOM")
    first, second = desk.notices()
    assert first.startswith("The channel of Brightwater Foods") and "was archived" in first
    assert second.startswith("The channel of the team ERP Integration")


def test_channels_that_are_none_of_the_desks_are_not_spoken_of(desk: Desk) -> None:
    desk.hear(type="channel_left", channel="C0OTHER")
    desk.hear(type="channel_archive", channel="C0OTHER", user="U0ANA")
    desk.hear(type="channel_unshared", channel="C0OTHER", previously_connected_team_id="T0BRIGHT", is_ext_shared=False)
    desk.hear(type="channel_id_changed", old_channel_id="C0OTHER", new_channel_id=NEW)
    assert desk.notices() == []
    assert desk.directory.version().number == 1


@pytest.mark.parametrize(
    ("team", "others_remain", "told"),
    [("T0BRIGHT", True, True), ("T0BRIGHT", False, True), ("E0GRID", False, True), ("T0PARTNER", True, False)],
)
def test_a_channel_that_is_no_longer_shared_with_its_customer_is_told_of(
    desk: Desk, team: str, others_remain: bool, told: bool
) -> None:
    desk.hear(type="channel_unshared", channel=BRIGHT, previously_connected_team_id=team, is_ext_shared=others_remain)
    said = desk.notices()
    assert bool(said) == told
    assert all("is no longer shared with them" in text and "/support list brightwater" in text for text in said)


@pytest.mark.parametrize("overtaken", [False, True], ids=["in order", "a message was quicker"])
def test_under_a_new_id_conversations_go_on(desk: Desk, overtaken: bool) -> None:
    conversation = desk.asked()
    if overtaken:
        # It came under the new id before we heard of that: the channel belonged to nobody yet.
        desk.hear(type="message", channel=NEW, ts="1700000100.000100", text="Anybody there?", **MAYA)
    desk.hear(type="channel_id_changed", old_channel_id=BRIGHT, new_channel_id=NEW)
    config = desk.directory.current()
    assert config.customer_at(at(BRIGHT)) is None
    customer = config.customer_at(at(NEW))
    assert customer is not None and customer.id == "brightwater"
    assert config.configured_mode(at(NEW)) == "auto"
    with desk.storage.reading() as tx:
        moved = tx.conversations.get(conversation.id)
        thread = tx.addresses.get(moved.thread_id)
        assert (tx.addresses.get(moved.place_id), thread.place) == (at(NEW), NEW)
        assert tx.posts.at(at(NEW, "1700000000.000100")) is not None
    desk.hear(
        type="message", channel=NEW, ts="1700000200.000100", thread_ts=thread.item, text="Does it sync, too?", **MAYA
    )
    with desk.storage.reading() as tx:
        assert "Does it sync, too?" in [message.text for message in tx.conversations.messages(conversation.id)]
    said = desk.notices()[-1]
    assert said.startswith("The channel of Brightwater Foods") and f"write {NEW} instead of {BRIGHT}" in said


def test_a_new_id_of_the_triage_channel_is_told_there(desk: Desk) -> None:
    desk.hear(type="channel_id_changed", old_channel_id=TRIAGE, new_channel_id=NEW)
    assert desk.directory.current().triage_channel == NEW
    (said,) = desk.notices(NEW)
    assert said.startswith("The triage channel has a new id")


def test_a_channel_that_somebody_has_set_up_under_its_new_id_already_is_not_set_up_twice(desk: Desk) -> None:
    config = desk.directory.current()
    customers = [
        one.model_copy(update={"channels": [*one.channels, one.channels[0].model_copy(update={"id": NEW})]})
        if one.id == "brightwater"
        else one
        for one in config.customers
    ]
    desk.directory.apply(config.model_copy(update={"customers": customers}))
    desk.hear(type="channel_id_changed", old_channel_id=BRIGHT, new_channel_id=NEW)
    customer = desk.directory.current().customer_at(at(NEW))
    assert customer is not None and [channel.id for channel in customer.channels] == [NEW]
