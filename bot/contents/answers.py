"""Answers, drafts, corrections and saved answers as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Citation:
    """A passage that an answer leans on; `number` is the [1] in the text, `quote` stands in the article verbatim."""

    number: int
    article_id: str
    title: str
    url: str | None
    quote: str
    passage_id: str


@dataclass(frozen=True)
class AnswerPart:
    """A paragraph, list or code block of an answer in Markdown, and the numbers of the citations it stands on."""

    text: str
    citations: tuple[int, ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class AnswerContent:
    """An answer in the customer's thread. `outcome`: answered, asked_back or handed_over.

    `closed_by` replaces the buttons, and so does `corrected`, which says when a newer answer took its place. `sent_by`
    is the person who sent it, `in_own_words` whether that person wrote or changed it. `language` is what everything
    around the quoted words is in.
    `frame` is the sentence before the answer, `closing` the one after it. Without parts only the frame is shown, and
    `near` lists articles that may help; `options` are what a question back offers to choose from.
    """

    answer_id: int
    outcome: str
    frame: str
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    near: tuple[Citation, ...] = ()
    closing: str = ""
    by_model: bool = False
    closed_by: str | None = None
    options: tuple[str, ...] = ()
    sent_by: str | None = None
    in_own_words: bool = False
    corrected: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class NotQuiteForm:
    """The form for what an answer left out, in the language of the answer."""

    answer_id: int
    language: str


@dataclass(frozen=True)
class SuggestionContent:
    """A draft for agents under the ticket's card; `state` is drafted, sent, edited or discarded.

    `likely` is how likely the gate holds it to be right, 0..1, or None; `sure` whether auto would have given it.
    """

    answer: AnswerContent
    ticket_id: int
    state: str
    done_by: str | None = None
    likely: float | None = None
    sure: bool = True


@dataclass(frozen=True)
class CorrectionContent:
    """A drafted correction, inside. `cause`: changed, wrong or withdrawn; `state`: drafted, sent, discarded, replaced.

    `before` is what we told them and no longer holds, `text` what they would read now. Without `citations` nothing
    stands in its place: sending it brings a person. `warnings` name what a reader should look at before sending; `link`
    is the customer's thread, `url` the article.
    """

    correction_id: int
    customer: str
    question: str
    article: str
    url: str | None
    cause: str
    before: str
    text: str
    state: str
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()
    link: str | None = None
    done_by: str | None = None


@dataclass(frozen=True)
class RememberForm:
    """The filled-in form for remembering an answer: what was asked, what answers it, and whose thread it is from."""

    subject_id: int
    question: str
    answer: str
    customer: str


@dataclass(frozen=True)
class Remembered:
    """A remembered answer as it is listed. `audience` in words; `url` where anybody may read it."""

    answer_id: int
    question: str
    answer: str
    audience: str
    by: str
    url: str | None = None


@dataclass(frozen=True)
class Claim:
    """One sentence of a model's answer, the passage it names, and the words it quotes from there."""

    text: str
    passage_id: str
    quote: str


@dataclass(frozen=True)
class Draft:
    """A model's structured answer, unchecked. `can_answer` is its own word; `usage` counts tokens."""

    can_answer: bool
    claims: tuple[Claim, ...]
    model: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
