"""Split articles into passages that can be found and quoted. No word is lost and no code block is broken open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from semantic_text_splitter import MarkdownSplitter

from knowledge.documents import Article, Passage
from knowledge.embedded_instructions import remove_instructions
from knowledge.markdown_blocks import Block, heading_text, parse_blocks

VERSION = "2"
"""Part of the index's name. Raise it whenever this module produces different passages, so that the index is rebuilt."""

SHORTEST, LONGEST = 600, 1_600
"""Target length of a passage in characters; the last one of an article may be shorter."""
WHOLE = 4_000
"""Code, tables and numbered steps stay in one piece up to this many characters."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    path: tuple[str, ...]
    opens_section: bool


def split_article(article: Article) -> list[Passage]:
    """Return the passages of `article`, in order; an empty list for an article without text."""
    found = []
    for position, group in enumerate(_group_pieces(list(_split_into_pieces(article)))):
        found.append(
            Passage(
                id=f"{article.id}#{position}",
                article_id=article.id,
                title=article.title,
                heading_path=_shared_path([piece.path for piece in group]),
                text="\n\n".join(piece.text for piece in group),
                audience=article.audience,
                url=article.url,
                position=position,
            )
        )
    return found


def embedded_text(passage: Passage) -> str:
    """Return the text that is embedded for `passage`: the title, then the Markdown unchanged.

    Adding the heading path made the measured results worse, and so did removing markup and links. Instructions that
    somebody planted for a machine are removed: they are not what the page is about, and must not change its vector.
    """
    return f"{passage.title}\n\n{remove_instructions(passage.text)}"


def _split_into_pieces(article: Article) -> Iterator[_Piece]:
    """Yield the blocks; those that belong together (a heading and its text, 'like this:' and a list) are joined."""
    path: list[tuple[int, str]] = []
    glued: list[str] = []
    opens = False
    for block in parse_blocks(article.body):
        if block.kind == "rule":
            continue
        here = tuple(words for _, words in path)
        if block.kind == "heading":
            if glued and not _only_headings(glued):
                yield _Piece("\n\n".join(glued), here, opens)
                glued = []
            path = [(level, words) for level, words in path if level < block.level]
            path.append((block.level, heading_text(block)))
            glued.append(block.text)
            opens = True
            continue
        whole_pieces = _split_block(block)
        if glued and sum(map(len, glued)) + len(whole_pieces[0]) > WHOLE:
            yield _Piece("\n\n".join(glued), here, opens)
            glued, opens = [], False
        glued.append(whole_pieces[0])
        if len(whole_pieces) == 1 and block.kind == "paragraph" and block.text.endswith(":"):
            continue
        for text in ["\n\n".join(glued), *whole_pieces[1:]]:
            yield _Piece(text, here, opens)
            opens = False
        glued = []
    if glued:
        yield _Piece("\n\n".join(glued), tuple(words for _, words in path), opens)


def _only_headings(texts: Iterable[str]) -> bool:
    return all(block.kind == "heading" for text in texts for block in parse_blocks(text))


def _group_pieces(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Group pieces into passages of about `SHORTEST` to `LONGEST` characters."""
    groups: list[list[_Piece]] = []
    size = 0
    for piece in pieces:
        full = size + len(piece.text) > LONGEST or (piece.opens_section and size >= SHORTEST)
        if not groups or full:
            groups.append([])
            size = 0
        groups[-1].append(piece)
        size += len(piece.text) + 2
    if len(groups) > 1 and size < SHORTEST // 2 and size + _size(groups[-2]) <= LONGEST:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _size(group: Iterable[_Piece]) -> int:
    return sum(len(piece.text) + 2 for piece in group)


def _shared_path(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    shared = []
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return tuple(shared)


def _split_block(block: Block) -> list[str]:
    """Split a block that is too long at the least harmful place; return any other block as it is."""
    text = block.text
    if len(text) <= LONGEST or (block.kind in ("steps", "code", "table") and len(text) <= WHOLE):
        return [text]
    if block.kind in ("steps", "bullets") and len(block.items) > 1:
        return list(_group_items(block))
    if block.kind == "code" and text.startswith(("```", "~~~")):
        return _split_fence(text)
    if block.kind == "table":
        return _split_table(text)
    if ("```" in text or "~~~" in text) and len(text) <= WHOLE:
        return [text]
    return _splitter().chunks(text)


def _group_items(block: Block) -> Iterator[str]:
    """Yield the items of a long list in groups of up to `LONGEST` characters. An item longer than that is split."""
    group: list[str] = []
    for item in block.items:
        if group and sum(map(len, group)) + len(item) > LONGEST:
            yield "\n".join(group)
            group = []
        if len(item) > LONGEST and not ("```" in item and len(item) <= WHOLE):
            yield from _splitter().chunks(item)
        else:
            group.append(item)
    if group:
        yield "\n".join(group)


def _split_fence(text: str) -> list[str]:
    opening, *body = text.split("\n")
    fence = opening[: len(opening) - len(opening.lstrip("`~"))]
    closed = bool(body) and body[-1].strip().startswith(fence)
    parts = _group_lines(body[:-1] if closed else body, LONGEST)
    return [f"{opening}\n{part}\n{fence}" for part in parts]


def _split_table(text: str) -> list[str]:
    rows = text.split("\n")
    head = "\n".join(rows[:2])
    return [f"{head}\n{part}" for part in _group_lines(rows[2:], LONGEST)] or [text]


def _group_lines(lines: Iterable[str], longest: int) -> list[str]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if parts[-1] and sum(map(len, parts[-1])) + len(line) > longest:
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(part) for part in parts if part]


@cache
def _splitter() -> MarkdownSplitter:
    return MarkdownSplitter((SHORTEST, LONGEST))
