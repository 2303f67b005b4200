"""Brings the index up to date: works out what changed, then embeds only that. It reads no sources itself."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.chunking import embedded_text, passages
from knowledge.documents import Article, BrokenPage, Passage, Reading, checksum_of
from knowledge.embeddings import Embeddings, Vectors
from knowledge.stable_ids import below as _below
from knowledge.stable_ids import with_lasting_ids
from knowledge.vector_index import Known, VectorIndex

_SLICE = 64
"""Passages that are embedded together: large enough for even batches, small enough to show progress."""

Progress = Callable[[int, int, str], None]
"""Called with articles done, articles to do, and the title of the last one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the sources and what is held. `removed` and `unchanged` are article ids.

    A page that has only another place now is `moved`: its words are the same, and so is its id.
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
    """What was done: articles written and removed, passages embedded, passages whose vector was kept."""

    articles: int
    removed: int
    embedded: int
    reused: int


def plan(reading: Reading, known: Mapping[str, Known], *, exists: Callable[[str], bool] = os.path.exists) -> Changes:
    """What to do so that the index says what the sources say.

    An article is removed only when it came from below a root that was read, and its page is not merely
    broken. A page that would overwrite another one's id from elsewhere (which still `exists`) is broken.
    """
    new, changed, moved, unchanged, broken = [], [], [], [], list(reading.broken)
    kept = _kept(reading, known)
    found: dict[str, str] = {article_id: known[article_id].source for article_id in kept}
    for page in with_lasting_ids(reading, known):
        before = known.get(page.id)
        taken_by = found.setdefault(page.id, page.source)
        if taken_by != page.source:
            broken.append(_taken(page, taken_by))
        elif before is None:
            new.append(page)
        elif before == Known(page.checksum, page.source):
            unchanged.append(page.id)
        elif before.source != page.source and not _below(before.source, reading.roots) and exists(before.source):
            broken.append(_taken(page, before.source))
        elif before.source != page.source and _says_the_same(page, before):
            moved.append(page)
        else:
            changed.append(page)
    unreadable = [page.path for page in reading.broken]
    removed = [
        article_id
        for article_id, before in known.items()
        if article_id not in found and _below(before.source, reading.roots) and not _below(before.source, unreadable)
    ]
    return Changes(tuple(new), tuple(changed), tuple(sorted(removed)), (*kept, *unchanged), tuple(broken), tuple(moved))


def _kept(reading: Reading, known: Mapping[str, Known]) -> list[str]:
    as_they_were = set(reading.kept)
    return [article_id for article_id, before in known.items() if before.source in as_they_were]


def _says_the_same(page: Article, before: Known) -> bool:
    """A web page's address is a part of what a reader sees, and yet not of what the page says."""
    at_the_old_place = checksum_of(page.title, page.body, before.source, page.audience)
    return before.checksum in (page.checksum, at_the_old_place)


def apply(
    changes: Changes,
    index: VectorIndex,
    embeddings: Embeddings,
    progress: Progress = lambda done, total, title: None,
) -> Ingested:
    """Carry out `changes`. When it is interrupted, what was written stays and the next plan names the rest."""
    for article_id in changes.removed:
        index.remove(article_id)
    articles = changes.to_write
    known = {page.id for page in changes.changed + changes.moved}
    embedded = reused = done = 0
    for group in _slices(articles):
        cut = [(page, passages(page)) for page in group]
        kept = {
            embedded_text(passage): vector
            for page in group
            if page.id in known
            for passage, vector in index.of_article(page.id)
        }
        fresh = sorted({embedded_text(each) for _, cuts in cut for each in cuts} - set(kept))
        kept |= dict(zip(fresh, embeddings.embed(fresh), strict=True)) if fresh else {}
        for page, cuts in cut:
            index.put(page, cuts, _stacked(cuts, kept, embeddings.dimensions))
            done += 1
            progress(done, len(articles), page.title)
        embedded += len(fresh)
        reused += sum(len(cuts) for _, cuts in cut) - len(fresh)
    return Ingested(len(articles), len(changes.removed), embedded, reused)


def _stacked(cuts: Sequence[Passage], kept: Mapping[str, Vectors], dimensions: int) -> Vectors:
    if not cuts:
        return np.zeros((0, dimensions), dtype=np.float32)
    return np.stack([kept[embedded_text(each)] for each in cuts])


def _slices(articles: Sequence[Article]) -> Iterator[list[Article]]:
    group: list[Article] = []
    for page in articles:
        group.append(page)
        if sum(1 + len(each.body) // 1_000 for each in group) >= _SLICE:
            yield group
            group = []
    if group:
        yield group


def _taken(page: Article, source: str) -> BrokenPage:
    return BrokenPage(
        page.source,
        f"The id '{page.id}' belongs to {source} already.",
        "Give one of them another 'id:' in its front matter.",
    )
