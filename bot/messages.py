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
    corrected: str | None = None


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
class Asking:
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
    askings: tuple[Asking, ...]
    customers: tuple[str, ...]
    advice: str
    near: Citation | None = None

    @property
    def solved(self) -> Asking | None:
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
    gaps: tuple[Gap, ...] = ()


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
class ModeExample:
    """One judged answer: what was asked, a stable word for why it was judged so, and the way to its thread."""

    question: str
    why: str
    link: str | None


@dataclass(frozen=True)
class ModeCard:
    """A step of a channel's mode in the triage channel. `cause`: earned, fell or chosen.

    `state`: proposed (buttons), done, declined or withdrawn. Of `judged` answers `right` were right, `mended` of these
    after a few characters, and `rewritten` of the wrong ones by an agent; `lower` and `upper` bound the share of right
    ones, `wanted` is the share asked for. `answered` of `asked` questions had an answer without a person.
    """

    change_id: int
    channel_id: str
    customer: str
    before: str
    after: str
    cause: str
    state: str
    judged: int
    right: int
    mended: int
    rewritten: int
    lower: float
    upper: float
    wanted: float
    asked: int
    answered: int
    right_ones: tuple[ModeExample, ...] = ()
    wrong_ones: tuple[ModeExample, ...] = ()
    fell_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class ChannelMode:
    """How a channel stands, for `/support mode`; figures as in ModeCard.

    `cause`: configured, earned, fell or chosen. `next_mode` is None at the highest. `right_ones_missing` in a row would
    earn it; `judged_until_asked_again` is above 0 for a while after people said not yet.
    """

    channel_id: str
    customer: str
    mode: str
    highest: str
    cause: str
    by: str | None
    judged: int
    right: int
    lower: float
    upper: float
    wanted: float
    asked: int
    answered: int
    next_mode: str | None
    right_ones_missing: int
    waiting: bool
    judged_until_asked_again: int


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
    | ModeCard
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


# --- receipts: why Footbridge did what it did, for people of ours ---------------------------------------------------


@dataclass(frozen=True)
class About:
    """What a receipt is asked of: one of the ids; a message (`channel_id` and `ts`); or the last in `channel_id`."""

    receipt_id: int | None = None
    ticket_id: int | None = None
    answer_id: int | None = None
    conversation_id: int | None = None
    channel_id: str | None = None
    ts: str | None = None


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


# --- the private web page ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChannelRow:
    """A customer's channel on the dashboard. `precision` is the measured share of right answers, None without any.

    `judged` is how many answers it was measured on; `note` is one sentence about what is next for it.
    """

    channel_id: str
    customer: str
    mode: str
    judged: int = 0
    precision: float | None = None
    note: str = ""


@dataclass(frozen=True)
class DashboardContent:
    """The private page as one person sees it; figures and channels only for those who manage.

    `customers` are those to choose from, as (id, name); `chosen` is the id of one of them, or None for all.
    """

    reader: str
    company: str
    gaps: KnowledgeGaps
    zone: str
    now: datetime
    manages: bool = False
    figures: tuple[Figure, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    customers: tuple[tuple[str, str], ...] = ()
    chosen: str | None = None
