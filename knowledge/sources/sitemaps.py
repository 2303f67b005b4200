"""Reads sitemaps: which pages a website names, and when each was changed. It fetches nothing itself."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from knowledge.sources.source import Unreadable

MOST_UNPACKED = 60_000_000
"""Bytes; the protocol allows 50 MB."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Pages with the time of their last change where it is told, and further sitemaps."""

    pages: dict[str, datetime | None]
    sitemaps: tuple[str, ...]


def read(body: bytes) -> Sitemap:
    """The sitemap, or index of sitemaps, in `body`, which may be packed by gzip. Unreadable when it is neither."""
    text = _unpacked(body)
    # A sitemap needs no document type, and what one can declare only does harm.
    if b"<!DOCTYPE" in text[:2000].upper():
        raise _wrong()
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise _wrong() from None
    kind = _local(root.tag)
    if kind == "sitemapindex":
        return Sitemap({}, tuple(address for address, _ in _entries(root, "sitemap")))
    if kind == "urlset":
        return Sitemap(dict(_entries(root, "url")), ())
    raise _wrong()


def _entries(root: ElementTree.Element, name: str) -> Iterator[tuple[str, datetime | None]]:
    for entry in root:
        if _local(entry.tag) != name:
            continue
        said = {_local(part.tag): (part.text or "").strip() for part in entry}
        if said.get("loc"):
            yield said["loc"], _moment(said.get("lastmod", ""))


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            text = packed.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise _wrong() from None
    if len(text) > MOST_UNPACKED:
        raise Unreadable("The sitemap is too large.", "Split it into several, named by a sitemap index.")
    return text


def _wrong() -> Unreadable:
    return Unreadable("It is no sitemap that can be read.", "Mend it, or name another by `sitemap` in footbridge.yaml.")
