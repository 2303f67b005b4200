"""Takes a web page apart: its title, its main text as Markdown, and where it links to. It fetches nothing."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from knowledge.sources.html import converted, strip_boilerplate
from knowledge.sources.markdown import cleaned, visible
from knowledge.sources.page_file import first_heading
from knowledge.sources.source import Unreadable

# What they find odd in a page is said by a BrokenPage or does not matter.
for name in ("trafilatura", "bs4.dammit"):
    logging.getLogger(name).setLevel(logging.CRITICAL)
_MOST_LINKS = 2_000
_CONTAINERS = ("div", "section", "article", "main", "body", "header", "center")
_GUESSED_BELOW = 250
"""Characters; on a page with less text trafilatura cannot tell the page from its furniture."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """`body` is empty where a page has no text of its own; `links` are absolute, without fragments.

    `canonical` is the address that the page itself wants to be known by; `hidden` tells that it wants to be found
    nowhere.
    """

    title: str
    body: str
    canonical: str | None
    hidden: bool
    links: tuple[str, ...]


def take_apart(body: bytes, url: str, charset: str | None = None) -> WebPage:
    """The page in `body`, which came from `url`. Unreadable when its bytes are no text or no page."""
    if b"\x00" in body[:8192] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It holds binary data, not text.", "Check what the website sends at this address.")
    markup = UnicodeDammit(body, [charset] if charset else [], is_html=True).unicode_markup
    if markup is None:
        raise Unreadable("It holds binary data, not text.", "Check what the website sends at this address.")
    try:
        soup = BeautifulSoup(markup, "html.parser")
        title, canonical, hidden, links = _take_title(soup), _canonical(soup, url), _hidden(soup), _links(soup, url)
        heading, words = first_heading(cleaned(_main_text(soup, url)))
    except RecursionError:
        raise Unreadable("Its tags are nested too deeply to follow.", "Flatten the page, or split it.") from None
    title = title or heading or urlsplit(url).path.strip("/").rpartition("/")[2] or url
    return WebPage(title, words, canonical, hidden, tuple(links))


def _main_text(soup: BeautifulSoup, url: str) -> str:
    """The page's own text, without what is furniture by its tags or, to trafilatura, by its looks.

    Of trafilatura only the judgement is used: its Markdown loses the lines of code inside a step.
    """
    main = soup.select_one("main, [role=main]") or soup.select_one("article") or soup.body or soup
    strip_boilerplate(soup)
    if _only_links(main):
        return ""
    for link in main.find_all("a", href=True):
        link["href"] = plain(str(link["href"]), url) or ""
    # Read in when needed: starting the desk need not wait for it.
    import trafilatura  # noqa: PLC0415

    text = trafilatura.extract(str(soup), output_format="txt", include_comments=False, favor_recall=True) or ""
    if len(text) >= _GUESSED_BELOW:
        _prune(main, _squashed(text))
    return converted(main)


def _prune(part: Tag, kept: str) -> None:
    """Takes out every part of which nothing is in the text that was found to be the page's own."""
    for child in part.find_all(True, recursive=False):
        words = list(filter(None, map(_squashed, child.stripped_strings)))
        if words and not any(each in kept for each in words):
            child.decompose()
        elif child.name in _CONTAINERS:
            _prune(child, kept)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _only_links(main: Tag) -> bool:
    """Whether it is a list of pages rather than a page."""
    linked = sum(len(link.get_text(" ", strip=True)) for link in main.find_all("a"))
    headings = sum(len(each.get_text(" ", strip=True)) for each in main.find_all(["h1", "h2", "h3"]) if not each.a)
    return linked > 0 and linked >= 0.8 * (len(main.get_text(" ", strip=True)) - headings)


def plain(url: str, base: str = "") -> str | None:
    """An address without its fragment, made absolute; None when it is none of the web."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username or re.search(r"[\s<>|\"]", parts.path):
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _take_title(soup: BeautifulSoup) -> str:
    """The page's title, which then stands in its text no more. A heading outside the main part is often the site's."""
    main = soup.select_one("main, [role=main], article")
    heading = (main or soup).find("h1")
    title = heading.get_text(" ", strip=True) if isinstance(heading, Tag) else ""
    if isinstance(heading, Tag):
        heading.decompose()
    if not title:
        named = soup.find("meta", property="og:title")
        title = str(named.get("content", "")) if isinstance(named, Tag) else ""
    if not title and soup.title is not None:
        title = re.split(r"\s+[|–—]\s+", soup.title.get_text(" ", strip=True))[0]
    return " ".join(visible(title).split())


def _canonical(soup: BeautifulSoup, url: str) -> str | None:
    link = soup.find("link", rel="canonical")
    return plain(str(link.get("href", "")), url) if isinstance(link, Tag) and link.get("href") else None


def _hidden(soup: BeautifulSoup) -> bool:
    said = (str(tag.get("content", "")) for tag in soup.find_all("meta", attrs={"name": re.compile(r"(?i)^robots$")}))
    return any(re.search(r"(?i)\b(noindex|none)\b", words) for words in said)


def _links(soup: BeautifulSoup, url: str) -> list[str]:
    found = (plain(str(link["href"]), url) for link in soup.find_all("a", href=True, limit=_MOST_LINKS))
    return list(dict.fromkeys(filter(None, found)))
