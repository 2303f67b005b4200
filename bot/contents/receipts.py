"""Receipts and replays, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class About:
    """What a receipt is asked of: one of the ids, a message by its address, or the last in a place by its address."""

    receipt_id: int | None = None
    ticket_id: int | None = None
    answer_id: int | None = None
    conversation_id: int | None = None
    address: Address | None = None


@dataclass(frozen=True)
class FoundArticle:
    """An article that a search returned, by its best passage: `score` is the fit in all, by meaning (`cosine`) and by
    words (`bm25`).

    `passages` counts those that were returned of it; `since` says what became of it after that, or is empty.
    """

    title: str
    url: str | None
    score: float
    cosine: float | None = None
    bm25: float | None = None
    cited: bool = False
    passages: int = 1
    since: str = ""


@dataclass(frozen=True)
class ReceiptStep:
    """One thing that happened: `what` was done by `who`, and `why`. `text` is what somebody wrote, if anybody did.

    `due` is the time that a clock runs to.
    """

    at: datetime
    who: str
    what: str
    why: str = ""
    text: str = ""
    due: datetime | None = None


@dataclass(frozen=True)
class OtherReceipt:
    """Another conversation whose receipt may be meant."""

    conversation_id: int
    title: str
    headline: str
    at: datetime


@dataclass(frozen=True)
class ReceiptContent:
    """Why Footbridge did what it did, in plain words; the first five fields are all that somebody in a hurry needs.

    `asked` is what the customer wrote, `question` what was searched for, `words` what was said. `figures` and
    `versions` are (name, value). `replay_of` names the receipt that can be replayed, or is None.
    """

    headline: str
    reason: str
    at: datetime
    asked: str = ""
    link: str | None = None
    who: str = ""
    customer: str = ""
    question: str = ""
    looked_in: tuple[str, ...] = ()
    found: tuple[FoundArticle, ...] = ()
    words: str = ""
    cut: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    posted_at: datetime | None = None
    posted_link: str | None = None
    steps: tuple[ReceiptStep, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    replay_of: int | None = None
    others: tuple[OtherReceipt, ...] = ()


@dataclass(frozen=True)
class ArticleLink:
    title: str
    url: str | None


@dataclass(frozen=True)
class Verdict:
    """What Footbridge decides about a question at one time, and which articles it cites."""

    headline: str
    reason: str
    probability: float | None = None
    articles: tuple[ArticleLink, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class ReplayContent:
    """A question asked again today, beside what was decided then. `words` are (same, gone or new; the words)."""

    headline: str
    question: str
    then_at: datetime
    then: Verdict
    now: Verdict
    words: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
