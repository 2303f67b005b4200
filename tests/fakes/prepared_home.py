"""A home of the desk in which the demo's articles are read and indexed already."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import open_knowledge, open_storage, surroundings
from bot.articles import article_store, sources
from bot.clock import SystemClock
from bot.settings import config_file as configuration
from bot.settings.environment import Settings
from tests.fakes.built_once import built_once
from tests.fakes.changed_config import DEMO
from tests.fakes.running_desk import environment_of

ROOT = Path(__file__).parents[2]
# What the home depends on. A desk brings its articles and its index up to date when it starts, so that a change
# elsewhere can make a home older than it could be, and never wrong.
MADE_OF = (
    *(DEMO / name for name in ("footbridge.yaml", "articles", "internal", "customers")),
    *(ROOT / name for name in ("knowledge", "storage", "bot/articles", "bot/settings", "requirements.lock")),
)


@pytest.fixture(scope="session")
def build_cache(request: pytest.FixtureRequest) -> Path:
    """Where `built_once` keeps what it makes; the folder may be deleted."""
    return request.config.rootpath / ".pytest_cache" / "built"


@pytest.fixture(scope="session")
def index(build_cache: Path) -> Path:
    """A home whose database and search index hold the demo's articles; to be copied, not to be changed."""
    return built_once(build_cache, "demo-home", MADE_OF, read_articles)


def read_articles(home: Path) -> None:
    """What `app.py ingest` does in an empty home."""
    config = configuration.load(DEMO / "footbridge.yaml")
    given = Settings.from_env(environment_of(home, 0, {}), needs_slack=False)
    with open_storage(given) as (storage, _), open_knowledge(given) as knowledge:
        sources.sync_sources(config.knowledge, storage=storage, clock=SystemClock(), surroundings=surroundings(given))
        article_store.update_index(knowledge, storage=storage, help_centre=config.company.help_centre)
