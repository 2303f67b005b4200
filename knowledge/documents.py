"""The words of the knowledge base: articles, passages, hits. Plain data; nothing here reads or searches."""

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
    """The audience of passages that only one customer and our own people may see."""
    return check_audience(_CUSTOMER + customer_id)


def check_audience(audience: str) -> str:
    """Return `audience` when it is `public`, `internal` or `customer:<id>`; ValueError otherwise."""
    if audience in (PUBLIC, INTERNAL):
        return audience
    customer_id = audience.removeprefix(_CUSTOMER)
    if customer_id != audience and customer_id and customer_id == customer_id.strip():
        return audience
    raise ValueError(f"audience is {audience!r}; it must be 'public', 'internal' or 'customer:<customer id>'")


@dataclass(frozen=True, slots=True)
class Article:
    """One page of knowledge.

    `id` is stable over edits and moves, `body` is Markdown without the title, `source` is the absolute
    path (or address) of the page it was read from, and `checksum` changes exactly when something that a
    reader sees, or who may see it, changes. `pinned` tells that the id was given to the page by its writer
    or its system; otherwise it was made from where the page lies, and an older one may be kept for it.
    `owner` is who looks after it, where the page itself says so.
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
    """An `Article` with its checksum worked out; ValueError when the audience is none that we know."""
    check_audience(audience)
    checksum = checksum_of(title, body, url, audience)
    return Article(id, title, body, url, source, audience, updated_at, checksum, pinned, owner)


def checksum_of(title: str, body: str, url: str | None, audience: str) -> str:
    """What tells one state of an article from the next."""
    seen = json.dumps([title, body, url, audience], ensure_ascii=False)
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article that retrieval returns.

    `text` is Markdown, `heading_path` the headings above it (outermost first, without the title), and
    `position` counts from 0 within its article. `id` is `<article id>#<position>`.
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
    """A passage that fits a question, and how well.

    `score` (0..1) weighs all the others: see `retrieval.weighed`. `cosine` is 0..1 (negative ones count as 0), `bm25`
    is 0 and up; `match` (words one by one, see `LateInteraction`) and `title` (cosine with its article's title) are
    0..1, or None where there was no second look.
    """

    passage: Passage
    score: float
    cosine: float
    bm25: float
    match: float | None = None
    title: float | None = None


class SearchResult(list[Hit]):
    """Hits: first the best passage of each article, best article first, then the passages around the very best.

    `degraded` says in plain words why only exact words were searched, or is None when all went well.
    """

    def __init__(self, hits: Iterable[Hit] = (), degraded: str | None = None) -> None:
        super().__init__(hits)
        self.degraded = degraded


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """A page that could not be read: where it is, why, and what its owner can do about it."""

    path: str
    reason: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a look into the sources found.

    `roots` are the absolute paths and addresses below which everything was looked for: what is missing there is gone.
    `kept` are pages (by their `source`) that are as they were and were not read again. `moved` says of pages that have
    a new place where they are now, old `source` -> new. `states` is what each source, by its key, wants to find again
    at the next reading.
    """

    articles: tuple[Article, ...] = ()
    broken: tuple[BrokenPage, ...] = ()
    roots: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def joined(readings: Iterable[Reading]) -> Reading:
    """Several readings as one."""
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
    """`text` as lower-case words joined by hyphens, safe in ids; never empty."""
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-_") or "page"
