"""Markdown and people's words as Slack's rich text, in which foreign text is literal: no mention and no unlisted link.

Articles and models write Markdown; people write lines. What does not fit is left out whole, and the caller is told.
"""

# Long: one small language, written and measured by the same rules.

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from handlers.slack.views.blocks import Block, Element
from handlers.slack.views.text import DAY_AND_TIME, fallback_date, pieces, safe_url, shorten, size, spoken

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_LONGEST = 2900
# More than any message of ours shows; parsing what nobody reads would only take time.
_MOST_MARKDOWN = 12_000
# Marks for bold that open or close nothing: a cut or a misspelt article leaves them. "2**3" is none.
_STRAY = re.compile(r"(?<!\d)\*\*+(?=[\w\"“'(])|(?<=[\w\"”'.:!?)])\*\*+(?!\d)")
_LISTS = ("bullet_list", "ordered_list")
_APART = (*_LISTS, "fence", "code_block", "table", "blockquote")


def text(words: str, **style: bool) -> Element:
    """A run of literal text."""
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def link(url: str | None, label: str) -> Element:
    """A link of ours; only its label when the address is none for the web."""
    address = safe_url(url)
    return {"type": "link", "url": address, "text": label} if address else text(label)


def moment(at: datetime) -> Element:
    return {"type": "date", "timestamp": int(at.timestamp()), "format": DAY_AND_TIME, "fallback": fallback_date(at)}


def paragraph(*runs: Element) -> Element:
    return {"type": "rich_text_section", "elements": [run for run in runs if run.get("text") != ""]}


def quote(words: str, most: int = 2500) -> Element:
    """Somebody's words, as they are, set apart."""
    return {"type": "rich_text_quote", "elements": [text(shorten(spoken(words).strip(), most) or "(no words)")]}


def block(parts: Iterable[Element]) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def blocks(parts: Sequence[Element]) -> list[Block]:
    """Parts as blocks: what belongs together stays together, so that the gaps fall between paragraphs."""
    found: list[list[Element]] = []
    for part in parts:
        starts = part["type"] == "rich_text_section" and not (found and _is_heading(found[-1][-1]))
        if found and not starts and weight(found[-1]) + weight([part]) <= _LONGEST:
            found[-1].append(part)
        else:
            found.append([part])
    return [block(group) for group in found]


def set_apart(parts: Sequence[Element]) -> list[Element]:
    """Parts with a line at their side: words that somebody else will read as they stand."""
    return [
        part | {"type": "rich_text_quote"} if part["type"] == "rich_text_section" else part | {"border": 1}
        for part in parts
    ]


def _is_heading(part: Element) -> bool:
    return part["type"] == "rich_text_section" and all(run.get("style", {}).get("bold") for run in part["elements"])


def weight(parts: Sequence[Element]) -> int:
    """How many characters a reader sees in these parts."""
    return sum(size(str(part["text"])) if "text" in part else weight(part.get("elements", [])) for part in parts)


def words(parts: Sequence[Element]) -> str:
    """The parts as plain text, for notifications: raw, to be escaped by whoever puts it into mrkdwn."""
    said = []
    for part in parts:
        if part["type"] == "rich_text_list":
            first = int(part.get("offset", 0)) + 1
            said += [
                f"{first + at}. {_run_words(item)}" if part["style"] == "ordered" else f"• {_run_words(item)}"
                for at, item in enumerate(part["elements"])
            ]
        else:
            said.append(_run_words(part))
    return "\n".join(said)


def _run_words(part: Element) -> str:
    return "".join(str(run.get("text") or run.get("fallback") or "") for run in part["elements"])


def from_people(message: str) -> list[Element]:
    """What somebody typed: literal, line breaks kept, ``` as code."""
    parts: list[Element] = []
    for index, piece in enumerate(spoken(message).split("```")):
        if not piece.strip():
            continue
        if index % 2:
            parts.append({"type": "rich_text_preformatted", "elements": [text(piece.strip("\n"))]})
        else:
            parts += [paragraph(text(part)) for part in pieces(piece.strip(), _LONGEST)]
    return parts


def from_markdown(markdown: str, links: Collection[str] = (), *, keep_lines: bool = False) -> list[Element]:
    """Markdown as rich text. Only addresses in `links` stay links. `keep_lines`: a line break is meant as one."""
    tree = SyntaxTreeNode(_PARSER.parse(shorten(spoken(markdown), _MOST_MARKDOWN)))
    writer = _Writer(frozenset(links), keep_lines)
    for node in tree.children:
        writer.block(node)
    return [piece for part in writer.parts for piece in _split(part)]


@dataclass
class _Writer:
    """Walks the tree of a Markdown text and collects rich text."""

    links: frozenset[str]
    keep_lines: bool
    parts: list[Element] = field(default_factory=list)

    def block(self, node: SyntaxTreeNode) -> None:
        if node.type in ("fence", "code_block"):
            self.parts.append({"type": "rich_text_preformatted", "elements": [text(node.content.rstrip("\n") or " ")]})
        elif node.type == "heading":
            self._add("rich_text_section", [_bold(run) for run in self.inline(node)])
        elif node.type in _LISTS:
            self.items(node, 0)
        elif node.type == "blockquote":
            self._add("rich_text_quote", self._lines(node))
        elif node.type == "table":
            self.table(node)
        elif node.type != "hr":
            self._add("rich_text_section", self.inline(node))

    def _add(self, kind: str, runs: list[Element]) -> None:
        if any(str(run.get("text", "")).strip() for run in runs):
            self.parts.append({"type": kind, "elements": _joined(runs)})

    def _lines(self, node: SyntaxTreeNode) -> list[Element]:
        runs: list[Element] = []
        for child in node.children:
            if runs:
                runs.append(text("\n"))
            if child.type in ("fence", "code_block"):
                runs.append(text(child.content.rstrip("\n"), code=True))
            elif child.type == "paragraph":
                runs += self.inline(child)
            else:
                runs += self._lines(child) if child.children else self.inline(child)
        return runs

    def items(self, node: SyntaxTreeNode, indent: int) -> None:
        """Slack has no lists in lists: the inner one stands between, and the outer one goes on counting."""
        ordered = node.type == "ordered_list"
        at = max(int(node.attrs.get("start", 1)) - 1, 0) if ordered else 0
        fresh: Element | None = None
        for item in node.children:
            runs, inner = self._item(item)
            if fresh is None:
                fresh = {
                    "type": "rich_text_list",
                    "style": "ordered" if ordered else "bullet",
                    "indent": min(indent, 8),
                    "elements": [],
                }
                self.parts.append(fresh | {"offset": at} if ordered and at else fresh)
            fresh["elements"].append({"type": "rich_text_section", "elements": _joined(runs) or [text("–")]})
            at += 1
            for child in inner:
                fresh = None
                if child.type in _LISTS:
                    self.items(child, indent + 1)
                else:
                    self.block(child)

    def _item(self, item: SyntaxTreeNode) -> tuple[list[Element], list[SyntaxTreeNode]]:
        """An item's own words, and from the first list, code, table or quote on what follows them."""
        first = next((at for at, child in enumerate(item.children) if child.type in _APART), len(item.children))
        runs: list[Element] = []
        for child in item.children[:first]:
            runs += ([text("\n")] if runs else []) + self.inline(child)
        return runs, item.children[first:]

    def table(self, node: SyntaxTreeNode) -> None:
        """A row is a line of `heading: cell`: a phone is too narrow for columns, and a screen reader reads it aloud."""
        rows = [row for part in node.children for row in part.children]
        cells = [[_joined(self.inline(cell)) for cell in row.children] for row in rows]
        if len(cells) < 2:
            self._add("rich_text_section", [run for row in cells for cell in row for run in [*cell, text(" ")]])
            return
        titles = [_run_words({"elements": cell}) for cell in cells[0]]
        items = []
        for row in cells[1:]:
            runs = [_bold(run) for run in row[0]]
            for title, cell in zip(titles[1:], row[1:], strict=False):
                # With two columns the first cell is the other's title.
                name = f"{title}: " if title and len(titles) > 2 else ""
                between = ": " if len(titles) == 2 else "; " if len(runs) > len(row[0]) else " – "
                if cell:
                    runs += [text((between if runs else "") + name), *cell]
            items.append({"type": "rich_text_section", "elements": _joined(runs) or [text("–")]})
        self.parts.append({"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items})

    def inline(self, node: SyntaxTreeNode, **style: bool) -> list[Element]:
        runs: list[Element] = []
        for child in node.children:
            if child.type in ("text", "html_inline", "html_block"):
                runs.append(text(_STRAY.sub("", child.content), **style))
            elif child.type == "code_inline":
                runs.append(text(child.content, **{**style, "code": True}))
            elif child.type in ("softbreak", "hardbreak"):
                runs.append(text("\n" if self.keep_lines or child.type == "hardbreak" else " ", **style))
            elif child.type == "image":
                runs.append(text(child.content or "(a picture)", **style))
            elif child.type == "link":
                runs += self._link(child, style)
            else:
                runs += self.inline(child, **style, **self._dress(child, style))
        return runs

    def _dress(self, node: SyntaxTreeNode, style: dict[str, bool]) -> dict[str, bool]:
        # People who type *this* in Slack mean bold.
        bold = node.type == "strong" or (self.keep_lines and node.type == "em" and node.markup == "*")
        name = "bold" if bold else {"em": "italic", "s": "strike"}.get(node.type)
        return {name: True} if name and name not in style else {}

    def _link(self, node: SyntaxTreeNode, style: dict[str, bool]) -> list[Element]:
        runs = self.inline(node, **style)
        address = safe_url(str(node.attrs.get("href", "")))
        if address is None or address not in self.links:
            return runs
        return [{"type": "link", "url": address, "text": "".join(str(run["text"]) for run in runs) or address}]


def _bold(run: Element) -> Element:
    return run if run["type"] != "text" else run | {"style": {**run.get("style", {}), "bold": True}}


def _joined(runs: list[Element]) -> list[Element]:
    """Neighbouring runs of the same style as one; Slack refuses empty texts."""
    found: list[Element] = []
    for run in runs:
        if run["type"] == "text" and run["text"] == "":
            continue
        last = found[-1] if found else None
        if last and last["type"] == run["type"] == "text" and last.get("style") == run.get("style"):
            found[-1] = last | {"text": last["text"] + run["text"]}
        else:
            found.append(run)
    return found


def _split(part: Element) -> list[Element]:
    """A part that is too long for one block, cut between words, lines or items; code stays whole."""
    if weight([part]) <= _LONGEST or part["type"] == "rich_text_preformatted":
        return [part]
    if part["type"] == "rich_text_list":
        return _split_list(part)
    found, room = [part | {"elements": []}], _LONGEST
    for run in part["elements"]:
        for piece in _cut(run):
            if weight([piece]) > room:
                found.append(part | {"elements": []})
                room = _LONGEST
            found[-1]["elements"].append(piece)
            room -= weight([piece])
    return [one for one in found if one["elements"]]


def _cut(run: Element) -> list[Element]:
    if run["type"] != "text" or size(run["text"]) <= _LONGEST:
        return [run]
    return [run | {"text": piece} for piece in pieces(run["text"], _LONGEST)]


def _split_list(part: Element) -> list[Element]:
    found: list[Element] = []
    offset = int(part.get("offset", 0))
    group: list[Element] = []
    filled = 0
    for item in [piece for whole in part["elements"] for piece in _split(whole)]:
        taken = weight([item])
        if group and filled + taken > _LONGEST:
            found.append(_sublist(part, group, offset))
            offset, group, filled = offset + len(group), [], 0
        group.append(item)
        filled += taken
    return [*found, _sublist(part, group, offset)] if group else found


def _sublist(part: Element, items: list[Element], offset: int) -> Element:
    return part | {"elements": items} | ({"offset": offset} if offset and part["style"] == "ordered" else {})
