"""Past tickets that are like one at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.similar import find_similar, search_by_words
from storage.conversations import Conversation
from storage.database import open_engine, upgrade
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction
from tests.fakes.slack_addresses import at

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
PAST = (
    ("Our Hamburg company code is missing", "Company code 2000 fell out of the connection", "Added the company code"),
    ("Sync fails with TW-ERP-204", "The NetSuite token had expired", "Renewed the token of the integration role"),
    ("Renewal reminder came too late", "Notice period was empty", "Set the notice period to 60 days"),
    ("Jira usage is zero", "The Jira token lacked a scope", "Gave the token the scope read:usage"),
    ("Whom do I invite?", "Unclear page", "Explained roles"),
)


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Transaction]:
    engine = open_engine(f"sqlite:///{tmp_path / 'past.db'}")
    upgrade(engine)
    with Storage(engine).transaction() as opened:
        for number, (title, cause, fix) in enumerate(PAST, 1):
            remember(opened, number, title, cause, fix)
        yield opened
    engine.dispose()


def remember(tx: Transaction, number: int, title: str, cause: str | None, fix: str | None) -> Ticket:
    conversation = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(at("C1")),
            thread_id=tx.addresses.id_of(at("C1", f"{number}.0")),
            customer_id="a",
            contact_id="U1",
            opened_at=NOON,
            last_message_at=NOON,
        )
    )
    return tx.tickets.add(
        Ticket(
            conversation_id=conversation.id,
            customer_id="a",
            title=title,
            reason="r",
            opened_at=NOON,
            first_response_due=NOON,
            resolution_due=NOON + timedelta(hours=4),
            cause=cause,
            fix=fix,
            status="resolved" if fix else "new",
            resolved_at=NOON if fix else None,
        )
    )


def titles(tx: Transaction, words: str) -> list[str]:
    return [found.title for found in find_similar(tx, words)]


def test_what_shares_rare_words_is_found_with_its_cause_and_fix(tx: Transaction) -> None:
    (found,) = find_similar(tx, "No invoices arrive since the company code of Felixstowe is missing")
    assert (found.title, found.cause, found.fix) == PAST[0]


def test_a_code_is_one_word(tx: Transaction) -> None:
    assert titles(tx, "NetSuite says TW-ERP-204 again")[0] == "Sync fails with TW-ERP-204"


def test_singular_finds_plural(tx: Transaction) -> None:
    assert titles(tx, "All renewal reminders come late")[0] == "Renewal reminder came too late"


@pytest.mark.parametrize(
    "words", ["", "hello", "How do I do this with the other one?", "token", "Can you paint our van?"]
)
def test_common_words_or_a_single_one_find_nothing(tx: Transaction, words: str) -> None:
    assert titles(tx, words) == []


def test_neither_the_ticket_itself_nor_open_ones_are_found(tx: Transaction) -> None:
    remember(tx, 9, "Jira token lacks a scope again", None, None)
    assert [found.ticket_id for found in find_similar(tx, "Jira token scope", besides=4)] == []


def test_at_most_three_the_most_alike_first(tx: Transaction) -> None:
    for number in range(10, 16):
        remember(tx, number, f"Jira usage is zero in plant {number}", "The token lacked a scope", "Gave the scope")
    found = titles(tx, "Jira usage is zero, does the token lack a scope?")
    assert len(found) == 3


def test_words_are_looked_for_as_they_stand_wild_signs_included(tx: Transaction) -> None:
    remember(tx, 20, "Discount of 100% shown", "Rounding", "Fixed rounding")
    assert [found.title for found in search_by_words(tx, ["100%"])] == ["Discount of 100% shown"]
    assert [found.title for found in search_by_words(tx, ["token", "NETSUITE"])] == ["Sync fails with TW-ERP-204"]
    assert search_by_words(tx, ["to_en"]) == ()
