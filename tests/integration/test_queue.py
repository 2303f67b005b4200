"""One definition of every count and order: lists, Home and digest agree, exactly, however many tickets there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.broadcasts.digests import digest_now
from bot.desk.queue import desk_status, home, list_tickets
from bot.desk.sla import is_overdue
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.settings.config import Config
from bot.settings.config_file import load
from storage.answers import Answer
from storage.conversations import Conversation
from storage.escalations import Escalation
from storage.people import Person
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


@pytest.mark.parametrize("many", [230, 1040])
def test_counts_are_exact_and_the_same_everywhere(storage: Storage, many: int) -> None:
    with storage.transaction() as tx:
        for number in range(1, many + 1):
            put(
                tx,
                number,
                status="escalated" if number % 50 == 0 else "new",
                assignee_id="U0ANA" if number % 2 else None,
            )
        put(tx, 9000, first_response_due=NOW - timedelta(seconds=1))
        put(tx, 9001, status="resolved", resolved_at=NOW)
    shown = list_tickets("all", actor=ANA, storage=storage, config=CONFIG)
    mine = list_tickets("mine", actor=ANA, storage=storage, config=CONFIG)
    at_a_glance = desk_status(storage=storage, config=CONFIG, clock=Hand())
    page = home("U0MIRA", CONFIG.company.team_ids[0], storage=storage, config=CONFIG, clock=Hand())
    on_home = {figure.name: figure.value for figure in page.figures}
    page_of_the_day = digest_now(
        actor=MIRA, storage=storage, config=CONFIG, clock=Hand(), worst_gaps=lambda tx, now: ()
    )
    in_digest = {figure.name: figure.value for figure in page_of_the_day.figures}
    assert shown.total == at_a_glance.open == many + 1
    assert on_home["Open tickets"] == in_digest["Open now"] == str(many + 1)
    assert mine.total == many // 2
    assert (at_a_glance.overdue, at_a_glance.escalated, at_a_glance.unclaimed) == (1, many // 50, many // 2 + 1)
    assert (on_home["Overdue"], on_home["Escalated"]) == ("1", str(many // 50))
    assert page.unclaimed_total == many // 2 + 1 and len(page.unclaimed) == 10
    with storage.reading() as tx:
        everything = tx.queue.page(QueueFilter(), 2000)
    assert sum(is_overdue(ticket, NOW) for ticket in everything) == at_a_glance.overdue


def test_the_escalated_are_found_behind_any_number_of_others(storage: Storage) -> None:
    with storage.transaction() as tx:
        for number in range(1, 80):
            put(tx, number)
        put(tx, 500, status="escalated")
    found = list_tickets("escalated", actor=ANA, storage=storage, config=CONFIG)
    assert [one.title for one in found.tickets] == ["Ticket 500"] and found.total == 1


def statements(storage: Storage, do: Callable[[], object]) -> int:
    """How often the database is asked."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(storage.engine, "before_cursor_execute", note)
    try:
        do()
    finally:
        event.remove(storage.engine, "before_cursor_execute", note)
    return len(seen)


def escalate(tx: Transaction, ticket: Ticket) -> None:
    tx.escalations.add(
        Escalation(
            ticket_id=ticket.id,
            team_id="erp-integration",
            place_id=tx.addresses.id_of(at("C0ERP")),
            severity="sev2",
            summary="It is broken",
            opened_by="U0ANA",
            opened_at=NOW,
        )
    )


def test_home_and_digest_ask_the_database_as_often_for_fifty_tickets_as_for_one(storage: Storage) -> None:
    def draw_home() -> None:
        home("U0MIRA", CONFIG.company.team_ids[0], storage=storage, config=CONFIG, clock=Hand())

    def draw_digest() -> None:
        digest_now(actor=MIRA, storage=storage, config=CONFIG, clock=Hand(), worst_gaps=lambda tx, now: ())

    with storage.transaction() as tx:
        tx.people.put(Person(user_id="U0MAYA", team_id="T0BRIGHT", name="Maya Torres", is_bot=False, seen_at=NOW))
        escalate(tx, put(tx, 1, status="escalated", assignee_id="U0MIRA"))
        put(tx, 2)
    few = statements(storage, draw_home), statements(storage, draw_digest)
    with storage.transaction() as tx:
        for number in range(3, 53):
            escalate(tx, put(tx, number, status="escalated", assignee_id="U0MIRA" if number % 2 else None))
    assert (statements(storage, draw_home), statements(storage, draw_digest)) == few
    assert few[0] <= 25


def test_an_unknown_list_is_answered_with_those_there_are(storage: Storage) -> None:
    with pytest.raises(
        BadRequest, match=r"Unknown list 'nobodys'\. Use mine, unclaimed, all, escalated, or a customer: "
    ):
        list_tickets("nobodys", actor=ANA, storage=storage, config=CONFIG)


def test_a_digest_lists_a_question_once_however_often_it_was_asked(storage: Storage) -> None:
    def asked(tx: Transaction, number: int, question: str, **more: object) -> None:
        thread = at("C0KESTREL", f"{number}.0")
        if (conversation := tx.conversations.of_thread(thread)) is None:
            conversation = tx.conversations.add(
                Conversation(
                    place_id=tx.addresses.id_of(thread.whole),
                    thread_id=tx.addresses.id_of(thread),
                    customer_id="kestrel",
                    contact_id="U0IMOGEN",
                    opened_at=NOW,
                    last_message_at=NOW,
                )
            )
        given = {"outcome": "handed_over", "reason": "nothing_relevant", "mode": "auto", "state": "sent", "frame": ""}
        tx.answers.add(
            Answer(conversation_id=conversation.id, message_id=1, question=question, created_at=NOW, **(given | more))
        )

    with storage.transaction() as tx:
        asked(tx, 1, "Is there a phone app?")
        asked(tx, 1, "Is there a phone app, for Android?", reason="same_answer_again")
        asked(tx, 2, "IS there a phone app, for Android")
        asked(tx, 3, "Can we connect Xero?")
        asked(tx, 3, "Can we connect Xero? We need it.", state="replaced")
        asked(tx, 4, "Never mind", state="withdrawn")
        for number in range(10, 13):
            asked(tx, number, f"What about {number}?")
    with storage.reading() as tx:
        listed = tx.reports.unanswered(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    assert list(listed) == [
        "What about 12?",
        "What about 11?",
        "What about 10?",
        "Can we connect Xero?",
        "IS there a phone app, for Android",
    ]
