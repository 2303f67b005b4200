"""Updates the index: compares the sources with what is stored, and embeds only what changed."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.chunking import embedded_text, split_article
from knowledge.documents import Article, BrokenPage, Passage, Reading, checksum_of
from knowledge.embeddings import Embeddings, Vectors
from knowledge.index_rows import IndexedArticle
from knowledge.stable_ids import assign_stable_ids, is_below
from knowledge.vector_index import VectorIndex

_SLICE = 64
"""Passages that are embedded together: enough for efficient batches, few enough to show progress."""

Progress = Callable[[int, int, str], None]
"""Called with the number of articles done, the total number, and the title of the last one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between the sources and the index. `removed` and `unchanged` are article ids.

    A `moved` article has a new location, but the same text and the same id.
    """

    new: tuple[Article, ...] = ()
    changed: tuple[Article, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    broken: tuple[BrokenPage, ...] = ()
    moved: tuple[Article, ...] = ()

    @property
    def to_write(self) -> tuple[Article, ...]:
        """Articles whose passages must be stored."""
        return self.new + self.changed + self.moved


@dataclass(frozen=True, slots=True)
class Ingested:
    """Counts of an update: articles written and removed, passages embedded, and passages whose vector was reused."""

    articles: int
    removed: int
    embedded: int
    reused: int


def plan_changes(
    reading: Reading, known: Mapping[str, IndexedArticle], *, exists: Callable[[str], bool] = os.path.exists
) -> Changes:
    """Work out what must change so that the index matches the sources.

    An article is removed only if it came from below a root that was read and its page is not just broken. A page is
    reported as broken if its id is already used by a page of another source that still `exists`.
    """
    new, changed, moved, unchanged, broken = [], [], [], [], list(reading.broken)
    kept = _find_kept(reading, known)
    found: dict[str, str] = {article_id: known[article_id].source for article_id in kept}
    for page in assign_stable_ids(reading, known):
        before = known.get(page.id)
        taken_by = found.setdefault(page.id, page.source)
        if taken_by != page.source:
            broken.append(_report_taken_id(page, taken_by))
        elif before is None:
            new.append(page)
        elif before == IndexedArticle(page.checksum, page.source):
            unchanged.append(page.id)
        elif before.source != page.source and not is_below(before.source, reading.roots) and exists(before.source):
            broken.append(_report_taken_id(page, before.source))
        elif before.source != page.source and _has_same_text(page, before):
            moved.append(page)
        else:
            changed.append(page)
    unreadable = [page.path for page in reading.broken]
    removed = [
        article_id
        for article_id, before in known.items()
        if article_id not in found
        and is_below(before.source, reading.roots)
        and not is_below(before.source, unreadable)
    ]
    return Changes(tuple(new), tuple(changed), tuple(sorted(removed)), (*kept, *unchanged), tuple(broken), tuple(moved))


def _find_kept(reading: Reading, known: Mapping[str, IndexedArticle]) -> list[str]:
    unchanged = set(reading.kept)
    return [article_id for article_id, before in known.items() if before.source in unchanged]


def _has_same_text(page: Article, before: IndexedArticle) -> bool:
    """Return whether only the location changed. The checksum contains a web page's URL, so try the old one as well."""
    with_old_url = checksum_of(page.title, page.body, before.source, page.audience)
    return before.checksum in (page.checksum, with_old_url)


def apply_changes(
    changes: Changes,
    index: VectorIndex,
    embeddings: Embeddings,
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Write `changes` to the index. After an interruption, the next `plan_changes` finds what is still missing."""
    for article_id in changes.removed:
        index.remove(article_id)
    articles = changes.to_write
    known = {page.id for page in changes.changed + changes.moved}
    embedded = reused = done = 0
    for group in _group_articles(articles):
        cut = [(page, split_article(page)) for page in group]
        kept = {
            embedded_text(passage): vector
            for page in group
            if page.id in known
            for passage, vector in index.of_article(page.id)
        }
        fresh = sorted({embedded_text(each) for _, cuts in cut for each in cuts} - set(kept))
        kept |= dict(zip(fresh, embeddings.embed(fresh), strict=True)) if fresh else {}
        for page, cuts in cut:
            index.put(page, cuts, _stack_vectors(cuts, kept, embeddings.dimensions))
            done += 1
            progress(done, len(articles), page.title)
        embedded += len(fresh)
        reused += sum(len(cuts) for _, cuts in cut) - len(fresh)
    return Ingested(len(articles), len(changes.removed), embedded, reused)


def _stack_vectors(cuts: Sequence[Passage], kept: Mapping[str, Vectors], dimensions: int) -> Vectors:
    if not cuts:
        return np.zeros((0, dimensions), dtype=np.float32)
    return np.stack([kept[embedded_text(each)] for each in cuts])


def _group_articles(articles: Sequence[Article]) -> Iterator[list[Article]]:
    group: list[Article] = []
    for page in articles:
        group.append(page)
        if sum(1 + len(each.body) // 1_000 for each in group) >= _SLICE:
            yield group
            group = []
    if group:
        yield group


def _report_taken_id(page: Article, source: str) -> BrokenPage:
    return BrokenPage(
        page.source,
        f"The id '{page.id}' is already used by {source}.",
        "Give one of the two pages a different 'id:' in its front matter.",
    )
