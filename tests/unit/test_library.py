"""The articles table: what changes or goes has its answers looked at, and what is marked wrong is not answered from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.articles import article_store
from knowledge.documents import Article, Reading, article
from storage.articles import StoredArticle
from storage.database import open_engine, upgrade
from storage.jobs import JobLog
from storage.transaction import Storage


class Ticking:
    """A clock that moves on with each look, so that one change can be told from the next."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def storage(engine: Engine) -> Storage:
    return Storage(engine)


CLOCK = Ticking()


def page(body: str, source: str = "/kb/merge.md") -> Article:
    return article(id="merge", title="Merge", body=body, source=source)


def read_in(storage: Storage, *pages: Article) -> None:
    article_store.store(Reading(articles=pages, roots=("/kb",)), storage=storage, clock=CLOCK)


def row(storage: Storage) -> StoredArticle:
    with storage.reading() as tx:
        found = tx.articles.get("merge")
    assert found is not None
    return found


def reviews(engine: Engine) -> list[str]:
    """The causes for which answers are to be looked at, oldest first."""
    queued = [job.key.split(":") for job in JobLog(engine).pending() if job.key.startswith("ReviewAnswers:")]
    return [parts[3] for parts in sorted(queued, key=lambda parts: parts[4:])]


def test_only_a_change_of_what_is_read_and_going_away_are_looked_at(engine: Engine, storage: Storage) -> None:
    read_in(storage, page("30 days."))
    read_in(storage, page("30 days."))
    read_in(storage, page("30 days.", "/kb/moved/merge.md"))
    assert reviews(engine) == []
    read_in(storage, page("14 days.", "/kb/moved/merge.md"))
    assert reviews(engine) == ["changed"]
    read_in(storage)
    assert reviews(engine) == ["changed", "withdrawn"]


def test_an_article_marked_wrong_is_left_out_until_its_text_is_another(engine: Engine, storage: Storage) -> None:
    read_in(storage, page("30 days."))
    with storage.transaction() as tx:
        found = tx.articles.get("merge")
        assert found is not None
        found.owner = "U0RUTH"
        article_store.mark(tx, found, "It is 14 days.", CLOCK.now())
    assert article_store.list_indexed_articles(storage=storage, help_centre=None) == []
    assert reviews(engine) == ["wrong"]
    read_in(storage, page("30 days.", "/kb/moved/merge.md"))
    assert row(storage).wrong_note == "It is 14 days."
    assert article_store.list_indexed_articles(storage=storage, help_centre=None) == []
    read_in(storage, page("14 days.", "/kb/moved/merge.md"))
    mended = row(storage)
    assert (mended.wrong_since, mended.wrong_note, mended.owner) == (None, None, "U0RUTH")
    assert [one.body for one in article_store.list_indexed_articles(storage=storage, help_centre=None)] == ["14 days."]


def test_a_copy_elsewhere_stands_in_for_an_article_when_it_is_only_tried(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "merge.md"
    source.write_text("30 days.", encoding="utf-8")
    article_store.store(Reading((page("30 days.", str(source)),)), storage=storage, clock=CLOCK)
    copy = Reading((page("14 days.", "/drafts/merge.md"),), roots=("/drafts",))
    assert [one.body for one in article_store.planned(copy, storage=storage, as_ours=True).changed] == ["14 days."]
    assert len(article_store.planned(copy, storage=storage).broken) == 1, "read in, it would take another one's id"
    assert row(storage).body == "30 days."
