"""Frozen dataclasses that cross edges: what comes in from outside, and what Footbridge shows to people.

Nothing here decides or formats; `handlers/slack/views/` draws each of the contents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# --- what comes in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """What Slack tells about a user; `tz` is an IANA name or None (Slack Connect strangers have none)."""

    user_id: str
    team_id: str
    name: str
    email: str | None = None
    tz: str | None = None
    is_bot: bool = False


@dataclass(frozen=True)
class AttachedFile:
    file_id: str
    name: str
    mimetype: str
    size: int


@dataclass(frozen=True)
class IncomingMessage:
    """A new message; `ts` is Slack's id of it within the channel, `thread_ts` that of the thread's first message."""

    channel_id: str
    ts: str
    user_id: str
    team_id: str
    text: str
    thread_ts: str | None = None
    from_bot: bool = False
    mentions_us: bool = False
    files: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True)
class MessageEdited:
    channel_id: str
    ts: str
    text: str


@dataclass(frozen=True)
class MessageDeleted:
    channel_id: str
    ts: str


@dataclass(frozen=True)
class HomeOpened:
    user_id: str
    team_id: str


@dataclass(frozen=True)
class NothingForUs:
    """An event that changes nothing here; `reason` says why, for the receipt."""

    reason: str


IncomingEvent = IncomingMessage | MessageEdited | MessageDeleted | HomeOpened | NothingForUs

# --- what is shown -------------------------------------------------------------------------------------------------


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
class Said:
    """One message of a conversation as a reader sees it; `side` is contact, ours or bot."""

    who: str
    side: str
    text: str
    at: datetime


@dataclass(frozen=True)
class AnswerContent:
    """An answer in the customer's thread. `outcome`: answered, asked_back or handed_over.

    `closed_by` replaces the buttons, and so does `corrected`, which says when a newer answer took its place. `sent_by`
    is the person who approved a correction.
    `frame` is the sentence before the answer, `closing` the one after it. Without parts only the frame is shown, and
    `near` lists articles that may help.
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
    sent_by: str | None = None
    corrected: str | None = None


@dataclass(frozen=True)
class SuggestionContent:
    """A draft for agents under the ticket's card; `state` is drafted, sent, edited or discarded."""

    answer: AnswerContent
    ticket_id: int
    state: str
    done_by: str | None = None


@dataclass(frozen=True)
class TicketContent:
    """A ticket as its card in the triage channel shows it. Times aware; `link` is the customer's thread."""

    ticket_id: int
    title: str
    customer: str
    tier: str
    contact: str
    channel_id: str
    question: str
    status: str
    priority: str
    reason: str
    opened_at: datetime
    first_response_due: datetime
    first_response_at: datetime | None
    resolution_due: datetime
    assignee_id: str | None = None
    link: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    escalated_to: str | None = None
    escalation_link: str | None = None
    resolved_at: datetime | None = None
    fix: str | None = None
    new_messages: int = 0


@dataclass(frozen=True)
class SimilarTicket:
    ticket_id: int
    title: str
    cause: str | None
    fix: str | None
    link: str | None


@dataclass(frozen=True)
class EscalationContent:
    """The first message of an escalation's thread; `next_update_due` is promised to the customer."""

    escalation_id: int
    ticket_id: int
    title: str
    customer: str
    tier: str
    severity: str
    severity_label: str
    team: str
    summary: str
    status: str
    opened_by: str
    engineer_id: str | None
    next_update_due: datetime | None
    customer_zone: str
    customer_link: str | None
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class ContextPack:
    """All an engineer needs, in the thread: who the customer is, what was said, what was tried, what was like it."""

    escalation_id: int
    ticket_id: int
    customer: str
    facts: tuple[tuple[str, str], ...]
    conversation: tuple[Said, ...]
    tried: tuple[str, ...]
    similar: tuple[SimilarTicket, ...]
    articles: tuple[Citation, ...]
    pulled_in: tuple[str, ...]
    customer_link: str | None


@dataclass(frozen=True)
class RelayedIn:
    """A customer's new message, shown inside."""

    escalation_id: int
    who: str
    customer: str
    text: str
    link: str | None
    at: datetime
    change: str = ""


@dataclass(frozen=True)
class RelayDraft:
    """Words for the customer, inside, waiting for somebody to send them. `state`: drafted, sent or discarded.

    `purpose` is `reply` or `status_update`; `due_at` is when a status update goes out by itself in plainer words.
    `warnings` name what a reader should look at before sending.
    """

    relay_id: int
    text: str
    state: str
    purpose: str
    warnings: tuple[str, ...] = ()
    due_at: datetime | None = None
    customer_zone: str = "UTC"
    asked: str | None = None
    done_by: str | None = None


@dataclass(frozen=True)
class CustomerWords:
    """Words for the customer from a person of ours, or ours on time. `kind`: reply, status_update or resolution.

    `ask_solved` adds the question whether it is solved; `closed_by` replaces those buttons.
    """

    text: str
    kind: str
    sender: str | None
    ticket_id: int | None = None
    ask_solved: bool = False
    closed_by: str | None = None


@dataclass(frozen=True)
class Notice:
    """A plain note for people of ours."""

    text: str


@dataclass(frozen=True)
class Figure:
    """One number of a digest: what it is, how much, against which target, and whether that is met (None: no target)."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class DayCount:
    """One day of the digest's chart."""

    day: str
    questions: int
    answered_alone: int
    tickets: int


@dataclass(frozen=True)
class DigestContent:
    """A manager's day. `day` is the local date it tells about, as people write it."""

    day: str
    manager: str
    figures: tuple[Figure, ...]
    aging: tuple[TicketContent, ...]
    escalations: tuple[EscalationContent, ...]
    promises: tuple[str, ...]
    unanswered: tuple[str, ...]
    chart: tuple[DayCount, ...]
    zone: str = "UTC"


@dataclass(frozen=True)
class HomeContent:
    """A person's App Home. `role` is the highest of the person's roles, or `contact` / `outsider` for others."""

    role: str
    name: str
    company: str
    mine: tuple[TicketContent, ...] = ()
    unclaimed: tuple[TicketContent, ...] = ()
    escalations: tuple[EscalationContent, ...] = ()
    figures: tuple[Figure, ...] = ()
    zone: str = "UTC"


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


Content = (
    AnswerContent
    | SuggestionContent
    | TicketContent
    | EscalationContent
    | ContextPack
    | RelayedIn
    | RelayDraft
    | CustomerWords
    | Notice
    | DigestContent
    | CorrectionContent
)


# --- what a model drafts -------------------------------------------------------------------------------------------


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


# --- what a form or a command's answer needs -----------------------------------------------------------------------


@dataclass(frozen=True)
class EscalationForm:
    """The filled-in form of an escalation: choices as (id, label), teams as (id, name, what it handles)."""

    ticket_id: int
    title: str
    customer: str
    severities: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str, str], ...]
    severity: str
    team: str
    summary: str


@dataclass(frozen=True)
class ResolutionForm:
    ticket_id: int
    title: str
    cause: str
    fix: str
    words: str


@dataclass(frozen=True)
class TicketStep:
    """One line of a ticket's history."""

    at: datetime
    who: str
    what: str
    text: str


@dataclass(frozen=True)
class TicketDetail:
    ticket: TicketContent
    conversation: tuple[Said, ...]
    events: tuple[TicketStep, ...]
    escalation: EscalationContent | None
    similar: tuple[SimilarTicket, ...]


@dataclass(frozen=True)
class SearchResults:
    words: str
    articles: tuple[Citation, ...]
    tickets: tuple[SimilarTicket, ...]


@dataclass(frozen=True)
class DeskStatus:
    """The desk at a glance; `promises` are due today, soonest first, each as a sentence."""

    open: int
    unclaimed: int
    escalated: int
    overdue: int
    promises: tuple[str, ...]
    next_due: str | None
