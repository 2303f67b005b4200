"""Answers, drafts, corrections and saved answers as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Citation:
    """A passage that an answer is based on; `number` is the [1] in the text, `quote` is verbatim from the article."""

    number: int
    article_id: str
    title: str
    url: str | None
    quote: str
    passage_id: str


@dataclass(frozen=True)
class AnswerPart:
    """A paragraph, list or code block of an answer in Markdown, and the numbers of the citations it is based on."""

    text: str
    citations: tuple[int, ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class AnswerContent:
    """An answer in the customer's thread. `outcome`: answered, asked_back or handed_over.

    `frame` is the sentence before the answer, `closing` the one after it. Without parts only the frame is shown, and
    `near` lists articles that may help; `options` are the choices of a question back. `closed_by` replaces the buttons,
    and so does `corrected`, the time at which a correction was sent. `sent_by` is the person who sent it,
    `in_own_words`: that person wrote or changed it. `language` is that of all text around the quotes.
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
    """The form that asks what an answer left out, in the language of the answer."""

    answer_id: int
    language: str


@dataclass(frozen=True)
class SuggestionContent:
    """A draft for agents, shown under the ticket's card; `state` is drafted, sent, edited or discarded.

    `likely` is the gate's probability (0 to 1) that it is right, or None; `sure`: auto mode would have sent it.
    """

    answer: AnswerContent
    ticket_id: int
    state: str
    done_by: str | None = None
    likely: float | None = None
    sure: bool = True


@dataclass(frozen=True)
class CorrectionContent:
    """A drafted correction for agents.

    `cause`: changed, wrong or withdrawn. `state`: drafted, sent, discarded or replaced. `before` is the text that we
    sent and that is no longer right, `text` the message that would be sent now. Without `citations` there is no new
    answer, and sending it hands over to a person. `warnings` say what to check before sending. `link` is the customer's
    thread, `url` the article.
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
    """The filled-in form that saves an answer: the question, the answer, and the customer whose thread it is from."""

    subject_id: int
    question: str
    answer: str
    customer: str


@dataclass(frozen=True)
class Remembered:
    """A saved answer in a list. `audience` is in words; `url` is set for answers that anybody may read."""

    answer_id: int
    question: str
    answer: str
    audience: str
    by: str
    url: str | None = None


@dataclass(frozen=True)
class Claim:
    """One sentence of a model's answer, the passage that it names, and its quote from that passage."""

    text: str
    passage_id: str
    quote: str


@dataclass(frozen=True)
class Draft:
    """A model's structured answer before our checks. `can_answer` is the model's own claim; `usage` counts tokens."""

    can_answer: bool
    claims: tuple[Claim, ...]
    model: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
