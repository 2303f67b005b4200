"""One definition of every count and order: lists, Home and digest agree, exactly, however many tickets there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.desk.queue import desk_status, home, list_tickets
from bot.desk.sla import is_overdue
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.settings.config import Config
from bot.settings.config_file import load
from storage.conversations import Conversation
from storage.queue import QueueFilter
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction
from tests.fakes.slack_addresses import at

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ANA = Actor("U0ANA", "T0LEDGER", "Ana Lindqvist", True, frozenset({"agent"}))
MIRA = Actor("U0MIRA", "T0HOME", "Mira Okafor", True, frozenset({"manager"}))
CONFIG: Config = load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")


class Hand:
    def now(self) -> datetime:
        return NOW


def put(tx: Transaction, number: int, **columns: object) -> Ticket:
    thread = at("C0BRIGHT", f"{number}.0")
    conversation = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(thread.whole),
            thread_id=tx.addresses.id_of(thread),
            customer_id="brightwater",
            contact_id="U0MAYA",
            opened_at=NOW,
            last_message_at=NOW,
        )
    )
    standard = {
        "customer_id": "brightwater",
        "title": f"Ticket {number}",
        "reason": "A person is needed.",
        "opened_at": NOW - timedelta(hours=1),
        "first_response_due": NOW + timedelta(minutes=number),
        "resolution_due": NOW + timedelta(hours=number),
    }
    return tx.tickets.add(Ticket(conversation_id=conversation.id, **{**standard, **columns}))


@pytest.fixture
def storage(engine: Engine) -> Storage:
    return Storage(engine)


def test_what_is_due_first_stands_first_whatever_its_priority(storage: Storage) -> None:
    with storage.transaction() as tx:
        put(tx, 30, priority="urgent")
        put(tx, 20, priority="low")
        late = put(tx, 5, first_response_due=NOW - timedelta(hours=3), priority="normal")
        later = put(tx, 6, first_response_due=NOW - timedelta(hours=1), priority="urgent")
        answered = put(tx, 7, first_response_at=NOW, resolution_due=NOW + timedelta(minutes=1))
        put(tx, 1, status="resolved")
    with storage.reading() as tx:
        order = [ticket.title for ticket in tx.queue.page(QueueFilter())]
    assert order[:3] == [late.title, later.title, answered.title]
    assert order[3:] == ["Ticket 20", "Ticket 30"]


def test_counts_are_exact_and_the_same_everywhere(storage: Storage) -> None:
    with storage.transaction() as tx:
        for number in range(1, 231):
            put(
                tx,
                number,
                status="escalated" if number % 50 == 0 else "new",
                assignee_id="U0ANA" if number % 2 else None,
            )
        put(tx, 900, first_response_due=NOW - timedelta(seconds=1))
    shown = list_tickets("all", actor=ANA, storage=storage, config=CONFIG)
    at_a_glance = desk_status(storage=storage, config=CONFIG, clock=Hand())
    page = home("U0MIRA", CONFIG.company.team_ids[0], storage=storage, config=CONFIG, clock=Hand())
    assert (shown.total, at_a_glance.open, {k.name: k.value for k in page.figures}["Open tickets"]) == (
        231,
        231,
        "231",
    )
    assert (at_a_glance.overdue, at_a_glance.escalated, at_a_glance.unclaimed) == (1, 4, 116)
    assert page.unclaimed_total == 116 and len(page.unclaimed) == 10
    with storage.reading() as tx:
        everything = tx.queue.page(QueueFilter(), 1000)
    assert sum(is_overdue(ticket, NOW) for ticket in everything) == at_a_glance.overdue


def test_the_escalated_are_found_behind_any_number_of_others(storage: Storage) -> None:
    with storage.transaction() as tx:
        for number in range(1, 80):
            put(tx, number)
        put(tx, 500, status="escalated")
    found = list_tickets("escalated", actor=ANA, storage=storage, config=CONFIG)
    assert [one.title for one in found.tickets] == ["Ticket 500"] and found.total == 1


def test_home_asks_the_database_as_often_for_twenty_tickets_as_for_two(storage: Storage) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(storage.engine, "before_cursor_execute", note)
        try:
            home("U0MIRA", CONFIG.company.team_ids[0], storage=storage, config=CONFIG, clock=Hand())
        finally:
            event.remove(storage.engine, "before_cursor_execute", note)
        return len(seen)

    with storage.transaction() as tx:
        for number in (1, 2):
            put(tx, number)
    few = statements()
    with storage.transaction() as tx:
        for number in range(3, 21):
            put(tx, number)
    assert statements() == few <= 16


def test_an_unknown_list_is_answered_with_those_there_are(storage: Storage) -> None:
    with pytest.raises(
        BadRequest, match=r"Unknown list 'nobodys'\. Use mine, unclaimed, all, escalated, or a customer: "
    ):
        list_tickets("nobodys", actor=ANA, storage=storage, config=CONFIG)
