"""Cuts Markdown into its blocks, each with its source text unchanged. It never rewrites what people wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["heading", "paragraph", "steps", "bullets", "code", "table", "quote", "html", "rule"]

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "ordered_list_open": "steps",
    "bullet_list_open": "bullets",
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
    "blockquote_open": "quote",
    "html_block": "html",
    "hr": "rule",
}
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Markdown: `text` is verbatim; `level` counts for headings; `items` are those of a list."""

    kind: Kind
    text: str
    level: int = 0
    items: tuple[str, ...] = ()


def blocks(markdown: str) -> list[Block]:
    """Every block of `markdown` in order. No line that holds text is left out."""
    lines = markdown.splitlines()
    # markdown-it counts lines by \n alone: hand it the same lines that we cut by.
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(lines))
    found: list[Block] = []
    at = 0
    for index, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.type not in _KINDS:
            continue
        start, end = token.map
        found += _loose(lines, at, start)
        text = _cut(lines, start, end)
        if token.type == "heading_open" and token.markup == "-" and _is_prose(tokens[index + 1].content):
            found.append(Block("paragraph", _cut(lines, start, end - 1)))
        elif token.type == "heading_open":
            heading = tokens[index + 1].content.strip()
            found.append(Block("heading", text, int(token.tag[1]), (heading,)))
        elif text:
            found.append(Block(_KINDS[token.type], text, 0, _items(lines, tokens, index, end)))
        at = max(at, end)
    return found + _loose(lines, at, len(lines))


def heading_text(block: Block) -> str:
    """A heading's words, without marks and links."""
    return plain_text(block.items[0]) if block.items else plain_text(block.text)


def plain_text(markdown: str) -> str:
    """`markdown` for matching, and for readers who draw none: link targets, marks of emphasis and escapes are gone."""
    text = _LINK.sub(r"\1", markdown)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)", r"\1", text)
    return _ESCAPE.sub(r"\1", text.replace("`", "")).strip()


def folded(text: str) -> str:
    """`text` with every run of white space as one space: two quotes are the same when this is."""
    return " ".join(text.split())


def _cut(lines: Sequence[str], start: int, end: int) -> str:
    while start < end and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:end]).rstrip()


def _loose(lines: Sequence[str], start: int, end: int) -> list[Block]:
    """Lines that belong to no token, such as link definitions: kept as paragraphs."""
    text = _cut(lines, start, end)
    return [Block("paragraph", text)] if text else []


def _is_prose(heading: str) -> bool:
    """Whether what a row of dashes made a heading is a paragraph above a separator, as people mostly mean it."""
    return "\n" in heading.strip() or heading.rstrip().endswith(".")


def _items(lines: Sequence[str], tokens: Sequence[Token], index: int, end: int) -> tuple[str, ...]:
    if tokens[index].type not in ("ordered_list_open", "bullet_list_open"):
        return ()
    starts = []
    for token in tokens[index + 1 :]:
        if token.level == 0:
            break
        if token.type == "list_item_open" and token.level == 1 and token.map is not None:
            starts.append(token.map[0])
    ends = [*starts[1:], end]
    return tuple(_cut(lines, first, last) for first, last in zip(starts, ends, strict=True))
