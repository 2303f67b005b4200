"""Cuts passages into what can be quoted by itself: a sentence, a list, a table row, a code block. It chooses nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.documents import Passage
from knowledge.markdown_blocks import Block, blocks, heading_text, plain_text

SHORT = 500
"""Characters up to which a paragraph or a note is quoted whole."""
WHOLE_LIST = 900
"""Characters up to which a list or a table is quoted whole rather than by its best line."""

_TO_AN_ASSISTANT = re.compile(
    r"""(?ix)
    \b(?:ignore|disregard|forget|override|bypass)\b .{0,40} \b(?:previous|prior|above|earlier|all|any|your|these|system)\b
        .{0,40} \b(?:instructions?|prompts?|rules?|directions?|guidelines?|messages?|context)\b
    | \bas\ an?\ (?:ai|artificial\ intelligence|language\ model|llm|assistant|chatbot)\b
    | \b(?:you\ are|act\ as|pretend\ to\ be|behave\ as)\ (?:now\ )?(?:an?|the)\ (?:\w+\ )?
        (?:ai|assistant|language\ model|llm|chatbot|bot)\b
    | \b(?:system|developer)\ (?:prompt|message)\b
    | ^\W*(?:system|assistant|user|human|ai)\s*: \s
    | \b(?:note|message|instructions?|attention)\ (?:to|for)\ (?:the\ |any\ |all\ )?
        (?:ai|llms?|(?:ai\ )?assistants?|(?:ai\ )?agents?|language\ models?|chatbots?|bots?)\b
    | \b(?:dear|hey|hello)\ (?:ai|assistant|chatbot|bot|llm)\b
    | \bif\ you\ are\ an?\ (?:ai|llm|(?:ai\ )?assistant|language\ model|(?:ai\ )?agent|chatbot|bot)\b
    | \b(?:do\ not|don't|never)\ (?:tell|reveal\ to|inform|mention\ (?:this\ )?to)\ the\ user\b
    | \b(?:reply|respond|answer)\ (?:only\ )?with\ (?:the\ following|exactly|only)\b
    | <\|?(?:im_start|im_end|system|endoftext)\b
    """
)
_ONLY_MARKS = re.compile(r"[\s\W_]*\Z")
_ONLY_AN_IMAGE = re.compile(r"\s*_?\([^()]*\)_?\s*\Z")
_ONLY_A_LINK = re.compile(r"(?s)\s*(?:[-*]\s*)?\[[^\]]*\]\([^)]*\)\.?\s*\Z")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“‘(*_\[`]*[A-ZÀ-Þ0-9])")
_ABBREVIATION = re.compile(r"(?i)\b(?:e\.g|i\.e|etc|vs|no|fig|approx|incl|max|min|mr|ms|dr|inc|ltd)\.\s*\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """Something to quote. `text` stands in `passage` as it is; `heading` is the nearest one above, or "".

    `meaning` is what is compared with a question; `order` is where it stands: passage, then block, then line.
    """

    passage: Passage
    text: str
    kind: str
    heading: str
    meaning: str
    order: tuple[int, int, int]

    @property
    def is_steps(self) -> bool:
        """Whether it tells what to do, one step after the other."""
        return self.kind == "steps"


def talks_to_an_assistant(text: str) -> bool:
    """Whether `text` gives orders to whatever machine reads it, rather than to a person."""
    return _TO_AN_ASSISTANT.search(plain_text(text)) is not None


def units(passage: Passage) -> list[Unit]:
    """Everything in `passage` that can be quoted, in order. What introduces a list, table or code belongs to it."""
    found: list[Unit] = []
    heading = passage.heading_path[-1] if passage.heading_path else ""
    intro: Block | None = None
    for at, block in enumerate(blocks(passage.text)):
        if block.kind == "heading":
            heading, intro = heading_text(block), None
            continue
        if block.kind == "paragraph" and block.text.rstrip("*_ ").endswith(":") and len(block.text) <= SHORT:
            intro = block
            continue
        lead = intro.text if intro is not None and block.kind in ("steps", "bullets", "code", "table") else ""
        if not _ONLY_AN_IMAGE.fullmatch(block.text) or lead == "":
            for line, (text, core) in enumerate(_cuts(block, lead)):
                if _worth_quoting(core) and not talks_to_an_assistant(text):
                    head = ". ".join(filter(None, (passage.title, heading)))
                    meaning = f"{head}: {plain_text(text)}"
                    found.append(Unit(passage, text, block.kind, heading, meaning, (passage.position, at, line)))
            intro = None
    return found


def _worth_quoting(text: str) -> bool:
    return not (_ONLY_MARKS.match(text) or _ONLY_AN_IMAGE.fullmatch(text) or _ONLY_A_LINK.match(text))


def _cuts(block: Block, lead: str) -> Iterator[tuple[str, str]]:
    """Pairs of what is quoted and the part of it that is not introduction."""
    text = block.text
    if block.kind in ("paragraph", "quote", "html") and not lead:
        if len(text) <= SHORT or block.kind != "paragraph":
            yield text, text
        else:
            yield from ((sentence, sentence) for sentence in sentences(text))
    elif block.kind == "bullets" and len(text) > WHOLE_LIST and len(block.items) > 1:
        yield from ((_led(lead, item), item) for item in block.items)
    elif block.kind == "table" and len(text) > WHOLE_LIST:
        head, rule, *rows = text.split("\n")
        yield from ((_led(lead, f"{head}\n{rule}\n{row}"), row) for row in rows)
    else:
        yield _led(lead, text), text


def _led(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}" if lead else text


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
