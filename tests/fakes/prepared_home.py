"""A home of the desk in which the demo's articles are read and indexed already."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.articles import article_store, sources
from bot.clock import SystemClock
from bot.settings import config_file as configuration
from bot.settings.environment import Settings
from tests.fakes.built_once import built_once
from tests.fakes.changed_config import DEMO, changed_config
from tests.fakes.running_desk import environment_of
from wiring.adapters import open_knowledge, open_storage, source_context

ROOT = Path(__file__).parents[2]
# What reads articles in. A desk brings its articles and its index up to date when it starts, so that a change elsewhere
# can make a home older than it could be, and never wrong.
READ_BY = [ROOT / name for name in ("knowledge", "storage", "bot/articles", "bot/settings", "requirements.lock")]


@pytest.fixture(scope="session")
def index() -> Path:
    """A home whose database and search index hold the demo's articles; to be copied, not to be changed."""
    articles = (DEMO / name for name in ("footbridge.yaml", "articles", "internal", "customers"))
    return built_once("demo-home", [*articles, *READ_BY], lambda home: _read_in(home, DEMO / "footbridge.yaml"))


def home_with_articles(names: Sequence[str]) -> Path:
    """A home whose index holds these articles of the demo. It has no database: that would know where they were."""
    articles = [DEMO / "articles" / f"{name}.md" for name in names]

    def build(home: Path) -> None:
        with TemporaryDirectory() as folder:
            for article in articles:
                shutil.copy(article, folder)
            knowledge = [{"path": folder, "audience": "public"}]
            _read_in(home, changed_config(Path(folder), knowledge=knowledge))
        (home / "footbridge.db").unlink()

    return built_once("some-articles", [*articles, *READ_BY], build)


def _read_in(home: Path, config_file: Path) -> None:
    """What `app.py ingest` does in an empty home."""
    config = configuration.load(config_file)
    given = Settings.from_env(environment_of(home, 0, {}), needs_slack=False)
    with open_storage(given) as (storage, _), open_knowledge(given) as knowledge:
        sources.sync_sources(config.knowledge, storage=storage, clock=SystemClock(), surroundings=source_context(given))
        article_store.update_index(knowledge, storage=storage, help_centre=config.company.help_centre)
