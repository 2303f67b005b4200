"""A language model that says what a test scripted, through the same port as the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.contents.answers import Claim, Draft
from bot.contents.conversations import TranscriptLine
from bot.errors import OutsideError
from knowledge.documents import Hit

T = TypeVar("T")


@dataclass
class ScriptedModel:
    """Answers from its script in order, then, when that is used up, by quoting the first sentence of the best passage.

    An exception in a script is raised. `asked` keeps what it was called with.
    """

    drafts: list[Draft | OutsideError] = field(default_factory=list)
    questions: list[str | OutsideError] = field(default_factory=list)
    words: list[str | OutsideError] = field(default_factory=list)
    name: str = "scripted"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def draft_answer(self, question: str, conversation: Sequence[TranscriptLine], hits: Sequence[Hit]) -> Draft:
        self.asked.append(("draft_answer", question))
        if self.drafts:
            return _said(self.drafts.pop(0))
        for hit in hits:
            sentence = hit.passage.text.strip().split("\n")[0].partition(". ")[0]
            if len(sentence.split()) >= 4:
                return Draft(True, (Claim(sentence, hit.passage.id, sentence),), self.name, {"total_tokens": 1})
        return Draft(False, (), self.name, {"total_tokens": 1})

    def rewrite_question(self, conversation: Sequence[TranscriptLine]) -> str:
        self.asked.append(("rewrite_question", conversation[-1].text))
        return _said(self.questions.pop(0)) if self.questions else conversation[-1].text

    def customer_words(self, notes: Sequence[TranscriptLine], purpose: str) -> str:
        self.asked.append(("customer_words", purpose))
        return _said(self.words.pop(0)) if self.words else notes[-1].text


def _said(scripted: T | OutsideError) -> T:
    if isinstance(scripted, OutsideError):
        raise scripted
    return scripted
