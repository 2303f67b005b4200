"""Split passages into units that can be quoted alone: a sentence, a list, a table row, a code block."""

import re
from dataclasses import dataclass

from knowledge.documents import Passage
from knowledge.embedded_instructions import talks_to_an_assistant
from knowledge.markdown_blocks import Block, heading_text, parse_blocks, plain_text

SHORT = 500
"""A paragraph of up to this many characters is quoted completely."""
WHOLE_LIST = 900
"""A list or a table of up to this many characters is quoted completely; a longer one by its best lines."""

_INTRODUCED = frozenset({"steps", "bullets", "code", "table"})
_ONLY_MARKS = re.compile(r"[\s\W_]*\Z")
_ONLY_AN_IMAGE = re.compile(r"\s*_?\([^()]*\)_?\s*\Z")
_ONLY_LINKS = re.compile(r"(?:\s*(?:[-*+]\s*)?(?:\[[^\]]*\]\([^)]*\)|<?https?://\S+)[.,]?)+\s*\Z")
_WHOLE_SENTENCE = re.compile(r".*[.!?…][\"'”’)\]*_`]*", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“‘(*_\[`]*[A-ZÀ-Þ0-9])")
_ABBREVIATION = re.compile(r"(?i)\b(?:e\.g|i\.e|etc|vs|no|fig|approx|incl|max|min|mr|ms|dr|inc|ltd)\.\s*\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a passage that can be quoted. `text` is verbatim; `heading` is the nearest heading above it, or "".

    `lead` is the paragraph that introduces it and `head` the header of its table; both are "" if there is none.
    `meaning` is the text to compare with a question. `order` is its position: passage, block, line.
    """

    passage: Passage
    text: str
    kind: str
    heading: str
    meaning: str
    order: tuple[int, int, int]
    lead: str = ""
    head: str = ""

    @property
    def length(self) -> int:
        """Characters of the quote, with its introduction and table header."""
        return len(self.lead) + len(self.head) + len(self.text)

    @property
    def is_steps(self) -> bool:
        """Whether it is a numbered list of steps."""
        return self.kind == "steps"

    @property
    def block(self) -> tuple[str, int]:
        """The id of the passage, and the position of the block in it."""
        return self.passage.id, self.order[1]

    @property
    def section(self) -> tuple[str, str]:
        """The id of the article, and the heading above the unit."""
        return self.passage.article_id, self.heading


def split_passage(passage: Passage) -> list[Unit]:
    """Return the units of `passage`, in order. A paragraph that introduces a list, a table or code belongs to it."""
    found: list[Unit] = []
    heading = passage.heading_path[-1] if passage.heading_path else ""
    lead = before = ""
    found_blocks = parse_blocks(passage.text)
    talking = [talks_to_an_assistant(block.text) for block in found_blocks]
    for at, block in enumerate(found_blocks):
        if block.kind == "heading":
            heading, lead, before = heading_text(block), "", ""
            continue
        if block.kind == "paragraph" and _introduces(block.text):
            lead = block.text
            continue
        if lead and _ONLY_AN_IMAGE.fullmatch(block.text):
            continue  # an image between an introduction and its list
        introduced = lead if block.kind in _INTRODUCED else ""
        lead = ""
        title = ". ".join(filter(None, (passage.title, heading)))
        # "Learn how to invite members." says what the steps below it are for, but is not quoted with them.
        context = introduced or (before if block.kind == "steps" else "")
        before = block.text[:SHORT] if block.kind == "paragraph" else ""
        # Planted instructions must not discard the true sentences beside them, so their block is split finely.
        head, texts = _split_block(block, planted=any(talking[max(0, at - 1) : at + 2]))
        for line, text in enumerate(texts):
            if _worth_quoting(text) and not talks_to_an_assistant(f"{heading}\n{introduced}\n{text}"):
                said = plain_text(" ".join(filter(None, (context, head.split("\n")[0], text))))
                order = (passage.position, at, line)
                found.append(Unit(passage, text, block.kind, heading, f"{title}: {said}", order, introduced, head))
    return found


def _introduces(text: str) -> bool:
    return text.rstrip("*_ ").endswith(":") and len(text) <= SHORT


def _worth_quoting(text: str) -> bool:
    return not (_ONLY_MARKS.match(text) or _ONLY_AN_IMAGE.fullmatch(text) or _ONLY_LINKS.match(text))


def _split_block(block: Block, planted: bool) -> tuple[str, list[str]]:
    """Return the header of a table that is split into rows (otherwise ""), and the pieces of the block."""
    text = block.text
    if block.kind == "paragraph" and planted:
        # Planted instructions refer to fragments such as "doc_id: 4471", so keep only whole sentences.
        cut = [sentence.rstrip(" -–—") for line in text.split("\n") for sentence in split_sentences(line)]
        return "", [sentence for sentence in cut if _WHOLE_SENTENCE.fullmatch(sentence)]
    if block.kind == "paragraph" and len(text) > SHORT:
        return "", split_sentences(text)
    if block.kind == "bullets" and (planted or len(text) > WHOLE_LIST) and len(block.items) > 1:
        return "", list(block.items)
    if block.kind == "table" and len(text) > WHOLE_LIST:
        head, rule, *rows = text.split("\n")
        return f"{head}\n{rule}", rows
    return "", [text]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, verbatim."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text[: match.start()]):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]
