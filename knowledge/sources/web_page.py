"""Parse a web page: its title, its main text as Markdown, and its links."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from knowledge.sources.html import strip_boilerplate, tag_to_markdown
from knowledge.sources.markdown import clean_markdown, remove_invisible
from knowledge.sources.page_file import split_heading
from knowledge.sources.source import Unreadable

# Their warnings about a page are reported as a BrokenPage if they matter.
for name in ("trafilatura", "bs4.dammit"):
    logging.getLogger(name).setLevel(logging.CRITICAL)
_MOST_LINKS = 2_000
_CONTAINERS = ("div", "section", "article", "main", "body", "header", "center")
_SHORTEST_MAIN_TEXT = 250
"""Characters. On a page with less text trafilatura cannot distinguish the text from menus and footers."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page of a website.

    `body` is Markdown, empty if the page has no text of its own. `canonical` is the URL in its canonical link, if any.
    `hidden` is True if its robots meta tag says `noindex`. `links` are absolute URLs without fragments.
    """

    title: str
    body: str
    canonical: str | None
    hidden: bool
    links: tuple[str, ...]


def parse_page(body: bytes, url: str, charset: str | None = None) -> WebPage:
    """Parse the page in `body`, which was fetched from `url`. Raises Unreadable if it is not text."""
    if b"\x00" in body[:8192] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It contains binary data, not text.", "Check what the website sends at this URL.")
    markup = UnicodeDammit(body, [charset] if charset else [], is_html=True).unicode_markup
    if markup is None:
        raise Unreadable("It contains binary data, not text.", "Check what the website sends at this URL.")
    try:
        soup = BeautifulSoup(markup, "html.parser")
        title, canonical, hidden, links = (
            _take_title(soup),
            _canonical_url(soup, url),
            _is_hidden(soup),
            _links(soup, url),
        )
        heading, words = split_heading(clean_markdown(_main_text(soup, url)))
    except RecursionError:
        raise Unreadable("Its tags are nested too deeply to follow.", "Flatten the page, or split it.") from None
    title = title or heading or urlsplit(url).path.strip("/").rpartition("/")[2] or url
    return WebPage(title, words, canonical, hidden, tuple(links))


def _main_text(soup: BeautifulSoup, url: str) -> str:
    """Return the page's own text, without the parts that its tags or trafilatura identify as menus and the like.

    The Markdown is not trafilatura's, because that loses the lines of code inside a list.
    """
    main = soup.select_one("main, [role=main]") or soup.select_one("article") or soup.body or soup
    strip_boilerplate(soup)
    if _only_links(main):
        return ""
    for link in main.find_all("a", href=True):
        link["href"] = normalise_url(str(link["href"]), url) or ""
    # Imported here so that starting Footbridge does not wait for it.
    import trafilatura  # noqa: PLC0415

    text = trafilatura.extract(str(soup), output_format="txt", include_comments=False, favor_recall=True) or ""
    if len(text) >= _SHORTEST_MAIN_TEXT:
        _prune(main, _squash(text))
    return tag_to_markdown(main)


def _prune(part: Tag, kept: str) -> None:
    """Remove every part with no text in `kept`, the page's own text."""
    for child in part.find_all(True, recursive=False):
        words = list(filter(None, map(_squash, child.stripped_strings)))
        if words and not any(each in kept for each in words):
            child.decompose()
        elif child.name in _CONTAINERS:
            _prune(child, kept)


def _squash(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _only_links(main: Tag) -> bool:
    """Return whether the page is only a list of links."""
    linked = sum(len(link.get_text(" ", strip=True)) for link in main.find_all("a"))
    headings = sum(len(each.get_text(" ", strip=True)) for each in main.find_all(["h1", "h2", "h3"]) if not each.a)
    return linked > 0 and linked >= 0.8 * (len(main.get_text(" ", strip=True)) - headings)


def normalise_url(url: str, base: str = "") -> str | None:
    """Return `url` as an absolute URL without its fragment, or None if it is not a valid web address."""
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
    """Return the page's title and remove it from the text.

    A heading outside the main part is used only if there is none inside, because it often belongs to the site.
    """
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
    return " ".join(remove_invisible(title).split())


def _canonical_url(soup: BeautifulSoup, url: str) -> str | None:
    link = soup.find("link", rel="canonical")
    return normalise_url(str(link.get("href", "")), url) if isinstance(link, Tag) and link.get("href") else None


def _is_hidden(soup: BeautifulSoup) -> bool:
    rules = (str(tag.get("content", "")) for tag in soup.find_all("meta", attrs={"name": re.compile(r"(?i)^robots$")}))
    return any(re.search(r"(?i)\b(noindex|none)\b", rule) for rule in rules)


def _links(soup: BeautifulSoup, url: str) -> list[str]:
    found = (normalise_url(str(link["href"]), url) for link in soup.find_all("a", href=True, limit=_MOST_LINKS))
    return list(dict.fromkeys(filter(None, found)))
