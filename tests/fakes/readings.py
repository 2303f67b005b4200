"""Remembers what a source found, as the articles table does, so that a test can let it read again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.documents import Article, Reading
from knowledge.index_rows import IndexedArticle
from knowledge.ingestion import Changes, plan_changes
from knowledge.sources.source import PreviousReading, Source


@dataclass
class Shelf:
    """Articles by id, and the states of their sources."""

    articles: dict[str, Article] = field(default_factory=dict)
    states: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    last: Reading = field(default_factory=Reading)

    def read(self, source: Source) -> Changes:
        """Lets the source read, takes over what changed, and says what that was."""
        held = frozenset(article.source for article in self.articles.values())
        self.last = source.read(PreviousReading(self.states.get(source.key, {}), held), lambda done, total, what: None)
        known = {article.id: IndexedArticle(article.checksum, article.source) for article in self.articles.values()}
        changes = plan_changes(self.last, known, exists=lambda path: False)
        for article in changes.to_write:
            self.articles[article.id] = article
        for article_id in changes.removed:
            del self.articles[article_id]
        self.states |= self.last.states
        return changes

    def titles(self) -> list[str]:
        return sorted(article.title for article in self.articles.values())

    def id_of(self, title: str) -> str:
        return next(article.id for article in self.articles.values() if article.title == title)
