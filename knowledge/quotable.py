"""Cuts passages into what can be quoted alone: a sentence, a list, a row, a code block. It chooses nothing."""

import re
from dataclasses import dataclass

from knowledge.documents import Passage
from knowledge.embedded_instructions import talks_to_an_assistant
from knowledge.markdown_blocks import Block, blocks, heading_text, plain_text

SHORT = 500
"""Characters up to which a paragraph or a note is quoted whole."""
WHOLE_LIST = 900
"""Characters up to which a list or a table is quoted whole rather than by its best line."""

_INTRODUCED = frozenset({"steps", "bullets", "code", "table"})
_ONLY_MARKS = re.compile(r"[\s\W_]*\Z")
_ONLY_AN_IMAGE = re.compile(r"\s*_?\([^()]*\)_?\s*\Z")
_ONLY_LINKS = re.compile(r"(?:\s*(?:[-*+]\s*)?(?:\[[^\]]*\]\([^)]*\)|<?https?://\S+)[.,]?)+\s*\Z")
_WHOLE_SENTENCE = re.compile(r".*[.!?…][\"'”’)\]*_`]*", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“‘(*_\[`]*[A-ZÀ-Þ0-9])")
_ABBREVIATION = re.compile(r"(?i)\b(?:e\.g|i\.e|etc|vs|no|fig|approx|incl|max|min|mr|ms|dr|inc|ltd)\.\s*\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """Something to quote. `text` stands in `passage` as it is; `heading` is the nearest one above, or "".

    `lead` is the paragraph that introduces it and `head` the header of its table, both "" when there is none.
    `meaning` is what is compared with a question; `order` is where it stands: passage, then block, then line.
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
        """Characters that quoting it takes."""
        return len(self.lead) + len(self.head) + len(self.text)

    @property
    def is_steps(self) -> bool:
        """Whether it tells what to do, one step after the other."""
        return self.kind == "steps"

    @property
    def block(self) -> tuple[str, int]:
        """The passage and the block of it that this is (a part of)."""
        return self.passage.id, self.order[1]

    @property
    def section(self) -> tuple[str, str]:
        """Its article and the heading it stands under."""
        return self.passage.article_id, self.heading


def units(passage: Passage) -> list[Unit]:
    """What can be quoted of `passage`, in order. What introduces a list, a table or code belongs to it."""
    found: list[Unit] = []
    heading = passage.heading_path[-1] if passage.heading_path else ""
    lead = before = ""
    found_blocks = blocks(passage.text)
    talking = [talks_to_an_assistant(block.text) for block in found_blocks]
    for at, block in enumerate(found_blocks):
        if block.kind == "heading":
            heading, lead, before = heading_text(block), "", ""
            continue
        if block.kind == "paragraph" and _introduces(block.text):
            lead = block.text
            continue
        if lead and _ONLY_AN_IMAGE.fullmatch(block.text):
            continue  # a picture between an introduction and its list
        introduced = lead if block.kind in _INTRODUCED else ""
        lead = ""
        title = ". ".join(filter(None, (passage.title, heading)))
        # "Learn how to invite members." says what the steps below it are for, though they are quoted without.
        context = introduced or (before if block.kind == "steps" else "")
        before = block.text[:SHORT] if block.kind == "paragraph" else ""
        # What was planted among true sentences, or beside them, must not take them along.
        head, texts = _cuts(block, planted=any(talking[max(0, at - 1) : at + 2]))
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


def _cuts(block: Block, planted: bool) -> tuple[str, list[str]]:
    """The header of a table that is cut into rows (else ""), and the pieces that the block is quoted in."""
    text = block.text
    if block.kind == "paragraph" and planted:
        # "doc_id: 4471" and rows without a table are what such orders speak of.
        cut = [sentence.rstrip(" -–—") for line in text.split("\n") for sentence in sentences(line)]
        return "", [sentence for sentence in cut if _WHOLE_SENTENCE.fullmatch(sentence)]
    if block.kind == "paragraph" and len(text) > SHORT:
        return "", sentences(text)
    if block.kind == "bullets" and (planted or len(text) > WHOLE_LIST) and len(block.items) > 1:
        return "", list(block.items)
    if block.kind == "table" and len(text) > WHOLE_LIST:
        head, rule, *rows = text.split("\n")
        return f"{head}\n{rule}", rows
    return "", [text]


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each as it stands."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text[: match.start()]):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]
