"""The contents of receipts and replays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class About:
    """What somebody wants the receipt of: one of the ids, or an address.

    The address of a message means that message; the address of a channel means the last receipt in it.
    """

    receipt_id: int | None = None
    ticket_id: int | None = None
    answer_id: int | None = None
    conversation_id: int | None = None
    address: Address | None = None


@dataclass(frozen=True)
class FoundArticle:
    """An article that a search returned, with the scores of its best passage: by meaning (`cosine`), by words (`bm25`)
    and combined (`score`).

    `passages` counts its passages among the hits; `since` says what changed about the article later, or is "".
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
    """One thing that happened: `who` did `what`, and `why`. `text` is what a person wrote, or "".

    `due` is when a clock ends.
    """

    at: datetime
    who: str
    what: str
    why: str = ""
    text: str = ""
    due: datetime | None = None


@dataclass(frozen=True)
class OtherReceipt:
    """Another conversation in the same channel, whose receipt the reader may have wanted."""

    conversation_id: int
    title: str
    headline: str
    at: datetime


@dataclass(frozen=True)
class ReceiptContent:
    """Why Footbridge did what it did, in plain words; the first five fields are a summary.

    `asked` is what the customer wrote, `question` what was searched for, `words` what was answered. `figures` and
    `versions` are pairs (name, value). `replay_of` is the id of the receipt that can be replayed, or None.
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
    """What Footbridge decided about a question at one time, and which articles it cites."""

    headline: str
    reason: str
    probability: float | None = None
    articles: tuple[ArticleLink, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class ReplayContent:
    """A replay: the decision of then and the one of today. `words` are pairs (same, gone or new; the words)."""

    headline: str
    question: str
    then_at: datetime
    then: Verdict
    now: Verdict
    words: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
