"""Lets an article keep its id when its page moves or is renamed. It never touches an id that was given to the page."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from knowledge.documents import Article, Reading
from knowledge.vector_index import Known


def with_lasting_ids(reading: Reading, known: Mapping[str, Known]) -> Iterator[Article]:
    """The articles of `reading`, those without an id of their own under the id that they had before.

    A page is the same as before when it lies where it lay, when its source says that it has moved, or when exactly one
    page of the same words has gone and exactly one has come.
    """
    by_place = {before.source: article_id for article_id, before in known.items()}
    present = {page.source for page in reading.articles} | set(reading.kept)
    lasting = _by_place(reading, by_place) | _by_announced_move(reading, by_place, present)
    lasting = _by_words(reading, known, present, lasting) | lasting
    owners = {page.id: page.source for page in reading.articles if page.pinned}
    owners |= {article_id: source for source, article_id in lasting.items()}
    owners |= {by_place[source]: source for source in reading.kept if source in by_place}
    for page in reading.articles:
        if page.pinned:
            yield page
            continue
        lasting_id = lasting.get(page.source) or _free(page, owners)
        owners[lasting_id] = page.source
        yield replace(page, id=lasting_id)


def below(path: str, roots: Sequence[str]) -> bool:
    """Whether `path` is one of `roots`, or lies below one."""
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _by_place(reading: Reading, by_place: Mapping[str, str]) -> dict[str, str]:
    """Page -> the id of the article that came from that very place."""
    unpinned = (page for page in reading.articles if not page.pinned)
    return {page.source: by_place[page.source] for page in unpinned if page.source in by_place}


def _by_announced_move(reading: Reading, by_place: Mapping[str, str], present: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for old, now in reading.moved.items():
        if old in by_place and old not in present and now in present and now not in by_place:
            found.setdefault(now, by_place[old])
    return found


def _by_words(
    reading: Reading, known: Mapping[str, Known], present: set[str], lasting: Mapping[str, str]
) -> dict[str, str]:
    """Pages that came, each with the id of the page that went, where the words leave no doubt."""
    broken = [page.path for page in reading.broken]
    used = set(lasting.values()) | {page.id for page in reading.articles if page.pinned}
    gone = {
        article_id: before.checksum
        for article_id, before in known.items()
        if before.source not in present
        and article_id not in used
        and below(before.source, reading.roots)
        and not below(before.source, broken)
    }
    come = [page for page in reading.articles if not page.pinned and page.source not in lasting and page.id not in gone]
    times_gone, times_come = Counter(gone.values()), Counter(page.checksum for page in come)
    by_words = {checksum: article_id for article_id, checksum in gone.items() if times_gone[checksum] == 1}
    return {
        page.source: by_words[page.checksum]
        for page in come
        if times_come[page.checksum] == 1 and page.checksum in by_words
    }


def _free(page: Article, owners: Mapping[str, str]) -> str:
    """The page's own id, or that with a number while another page has it, such as one that moved away with it."""
    if owners.get(page.id, page.source) == page.source:
        return page.id
    return next(name for number in count(2) if (name := f"{page.id}-{number}") not in owners)
