"""What happens at the same moment: one of two people is first and the other is told; events overtake each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from unittest.mock import Mock

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.desk import escalation, relay, resolution, tickets
from bot.directory.access import identify_actor
from bot.errors import BadRequest
from bot.incoming import MessageEdited
from bot.intake.receive_event import receive_event
from bot.jobs import ReceiveEvent
from bot.settings.config import Config
from bot.settings.config_file import load
from bot.triage.model import shipped_model
from knowledge.vocabulary import EMPTY
from storage.conversations import Conversation
from storage.escalations import Escalation, Relay
from storage.jobs import JobLog
from storage.posts import Post
from storage.tickets import Ticket
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.recording_messenger import RecordingMessenger
from tests.fakes.slack_addresses import at

PEOPLE = ("U0ANA", "U0JOMAR", "U0TOM", "U0LEA", "U0GRACE", "U0IVO")
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def config() -> Config:
    return load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")


@pytest.fixture
def storage(engine: Engine, config: Config) -> Storage:
    """One open ticket, number 1, without an owner."""
    storage = desk_storage(engine, config)
    with storage.transaction() as tx:
        conversation = tx.conversations.add(
            Conversation(
                place_id=tx.addresses.id_of(at("C0BRIGHT")),
                thread_id=tx.addresses.id_of(at("C0BRIGHT", "1.0")),
                customer_id="brightwater",
                contact_id="U0MAYA",
                opened_at=NOW,
                last_message_at=NOW,
            )
        )
        tx.tickets.add(
            Ticket(
                conversation_id=conversation.id,
                customer_id="brightwater",
                title="It is broken",
                reason="A person is needed.",
                opened_at=NOW,
                first_response_due=NOW + timedelta(minutes=2),
                resolution_due=NOW + timedelta(hours=4),
            )
        )
    return storage


def escalated(storage: Storage) -> None:
    with storage.transaction() as tx:
        tx.escalations.add(
            Escalation(
                ticket_id=1,
                team_id="erp-integration",
                place_id=tx.addresses.id_of(at("C0ERP")),
                severity="sev2",
                summary="It is broken",
                opened_by="U0ANA",
                opened_at=NOW,
            )
        )
        tx.escalations.add_relay(
            Relay(escalation_id=1, purpose="reply", text="Soon.", drafted_by="U0TOM", drafted_at=NOW)
        )


def all_at_once(do: Callable[[str], object]) -> list[str]:
    """Everybody does it at the same moment: the words that those who were late are told."""
    start = Barrier(len(PEOPLE))

    def one(who: str) -> str | None:
        start.wait()
        try:
            do(who)
        except BadRequest as refused:
            return refused.for_people
        return None

    with ThreadPoolExecutor(len(PEOPLE)) as everybody:
        return [words for words in everybody.map(one, PEOPLE) if words is not None]


def posts(storage: Storage, kind: str) -> int:
    with Session(storage.engine) as session:
        return session.scalar(select(func.count()).select_from(Post).where(Post.kind == kind)) or 0


def test_a_ticket_is_claimed_by_one(storage: Storage, config: Config) -> None:
    late = all_at_once(
        lambda who: tickets.claim(
            1, actor=identify_actor(config, who, "T0HOME"), storage=storage, config=config, clock=SystemClock()
        )
    )
    assert len(late) == len(PEOPLE) - 1
    assert all("has ticket #1 already" in words for words in late)


def test_a_ticket_is_escalated_once(storage: Storage, config: Config) -> None:
    late = all_at_once(
        lambda who: escalation.escalate(
            1,
            "erp-integration",
            "sev2",
            "Broken",
            actor=identify_actor(config, who, "T0HOME"),
            storage=storage,
            profiles=RecordingMessenger(),
            config=config,
            clock=SystemClock(),
        )
    )
    assert len(late) == len(PEOPLE) - 1
    assert posts(storage, "escalation") == 1


def test_an_escalation_is_taken_by_one(storage: Storage, config: Config) -> None:
    escalated(storage)
    late = all_at_once(
        lambda who: escalation.take_escalation(
            1, actor=identify_actor(config, who, "T0HOME"), storage=storage, config=config, clock=SystemClock()
        )
    )
    assert len(late) == len(PEOPLE) - 1
    assert all("took it a moment before you" in words for words in late)


def test_words_for_the_customer_are_sent_once(storage: Storage, config: Config) -> None:
    escalated(storage)
    late = all_at_once(
        lambda who: relay.send_relay(
            1, None, actor=identify_actor(config, who, "T0HOME"), storage=storage, clock=SystemClock()
        )
    )
    assert len(late) == len(PEOPLE) - 1
    assert posts(storage, "relayed_out") == 1


def test_a_ticket_is_resolved_once(storage: Storage, config: Config) -> None:
    late = all_at_once(
        lambda who: resolution.resolve(
            1,
            "Cause",
            "Fix",
            "It works again.",
            actor=identify_actor(config, who, "T0HOME"),
            storage=storage,
            clock=SystemClock(),
        )
    )
    assert len(late) == len(PEOPLE) - 1
    assert posts(storage, "resolution") == 1


def test_an_edit_that_overtakes_its_note_in_an_escalations_thread_is_read_again(
    storage: Storage, config: Config, engine: Engine
) -> None:
    escalated(storage)
    with storage.transaction() as tx:
        tx.posts.add(
            Post(
                kind="escalation",
                subject_id=1,
                place_id=tx.addresses.id_of(at("C0ERP")),
                address_id=tx.addresses.id_of(at("C0ERP", "9.0")),
                created_at=NOW,
            )
        )
    for channel in ("C0ERP", "C0CHATTER"):
        receive_event(
            ReceiveEvent(f"E-{channel}", {}),
            storage=storage,
            readers={"slack": lambda _, channel=channel: MessageEdited(at(channel, "9.1"), "It runs three times.")},
            profiles=Mock(spec_set=[]),
            config=config,
            clock=SystemClock(),
            triage_model=shipped_model(),
            vocabulary=lambda: EMPTY,
        )
    (again,) = [job for job in JobLog(engine).pending() if job.name == "ReceiveEvent"]
    assert again.key == "ReceiveEvent:E-C0ERP:1"
    # How often it was read is a field of its own: the event keeps the id by which its receipts are found.
    assert (again.fields["event_id"], again.fields["looks"]) == ("E-C0ERP", 1)
