"""Convert help written in Mallard, DocBook or LibreOffice's HTML to pages of Markdown."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

_HTML = {
    name: html_name
    for html_name, names in {
        "p": "para simpara",
        "ul": "itemizedlist simplelist list terms variablelist glosslist",
        "ol": "orderedlist procedure substeps steps",
        "li": "listitem step member varlistentry glossentry item",
        "tr": "row",
        "td": "entry",
        "pre": "screen programlisting literallayout",
        "h3": "bridgehead",
    }.items()
    for name in names.split()
}
_KEPT = {*_HTML.values(), "div", "b", "table", "thead", "tbody", "th", "h1", "h2", "h4", "h5", "h6"}
_SECTIONS = re.compile("^(page|part|chapter|appendix|article|section|sect[1-4]|qandaset|qandaentry)$")
_NAMES = ["title", "term", "glossterm"]
_NOTES = ["note", "tip", "important", "warning", "caution"]
_JOINED = {"menuchoice": " > ", "guiseq": " > ", "keycombo": "+", "keyseq": "+"}
_NOT_READ = re.compile(
    r"^(\w*info|abstract|titleabbrev|subtitle|indexterm|anchor|footnote(ref)?|remark|comment|desc|cite|links|credit|toc|"
    "index|glossary|keywordset|caption|imageobject|textobject|inlinemediaobject)$"
)
_BACK = re.compile("^Click here to return")
_NOT_SHOWN = ".MAC, .relatedtopics, .noteicon, #SearchFrame, #DonationFrame, script, meta, img"
_ELSEWHERE = {"platform:gnome-classic", "platform:ubuntu"}

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_PROLOG = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.S)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w.-]+)\s+(SYSTEM\s+)?([\"'])(.*?)\4", re.S)
_REFERENCE = re.compile(r"[&%][A-Za-z][\w.-]*;|<xi:include href=\"([^\"]+)\"\s*/>")
_ODD = {0xA0: " ", 0xAD: None, 0x200B: None, 0xFEFF: None, 0x2011: "-", 0x2212: "-", 0x2236: ":"}
_CONVERTER = MarkdownConverter(
    heading_style="ATX", bullets="-", escape_asterisks=False, escape_underscores=False, table_infer_header=True
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of help. Its text is Markdown without the title."""

    title: str
    text: str


def read_markup(path: Path, names: Mapping[str, str]) -> str:
    """Return the markup of an XML file, with its entities and included files. Raises OSError if a file is missing.

    `names` are entities that are declared elsewhere. An entity without a declaration is replaced by its name.
    """
    known = {f"&{name};": value for name, value in names.items()}
    for declaring in [path, *sorted(path.parent.glob("*.dtd"))]:
        for parameter, name, file, _, value in _ENTITY.findall(_COMMENT.sub("", declaring.read_text(encoding="utf-8"))):
            reference = f"%{name};" if parameter else f"&{name};"
            known.setdefault(reference, f'<xi:include href="{value}"/>' if file else value)

    def resolve(found: re.Match[str]) -> str:
        reference, file = found[0], found[1]
        if file or reference in known:
            return resolve_all(_read_body(path.parent / file) if file else known[reference])
        if reference.startswith("%") or reference in ("&lt;", "&gt;", "&amp;", "&quot;", "&apos;"):
            return reference
        character = html.unescape(reference)
        return reference[1:-1] if character == reference else character

    def resolve_all(text: str) -> str:
        return _REFERENCE.sub(resolve, text)

    return resolve_all(_read_body(path))


def _read_body(path: Path) -> str:
    return _PROLOG.sub("", path.read_text(encoding="utf-8"))


def parse_manual(markup: str, prefix: str, wanted: Container[str]) -> dict[str, Page]:
    """Return page id -> page for the wanted sections of DocBook or pages of Mallard.

    The id is the prefix and the section's id, or its title if it has no id. A section that is not wanted stays a part
    of the section around it.
    """
    tree = BeautifulSoup(f"<help>{markup}</help>", "xml")
    _convert_to_html(tree)
    pages = {}
    for section in reversed(tree.find_all(_SECTIONS)):
        heading = section.find("heading", recursive=False)
        title = _words(heading) if heading else ""
        name = _page_id(prefix, section, title)
        if heading and name in wanted:
            heading.decompose()
            pages[name] = Page(title, _to_markdown(section.extract()))
        elif _words(section) == title:
            section.decompose()
    return pages


def parse_web_page(markup: str) -> Page:
    """Parse a page of LibreOffice's help, without navigation, and without what applies only to a Mac."""
    soup = BeautifulSoup(markup, "html.parser")
    title = _words(soup.title) if soup.title else ""
    shown = soup.find(id="DisplayArea") or soup
    for tag in shown.select(_NOT_SHOWN):
        tag.decompose()
    for choice in shown.select("[hidden] ~ [hidden]"):
        choice.insert_before(" ")
    for note in shown.find_all("div", class_=_NOTES):
        _label(note, str(note["class"][0]).capitalize())
    for table in shown.find_all("table"):
        if all(sum(bool(_words(cell)) for cell in row.find_all(["td", "th"])) < 2 for row in table.find_all("tr")):
            for part in [table, *table.find_all(["tbody", "thead", "tr", "td", "th"])]:
                part.name = "div"
    first = shown.find(["h1", "h2", "h3"])
    if first and _words(first) == title:
        first.decompose()
    return Page(title, _to_markdown(shown))


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().translate(_ODD).split())


def _page_id(prefix: str, section: Tag, title: str) -> str:
    own = f"faq-{title[:55]}" if section.name == "qandaentry" else section.get("id", title)
    return re.sub(r"[^\w-]+", "-", f"{prefix}{own}".lower()).strip("-")


def _convert_to_html(tree: BeautifulSoup) -> None:
    for hole in tree.find_all("include", xpointer=True):
        if source := tree.find(lambda tag, name=hole["xpointer"]: tag.get("xml:id") == name):
            hole.replace_with(copy.copy(source))
    _remove_unread(tree)
    for tag in reversed(tree.find_all([*_JOINED])):
        _join_parts(tag)
    titles = {}
    for tag in tree.find_all(id=True):
        if name := tag.find(_NAMES, recursive=False):
            titles[str(tag["id"])] = _words(name)
    for tag in tree.find_all(["quote", "xref", "link", "ulink"]):
        _add_visible_text(tag, titles)
    for tag in tree.find_all([*_NOTES, "varlistentry", "glossentry", "item"]):
        _move_label(tag)
    for tag in tree.find_all(["title", "question"]):
        _mark_title(tag)
    for tag in tree.find_all([*_HTML]):
        tag.name = _HTML[tag.name]


def _remove_unread(tree: BeautifulSoup) -> None:
    """Remove what is not text for readers, and what Mallard shows only on other desktops than GNOME's own."""
    for tag in [*tree.find_all(_NOT_READ), *tree.find_all("para", string=_BACK)]:
        tag.decompose()
    for tag in tree.find_all(lambda each: each.prefix == "if" or each.has_attr("if:test")):
        if not tag.decomposed and _ELSEWHERE & set(re.split(r"[\s,]+", str(tag.get("if:test") or tag.get("test")))):
            tag.decompose()
    for choice in tree.find_all("if:choose"):
        for other in choice.find_all(True, recursive=False)[1:]:
            other.decompose()
    for picture in tree.find_all("media"):
        if picture.find("p"):
            picture.decompose()


def _join_parts(tag: Tag) -> None:
    parts = [_words(part) for part in tag.find_all(True, recursive=False) if part.name != "shortcut"]
    keys = "".join(f" ({_words(part)})" for part in tag.find_all("shortcut", recursive=False))
    tag.string = _JOINED[tag.name].join(filter(None, parts)) + keys


def _add_visible_text(tag: Tag, titles: Mapping[str, str]) -> None:
    """Add what only a rendered page shows: quotation marks, and the titles and URLs of links without text."""
    if tag.name == "quote":
        tag.insert(0, '"')
        tag.append('"')
    elif not _words(tag):
        target = str(tag.get("linkend") or tag.get("xref") or "")
        title = titles.get(target.rpartition("#")[2], target)
        tag.string = str(tag.get("url") or tag.get("href") or "") or (f'"{title}"' if tag.name == "xref" else title)


def _move_label(tag: Tag) -> None:
    """Put the term that an entry explains, or the kind of a note, in front of its text."""
    names = tag.find_all(_NAMES, recursive=False)
    label = " / ".join(_words(name) for name in names)
    for name in names:
        name.decompose()
    for body in tag.find_all("listitem", recursive=False):
        body.name = "div"
    if tag.name in _NOTES:
        kind = str(tag.get("style") or tag.name).split()[0].capitalize()
        _label(tag, f"{kind}: {label}")
        tag.name = "div"
    elif label:
        _label(tag, label)


def _label(tag: Tag, label: str) -> None:
    bold = Tag(name="b")
    bold.string = f"{label.rstrip(': ')}:"
    first = tag.find(lambda each: each.name not in ("div", "glossdef"))
    if first is None or first.name not in ("p", "para", "simpara"):
        first = Tag(name="p")
        tag.insert(0, first)
    first.insert(0, bold)
    bold.insert_after(" ")


def _mark_title(tag: Tag) -> None:
    """Mark the title of a section. The title of a list or a table becomes a paragraph in front of it."""
    parent = tag.find_parent(True)
    if parent is None or _SECTIONS.match(parent.name):
        tag.name = "heading"
        return
    paragraph = tag.wrap(Tag(name="p"))
    tag.name = "b"
    if _HTML.get(parent.name) in ("ul", "ol") or parent.name in ("table", "informaltable"):
        parent.insert_before(paragraph)


def _to_markdown(part: Tag) -> str:
    """Return the part as Markdown. The part itself is changed."""
    for heading in part.find_all("heading"):
        heading.name = f"h{min(6, len(heading.find_parents(_SECTIONS)))}"
    for tag in part.find_all(lambda each: each.name not in _KEPT):
        if tag.name == "code" and "\n" in tag.get_text():
            tag.name = "pre"
        else:
            tag.unwrap()
    part.smooth()
    for string in part.find_all(string=True):
        if isinstance(string, Comment):
            string.extract()
        elif string.find_parent("pre") is None:
            string.replace_with(re.sub(r"\s+", " ", string.translate(_ODD)))
    text = str(_CONVERTER.convert_soup(part)).translate(_ODD)
    lines = (re.sub(" {2,}", " ", line) if line.startswith("|") else line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
