"""A customer is written to in the language of their own words, else in the one that is configured, else in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory.languages import answer_language, conversation_language
from bot.settings.config import Config
from bot.settings.config_file import parse
from storage.conversations import Conversation, Message
from storage.database import open_engine, upgrade
from storage.transaction import Storage, Transaction
from tests.fakes.slack_addresses import at

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def config(company: str = "", customer: str = "", channel: str = "") -> Config:
    def language(code: str) -> str:
        return f", language: {code}" if code else ""

    return parse(
        f"company: {{name: Tally, team_ids: [T0HOME]{language(company)}}}\n"
        "triage_channel: C0TRIAGE\n"
        "customers:\n"
        f"  - {{id: acme, name: Acme, tier: standard{language(customer)},\n"
        f"     channels: [{{id: C0ACME{language(channel)}}}]}}\n"
    )


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    engine = open_engine(f"sqlite:///{tmp_path}/desk.db")
    upgrade(engine)
    yield Storage(engine, lambda tx, event: None)
    engine.dispose()


def conversation(tx: Transaction, *said: str) -> Conversation:
    place, thread = at("C0ACME"), at("C0ACME", "1.0")
    found = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(place),
            thread_id=tx.addresses.id_of(thread),
            customer_id="acme",
            contact_id="U0MAYA",
            opened_at=NOW,
            last_message_at=NOW,
            status="waiting",
        )
    )
    for number, text in enumerate(said):
        tx.conversations.add_message(
            Message(
                conversation_id=found.id,
                address_id=tx.addresses.id_of(at("C0ACME", f"{number + 1}.0")),
                author_id="U0MAYA",
                side="contact",
                kind="question",
                text=text,
                in_thread=bool(number),
                said_at=NOW,
            )
        )
    return found


@pytest.mark.parametrize(
    ("said", "settings", "language"),
    [
        ("Wie kann ich Rechnungen exportieren?", {"channel": "fr"}, "de"),
        ("TW-ERP-204", {"company": "es", "customer": "fr", "channel": "de"}, "de"),
        ("TW-ERP-204", {"company": "es", "customer": "fr"}, "fr"),
        ("TW-ERP-204", {"company": "es"}, "es"),
        ("TW-ERP-204", {}, "en"),
        ("請求書をエクスポートするにはどうすればよいですか", {"channel": "de"}, "en"),
        ("TW-ERP-204", {"channel": "ja"}, "en"),
    ],
    ids=["own words", "channel", "customer", "company", "none", "not offered", "configured, not offered"],
)
def test_the_language_of_a_conversation(storage: Storage, said: str, settings: dict[str, str], language: str) -> None:
    with storage.transaction() as tx:
        assert conversation_language(tx, config(**settings), conversation(tx, said)) == language


def test_a_short_question_is_answered_in_the_language_of_its_conversation(storage: Storage) -> None:
    with storage.transaction() as tx:
        talk = conversation(tx, "Wie kann ich Rechnungen exportieren?", "NetSuite")
        assert answer_language(tx, config(), talk, "NetSuite") == "de"
        assert answer_language(tx, config(), talk, "And how do I import them again?") == "en"
