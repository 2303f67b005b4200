"""Questions that the articles do not answer well, grouped, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contents.answers import Citation


@dataclass(frozen=True)
class GapOccurrence:
    """One time that a customer asked what our articles did not answer well.

    `what_happened` says how it went; `solution` is what people of ours found or wrote, and `solved_by` who.
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
    """Questions of one kind that our articles do not answer well; `askings` newest first.

    `question` is the most typical one, `words` are what sets it apart. `advice`: write (a new article), extend (`near`,
    which is close), publish (`near`, which only we may read) or check (`near` answers it today).
    """

    question: str
    words: tuple[str, ...]
    askings: tuple[GapOccurrence, ...]
    customers: tuple[str, ...]
    advice: str
    near: Citation | None = None

    @property
    def solved(self) -> GapOccurrence | None:
        """The one whose solution an article can be made of: the typical question's if it is known, else the newest."""
        known = [asking for asking in self.askings if asking.solution]
        return next((asking for asking in known if asking.question == self.question), known[0] if known else None)


@dataclass(frozen=True)
class KnowledgeGaps:
    """What to write next, the most wanted first. `asked` counts the questions in all gaps; `customer` None: of all.

    `comparable` is False when the index or its model did not answer, so that nothing is known.
    """

    days: int
    asked: int
    gaps: tuple[Gap, ...]
    customer: str | None = None
    comparable: bool = True
