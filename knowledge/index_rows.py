"""How passages are stored in the vector index: one row per passage, with the article's data repeated in each."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.documents import Article, Passage
from knowledge.embeddings import Vectors


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What the index knows of an article: the checksum of the stored version, and the page it was read from."""

    checksum: str
    source: str


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A stored passage. `metadata` holds the article's values; `vector` has shape (dimensions,), None if not loaded."""

    passage: Passage
    metadata: Mapping[str, Any]
    vector: Vectors | None


def row_metadata(article: Article, passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Return the metadata to store with each of `passages`, which are all the passages of `article`."""
    common = {
        "article_id": article.id,
        "title": article.title,
        "url": article.url or "",
        "checksum": article.checksum,
        "source": article.source,
        "of": len(passages),
    }
    return [{**common, "position": each.position, "headings": json.dumps(each.heading_path)} for each in passages]


def passage_from(passage_id: str, text: str, metadata: Mapping[str, Any], audience: str) -> Passage:
    """Return the passage that was stored with `metadata`."""
    return Passage(
        id=passage_id,
        article_id=str(metadata["article_id"]),
        title=str(metadata["title"]),
        heading_path=tuple(json.loads(str(metadata["headings"]))),
        text=text,
        audience=audience,
        url=str(metadata["url"]) or None,
        position=int(metadata["position"]),
    )


def indexed_articles(rows: Iterable[IndexRow]) -> dict[str, IndexedArticle]:
    """Return article id -> what is stored of it. An article that is only partly written has an empty checksum."""
    by_article: dict[str, list[IndexRow]] = defaultdict(list)
    for row in rows:
        by_article[row.passage.article_id].append(row)
    articles = {}
    for article_id, stored in by_article.items():
        first = stored[0].metadata
        versions = {(row.metadata["checksum"], row.passage.audience) for row in stored}
        complete = len(versions) == 1 and len(stored) == first["of"]
        articles[article_id] = IndexedArticle(str(first["checksum"]) if complete else "", str(first["source"]))
    return articles
