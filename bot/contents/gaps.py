"""The contents of knowledge gaps: groups of questions that the articles do not answer well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.answers import Citation


@dataclass(frozen=True)
class GapOccurrence:
    """One question of a customer that our articles did not answer well.

    `what_happened` is a sentence; `solution` is what a colleague found or wrote, and `solved_by` that colleague.
    """

    question: str
    customer: str
    at: datetime
    what_happened: str
    ticket_id: int | None = None
    link: str | None = None
    solution: str = ""
    solved_by: str = ""


@dataclass(frozen=True)
class Gap:
    """A group of similar questions that our articles do not answer well; `askings` newest first.

    `question` is the most typical one; `words` are those that distinguish the group. `advice`: write (a new article),
    extend (`near`, which is close), publish (`near`, which is internal) or check (`near` answers it today).
    """

    question: str
    words: tuple[str, ...]
    askings: tuple[GapOccurrence, ...]
    customers: tuple[str, ...]
    advice: str
    near: Citation | None = None

    @property
    def solved(self) -> GapOccurrence | None:
        """The occurrence whose solution an article can be written from: the typical question's, else the newest."""
        known = [asking for asking in self.askings if asking.solution]
        return next((asking for asking in known if asking.question == self.question), known[0] if known else None)


@dataclass(frozen=True)
class KnowledgeGaps:
    """What to write next, the most wanted first. `asked` counts the questions in all gaps; `customer` None: all.

    `comparable` is False when the index or its model could not be reached, so that the gaps are not known.
    """

    days: int
    asked: int
    gaps: tuple[Gap, ...]
    customer: str | None = None
    comparable: bool = True
