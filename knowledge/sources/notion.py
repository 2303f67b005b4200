"""Read a Notion export (Markdown, HTML and CSV). Pages keep their ids when they are renamed or moved."""

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.documents import Article, BrokenPage, Reading, article
from knowledge.sources import exports
from knowledge.sources.html import read_page
from knowledge.sources.markdown import clean_markdown, remove_invisible
from knowledge.sources.page_file import decode_text, split_heading
from knowledge.sources.source import PreviousReading, Progress, Unreadable

_PAGES = frozenset({".md", ".html", ".csv"})
_ID = re.compile(r"[ _-]?\b([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=$|_all$)")
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class NotionExport:
    """An export: a zip, or the folder that it was unpacked to. `url` is the base URL of the pages, if known."""

    path: Path
    audience: str
    url: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"notion:{self.root}"

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        # Of a database there may be a view and the whole table, with the same id.
        return exports.read_export(
            self.path,
            _PAGES,
            self._read_page,
            progress,
            key=self.key,
            how_to_export="Export from Notion as Markdown & CSV, with subpages.",
            preferred=lambda name: PurePosixPath(name).stem.endswith("_all"),
        )

    def _read_page(self, name: str, raw: bytes) -> Article | BrokenPage | None:
        """Return the article, or None for an empty page: in Notion many pages only contain other pages."""
        place = f"{self.root}/{name}"
        path = PurePosixPath(name)
        found = _ID.search(path.stem)
        if found is None:
            return None
        number = found[1].replace("-", "")
        try:
            heading, body = _convert(decode_text(raw), path.suffix.lower())
            if not body.strip():
                return None
            return article(
                id=f"notion/{number}",
                title=" ".join(remove_invisible(heading or _ID.sub("", path.stem.removesuffix("_all"))).split())
                or "Untitled",
                body=body,
                url=f"{self.url.rstrip('/')}/{number}" if self.url else None,
                source=place,
                audience=self.audience,
            )
        except Unreadable as error:
            return error.at(place)
        except RecursionError:
            return BrokenPage(place, "It is nested too deeply to follow.", "Flatten the page, or split it.")


def _convert(text: str, suffix: str) -> tuple[str, str]:
    """Return the title, empty if the page has none, and the body."""
    if suffix == ".csv":
        return "", _table(text)
    if suffix == ".html":
        page = read_page(text)
        return page.title, clean_markdown(page.body)
    return split_heading(clean_markdown(text))


def _table(text: str) -> str:
    """Return a database, exported as CSV, as a Markdown table."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise Unreadable("It is not a valid CSV file.", "Export it again.") from None
    if len(rows) < 2:
        return ""
    if len(rows) > _MOST_ROWS:
        raise Unreadable(f"It has more than {_MOST_ROWS} rows.", "Export a view with only the rows that matter.")
    width = max(map(len, rows))
    lines = ["| " + " | ".join(_cell(cell) for cell in row + [""] * (width - len(row))) + " |" for row in rows]
    return clean_markdown("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))


def _cell(text: str) -> str:
    return " ".join(remove_invisible(text).split()).replace("|", r"\|")
