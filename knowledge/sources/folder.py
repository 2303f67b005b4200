"""Read articles from a folder of Markdown, HTML, PDF and office files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.documents import PUBLIC, Article, BrokenPage, Reading, check_audience, merge_readings
from knowledge.sources.office import OFFICE
from knowledge.sources.page_file import HTML, LARGEST, MARKDOWN, read_page_file
from knowledge.sources.source import NO_PREVIOUS_READING, PreviousReading, Progress, ignore_progress

__all__ = ["LARGEST", "Folder", "read"]

_READ_AS = "1"
"""Raise it whenever PDF and office files give different articles, so that unchanged files are read again."""
_OTHER_TEXTS = frozenset({".doc", ".ppt", ".xls", ".odt", ".odp", ".ods", ".rtf", ".rst", ".adoc"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, or a single file. Ids are made from paths relative to `base`, by default the folder's parent."""

    path: Path
    audience: str = PUBLIC
    base: Path | None = None

    @property
    def root(self) -> Path:
        return Path(os.path.abspath(self.path))

    @property
    def key(self) -> str:
        return f"folder:{self.root}"

    def read(self, before: PreviousReading = NO_PREVIOUS_READING, progress: Progress = ignore_progress) -> Reading:
        """Read every page below the path. Unchanged PDF and office files are not read again, because it is slow."""
        found = _Found(self, before)
        pages = list(_find_pages(self.root))
        for number, page in enumerate(pages, 1):
            if isinstance(page, BrokenPage):
                found.broken.append(page)
            else:
                found.add(page)
                progress(number, len(pages), page.name)
        cannot_be_opened = any(page.path == str(self.root) for page in found.broken) and not found.seen
        roots = () if cannot_be_opened else (str(self.root),)
        state = {"files": found.files, "audience": self.audience, "as": _READ_AS}
        return Reading(
            tuple(found.articles.values()), tuple(found.broken), roots, tuple(found.kept), states={self.key: state}
        )


def read(paths: Iterable[str | Path], *, audience: str = PUBLIC) -> Reading:
    """Read every page below `paths`, which may be folders or files.

    Pages that do not say their own audience get `audience`. Raises ValueError if that is not valid.
    """
    check_audience(audience)
    roots = dict.fromkeys(Path(os.path.abspath(given)) for given in paths)
    return merge_readings(Folder(root, audience).read() for root in roots)


class _Found:
    """The pages found so far below one root."""

    def __init__(self, folder: Folder, before: PreviousReading) -> None:
        self.articles: dict[str, Article] = {}
        self.broken: list[BrokenPage] = []
        self.kept: list[str] = []
        self.files: dict[str, list[int]] = {}
        self.seen = 0
        self._folder = folder
        self._held = before.held
        as_before = before.state.get("audience") == folder.audience and before.state.get("as") == _READ_AS
        files = before.state.get("files")
        self._before: Mapping[str, Any] = files if as_before and isinstance(files, Mapping) else {}

    def add(self, path: Path) -> None:
        self.seen += 1
        place = str(path)
        mark = _file_state(path) if path.suffix.lower() in OFFICE else None
        if mark is not None and self._before.get(place) == mark and place in self._held:
            self.kept.append(place)
            self.files[place] = mark
            return
        root = self._folder.root
        one = read_page_file(path, base=self._folder.base or root.parent, audience=self._folder.audience)
        if isinstance(one, BrokenPage):
            self.broken.append(one)
        elif one is not None and one.id in self.articles:
            self.broken.append(_report_same_id(one, self.articles[one.id]))
        elif one is not None:
            self.articles[one.id] = one
            if mark is not None:
                self.files[place] = mark


def _file_state(path: Path) -> list[int] | None:
    """Return the size and the modification time, by which an unchanged file is recognised; None if it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def _find_pages(root: Path) -> Iterator[Path | BrokenPage]:
    """Yield the files to read below `root`, sorted, and a BrokenPage for whatever cannot be read."""
    if root.is_file():
        if root.suffix.lower() in MARKDOWN | HTML | OFFICE:
            yield root
        else:
            yield _report_other_kind(root)
        return
    if not root.is_dir():
        yield BrokenPage(str(root), "There is no such folder or file.", "Check the path for a typing error.")
        return
    failures: list[OSError] = []
    for folder, subfolders, files in os.walk(root, onerror=failures.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            suffix = Path(name).suffix.lower()
            if name.startswith((".", "~$")):
                continue
            if suffix in MARKDOWN | HTML | OFFICE:
                yield Path(folder, name)
            elif suffix in _OTHER_TEXTS:
                yield _report_other_kind(Path(folder, name))
    for failure in failures:
        yield BrokenPage(
            str(failure.filename or root),
            f"The folder cannot be opened ({failure.strerror}).",
            "Check that this user may read it.",
        )


def _report_other_kind(path: Path) -> BrokenPage:
    return BrokenPage(
        str(path),
        f"Files of the kind '{path.suffix or path.name}' are not supported.",
        "Save it as Markdown (.md), HTML (.html), PDF, .docx, .pptx or .xlsx.",
    )


def _report_same_id(page: Article, first: Article) -> BrokenPage:
    return BrokenPage(
        page.source,
        f"It has the same id as {first.source} ('{page.id}').",
        "Give one of the two pages a different 'id:' in its front matter.",
    )
