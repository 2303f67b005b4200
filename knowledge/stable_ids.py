"""Lets an article keep its id when its page moves or is renamed."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from knowledge.documents import Article, Reading
from knowledge.index_rows import IndexedArticle


def assign_stable_ids(reading: Reading, known: Mapping[str, IndexedArticle]) -> Iterator[Article]:
    """Yield the articles of `reading`. Those without a pinned id get the id that they had before.

    A page is the same as before if it is in the same location, if its source reports that it has moved, or if exactly
    one page with this text disappeared and exactly one with the same text appeared.
    """
    by_place = {before.source: article_id for article_id, before in known.items()}
    present = {page.source for page in reading.articles} | set(reading.kept)
    stable = _match_by_location(reading, by_place) | _match_by_reported_move(reading, by_place, present)
    stable = _match_by_text(reading, known, present, stable) | stable
    owners = {page.id: page.source for page in reading.articles if page.pinned}
    owners |= {article_id: source for source, article_id in stable.items()}
    owners |= {by_place[source]: source for source in reading.kept if source in by_place}
    for page in reading.articles:
        if page.pinned:
            yield page
            continue
        stable_id = stable.get(page.source) or _free_id(page, owners)
        owners[stable_id] = page.source
        yield replace(page, id=stable_id)


def is_below(path: str, roots: Sequence[str]) -> bool:
    """Return whether `path` is one of `roots`, or is inside one of them."""
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _match_by_location(reading: Reading, by_place: Mapping[str, str]) -> dict[str, str]:
    """Return page -> id of the article that was read from the same location."""
    unpinned = (page for page in reading.articles if not page.pinned)
    return {page.source: by_place[page.source] for page in unpinned if page.source in by_place}


def _match_by_reported_move(reading: Reading, by_place: Mapping[str, str], present: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for old, now in reading.moved.items():
        if old in by_place and old not in present and now in present and now not in by_place:
            found.setdefault(now, by_place[old])
    return found


def _match_by_text(
    reading: Reading, known: Mapping[str, IndexedArticle], present: set[str], matched: Mapping[str, str]
) -> dict[str, str]:
    """Return new page -> id of the page that disappeared, where the text leaves no doubt that they are the same."""
    broken = [page.path for page in reading.broken]
    used = set(matched.values()) | {page.id for page in reading.articles if page.pinned}
    gone = {
        article_id: before.checksum
        for article_id, before in known.items()
        if before.source not in present
        and article_id not in used
        and is_below(before.source, reading.roots)
        and not is_below(before.source, broken)
    }
    come = [page for page in reading.articles if not page.pinned and page.source not in matched and page.id not in gone]
    times_gone, times_come = Counter(gone.values()), Counter(page.checksum for page in come)
    by_words = {checksum: article_id for article_id, checksum in gone.items() if times_gone[checksum] == 1}
    return {
        page.source: by_words[page.checksum]
        for page in come
        if times_come[page.checksum] == 1 and page.checksum in by_words
    }


def _free_id(page: Article, owners: Mapping[str, str]) -> str:
    """Return the page's own id; with a number appended if another page has it, such as one that moved and kept it."""
    if owners.get(page.id, page.source) == page.source:
        return page.id
    return next(name for number in count(2) if (name := f"{page.id}-{number}") not in owners)
