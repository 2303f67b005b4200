"""Read articles from a website: the pages in its sitemap, or without one the pages that link to each other."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from knowledge.documents import Article, BrokenPage, Reading, article, slug
from knowledge.sources import sitemaps
from knowledge.sources.source import PreviousReading, Progress, Unreadable
from knowledge.sources.web_client import TIMEOUT, USER_AGENT, Fetched, WebClient
from knowledge.sources.web_page import WebPage, normalise_url, parse_page
from knowledge.stable_ids import is_below

MOST_PAGES = 2_000
_READ_AS = "1"
"""Raise it whenever this module produces different articles, so that unchanged pages are read again."""
_LONGEST_DELAY = 10.0
_MOST_SITEMAPS = 200


@dataclass(frozen=True, slots=True)
class Website:
    """The pages at `url` and below it. `sitemap` is the URL of the sitemap, if it is not in the usual place."""

    url: str
    audience: str
    sitemap: str | None = None
    most_pages: int = MOST_PAGES
    wait: Callable[[float], object] = time.sleep
    timeout: float = TIMEOUT

    @property
    def key(self) -> str:
        return f"website:{self.root}"

    @property
    def root(self) -> str:
        return (normalise_url(self.url) or self.url).rstrip("/")

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        with WebClient(self.url, wait=self.wait, timeout=self.timeout) as client:
            try:
                return _Visit(self, before, client, progress).read_site()
            except Unreadable as error:
                return Reading(broken=(error.at(self.root),))


class _Visit:
    """One reading of a website, page after page."""

    def __init__(self, site: Website, before: PreviousReading, client: WebClient, progress: Progress) -> None:
        self._site, self._client, self._progress = site, client, progress
        same = before.state.get("as") == _READ_AS and before.state.get("audience") == site.audience
        self._marks: Mapping[str, Any] = before.state.get("pages", {}) if same else {}
        self._also = [str(url) for url in before.state.get("also", ())]
        self._held = sorted(source for source in before.held if is_below(source, [site.root]))
        self._robots, self._delay = self._read_robots()
        self._listed: dict[str, datetime | None] = {}
        self._by_links = False
        self._articles: dict[str, Article] = {}
        self._broken: list[BrokenPage] = []
        self._kept: list[str] = []
        self._moved: dict[str, str] = {}
        self._known_as: dict[str, str] = {}
        self._new_marks: dict[str, Any] = {}
        self._lists: list[str] = []
        self._failed: list[str] = []

    def read_site(self) -> Reading:
        """Read the site; known pages first, so that none of them seems to be missing when the site has too many."""
        site = self._site
        self._list_pages()
        start = [normalise_url(site.url) or site.url] if self._by_links else []
        todo = dict.fromkeys([*self._held, *start, *self._also, *self._listed])
        todo = dict.fromkeys(url for url in todo if is_below(url, [site.root]))
        seen: set[str] = set()
        while waiting := [url for url in todo if url not in seen]:
            for url in waiting:
                if url in seen:
                    continue
                if len(seen) >= site.most_pages:
                    return self._stop_early([each for each in todo if each not in seen])
                seen.add(url)
                try:
                    todo |= dict.fromkeys(self._visit(url, seen))
                except Unreadable as error:
                    self._broken.append(error.at(url))
                    self._failed.append(url)
                self._progress(len(seen), len(todo), url)
        return self._make_reading()

    def _make_reading(self) -> Reading:
        # A page that names another one as its canonical page is kept as long as that one cannot be read.
        there = {*self._articles, *self._kept}
        self._kept += [url for url, other in self._known_as.items() if url in self._held and other not in there]
        also = [*self._lists, *self._failed]
        state = {"as": _READ_AS, "audience": self._site.audience, "pages": self._new_marks, "also": also}
        return Reading(
            tuple(self._articles.values()),
            tuple(self._broken),
            (self._site.root,),
            tuple(self._kept),
            self._moved,
            {self._site.key: state},
        )

    def _stop_early(self, left: Iterable[str]) -> Reading:
        """Return the reading so far; the stored articles of pages that were not reached are kept."""
        unseen = [url for url in left if url in self._held]
        self._kept += unseen
        self._new_marks |= {url: self._marks[url] for url in unseen if url in self._marks}
        self._broken.append(
            BrokenPage(
                f"{self._site.root}#more",
                f"It has more than {self._site.most_pages} pages; the others were not read.",
                "Raise `most_pages` in footbridge.yaml, or set `url` to a part of the site.",
            )
        )
        return self._make_reading()

    def _visit(self, url: str, seen: set[str]) -> Iterable[str]:
        """Read one page, and return the URLs to read because of it."""
        expected = url in self._held or url in self._listed
        if not self._robots.can_fetch(USER_AGENT, url):
            if expected:
                raise Unreadable("The site's robots.txt forbids it.", "Allow `Footbridge` in robots.txt.")
            return ()
        if self._delay and len(seen) > 1:
            self._site.wait(self._delay)
        mark = self._marks.get(url, {}) if url in self._held else {}
        names = {"If-None-Match": "etag", "If-Modified-Since": "modified"}
        found = self._client.get(url, {name: mark[key] for name, key in names.items() if mark.get(key)})
        if found.status == 304:
            self._kept.append(url)
            self._new_marks[url] = mark
            return ()
        if found.status in (404, 410):
            if url in self._listed and url not in self._held:
                raise Unreadable("It is in the sitemap, but does not exist.", "Remove it from the sitemap.")
            if url in self._known_as.values():
                raise Unreadable("A page names it as its canonical URL, but it does not exist.", "Correct that page.")
            return ()
        if found.status != 200:
            if expected:
                raise Unreadable(f"The website denied access ({found.status}).", "Check that the page is public.")
            return ()
        return self._add_page(url, found, seen)

    def _add_page(self, url: str, found: Fetched, seen: set[str]) -> Iterable[str]:
        here = url
        if found.url != url and not is_below(found.url, [self._site.root]):
            raise Unreadable(f"It has moved out of {self._site.root}.", "Add a source for the new location.")
        if found.moved:
            self._moved[url] = here = found.url
            if here in seen or not self._robots.can_fetch(USER_AGENT, here):
                return ()
            seen.add(here)
        if found.content_type not in ("text/html", "application/xhtml+xml", ""):
            return ()
        page = parse_page(found.body, here, _charset(found))
        links = [link for link in page.links if is_below(link, [self._site.root])] if self._by_links else []
        if page.hidden:
            return links
        if self._has_other_canonical(page, here):
            self._moved[url] = self._known_as[url] = page.canonical or here
            return [page.canonical or here, *links]
        if page.body:
            self._add_article(here, page, found)
        elif links:
            self._lists.append(here)
        elif url in self._held or url in self._listed:
            raise Unreadable("It has no text of its own.", "Write the page, or remove it from the sitemap.")
        return links

    def _has_other_canonical(self, page: WebPage, here: str) -> bool:
        """Return whether the page names another page of the site as canonical, and that one is not doing the same."""
        other = page.canonical
        return (
            bool(other) and other != here and is_below(other or "", [self._site.root]) and other not in self._known_as
        )

    def _add_article(self, url: str, page: WebPage, found: Fetched) -> None:
        parts = urlsplit(url)
        path = parts.path + (f"-{parts.query}" if parts.query else "")
        self._articles[url] = article(
            id="/".join(slug(part) for part in [parts.netloc, *path.strip("/").split("/")]),
            title=page.title,
            body=page.body,
            url=url,
            source=url,
            audience=self._site.audience,
            updated_at=self._listed.get(url) or _last_modified(found),
            pinned=False,
        )
        marks = {"etag": found.headers.get("etag"), "modified": found.headers.get("last-modified")}
        self._new_marks[url] = {name: value for name, value in marks.items() if value}

    def _read_robots(self) -> tuple[RobotFileParser, float]:
        """Return the rules of robots.txt and the delay in seconds. Raises Unreadable if there is no response."""
        parser = RobotFileParser()
        found = self._client.get(urljoin(self._site.url, "/robots.txt"))
        text = found.body.decode("utf-8", "replace") if found.status == 200 else ""
        parser.parse(text.splitlines())
        delay = parser.crawl_delay(USER_AGENT)
        return parser, min(float(delay or 0), _LONGEST_DELAY)

    def _list_pages(self) -> None:
        """List the pages in the sitemaps; without any, follow links. A sitemap that fails is reported as broken."""
        usual = urljoin(self._site.url, "/sitemap.xml")
        named = [self._site.sitemap] if self._site.sitemap else list(self._robots.site_maps() or ())
        todo = [address for each in named or [usual] if (address := normalise_url(each, usual))]
        seen: set[str] = set()
        while todo and len(seen) < _MOST_SITEMAPS:
            address = todo.pop(0)
            if address in seen:
                continue
            seen.add(address)
            try:
                found = self._client.get(address)
                if found.status in (404, 410) and address == usual and not named:
                    self._by_links = True
                    return
                if found.status != 200:
                    raise Unreadable(
                        f"The sitemap does not exist ({found.status}).", "Correct `sitemap` in footbridge.yaml."
                    )
                sitemap = sitemaps.read(found.body)
            except Unreadable as error:
                self._broken.append(error.at(address))
                continue
            self._listed |= {url: at for each, at in sitemap.pages.items() if (url := normalise_url(each, address))}
            todo += [further for each in sitemap.sitemaps if (further := normalise_url(each, address))]


def _charset(found: Fetched) -> str | None:
    _, _, charset = found.headers.get("content-type", "").lower().partition("charset=")
    return charset.strip(" \"';") or None


def _last_modified(found: Fetched) -> datetime | None:
    try:
        return parsedate_to_datetime(found.headers.get("last-modified", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
