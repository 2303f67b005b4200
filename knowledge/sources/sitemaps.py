"""Parse sitemaps: the pages that a website lists, and when each was last changed."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from knowledge.sources.source import Unreadable

MOST_UNPACKED = 60_000_000
"""Maximum bytes of a sitemap; the protocol allows 50 MB."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages, each with the time of its last change (UTC) or None, and the URLs of further sitemaps."""

    pages: dict[str, datetime | None]
    sitemaps: tuple[str, ...]


def read(body: bytes) -> Sitemap:
    """Parse the sitemap or sitemap index in `body`, which may be compressed with gzip. Raises Unreadable."""
    text = _decompress(body)
    # A sitemap does not need a document type declaration, and one can be harmful.
    if b"<!DOCTYPE" in text[:2000].upper():
        raise _invalid_sitemap()
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise _invalid_sitemap() from None
    kind = _local_name(root.tag)
    if kind == "sitemapindex":
        return Sitemap({}, tuple(address for address, _ in _entries(root, "sitemap")))
    if kind == "urlset":
        return Sitemap(dict(_entries(root, "url")), ())
    raise _invalid_sitemap()


def _entries(root: ElementTree.Element, name: str) -> Iterator[tuple[str, datetime | None]]:
    for entry in root:
        if _local_name(entry.tag) != name:
            continue
        values = {_local_name(part.tag): (part.text or "").strip() for part in entry}
        if values.get("loc"):
            yield values["loc"], _parse_time(values.get("lastmod", ""))


def _local_name(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _parse_time(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _decompress(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            text = packed.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise _invalid_sitemap() from None
    if len(text) > MOST_UNPACKED:
        raise Unreadable(
            "The sitemap is too large.", "Split it into several sitemaps and list them in a sitemap index."
        )
    return text


def _invalid_sitemap() -> Unreadable:
    return Unreadable("It is not a valid sitemap.", "Correct it, or set another one as `sitemap` in footbridge.yaml.")
