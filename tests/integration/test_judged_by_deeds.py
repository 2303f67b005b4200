"""What people do with answers, by the real use cases and in a real database, is found again as judgements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.answering import gate
from bot.answering.feedback import answer_not_quite, answer_solved
from bot.answering.judgement import judgements
from bot.answering.suggestions import discard_suggestion, send_suggestion
from bot.articles import article_store
from bot.corrections.review_answers import review_answers
from bot.desk.open_ticket import reopen
from bot.directory.access import Actor
from bot.jobs import ReviewAnswers
from bot.settings.config import Config
from bot.settings.config_file import parse
from knowledge.documents import article
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings
from storage.answers import Answer
from storage.conversations import Message
from storage.corrections import Correction
from storage.jobs import JobLog
from storage.tickets import Ticket
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.judged_answers import judged
from tests.fakes.slack_addresses import at

CHANNEL = "C0ACME"
CONFIG: Config = parse(
    "company: {name: Tallyworks, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\n"
    f"customers:\n  - {{id: acme, name: Acme, tier: standard, channels: [{{id: {CHANNEL}}}]}}\n"
)
ANA = Actor("U0ANA", "T0HOME", "Ana Lindqvist", True, frozenset({"agent"}))
MAYA = Actor("U0MAYA", "T0ACME", "Maya Ferrant", False, customer_id="acme")
MADE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Ticking:
    """Every look is a second later."""

    def __init__(self) -> None:
        self.moment = MADE + timedelta(hours=1)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class Past:
    storage: Storage
    clock: Ticking

    def answer(self, mode: str = "suggest") -> int:
        with self.storage.transaction() as tx:
            return judged(tx, CHANNEL, MADE, customer="acme", contact="U0MAYA", mode=mode, what="left")

    def why(self) -> list[str]:
        with self.storage.reading() as tx:
            return [
                one.why
                for one in judgements(
                    tx.trials.of_channel(tx.addresses.find(at(CHANNEL)) or 0, MADE - timedelta(days=1))
                )
            ]

    def looked_at(self) -> int:
        """How many jobs have been queued that look at the channel's mode."""
        return sum(
            job.key.startswith(f"ReviewModes:{at(CHANNEL).key}:") for job in JobLog(self.storage.engine).pending()
        )

    def send(self, answer_id: int, text: str | None = None) -> None:
        send_suggestion(answer_id, text, actor=ANA, storage=self.storage, config=CONFIG, clock=self.clock)


@pytest.fixture
def past(engine: Engine) -> Past:
    return Past(desk_storage(engine, CONFIG), Ticking())


def test_what_agents_do_with_drafts_is_found_and_looked_at_every_time(past: Past) -> None:
    assert past.why() == []
    past.send(past.answer())
    past.send(past.answer(), "Open Settings and then press Save.")
    past.send(past.answer(), "I have done that for you, Maya; nothing is left to do.")
    discard_suggestion(past.answer(), actor=ANA, storage=past.storage, clock=past.clock)
    assert past.why() == ["sent_as_drafted", "mended", "rewritten", "discarded"]
    assert past.looked_at() == 4


def test_an_edited_draft_is_kept_beside_the_words_that_were_sent(past: Past) -> None:
    answer_id = past.answer()
    past.send(answer_id, "Open Settings, Maya.")
    with past.storage.reading() as tx:
        answer: Answer = tx.answers.get(answer_id)
    assert answer.drafted == "Open Settings and press Save."
    assert answer.parts[0]["text"] == "Open Settings, Maya."


def test_the_customers_buttons_are_found(past: Past) -> None:
    everything = {"actor": MAYA, "storage": past.storage, "config": CONFIG, "clock": past.clock}
    answer_solved(past.answer("auto"), **everything)
    answer_not_quite(past.answer("auto"), "", **everything)
    assert past.why() == ["solved", "not_quite"]
    assert past.looked_at() == 2


def test_a_ticket_opened_again_speaks_against_the_last_answer_given(past: Past) -> None:
    first = past.answer()
    past.send(first)
    with past.storage.transaction() as tx:
        conversation_id = tx.answers.get(first).conversation_id
        ticket = tx.tickets.add(
            Ticket(
                conversation_id=conversation_id,
                customer_id="acme",
                title="Saving",
                reason="",
                status="resolved",
                opened_at=MADE,
                first_response_due=MADE,
                resolution_due=MADE,
            )
        )
        reopen(tx, ticket, MAYA, past.clock.now(), "Maya Ferrant is still stuck.", CONFIG)
    assert past.why() == ["reopened"]
    assert past.looked_at() == 2


@pytest.mark.parametrize(("cause", "state", "why"), [("wrong", "sent", "found_wrong"), ("changed", "sent", "solved")])
def test_a_correction_speaks_against_an_answer_only_when_its_article_was_wrong(
    past: Past, cause: str, state: str, why: str
) -> None:
    answer_id = past.answer("auto")
    answer_solved(answer_id, actor=MAYA, storage=past.storage, config=CONFIG, clock=past.clock)
    with past.storage.transaction() as tx:
        tx.corrections.add(
            Correction(
                answer_id=answer_id,
                conversation_id=tx.answers.get(answer_id).conversation_id,
                article_id="saving",
                cause=cause,
                text="It is Keep, not Save.",
                state=state,
                created_at=past.clock.now(),
            )
        )
    assert past.why() == [why]


def test_a_draft_in_shadow_is_compared_with_what_our_person_wrote_after_it(past: Past) -> None:
    for text in (
        "Just open the settings, Maya, and press Save there.",
        "We cancelled the old contract of your Irish subsidiary on Monday morning; the vendor confirmed it by letter, "
        "and the invoice of December is void.",
    ):
        answer_id = past.answer("shadow")
        with past.storage.transaction() as tx:
            answer = tx.answers.get(answer_id)
            tx.conversations.add_message(
                Message(
                    conversation_id=answer.conversation_id,
                    address_id=tx.addresses.id_of(at(CHANNEL, f"ours:{answer_id}")),
                    author_id="U0ANA",
                    side="ours",
                    kind="reply",
                    text=text,
                    said_at=past.clock.now(),
                )
            )
            answer.state, answer.decided_by = "discarded", "U0ANA"
    assert past.why() == ["same_words", "other_words"]


def test_an_article_that_was_wrong_lets_the_channels_mode_be_looked_at_at_once(past: Past, tmp_path: Path) -> None:
    answer_id = past.answer("auto")
    with past.storage.transaction() as tx:
        wrong = article(id="a", title="Saving", body="Open Settings and press Save.", source="/a.md")
        article_store.put(tx, wrong, past.clock.now(), owner="U0ANA")
        answer = tx.answers.get(answer_id)
        answer.parts = [{"text": "Open Settings and press Save.", "citations": [1], "heading": ""}]
        answer.citations = [
            {"number": 1, "article_id": "a", "title": "Saving", "url": None, "quote": "x", "passage_id": "a#0"}
        ]
        tx.answers.record_dependencies(answer_id, {"a": wrong.checksum})
        row = tx.articles.get("a")
        assert row is not None
        article_store.mark(tx, row, "Save is gone.", past.clock.now())
    before = past.looked_at()
    with KnowledgeBase.open(tmp_path / "index", LocalEmbeddings()) as knowledge:
        review_answers(
            ReviewAnswers("a", wrong.checksum, "wrong", past.clock.now().isoformat()),
            storage=past.storage,
            knowledge=knowledge,
            chat_model=None,
            gate=gate.load_gate(),
            config=CONFIG,
            clock=past.clock,
            help_centre=None,
        )
    assert past.looked_at() == before + 1
    assert past.why() == ["found_wrong"]
