"""Read the HTML export of a Confluence space. Pages keep their ids when they are renamed, moved or exported again."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from bs4 import BeautifulSoup, Tag

from knowledge.documents import Article, BrokenPage, Reading, article, slug
from knowledge.sources import exports
from knowledge.sources.html import tag_to_markdown
from knowledge.sources.markdown import clean_markdown, remove_invisible
from knowledge.sources.page_file import decode_text
from knowledge.sources.source import PreviousReading, Progress, Unreadable

_HTML = frozenset({".html", ".htm"})
_BOILERPLATE = "#breadcrumb-section, .page-metadata, #footer, .pageSection.group, .toc-macro, .attachment-buttons"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class ConfluenceExport:
    """An exported space: a zip, or the folder that it was unpacked to. `url` is Confluence's base URL, if known."""

    path: Path
    audience: str
    url: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"confluence:{self.root}"

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        return exports.read_export(
            self.path,
            _HTML,
            self._read_page,
            progress,
            key=self.key,
            how_to_export="Export the space as HTML (Space settings, Export space).",
        )

    def _read_page(self, name: str, raw: bytes) -> Article | BrokenPage | None:
        """Return the article, or None if the file is not a page, such as the space's table of contents."""
        place = f"{self.root}/{name}"
        number = re.search(r"(?:^|_)(\d+)$", PurePosixPath(name).stem)
        if number is None:
            return None
        try:
            soup = BeautifulSoup(decode_text(raw), "html.parser")
            space, title = _names(soup, name)
            updated_at = _updated_at(soup)
            body = _text(soup)
            if not body.strip():
                raise Unreadable("It has no text.", "Write the page, or delete it.")
            return article(
                id=f"confluence/{slug(space)}/{number[1]}",
                title=title,
                body=body,
                url=f"{self.url.rstrip('/')}/pages/viewpage.action?pageId={number[1]}" if self.url else None,
                source=place,
                audience=self.audience,
                updated_at=updated_at,
            )
        except Unreadable as error:
            return error.at(place)
        except RecursionError:
            return BrokenPage(place, "Its tags are nested too deeply to follow.", "Flatten the page, or split it.")


def _names(soup: BeautifulSoup, name: str) -> tuple[str, str]:
    """Return the space's key or name, and the page's title, from the heading `Space : Title` of every page."""
    heading = soup.select_one("#title-text, #title-heading") or soup.title
    words = " ".join(remove_invisible(heading.get_text(" ", strip=True) if isinstance(heading, Tag) else "").split())
    space, colon, title = words.partition(" : ")
    folder = PurePosixPath(name).parent.name
    fallback = re.sub(r"[-_]+", " ", re.sub(r"_?\d+$", "", PurePosixPath(name).stem)).strip()
    return folder or (space if colon else "") or "space", (title if colon else words) or fallback or name


def _text(soup: BeautifulSoup) -> str:
    for boilerplate in soup.select(_BOILERPLATE):
        boilerplate.decompose()
    main = soup.select_one("#main-content, .wiki-content") or soup.select_one("#content, #main") or soup.body or soup
    for code in main.select("pre[data-syntaxhighlighter-params], pre.syntaxhighlighter-pre"):
        brush = re.search(r"brush:\s*([\w+-]+)", str(code.get("data-syntaxhighlighter-params", "")))
        if brush and brush[1] != "plain":
            code["class"] = f"language-{brush[1]}"
    return clean_markdown(tag_to_markdown(main))


def _updated_at(soup: BeautifulSoup) -> datetime | None:
    """Return the date in `... last modified by Ana on Nov 03, 2026` (English exports only), or None."""
    about = soup.select_one(".page-metadata")
    dates = re.findall(r"on (\w{3})\w* (\d{1,2}), (\d{4})", about.get_text(" ", strip=True)) if about else []
    return _parse_date(*dates[-1]) if dates else None


def _parse_date(month: str, day: str, year: str) -> datetime | None:
    try:
        return datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return None
