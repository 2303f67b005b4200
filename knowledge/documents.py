"""The data of the knowledge base: articles, passages, search hits, and the result of reading a source."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PUBLIC = "public"
INTERNAL = "internal"
_CUSTOMER = "customer:"


def customer_audience(customer_id: str) -> str:
    """Return the audience of articles that only one customer and our colleagues may see."""
    return check_audience(_CUSTOMER + customer_id)


def check_audience(audience: str) -> str:
    """Return `audience` if it is `public`, `internal` or `customer:<id>`. Raises ValueError otherwise."""
    if audience in (PUBLIC, INTERNAL):
        return audience
    customer_id = audience.removeprefix(_CUSTOMER)
    if customer_id != audience and customer_id and customer_id == customer_id.strip():
        return audience
    raise ValueError(f"audience is {audience!r}; it must be 'public', 'internal' or 'customer:<customer id>'")


@dataclass(frozen=True, slots=True)
class Article:
    """One page of the knowledge base.

    `id` stays the same when the page is edited or moved. `body` is Markdown without the title. `source` is the
    absolute path or the URL of the page. `checksum` changes exactly when something that a reader sees, or who may see
    it, changes. `pinned` is True if the page's author or its system chose the id; otherwise the id was made from the
    page's location, and an earlier id may be kept instead. `owner` is the person responsible, if the page names one.
    """

    id: str
    title: str
    body: str
    url: str | None
    source: str
    audience: str
    updated_at: datetime | None
    checksum: str
    pinned: bool = True
    owner: str | None = None


def article(
    *,
    id: str,
    title: str,
    body: str,
    source: str,
    url: str | None = None,
    audience: str = PUBLIC,
    updated_at: datetime | None = None,
    pinned: bool = True,
    owner: str | None = None,
) -> Article:
    """Make an `Article` and compute its checksum. Raises ValueError if `audience` is not valid."""
    check_audience(audience)
    checksum = checksum_of(title, body, url, audience)
    return Article(id, title, body, url, source, audience, updated_at, checksum, pinned, owner)


def checksum_of(title: str, body: str, url: str | None, audience: str) -> str:
    """Return a checksum of everything that a reader sees of an article, and of who may see it."""
    seen = json.dumps([title, body, url, audience], ensure_ascii=False)
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that a search returns.

    `text` is Markdown. `heading_path` lists the headings above it, outermost first, without the title. `position`
    counts from 0 within the article. `id` is `<article id>#<position>`.
    """

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    text: str
    audience: str
    url: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with its scores.

    `score` (0..1) combines the others: see `retrieval.combine_scores`. `cosine` is 0..1 (negative values count as 0);
    `bm25` is 0 or more. `match` (word by word, see `LateInteraction`) and `title` (cosine with the article's title)
    are 0..1, or None if the passage was not reranked.
    """

    passage: Passage
    score: float
    cosine: float
    bm25: float
    match: float | None = None
    title: float | None = None


class SearchResult(list[Hit]):
    """Hits: the best passage of each article, best article first, then the neighbours of the best passages.

    `degraded` is the reason why only exact words were searched, as a sentence, or None for a complete search.
    """

    def __init__(self, hits: Iterable[Hit] = (), degraded: str | None = None) -> None:
        super().__init__(hits)
        self.degraded = degraded


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """A page that could not be read: its path or URL, the reason, and what its owner can do."""

    path: str
    reason: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one or more sources.

    `roots` are the absolute paths and URLs that were read completely: an article from below one of them that is
    missing here has been deleted. `kept` lists unchanged pages, by their `source`, that were not read again. `moved`
    maps the old `source` of a moved page to its new one. `states` maps the key of each source to the state that it
    needs for the next reading.
    """

    articles: tuple[Article, ...] = ()
    broken: tuple[BrokenPage, ...] = ()
    roots: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def merge_readings(readings: Iterable[Reading]) -> Reading:
    """Combine several readings into one."""
    all_of = list(readings)
    return Reading(
        articles=tuple(article for each in all_of for article in each.articles),
        broken=tuple(page for each in all_of for page in each.broken),
        roots=tuple(root for each in all_of for root in each.roots),
        kept=tuple(source for each in all_of for source in each.kept),
        moved={before: now for each in all_of for before, now in each.moved.items()},
        states={key: state for each in all_of for key, state in each.states.items()},
    )


def slug(text: str) -> str:
    """Return `text` as lower-case words joined by hyphens, safe to use in an id. The result is never empty."""
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-_") or "page"
