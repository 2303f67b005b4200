"""`preview` and `ingest --refuse-regressions`: a better article passes, a worse one is refused, nothing is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.errors import BadRequest, ConfigurationError
from handlers.previews import WhatIf
from sandbox import start
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.database import open_engine
from storage.transaction import Storage
from tests.fakes.desk_process import DEMO, Shop, demo_workspace
from tests.fakes.openai_server import OpenAIServer, Received, Reply, drafts, good, running
from tests.fakes.prepared_home import home_with_articles
from tests.fakes.slack_addresses import at
from wiring.ingest import ingest
from wiring.previews import preview

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NAMES = ("vendor-merge-duplicates", "budget-alerts", "audit-log", "webhooks", "invoice-inbox-email")
GOOD = "How can I undo the merge of two vendors?"
UNANSWERED = "Can I paint my scanner purple?"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Five articles, one question that they answered well, and one that they did not answer."""
    shop = Shop(tmp_path)
    for name in NAMES:
        shutil.copy(DEMO / "articles" / f"{name}.md", shop.articles)
    shutil.copytree(home_with_articles(NAMES), shop.home)
    for name, value in shop.environment.items():
        monkeypatch.setenv(name, value)
    ingest([], "public", silently)
    with_past(shop)
    return shop


def silently(name: str, done: int, total: int | None, what: str) -> None:
    """No progress bar."""


def tried(what: WhatIf) -> dict[str, int]:
    """How many of the past questions change in which way; here, without a process of its own."""
    return dict(preview(what, silently).counts)


def stored(shop: Shop) -> Iterator[Storage]:
    engine = open_engine(f"sqlite:///{shop.home / 'footbridge.db'}")
    yield Storage(engine)
    engine.dispose()


def with_past(shop: Shop) -> None:
    for storage in stored(shop):
        with storage.transaction() as tx:
            for number, (question, verdict) in enumerate(((GOOD, "solved"), (UNANSWERED, None))):
                conversation = tx.conversations.add(
                    Conversation(
                        place_id=tx.addresses.id_of(at("C0BRIGHT")),
                        thread_id=tx.addresses.id_of(at("C0BRIGHT", f"{number}.0")),
                        customer_id="brightwater",
                        contact_id="U0MAYA",
                        opened_at=NOW,
                        last_message_at=NOW,
                    )
                )
                message = tx.conversations.add_message(
                    Message(
                        conversation_id=conversation.id,
                        address_id=tx.addresses.id_of(at("C0BRIGHT", f"{number}.0")),
                        author_id="U0MAYA",
                        side="contact",
                        text=question,
                        said_at=NOW,
                    )
                )
                cited = [{"number": 1, "article_id": "vendor-merge-duplicates"}] if verdict else []
                tx.answers.add(
                    Answer(
                        conversation_id=conversation.id,
                        message_id=message.id,
                        question=question,
                        outcome="answered" if verdict else "handed_over",
                        reason="quoted" if verdict else "nothing_relevant",
                        mode="auto",
                        state="sent",
                        frame="",
                        citations=cited,
                        verdict=verdict,
                        created_at=NOW,
                    )
                )


def counts(shop: Shop) -> list[object]:
    """All that a preview must leave as it was."""
    tables = ("articles", "answers", "posts", "receipts")
    engine = open_engine(f"sqlite:///{shop.home / 'footbridge.db'}")
    try:
        with engine.connect() as connection:
            rows = [connection.execute(sql(f"SELECT count(*) FROM {table}")).scalar() for table in tables]
            return [*rows, *connection.execute(sql("SELECT id, checksum FROM articles ORDER BY id"))]
    finally:
        engine.dispose()


def mended(shop: Shop, before: str, after: str) -> Path:
    text = (shop.articles / "vendor-merge-duplicates.md").read_text(encoding="utf-8")
    assert before in text
    path = shop.folder / "draft.md"
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def without_undoing(shop: Shop) -> Path:
    text = (shop.articles / "vendor-merge-duplicates.md").read_text(encoding="utf-8")
    start_at, end = text.index("## Undo a merge"), text.index("## Suggestions")
    path = shop.folder / "draft.md"
    path.write_text(text[:start_at] + text[end:], encoding="utf-8")
    return path


def test_a_better_article_passes_and_shows_what_changes_word_by_word(shop: Shop) -> None:
    before = counts(shop)
    draft = mended(shop, "for 30 days; after", "for 45 days; after")
    said = shop.type("preview", "--article", str(draft), "--as", "vendor-merge-duplicates")
    assert said.code == 0, said.all
    assert "2 past questions: 0 worse, 0 now handed over, 1 other, 0 now answered, 0 better, 1 same." in said.out
    assert "[-30-] {+45+}" in " ".join(said.out.split())
    assert counts(shop) == before


def test_an_article_that_loses_a_good_answer_is_refused_unless_it_is_allowed(shop: Shop) -> None:
    draft = without_undoing(shop)
    said = shop.type("preview", "--article", str(draft), "--as", "vendor-merge-duplicates")
    assert said.code == 1, said.all
    assert "1 worse" in said.out and "Refused: 1 answers that people found good get worse" in said.out
    allowed = shop.type("preview", "--article", str(draft), "--as", "vendor-merge-duplicates", "--allow", "1")
    assert allowed.code == 0 and "1 worse" in allowed.out


def test_a_folder_of_drafts_is_tried_beside_a_desk_at_work(shop: Shop) -> None:
    drafts = shop.folder / "drafts"
    drafts.mkdir()
    page = "# Paint your scanner\n\nYou can paint your scanner purple, or in any other colour.\n"
    (drafts / "paint.md").write_text(page, encoding="utf-8")
    with start(demo_workspace()) as slack:
        shop.slack = slack
        with shop.running():
            said = shop.type("preview", "--articles", str(drafts))
    assert said.code == 0, said.all
    assert "1 now answered" in said.out and "0 worse" in said.out


def test_reading_in_is_refused_when_it_would_lose_a_good_answer(shop: Shop) -> None:
    before = counts(shop)
    draft = without_undoing(shop)
    shutil.copy(draft, shop.articles / "vendor-merge-duplicates.md")
    shown = shop.type("ingest", "--preview")
    assert shown.code == 1 and "1 worse" in shown.out, shown.all
    refused = shop.type("ingest", "--refuse-regressions")
    assert refused.code == 1 and "Refused" in refused.out
    assert counts(shop) == before
    agreed = shop.type("ingest", "--refuse-regressions", "--allow", "1")
    assert agreed.code == 0 and "0 new, 1 changed" in agreed.out, agreed.all


def test_another_precision_shows_which_answers_would_go_to_people(shop: Shop) -> None:
    assert tried(WhatIf(precision=1.0)) == {"worse": 1, "same": 1}
    assert tried(WhatIf(precision=0.5)) == {"same": 2}


@pytest.fixture
def model_server() -> Iterator[OpenAIServer]:
    """On it the model "worse", and a prompt that asks for it, answer nothing."""

    def behave(received: Received) -> Reply:
        worse = received.body["model"] == "worse" or "Answer nothing." in received.system
        return drafts(can_answer=False) if worse else good(received)

    with running() as server:
        server.always = behave
        yield server


def test_another_model_or_prompt_is_tried_by_its_name_or_file(
    shop: Shop, model_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    monkeypatch.setenv("FOOTBRIDGE_CHAT_MODEL", "ours")
    assert tried(WhatIf(model="another")) == {"same": 2}
    assert {received.body["model"] for received in model_server.received} == {"ours", "another"}
    assert tried(WhatIf(model="worse")) == {"worse": 1, "same": 1}
    prompt = shop.folder / "prompt.txt"
    prompt.write_text("Answer nothing. {data_rule} In {language}, as {{json}}.", encoding="utf-8")
    assert tried(WhatIf(prompt=prompt)) == {"worse": 1, "same": 1}
    prompt.write_text("Answer as {you} like.", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="data_rule"):
        tried(WhatIf(prompt=prompt))


def test_what_cannot_be_tried_is_said_with_the_way_to_mend_it(shop: Shop) -> None:
    draft = mended(shop, "30 days", "45 days")
    with pytest.raises(ConfigurationError, match="Say what to try"):
        tried(WhatIf())
    with pytest.raises(BadRequest, match=r"Did you mean vendor-merge-duplicates\?"):
        tried(WhatIf(article=draft, plan_replacement="vendor-merge-duplicate"))
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        tried(WhatIf(model="another"))
