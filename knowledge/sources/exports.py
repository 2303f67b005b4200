"""Read the files of an export: a zip, zips inside a zip, or an unpacked folder."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from knowledge.documents import Article, BrokenPage, Reading
from knowledge.sources.source import Progress, Unreadable

LARGEST_PAGE = 20_000_000
"""Bytes of one page; a larger file is data rather than a page to read."""
MOST_UNPACKED = 2_000_000_000
MOST_PAGES = 100_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""Exceptions of zipfile for a zip that is damaged, encrypted or compressed in an unknown way."""


def read_export(
    path: Path,
    suffixes: frozenset[str],
    read_page: Callable[[str, bytes], Article | BrokenPage | None],
    progress: Progress,
    *,
    key: str,
    how_to_export: str,
    preferred: Callable[[str], bool] = lambda name: False,
) -> Reading:
    """Read all pages of the export at `path`, with `read_page(name, bytes)` for each.

    If several pages have the same id, the first one is used, or the last one whose name is `preferred`. `key` is the
    source's key, and `how_to_export` the advice if the export has no pages.
    """
    root = os.path.abspath(path)
    articles: dict[str, Article] = {}
    broken: list[BrokenPage] = []
    try:
        for number, (name, raw) in enumerate(read_pages(path, suffixes), 1):
            progress(number, None, PurePosixPath(name).name)
            page = raw if isinstance(raw, BrokenPage) else read_page(name, raw)
            if isinstance(page, BrokenPage):
                broken.append(page)
            elif page is not None and (preferred(name) or page.id not in articles):
                articles[page.id] = page
    except Unreadable as error:
        return Reading(tuple(articles.values()), (*broken, error.at(root)))
    if not articles and not broken:
        return Reading(broken=(Unreadable("It has no pages.", how_to_export).at(root),))
    return Reading(tuple(articles.values()), tuple(broken), (root,), states={key: {}})


def read_pages(path: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, bytes | BrokenPage]]:
    """Yield the name within the export (with slashes) and the bytes of each file with one of `suffixes`, sorted.

    A file that cannot be read is yielded as a BrokenPage. Raises Unreadable if there is no export at `path`.
    """
    if path.is_dir():
        yield from _read_folder(path, suffixes)
    elif path.is_file():
        yield from _read_zip(path, path.open("rb"), "", suffixes)
    else:
        raise Unreadable("There is no such folder or file.", "Check the path for a typing error.")


def _read_folder(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, bytes | BrokenPage]]:
    for file in sorted(folder.rglob("*")):
        if not _is_page(file.name, suffixes) or not file.is_file():
            continue
        name = file.relative_to(folder).as_posix()
        try:
            yield name, file.read_bytes() if file.stat().st_size <= LARGEST_PAGE else _too_large(file)
        except OSError as error:
            reason = f"It cannot be read ({error.strerror})."
            yield name, BrokenPage(str(file), reason, "Check that it exists and that this user may read it.")


def _read_zip(
    path: Path, file: io.BufferedIOBase | io.BufferedReader, inside: str, suffixes: frozenset[str]
) -> Iterator[tuple[str, bytes | BrokenPage]]:
    try:
        with file, zipfile.ZipFile(file) as packed:
            entries = sorted(packed.infolist(), key=lambda entry: entry.filename)
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > MOST_PAGES:
                raise Unreadable("It is too large when unpacked.", "Export a part of it, without attachments.")
            for entry in entries:
                name = f"{inside}{entry.filename}"
                if not inside and entry.filename.lower().endswith(".zip"):
                    # A large export comes as a zip of its parts.
                    yield from _read_zip(path, io.BytesIO(packed.read(entry)), f"{entry.filename}/", suffixes)
                elif _is_page(Path(entry.filename).name, suffixes):
                    yield name, _read_entry(packed, entry, path, name)
    except _DAMAGED:
        raise Unreadable("It is not a zip file, or it is damaged.", "Export it again.") from None


def _read_entry(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, name: str) -> bytes | BrokenPage:
    if entry.file_size > LARGEST_PAGE:
        return _too_large(path / name)
    try:
        return packed.read(entry)
    except _DAMAGED:
        return BrokenPage(f"{path}/{name}", "It is damaged inside the zip file.", "Export it again.")


def _is_page(name: str, suffixes: frozenset[str]) -> bool:
    return Path(name).suffix.lower() in suffixes and not name.startswith((".", "__MACOSX"))


def _too_large(place: Path) -> BrokenPage:
    return BrokenPage(str(place), f"It is larger than {LARGEST_PAGE // 1_000_000} MB.", "Split it into several pages.")
