"""What an agent has remembered is free of people's data, is for whom the agent chose, and outlives reading in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.articles import article_store
from bot.articles.saved_answers import remember
from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.settings import config_file as configuration
from bot.settings.config import Config
from knowledge.documents import Reading
from storage.answers import Answer
from storage.articles import StoredArticle
from storage.conversations import Conversation
from storage.database import open_engine, upgrade
from storage.people import Person
from storage.transaction import Storage
from tests.fakes.slack_addresses import at

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
ANA = Actor("U0ANA", "T0HOME", "Ana Lindqvist", True, frozenset({"agent"}))
QUESTION = "Which tax code do we use? Mail me at maya@brightwater.example"


class Noon:
    def now(self) -> datetime:
        return NOON


@pytest.fixture
def config() -> Config:
    return configuration.load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def storage(engine: Engine) -> Storage:
    storage = Storage(engine)
    with storage.transaction() as tx:
        tx.people.put(Person(user_id="U0MAYA", team_id="T0BRIGHT", name="Maya Ferrant", is_bot=False, seen_at=NOON))
        conversation = tx.conversations.add(
            Conversation(
                place_id=tx.addresses.id_of(at("C0BRIGHT")),
                thread_id=tx.addresses.id_of(at("C0BRIGHT", "1.0")),
                customer_id="brightwater",
                contact_id="U0MAYA",
                opened_at=NOON,
                last_message_at=NOON,
            )
        )
        tx.answers.add(
            Answer(
                conversation_id=conversation.id,
                message_id=1,
                question=QUESTION,
                outcome="answered",
                reason="quoted",
                mode="suggest",
                frame="",
                citations=[{"number": 1, "article_id": "taxes", "title": "Tax codes", "quote": "IE21"}],
                created_at=NOON,
            )
        )
    return storage


def remembered(storage: Storage, config: Config, text: str, audience: str) -> StoredArticle:
    with storage.transaction() as tx:
        remember(tx, tx.answers.get(1), QUESTION, text, audience, actor=ANA, config=config, clock=Noon())
    with storage.reading() as tx:
        row = tx.articles.get("remembered-1")
    assert row is not None
    return row


def test_greetings_addresses_and_secrets_are_left_out_and_the_source_is_told(storage: Storage, config: Config) -> None:
    said = "Hi Maya, good morning! It is **IE23**. Call +353 1 234 5678, the token is xoxb-1234567890-abcdef. <!here>"
    row = remembered(storage, config, said, "customer")
    assert row.title == "Which tax code do we use? Mail me at [e-mail]"
    assert row.body.startswith("It is **IE23**. Call [phone], the token is [secret]")
    assert "here" not in row.body.partition(article_store.ABOUT)[0] and "Maya" not in row.body
    assert "takes the place of what we answered before from “Tax codes”" in row.body
    assert (row.audience, row.owner, row.source) == ("customer:brightwater", "U0ANA", "remembered:1")
    indexed = article_store.as_indexed(row, "https://help.example/articles")
    assert article_store.ABOUT not in indexed.body and "Our support team" not in indexed.body and indexed.url is None


def test_for_everyone_it_is_public_and_has_an_address(storage: Storage, config: Config) -> None:
    row = remembered(storage, config, "Maya, it is IE23.", "everyone")
    assert (row.audience, row.body.partition("\n")[0]) == ("public", "It is IE23.")
    assert (
        article_store.as_indexed(row, "https://help.example/articles/").url
        == "https://help.example/articles/remembered-1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "At Brightwater Foods it is IE23.",
        "As Maya told us, it is IE23.",
        "Not as at kestrel, it is IE23.",
        "It is IE23; see portal.brightwater.example.",
    ],
)
def test_what_names_a_customer_or_its_people_is_refused_for_everyone(
    storage: Storage, config: Config, text: str
) -> None:
    with pytest.raises(BadRequest, match="not for everyone") as refused:
        remembered(storage, config, text, "everyone")
    assert refused.value.at == "remember"
    assert remembered(storage, config, text, "customer").audience == "customer:brightwater"


def test_what_leans_on_an_article_that_not_everyone_may_read_is_refused_for_everyone(
    storage: Storage, config: Config
) -> None:
    with storage.transaction() as tx:
        tx.articles.put(
            StoredArticle(
                id="taxes",
                title="Tax codes",
                body="IE21",
                url=None,
                source="/inside/taxes.md",
                audience="internal",
                checksum="1",
                updated_at=None,
                read_at=NOON,
            )
        )
    with pytest.raises(BadRequest, match="not everyone may read"):
        remembered(storage, config, "It is IE23.", "everyone")


@pytest.mark.parametrize(("text", "audience"), [("  ", "customer"), ("Hi Maya,", "customer"), ("IE23", "nobody")])
def test_nothing_is_kept_without_words_or_a_choice(storage: Storage, config: Config, text: str, audience: str) -> None:
    with pytest.raises(BadRequest):
        remembered(storage, config, text, audience)
    with storage.reading() as tx:
        assert tx.articles.count() == 0


@pytest.mark.parametrize("roots", [(), ("/kb",), ("/",)])
def test_reading_the_sources_in_leaves_it_alone(storage: Storage, config: Config, roots: tuple[str, ...]) -> None:
    remembered(storage, config, "It is IE23.", "customer")
    changes = article_store.store(Reading(roots=roots), storage=storage, clock=Noon())
    assert changes.removed == ()
    with storage.reading() as tx:
        assert tx.articles.get("remembered-1") is not None
