"""The actions that show something: the digest, knowledge gaps, the dashboard, receipts and replays."""

from __future__ import annotations

from functools import partial

from bot.actions.action import NOTHING, Action, Arguments, Command, NoArguments
from bot.actions.arguments import AnswerNumber, TicketNumber
from bot.actions.typed import read_about
from bot.broadcasts import digests
from bot.contents.gaps import KnowledgeGaps
from bot.contents.overviews import DashboardContent, DigestContent
from bot.contents.receipts import About, ReceiptContent
from bot.directory.access import Access
from bot.explain import receipts, replay
from bot.insights import dashboard, knowledge_gaps, sign_in
from bot.modes import decisions
from bot.tools import Tools


class Period(Arguments):
    """`wanted` is the text as it was typed: a number of days, a customer, both or nothing."""

    wanted: str


class DashboardPage(Arguments):
    """The dashboard of the last `days`, for one customer or (None) for all."""

    days: int
    customer_id: str | None = None


class AskedAbout(Arguments):
    about: About


class ConversationNumber(Arguments):
    conversation_id: int


class ReplayAbout(Arguments):
    """`window` is the id of the open view in which the result is shown."""

    about: About
    window: str = ""


class ReplayReceipt(Arguments):
    """`window` is the id of the open view in which the result is shown."""

    receipt_id: int
    window: str = ""


def _why(tools: Tools, about: About) -> ReceiptContent:
    return receipts.why(about, storage=tools.storage, config=tools.config, help_centre=tools.help_centre)


DESK_DIGEST: Action[NoArguments, DigestContent] = Action(
    id="desk.digest",
    label="Digest",
    access=Access.MANAGES,
    arguments=NoArguments,
    command=Command(
        words="digest",
        example="digest",
        explanation="today so far; for managers and owners",
        read=lambda typed: NOTHING,
        slow=True,
    ),
    run=lambda t, a, actor: digests.digest_now(
        actor=actor,
        storage=t.storage,
        config=t.config,
        clock=t.clock,
        worst_gaps=partial(knowledge_gaps.worst, knowledge=t.knowledge, config=t.config),
    ),
)
DESK_GAPS: Action[Period, KnowledgeGaps] = Action(
    id="desk.gaps",
    label="What to write next",
    access=Access.WORKS_ON_DESK,
    arguments=Period,
    command=Command(
        words="gaps [days] [customer]",
        example="gaps 90 kestrel",
        explanation=(
            "what to write next: questions that no article answered well; 30 days and all customers unless you say"
        ),
        read=lambda typed: Period(wanted=typed.text),
        slow=True,
    ),
    run=lambda t, a, actor: knowledge_gaps.knowledge_gaps(
        a.wanted, storage=t.storage, knowledge=t.knowledge, config=t.config, clock=t.clock
    ),
)
DASHBOARD_LINK: Action[NoArguments, str] = Action(
    id="dashboard.link",
    label="Dashboard",
    access=Access.WORKS_ON_DESK,
    arguments=NoArguments,
    command=Command(
        words="dashboard",
        example="dashboard",
        explanation=(
            "your personal link to the private page, valid for 15 minutes: gaps, and for managers the figures and "
            "channels"
        ),
        read=lambda typed: NOTHING,
    ),
    run=lambda t, a, actor: sign_in.dashboard_link(
        actor=actor, storage=t.storage, clock=t.clock, public_url=t.public_url
    ),
)
DASHBOARD_SHOW: Action[DashboardPage, DashboardContent] = Action(
    id="dashboard.show",
    label="Dashboard",
    access=Access.WORKS_ON_DESK,
    arguments=DashboardPage,
    run=lambda t, a, actor: dashboard.dashboard(
        a.days,
        a.customer_id,
        actor=actor,
        storage=t.storage,
        knowledge=t.knowledge,
        config=t.config,
        clock=t.clock,
        channel_rows=decisions.channel_rows,
    ),
)
WHY: Action[AskedAbout, ReceiptContent] = Action(
    id="why",
    label="Why?",
    access=Access.WORKS_ON_DESK,
    arguments=AskedAbout,
    command=Command(
        words="why [N, answer N or a link]",
        example="why 12",
        explanation=(
            "why Footbridge answered, stayed silent or sent something; without anything, what was last in this channel"
        ),
        read=lambda typed: AskedAbout(about=read_about(typed)),
    ),
    run=lambda t, a, actor: _why(t, a.about),
)
WHY_TICKET: Action[TicketNumber, ReceiptContent] = Action(
    id="why.ticket",
    label="Why?",
    access=Access.WORKS_ON_DESK,
    arguments=TicketNumber,
    run=lambda t, a, actor: _why(t, About(ticket_id=a.ticket_id)),
)
WHY_ANSWER: Action[AnswerNumber, ReceiptContent] = Action(
    id="why.answer",
    label="Why?",
    access=Access.WORKS_ON_DESK,
    arguments=AnswerNumber,
    run=lambda t, a, actor: _why(t, About(answer_id=a.answer_id)),
)
WHY_CONVERSATION: Action[ConversationNumber, ReceiptContent] = Action(
    id="why.conversation",
    label="Why?",
    access=Access.WORKS_ON_DESK,
    arguments=ConversationNumber,
    run=lambda t, a, actor: _why(t, About(conversation_id=a.conversation_id)),
)
REPLAY: Action[ReplayAbout, None] = Action(
    id="replay",
    label="Replay today",
    access=Access.WORKS_ON_DESK,
    arguments=ReplayAbout,
    command=Command(
        words="replay [N, answer N or a link]",
        example="replay 12",
        explanation="the same question asked again today, beside what was decided then; nothing is posted",
        read=lambda typed: ReplayAbout(about=read_about(typed)),
    ),
    run=lambda t, a, actor: replay.ask_for_replay(a.about, a.window, storage=t.storage, config=t.config),
)
WHY_REPLAY: Action[ReplayReceipt, None] = Action(
    id="why.replay",
    label="Replay today",
    access=Access.WORKS_ON_DESK,
    arguments=ReplayReceipt,
    run=lambda t, a, actor: replay.ask_for_replay(
        About(receipt_id=a.receipt_id), a.window, storage=t.storage, config=t.config
    ),
)
