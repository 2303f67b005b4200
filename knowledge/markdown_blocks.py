"""Parse Markdown into its top-level blocks, each with its source text unchanged."""

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
    """One block of Markdown: `text` is verbatim, `level` is that of a heading, `items` are those of a list."""

    kind: Kind
    text: str
    level: int = 0
    items: tuple[str, ...] = ()


def parse_blocks(markdown: str) -> list[Block]:
    """Return the blocks of `markdown` in order. No line of text is left out."""
    lines = markdown.splitlines()
    # markdown-it counts only \n as the end of a line, so give it the same lines that are used below.
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(lines))
    found: list[Block] = []
    at = 0
    for index, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.type not in _KINDS:
            continue
        start, end = token.map
        found += _leftover_block(lines, at, start)
        text = _cut(lines, start, end)
        if token.type == "heading_open" and token.markup == "-" and _is_prose(tokens[index + 1].content):
            found.append(Block("paragraph", _cut(lines, start, end - 1)))
        elif token.type == "heading_open":
            heading = tokens[index + 1].content.strip()
            found.append(Block("heading", text, int(token.tag[1]), (heading,)))
        elif text:
            found.append(Block(_KINDS[token.type], text, 0, _items(lines, tokens, index, end)))
        at = max(at, end)
    return found + _leftover_block(lines, at, len(lines))


def heading_text(block: Block) -> str:
    """Return the words of a heading, without markup."""
    return plain_text(block.items[0]) if block.items else plain_text(block.text)


def plain_text(markdown: str) -> str:
    """Return `markdown` without link targets, emphasis and escapes: for matching, and for plain-text readers."""
    text = _LINK.sub(r"\1", markdown)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)", r"\1", text)
    return _ESCAPE.sub(r"\1", text.replace("`", "")).strip()


def _cut(lines: Sequence[str], start: int, end: int) -> str:
    while start < end and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:end]).rstrip()


def _leftover_block(lines: Sequence[str], start: int, end: int) -> list[Block]:
    """Return lines that belong to no token, such as link definitions, as a paragraph."""
    text = _cut(lines, start, end)
    return [Block("paragraph", text)] if text else []


def _is_prose(heading: str) -> bool:
    """Return whether text above a row of dashes, which is a heading to Markdown, is a paragraph and a separator."""
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
