"""A desk that answers from a folder of its own, whose articles a test writes, mends and takes away while it works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.articles import sources
from bot.articles.sources import SourceContext
from bot.clock import SystemClock
from tests.fakes.changed_config import changed_config
from tests.fakes.prepared_home import home_with_articles
from tests.fakes.running_desk import DEMO, Desk, running_desk


@dataclass
class Articles:
    """The folder, and `read_in` as `app.py ingest` does it beside a desk at work."""

    folder: Path
    desk: Desk

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.md").write_text(text, encoding="utf-8")
        self.read_in()

    def mend(self, name: str, before: str, after: str) -> None:
        text = (self.folder / f"{name}.md").read_text(encoding="utf-8")
        assert before in text, f"{name}.md does not say {before!r}"
        self.write(name, text.replace(before, after))

    def take_away(self, name: str) -> None:
        (self.folder / f"{name}.md").unlink()
        self.read_in()

    def read_in(self) -> None:
        sources.sync_sources(
            self.desk.config.knowledge,
            storage=self.desk.storage,
            clock=SystemClock(),
            surroundings=SourceContext(cache=self.folder.parent / "repositories", environ={}),
            refresh=True,
        )
        self.desk.settle(60)


@contextmanager
def desk_with_articles(
    folder: Path, names: tuple[str, ...], *, door: str, modes: Mapping[str, str] | None = None
) -> Iterator[tuple[Desk, Articles]]:
    """`names` are articles of the demo that the folder begins with."""
    articles = folder / "articles"
    articles.mkdir()
    for name in names:
        shutil.copy(DEMO / "articles" / f"{name}.md", articles)
    config = changed_config(folder, modes=modes, knowledge=[{"path": str(articles), "audience": "public"}])
    with running_desk(folder, home_with_articles(names), door=door, config=config) as desk:
        yield desk, Articles(articles, desk)
