"""A real small model, which rambles and invents by itself: whatever it does, nothing that no article says comes out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.finding import Finding
from bot.contents.answers import AnswerPart, Citation
from bot.integrations.openai_chat import OpenAIChat
from evals import small_model
from knowledge.documents import Hit, Passage, article
from knowledge.ingestion import Changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings

PAGES = {
    "Export invoices": "Open Invoices and press Export to download every invoice as a CSV file.",
    "How often NetSuite syncs": "The NetSuite sync runs every 4 hours. Press Sync now to start it at once.",
    "Seats": "The Growth plan has 20 seats. A seat costs 12 EUR a month.",
}
QUESTIONS = (
    "how often does the NetSuite sync run?",
    "How many seats does the Growth plan have?",
    "How do I export invoices as a CSV file?",
)
ENOUGH_SECONDS = 25.0  # no further question is begun after that: it is a busy machine, or a slow one
MOST_SECONDS = 30.0
MOST_WORDS = 120


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with small_model.serving() as running:
            yield running
    except LookupError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(tmp_path / "index", LocalEmbeddings()) as opened:
        pages = (article(id=title, title=title, body=body, source=f"/{title}") for title, body in PAGES.items())
        opened.update(Changes(new=tuple(pages)))
        yield opened


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_the_model_does_only_what_articles_say_comes_out(address: str, knowledge: KnowledgeBase) -> None:
    chat = OpenAIChat(None, address, "smollm2", MOST_SECONDS, max_tokens=MOST_WORDS)
    model = small_model.RecordingModel(chat)
    begun = time.monotonic()
    for question in QUESTIONS:
        outcome = small_model.ask(question, knowledge, model)
        finding = outcome.finding
        did = f"{outcome.did}, {outcome.claims} claims, {len(finding.cut)} cut"
        sys.stdout.write(f"{question} The model: {did}. The customer: {finding.reason}.\n")
        assert finding.outcome in ("answered", "handed_over")
        assert finding.reason in ("grounded", "quoted", "not_grounded", "model_declined", "nothing_relevant")
        assert outcome.unsupported == ()
        assert bool(finding.parts) == (finding.outcome == "answered")
        if time.monotonic() - begun > ENOUGH_SECONDS:
            break
    chat.close()


def test_the_other_check_would_notice_what_no_article_says() -> None:
    hit = Hit(Passage("a#0", "a", "Seats", (), PAGES["Seats"], "public", None, 0), 1.0, 1.0, 1.0)
    citation = Citation(1, "a", "Seats", None, "", "a#0")

    def said(text: str, *citations: int) -> tuple[str, ...]:
        parts = (AnswerPart(text, citations),)
        finding = Finding("answered", "grounded", "?", parts=parts, citations=(citation,), hits=(hit,))
        return small_model.unsupported_sentences(finding)

    assert said("The Growth plan has 20 seats.", 1) == ()
    assert said("The Growth plan has 30 seats.", 1)
    assert said("Refunds are always paid on request.", 1)
    assert said("The Growth plan has 20 seats.")


def test_what_is_missing_is_told_with_its_name() -> None:
    with pytest.raises(LookupError, match="no-such-package-of-weights"):
        small_model.find_weights("no-such-package-of-weights")
