"""Convert HTML to Markdown: the page's own text, without navigation, footers, scripts and the like."""

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

_BOILERPLATE = (
    "nav, footer, aside, script, style, noscript, template, form, button, iframe, svg, canvas, object, "
    "[role=navigation], [role=banner], [role=contentinfo], [role=search], [hidden]"
)


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page. `body` is Markdown without the title, `url` its canonical link, `meta` its named meta tags."""

    title: str
    body: str
    url: str | None
    meta: dict[str, str]


def read_page(markup: str) -> WebPage:
    """Read a whole page: its main part if it has one, otherwise its body."""
    soup = BeautifulSoup(markup, "html.parser")
    canonical = soup.find("link", rel="canonical")
    address = str(canonical.get("href", "")) if isinstance(canonical, Tag) else ""
    meta = {
        str(tag["name"]).lower(): str(tag.get("content", "")) for tag in soup.find_all("meta", attrs={"name": True})
    }
    main = soup.select_one("main, [role=main]") or soup.select_one("article") or soup.body or soup
    heading = main.find("h1") or soup.find("h1")
    title = heading.get_text(" ", strip=True) if isinstance(heading, Tag) else ""
    if not title and soup.title is not None:
        title = soup.title.get_text(" ", strip=True)
    if isinstance(heading, Tag):
        heading.decompose()
    return WebPage(title, tag_to_markdown(main), address if address.startswith("http") else None, meta)


def html_to_markdown(fragment: str) -> str:
    """Return a fragment of HTML as Markdown."""
    return tag_to_markdown(BeautifulSoup(fragment, "html.parser"))


def strip_boilerplate(part: Tag) -> None:
    """Remove navigation, footers, scripts and the like from `part`."""
    for boilerplate in part.select(_BOILERPLATE):
        boilerplate.decompose()
    for header in part.find_all("header"):
        if header.find(["p", "ul", "ol", "table", "pre"]) is None or header.find("nav") is not None:
            header.decompose()


def tag_to_markdown(part: Tag) -> str:
    """Return a part of a page as Markdown, without boilerplate. `part` itself is changed."""
    strip_boilerplate(part)
    for comment in part.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for image in part.find_all("img"):
        words = " ".join(str(image.get("alt", "")).split())
        image.replace_with(f"({words})" if words else "")
    for cell in part.select("td pre, th pre"):
        cell.name = "code"
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", code_language_callback=_code_language, escape_misc=False
    )
    lines = str(converter.convert_soup(part)).splitlines()
    kept = (line.rstrip() for line in lines if not re.fullmatch(r"\s*\|[\s|]*", line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _code_language(pre: Tag) -> str:
    code = pre.find("code")
    for tag in (pre, code):
        if isinstance(tag, Tag):
            for name in tag.get_attribute_list("class"):
                if name and str(name).startswith(("language-", "lang-")):
                    return str(name).split("-", 1)[1]
    return ""
