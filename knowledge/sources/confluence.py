"""Reads a Confluence space from its HTML export. Pages keep their ids over new names, places and exports."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from bs4 import BeautifulSoup, Tag

from knowledge.documents import Article, BrokenPage, Reading, article, slug
from knowledge.sources import pack
from knowledge.sources.html import converted
from knowledge.sources.markdown import cleaned, visible
from knowledge.sources.page_file import text_of
from knowledge.sources.source import Before, Progress, Unreadable

_HTML = frozenset({".html", ".htm"})
_FURNITURE = "#breadcrumb-section, .page-metadata, #footer, .pageSection.group, .toc-macro, .attachment-buttons"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class ConfluenceExport:
    """A space exported as HTML: the zip, or the folder it was unpacked to. `url` is where the pages can be read."""

    path: Path
    audience: str
    url: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"confluence:{self.root}"

    def read(self, before: Before, progress: Progress) -> Reading:
        articles: dict[str, Article] = {}
        broken: list[BrokenPage] = []
        try:
            for number, (name, raw) in enumerate(pack.pages(self.path, _HTML), 1):
                progress(number, None, name)
                made = raw if isinstance(raw, BrokenPage) else self._page(name, raw)
                if isinstance(made, BrokenPage):
                    broken.append(made)
                elif made is not None:
                    articles.setdefault(made.id, made)
        except Unreadable as error:
            return Reading(tuple(articles.values()), (*broken, error.at(self.root)))
        if not articles and not broken:
            nothing = Unreadable("It holds no pages.", "Export the space as HTML (Space settings, Export space).")
            return Reading(broken=(nothing.at(self.root),))
        return Reading(tuple(articles.values()), tuple(broken), (self.root,), states={self.key: {}})

    def _page(self, name: str, raw: bytes) -> Article | BrokenPage | None:
        """None for what is no page, such as the space's table of contents."""
        place = f"{self.root}/{name}"
        number = re.search(r"(?:^|_)(\d+)$", PurePosixPath(name).stem)
        if number is None:
            return None
        try:
            soup = BeautifulSoup(text_of(raw), "html.parser")
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
    """The space's key or name, and the page's title: `Space : Title` stands over every page."""
    heading = soup.select_one("#title-text, #title-heading") or soup.title
    words = " ".join(visible(heading.get_text(" ", strip=True) if isinstance(heading, Tag) else "").split())
    space, colon, title = words.partition(" : ")
    folder = PurePosixPath(name).parent.name
    fallback = re.sub(r"[-_]+", " ", re.sub(r"_?\d+$", "", PurePosixPath(name).stem)).strip()
    return folder or (space if colon else "") or "space", (title if colon else words) or fallback or name


def _text(soup: BeautifulSoup) -> str:
    for furniture in soup.select(_FURNITURE):
        furniture.decompose()
    main = soup.select_one("#main-content, .wiki-content") or soup.select_one("#content, #main") or soup.body or soup
    for code in main.select("pre[data-syntaxhighlighter-params], pre.syntaxhighlighter-pre"):
        brush = re.search(r"brush:\s*([\w+-]+)", str(code.get("data-syntaxhighlighter-params", "")))
        if brush and brush[1] != "plain":
            code["class"] = f"language-{brush[1]}"
    return cleaned(converted(main))


def _updated_at(soup: BeautifulSoup) -> datetime | None:
    """From `... last modified by Ana on Nov 03, 2026`, as English exports say it."""
    about = soup.select_one(".page-metadata")
    said = re.findall(r"on (\w{3})\w* (\d{1,2}), (\d{4})", about.get_text(" ", strip=True)) if about else []
    return _day(*said[-1]) if said else None


def _day(month: str, day: str, year: str) -> datetime | None:
    try:
        return datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return None
