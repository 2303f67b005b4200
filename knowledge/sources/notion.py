"""Reads a Notion export (Markdown, HTML and CSV). Pages keep their ids over new names, places and exports."""

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.documents import Article, BrokenPage, Reading, article
from knowledge.sources import pack
from knowledge.sources.html import read_page
from knowledge.sources.markdown import cleaned, visible
from knowledge.sources.page_file import first_heading, text_of
from knowledge.sources.source import Before, Progress, Unreadable

_PAGES = frozenset({".md", ".html", ".csv"})
_ID = re.compile(r"[ _-]?\b([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=$|_all$)")
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class NotionExport:
    """An export: the zip, or the folder it was unpacked to. `url` is where the pages can be read."""

    path: Path
    audience: str
    url: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"notion:{self.root}"

    def read(self, before: Before, progress: Progress) -> Reading:
        articles: dict[str, Article] = {}
        broken: list[BrokenPage] = []
        try:
            for number, (name, raw) in enumerate(pack.pages(self.path, _PAGES), 1):
                progress(number, None, PurePosixPath(name).name)
                made = raw if isinstance(raw, BrokenPage) else self._page(name, raw)
                if isinstance(made, BrokenPage):
                    broken.append(made)
                elif made is not None:
                    whole_table = PurePosixPath(name).stem.endswith("_all")
                    articles[made.id] = made if whole_table else articles.get(made.id, made)
        except Unreadable as error:
            return Reading(tuple(articles.values()), (*broken, error.at(self.root)))
        if not articles and not broken:
            nothing = Unreadable("It holds no pages.", "Export from Notion as Markdown & CSV, with subpages.")
            return Reading(broken=(nothing.at(self.root),))
        return Reading(tuple(articles.values()), tuple(broken), (self.root,), states={self.key: {}})

    def _page(self, name: str, raw: bytes) -> Article | BrokenPage | None:
        """None for an empty page: in Notion many pages only hold others."""
        place = f"{self.root}/{name}"
        path = PurePosixPath(name)
        found = _ID.search(path.stem)
        if found is None:
            return None
        number = found[1].replace("-", "")
        try:
            heading, body = _read(text_of(raw), path.suffix.lower())
            if not body.strip():
                return None
            return article(
                id=f"notion/{number}",
                title=" ".join(visible(heading or _ID.sub("", path.stem.removesuffix("_all"))).split()) or "Untitled",
                body=body,
                url=f"{self.url.rstrip('/')}/{number}" if self.url else None,
                source=place,
                audience=self.audience,
            )
        except Unreadable as error:
            return error.at(place)
        except RecursionError:
            return BrokenPage(place, "It is nested too deeply to follow.", "Flatten the page, or split it.")


def _read(text: str, suffix: str) -> tuple[str, str]:
    """Title (empty when the page says none) and body."""
    if suffix == ".csv":
        return "", _table(text)
    if suffix == ".html":
        page = read_page(text)
        return page.title, cleaned(page.body)
    return first_heading(cleaned(text))


def _table(text: str) -> str:
    """A database as a Markdown table."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise Unreadable("It is no CSV that can be read.", "Export it again.") from None
    if len(rows) < 2:
        return ""
    if len(rows) > _MOST_ROWS:
        raise Unreadable(f"It has more than {_MOST_ROWS} rows.", "Export a view of it with those that matter.")
    width = max(map(len, rows))
    lines = ["| " + " | ".join(_cell(cell) for cell in row + [""] * (width - len(row))) + " |" for row in rows]
    return cleaned("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))


def _cell(text: str) -> str:
    return " ".join(visible(text).split()).replace("|", r"\|")
