"""However a ticket ends, the same follows: its clocks stop, its escalation ends, and it is told and shown alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.answering.feedback import answer_solved
from bot.clock import Clock
from bot.desk.escalation import escalate
from bot.desk.lifecycle import apply
from bot.desk.open_ticket import reopen
from bot.desk.resolution import confirm_resolution, resolve
from bot.directory.access import Actor, identify_actor
from bot.errors import NotAllowed
from bot.settings.config import Config
from bot.settings.config_file import load
from storage.jobs import JobLog
from storage.tickets import Ticket
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.judged_answers import judged
from tests.fakes.recording_messenger import RecordingMessenger

MADE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
CONFIG: Config = load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")
ANA = identify_actor(CONFIG, "U0ANA", "T0HOME")
MAYA = Actor("U0MAYA", "T0BRIGHT", "Maya Torres", False, customer_id="brightwater")
# Of the same company; reads along and never wrote a word.
DEREK = Actor("U0DEREK", "T0BRIGHT", "Derek Hale", False, customer_id="brightwater")
IMOGEN = Actor("U0IMOGEN", "T0KESTREL", "Imogen Clarke", False, customer_id="kestrel")


class Later:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def storage(engine: Engine) -> Storage:
    """An answer given in `auto`, number 1, whose conversation has the escalated ticket 1 with two new messages."""
    storage = desk_storage(engine, CONFIG)
    with storage.transaction() as tx:
        answer = tx.answers.get(
            judged(tx, "C0BRIGHT", MADE, customer="brightwater", contact="U0MAYA", mode="auto", what="left")
        )
        ticket = Ticket(
            conversation_id=answer.conversation_id,
            customer_id="brightwater",
            title="Saving",
            reason="A person is needed.",
            opened_at=MADE,
            first_response_due=MADE + timedelta(minutes=2),
            resolution_due=MADE + timedelta(hours=4),
        )
        apply(tx, ticket, "open", by=None, at=MADE, why=ticket.reason, details={})
        tx.tickets.link(ticket.id, ticket.conversation_id)
    escalate(
        1,
        "erp-integration",
        "sev2",
        "It is broken",
        actor=ANA,
        storage=storage,
        profiles=RecordingMessenger(),
        config=CONFIG,
        clock=Later(MADE + timedelta(minutes=1)),
    )
    with storage.transaction() as tx:
        found = tx.tickets.get(1)
        assert found is not None
        found.new_messages = 2
    return storage


def by_the_agent(storage: Storage, clock: Clock) -> None:
    resolve(1, "A cause", "A fix", "It works again.", actor=ANA, storage=storage, clock=clock)


def by_the_customers_press(storage: Storage, clock: Clock) -> None:
    answer_solved(1, actor=MAYA, storage=storage, config=CONFIG, clock=clock)


def by_taking_the_question_back(storage: Storage, clock: Clock) -> None:
    with storage.transaction() as tx:
        apply(tx, tx.conversations.get(1), "withdraw", by=MAYA, at=clock.now())


Way = Callable[[Storage, Clock], None]
WAYS = pytest.mark.parametrize("way", [by_the_agent, by_the_customers_press, by_taking_the_question_back])


@WAYS
def test_a_ticket_that_is_over_is_over_everywhere(storage: Storage, way: Way) -> None:
    now = MADE + timedelta(hours=1)
    way(storage, Later(now))
    with storage.reading() as tx:
        ticket = tx.tickets.get(1)
        assert ticket is not None
        assert (ticket.status, ticket.resolved_at, ticket.new_messages) == ("resolved", now, 0)
        (escalation,) = tx.escalations.of_ticket(1)
        assert (escalation.status, escalation.next_update_at, escalation.next_ask_at) == ("resolved", None, None)
        assert not tx.tickets.promises_due(now + timedelta(days=30))
        assert [step.what for step in tx.tickets.events(1)].count("resolved") == 1
        assert [receipt.decision for receipt in tx.receipts.of_conversation(1)].count("resolved") == 1


@WAYS
def test_its_card_and_its_escalation_are_drawn_again(storage: Storage, way: Way) -> None:
    with storage.reading() as tx:
        posts = [*tx.posts.showing("ticket", 1), *tx.posts.showing("escalation", 1)]
        before = {post.id: post.revision for post in posts}
    assert len(before) == 2
    way(storage, Later(MADE + timedelta(hours=1)))
    with storage.reading() as tx:
        assert all(tx.posts.get(post_id).revision > revision for post_id, revision in before.items())


@WAYS
def test_reopened_it_gets_the_time_that_a_new_ticket_would_get_whatever_ended_it(storage: Storage, way: Way) -> None:
    way(storage, Later(MADE + timedelta(hours=1)))
    again = MADE + timedelta(days=3)
    with storage.transaction() as tx:
        ticket = tx.tickets.get(1)
        assert ticket is not None
        reopen(tx, ticket, MAYA, again, "Maya Torres wrote again.", CONFIG)
        customer = CONFIG.customer("brightwater")
        assert customer is not None
        assert ticket.resolution_due == CONFIG.tier_of(customer).resolution_due(again)
        assert ticket.resolution_due > again
        assert (ticket.resolved_at, ticket.confirmed, ticket.reopened) == (None, None, 1)


def test_a_contact_who_never_wrote_may_press_and_somebody_of_another_customer_may_not(storage: Storage) -> None:
    clock = Later(MADE + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        answer_solved(1, actor=IMOGEN, storage=storage, config=CONFIG, clock=clock)
    answer_solved(1, actor=DEREK, storage=storage, config=CONFIG, clock=clock)
    with storage.reading() as tx:
        assert tx.answers.get(1).verdict == "solved"
        ticket = tx.tickets.get(1)
        assert ticket is not None and ticket.confirmed is True


def test_a_contact_who_never_wrote_may_say_that_they_are_still_stuck(storage: Storage) -> None:
    clock = Later(MADE + timedelta(hours=1))
    by_the_agent(storage, clock)
    with pytest.raises(NotAllowed):
        confirm_resolution(1, False, actor=IMOGEN, storage=storage, config=CONFIG, clock=clock)
    confirm_resolution(1, False, actor=DEREK, storage=storage, config=CONFIG, clock=clock)
    with storage.reading() as tx:
        ticket = tx.tickets.get(1)
        assert ticket is not None and ticket.is_open
    assert JobLog(storage.engine).pending()
