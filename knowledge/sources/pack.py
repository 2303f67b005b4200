"""Looks into an export as it lies there: a zip, zips in a zip, or an unpacked folder. It writes nothing."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from knowledge.documents import BrokenPage
from knowledge.sources.source import Unreadable

LARGEST_PAGE = 20_000_000
"""Bytes of one page; a larger one is a dump of data rather than something to read."""
MOST_UNPACKED = 2_000_000_000
MOST_PAGES = 100_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What zipfile raises over a zip that is damaged, locked or packed in a way that it does not know."""


def pages(path: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, bytes | BrokenPage]]:
    """Name within the export (with slashes) and bytes of each page of the wanted kinds, in a stable order.

    Unreadable when there is no export at `path`.
    """
    if path.is_dir():
        yield from _of_folder(path, suffixes)
    elif path.is_file():
        yield from _of_zip(path, path.open("rb"), "", suffixes)
    else:
        raise Unreadable("There is no such folder or file.", "Check the path for a typing mistake.")


def _of_folder(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, bytes | BrokenPage]]:
    for file in sorted(folder.rglob("*")):
        if not _wanted(file.name, suffixes) or not file.is_file():
            continue
        name = file.relative_to(folder).as_posix()
        try:
            yield name, file.read_bytes() if file.stat().st_size <= LARGEST_PAGE else _too_large(file)
        except OSError as error:
            reason = f"It cannot be read ({error.strerror})."
            yield name, BrokenPage(str(file), reason, "Check that it exists and may be read.")


def _of_zip(
    path: Path, file: io.BufferedIOBase | io.BufferedReader, inside: str, suffixes: frozenset[str]
) -> Iterator[tuple[str, bytes | BrokenPage]]:
    try:
        with file, zipfile.ZipFile(file) as packed:
            entries = sorted(packed.infolist(), key=lambda entry: entry.filename)
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > MOST_PAGES:
                raise Unreadable("It unpacks to more than anybody reads.", "Export a part of it, without attachments.")
            for entry in entries:
                name = f"{inside}{entry.filename}"
                if not inside and entry.filename.lower().endswith(".zip"):
                    # A large export comes as a zip of its parts.
                    yield from _of_zip(path, io.BytesIO(packed.read(entry)), f"{entry.filename}/", suffixes)
                elif _wanted(Path(entry.filename).name, suffixes):
                    yield name, _bytes_of(packed, entry, path, name)
    except _DAMAGED:
        raise Unreadable("It is no zip file, or a damaged one.", "Export it again.") from None


def _bytes_of(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, name: str) -> bytes | BrokenPage:
    if entry.file_size > LARGEST_PAGE:
        return _too_large(path / name)
    try:
        return packed.read(entry)
    except _DAMAGED:
        return BrokenPage(f"{path}/{name}", "It is damaged within the zip file.", "Export it again.")


def _wanted(name: str, suffixes: frozenset[str]) -> bool:
    return Path(name).suffix.lower() in suffixes and not name.startswith((".", "__MACOSX"))


def _too_large(place: Path) -> BrokenPage:
    return BrokenPage(str(place), f"It is larger than {LARGEST_PAGE // 1_000_000} MB.", "Split it into pages.")
