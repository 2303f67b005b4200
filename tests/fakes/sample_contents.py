"""One plausible sample of every content that the Slack doors draw, from the demo world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.contents.answers import (
    AnswerContent,
    AnswerPart,
    Citation,
    CorrectionContent,
    Remembered,
    RememberForm,
    SuggestionContent,
)
from bot.contents.conversations import TranscriptLine
from bot.contents.escalations import ContextPack, EscalationContent, EscalationForm, RelayDraft, RelayedIn
from bot.contents.gaps import Gap, GapOccurrence, KnowledgeGaps
from bot.contents.lookups import DeskStatus, SearchResults, TicketDetail, TicketStep
from bot.contents.modes import ChannelMode, ModeCard, ModeExample
from bot.contents.overviews import DayCount, DigestContent, HomeContent, Kpi
from bot.contents.posts import Content
from bot.contents.receipts import (
    ArticleLink,
    FoundArticle,
    OtherReceipt,
    ReceiptContent,
    ReceiptStep,
    ReplayContent,
    Verdict,
)
from bot.contents.tickets import CustomerWords, Notice, ResolutionForm, SimilarTicket, TicketContent
from tests.fakes.slack_addresses import at

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
ARTICLES = "http://127.0.0.1:8485/articles"

SYNC = Citation(
    1,
    "erp-sync-errors",
    "ERP Sync: what the error codes mean",
    f"{ARTICLES}/erp-sync-errors",
    "TW-ERP-204 means that the integration role cannot see a subsidiary.",
    "erp-sync-errors#2",
)
ROLE = Citation(
    2,
    "netsuite-role",
    "NetSuite: set up the integration role",
    f"{ARTICLES}/netsuite-role",
    "Add every subsidiary to the role's subsidiary list.",
    "netsuite-role#1",
)

ANSWER = AnswerContent(
    answer_id=7,
    outcome="answered",
    frame="Hello Maya, I understand that invoices of one subsidiary stopped arriving. Our help centre says:",
    parts=(
        AnswerPart("`TW-ERP-204` means that the integration role **cannot see a subsidiary**.", (1,), "Error codes"),
        AnswerPart(
            "1. In NetSuite, open *Setup > Users/Roles > Manage Roles*.\n2. Edit the role **Tallyworks "
            "Integration**.\n3. Add every subsidiary to its list, and save.",
            (2,),
            "Set up the role",
        ),
        AnswerPart("```\nGET /sync/v2/windows?from=2026-11-19T22:00Z\n```", (1,)),
        AnswerPart(
            "| Code | Meaning | What to do |\n|---|---|---|\n| TW-ERP-204 | a subsidiary is hidden | add it to the "
            "role |\n| TW-ERP-310 | a token has expired | create a new one |",
            (1,),
        ),
    ),
    citations=(SYNC, ROLE),
    closing="Does that bring the invoices back?",
)

HANDED_OVER = AnswerContent(
    answer_id=8,
    outcome="handed_over",
    frame="Hello Derek, I looked through the help centre and found no answer to this, so I have asked a person. "
    "Somebody replies here by 10:20 (New York time).",
    near=(SYNC,),
)

TICKET = TicketContent(
    ticket_id=12,
    title="No invoices from the Irish subsidiary since last night",
    customer="Brightwater Foods",
    tier="enterprise",
    contact="Maya Ferrant",
    place=at("C0BRIGHT"),
    question="Since last night no invoices from our Irish subsidiary arrive from NetSuite.\nThe other three are fine.",
    status="new",
    priority="normal",
    reason="Maya Ferrant asked for a person",
    opened_at=NOW - timedelta(minutes=3),
    first_response_due=NOW + timedelta(minutes=2),
    first_response_at=None,
    resolution_due=NOW + timedelta(hours=4),
    link="http://127.0.0.1:8484/archives/C0BRIGHT/p1700000000000100",
    facts=(("ERP", "NetSuite"), ("Integrations", "Okta, Slack, Coupa"), ("Plan", "Enterprise, 400 seats")),
)

SIMILAR = SimilarTicket(
    9,
    "Invoices of one company code missing",
    "The company code fell out of the role",
    "Added it again and replayed the window",
    "http://127.0.0.1:8484/archives/C0TRIAGE/p1600000000000100",
)

ESCALATION = EscalationContent(
    escalation_id=4,
    ticket_id=12,
    title=TICKET.title,
    customer="Brightwater Foods",
    tier="enterprise",
    severity="sev2",
    severity_label="Major: an important part fails",
    team="ERP Integration",
    summary="Only the Irish subsidiary is affected, since 22:00 UTC. The role was changed by the customer last night.",
    status="open",
    opened_by="Ana Lindqvist",
    engineer_id=None,
    next_update_due=NOW + timedelta(minutes=60),
    customer_zone="America/New_York",
    customer_link=TICKET.link,
)

SAID = (
    TranscriptLine("Maya Ferrant", "contact", TICKET.question, NOW - timedelta(minutes=6)),
    TranscriptLine("Footbridge", "bot", "Hello Maya, this is what our help centre says: …", NOW - timedelta(minutes=6)),
    TranscriptLine(
        "Maya Ferrant", "contact", "I checked all of that, <@U0ANA>.\n```role 1142```", NOW - timedelta(minutes=4)
    ),
    TranscriptLine(
        "Ana Lindqvist", "ours", "Thank you Maya, I am looking at it with our ERP people.", NOW - timedelta(minutes=1)
    ),
)

PACK = ContextPack(
    escalation_id=4,
    ticket_id=12,
    customer="Brightwater Foods",
    facts=(*TICKET.facts, ("Go-live", "2025-03"), ("Subsidiaries", "4 (US, Canada, Mexico, Ireland)")),
    conversation=SAID,
    tried=("The help centre's article on TW-ERP-204", "A second manual sync at 07:10 UTC"),
    similar=(SIMILAR,),
    articles=(SYNC, ROLE),
    pulled_in=("U0TOM", "U0ANA"),
    customer_link=TICKET.link,
)

RELAYED = RelayedIn(
    4, "Maya Ferrant", "Brightwater Foods", "It is month end for us on Monday, please hurry.", TICKET.link, NOW
)

RELAY = RelayDraft(
    relay_id=3,
    text="We found the cause: your Irish subsidiary dropped out of the role's list.\n\nWe are adding it again "
    "and fetch all invoices since **22:00 UTC**. This takes about 40 minutes.",
    state="drafted",
    purpose="reply",
    warnings=("It names a role number, 1142.",),
)

UPDATE = RelayDraft(
    relay_id=5,
    text="We are fetching the missing invoices now.",
    state="drafted",
    purpose="status_update",
    due_at=NOW + timedelta(minutes=15),
    customer_zone="America/New_York",
    asked="U0TOM",
)

RESOLUTION = CustomerWords(
    "All invoices of your Irish subsidiary are there again, Maya. We added the subsidiary to the role.",
    "resolution",
    "Ana Lindqvist",
    12,
    ask_solved=True,
)
STATUS_UPDATE = CustomerWords(
    "Hello Maya, we are still working on this with our ERP Integration team.\n\nNext update by 11:05.",
    "status_update",
    None,
    12,
)

FIGURES = (
    Kpi("Questions", "22"),
    Kpi("Answered without people", "68 %", "40 %", True),
    Kpi("First response, median", "3 min", "5 min", True),
    Kpi("Time to resolve, median", "5.2 h", "4 h", False),
    Kpi("Escalated", "9 %", "below 10 %", True),
    Kpi("Satisfied", "none yet", "96 %"),
)
DAYS = tuple(
    DayCount(day, asked, alone, tickets)
    for day, asked, alone, tickets in (
        ("Sat 14", 2, 2, 0),
        ("Sun 15", 0, 0, 0),
        ("Mon 16", 14, 9, 3),
        ("Tue 17", 22, 15, 4),
        ("Wed 18", 9, 7, 1),
        ("Thu 19", 31, 18, 9),
        ("Fri 20", 12, 8, 2),
    )
)
GAPS = KnowledgeGaps(
    days=30,
    asked=4,
    gaps=(
        Gap(
            "Can we read the spend data straight into Power BI?",
            ("power", "spend", "connector"),
            (
                GapOccurrence(
                    "Is there a Power BI connector?\nOur BI team keeps asking.",
                    "Brightwater Foods",
                    NOW - timedelta(days=1),
                    "no article was good enough",
                    12,
                    TICKET.link,
                    "A scheduled export to their bucket, which Power BI reads.",
                    "Ana Lindqvist",
                ),
                GapOccurrence(
                    "Can we read the spend data straight into Power BI?",
                    "Kestrel Logistics",
                    NOW - timedelta(days=3),
                    "the answer was not quite it",
                ),
            ),
            ("Brightwater Foods", "Kestrel Logistics"),
            "extend",
            SYNC,
        ),
        Gap(
            "do you have a phone app?",
            ("phone", "app"),
            (GapOccurrence("do you have a phone app?", "Oakline Studio", NOW, "no article was good enough"),),
            ("Oakline Studio",),
            "write",
        ),
        Gap(
            "What is broken this week?",
            ("week",),
            (GapOccurrence("What is broken this week?", "Oakline Studio", NOW, "an agent discarded the draft"),),
            ("Oakline Studio",),
            "publish",
            ROLE,
        ),
    ),
)
DIGEST = DigestContent(
    day="Thursday 19 November",
    manager="Mira",
    figures=FIGURES,
    aging=(TICKET,),
    escalations=(ESCALATION,),
    promises=("Brightwater Foods: next update on ticket #12 by 16:05",),
    unanswered=("Does Tallyworks have a phone app that works in airplane mode?",),
    chart=DAYS,
    zone="Europe/Berlin",
    gaps=GAPS.gaps,
)

MODE = ModeCard(
    change_id=6,
    place=at("C0OAKLINE"),
    customer="Oakline Studio",
    before="suggest",
    after="auto",
    cause="earned",
    state="proposed",
    judged=46,
    right=45,
    mended=3,
    rewritten=1,
    lower=0.9514,
    upper=0.9906,
    wanted=0.95,
    asked=61,
    answered=48,
    right_ones=(
        ModeExample("How do I bring in card statements from 2024?", "sent_as_drafted", TICKET.link),
        ModeExample("Where do I invite a colleague?", "solved", TICKET.link),
    ),
    wrong_ones=(ModeExample("Who may sign for us when Maya is on holiday?", "rewritten", None),),
)
CHANNEL_MODES = (
    ChannelMode(
        place=at("C0OAKLINE"),
        customer="Oakline Studio",
        mode="suggest",
        highest="auto",
        cause="chosen",
        by="Mira Okafor",
        judged=13,
        right=12,
        lower=0.835,
        upper=0.965,
        wanted=0.95,
        asked=20,
        answered=15,
        next_mode="auto",
        right_ones_missing=32,
        waiting=False,
        judged_until_asked_again=0,
    ),
)

CORRECTION = CorrectionContent(
    correction_id=6,
    customer="Brightwater Foods",
    question="How long can we undo the merge of two vendors?",
    article="Merge duplicate vendors",
    url=f"{ARTICLES}/vendor-merge-duplicates",
    cause="changed",
    before="A merge can be undone for **30 days**.",
    text="Hi Maya, I answered your question here (10:12). Our article has changed since then.\n\nThis is what I told "
    "you:\n\n> A merge can be undone for **30 days**.\n\nThis is right now:\n\nIt can be undone for **14 days**. [1]",
    state="drafted",
    citations=(SYNC,),
    warnings=("It still has a gap to fill: “TBD”.",),
    link="http://127.0.0.1:8484/archives/C0BRIGHT/p1700000000000100",
)
REMEMBER_FORM = RememberForm(
    12, "Which tax code do invoices of our Irish subsidiary get?", "They get **IE23**.", "Brightwater Foods"
)
REMEMBERED = Remembered(
    7, "Which tax code do Irish invoices get?", "They get **IE23**.", "Brightwater Foods", "Ana Lindqvist"
)

CONTENTS: dict[str, Content] = {
    "answer": ANSWER,
    "answer_closed": AnswerContent(
        **{**vars(ANSWER), "closed_by": "Maya Ferrant said that this solved it, Fri 20 Nov 10:12", "by_model": True}
    ),
    "handed_over": HANDED_OVER,
    "asked_back": AnswerContent(
        9,
        "asked_back",
        "Hello Maya, which one is it about: NetSuite or SAP S/4HANA?",
        near=(SYNC,),
        options=("NetSuite", "SAP S/4HANA"),
    ),
    "suggestion": SuggestionContent(ANSWER, 12, "drafted"),
    "suggestion_sent": SuggestionContent(ANSWER, 12, "edited", "Ana Lindqvist"),
    "ticket_new": TICKET,
    "ticket_claimed": TicketContent(
        **{
            **vars(TICKET),
            "status": "claimed",
            "assignee_id": "U0ANA",
            "new_messages": 2,
            "first_response_at": NOW,
            "priority": "high",
        }
    ),
    "ticket_resolved": TicketContent(
        **{
            **vars(TICKET),
            "status": "resolved",
            "assignee_id": "U0ANA",
            "resolved_at": NOW,
            "first_response_at": NOW,
            "fix": "Added the subsidiary to the role again",
        }
    ),
    "answer_corrected": AnswerContent(**{**vars(ANSWER), "corrected": "15:40"}),
    "answer_that_corrects": AnswerContent(
        **{**vars(ANSWER), "frame": "", "closing": "", "sent_by": "Ana Lindqvist", "answer_id": 11}
    ),
    "correction": CORRECTION,
    "correction_without_source": CorrectionContent(
        **{**vars(CORRECTION), "citations": (), "cause": "withdrawn", "url": None, "warnings": ()}
    ),
    "correction_sent": CorrectionContent(**{**vars(CORRECTION), "state": "sent", "done_by": "Ana Lindqvist"}),
    "escalation": ESCALATION,
    "escalation_taken": EscalationContent(**{**vars(ESCALATION), "status": "taken", "engineer_id": "U0TOM"}),
    "context_pack": PACK,
    "relayed_in": RELAYED,
    "relay_draft": RELAY,
    "relay_update": UPDATE,
    "relay_sent": RelayDraft(**{**vars(RELAY), "state": "sent", "done_by": "Tom Brandvold"}),
    "status_update": STATUS_UPDATE,
    "resolution": RESOLUTION,
    "resolution_closed": CustomerWords(
        **{**vars(RESOLUTION), "closed_by": "Maya Ferrant said that this is solved, 11:02"}
    ),
    "notice": Notice("<@U0ANA> ticket #12 is open again: Maya Ferrant is still stuck."),
    "digest": DIGEST,
    "mode_proposed": MODE,
    "mode_earned": ModeCard(**{**vars(MODE), "state": "done", "decided_by": "Mira Okafor", "decided_at": NOW}),
    "mode_declined": ModeCard(**{**vars(MODE), "state": "declined", "decided_by": "Mira Okafor", "decided_at": NOW}),
    "mode_withdrawn": ModeCard(**{**vars(MODE), "state": "withdrawn", "decided_at": NOW}),
    "mode_fell": ModeCard(
        **{
            **vars(MODE),
            "before": "auto",
            "after": "suggest",
            "cause": "fell",
            "state": "done",
            "fell_by": "two_of_five",
            "decided_at": NOW,
        }
    ),
    "mode_chosen": ModeCard(
        **{
            **vars(MODE),
            "after": "off",
            "cause": "chosen",
            "state": "done",
            "decided_by": "Henrik Vale",
            "decided_at": NOW,
        }
    ),
}

HOMES: dict[str, HomeContent] = {
    role: HomeContent(
        role,
        name,
        "Tallyworks",
        mine=(TICKET,),
        unclaimed=(TICKET,),
        escalations=(ESCALATION,),
        figures=FIGURES,
        zone="Europe/Berlin",
        mine_total=1,
        unclaimed_total=1,
        escalations_total=1,
    )
    for role, name in (
        ("agent", "Ana Lindqvist"),
        ("engineer", "Tom Brandvold"),
        ("manager", "Mira Okafor"),
        ("owner", "Henrik Vale"),
    )
} | {role: HomeContent(role, "Maya Ferrant", "Tallyworks") for role in ("contact", "outsider")}

ESCALATION_FORM = EscalationForm(
    12,
    TICKET.title,
    TICKET.customer,
    (("sev1", "Critical: the customer cannot work"), ("sev2", "Major: an important part fails")),
    (
        (
            "erp-integration",
            "ERP Integration",
            "wrong or missing ERP data, ERP Sync errors, field mapping that support cannot mend",
        ),
        ("finance", "Finance", "our own invoices"),
    ),
    "sev2",
    "erp-integration",
    ESCALATION.summary,
)
RESOLUTION_FORM = ResolutionForm(12, TICKET.title, "", "", "")
DETAIL = TicketDetail(
    TICKET,
    SAID,
    (
        TicketStep(NOW, "Ana Lindqvist", "claimed it", ""),
        TicketStep(NOW, "Ana Lindqvist", "noted", "Two company codes"),
    ),
    ESCALATION,
    (SIMILAR,),
)
FOUND = SearchResults("netsuite sync", (SYNC, ROLE), (SIMILAR,))
STATUS = DeskStatus(
    4, 1, 1, 0, ("First response to Brightwater Foods by 15:07",), "First response to Brightwater Foods by 15:07"
)

RECEIPT = ReceiptContent(
    headline="Footbridge answered by itself",
    reason="An article fits the question well enough, so the answer is its own sentences, word for word.",
    at=NOW,
    asked=TICKET.question,
    link=TICKET.link,
    who="Maya Ferrant",
    customer="Brightwater Foods",
    question="no invoices from our Irish subsidiary NetSuite",
    looked_in=("public articles", "articles for Brightwater Foods alone"),
    found=(
        FoundArticle(SYNC.title, SYNC.url, 0.91, 0.62, 11.2, cited=True, passages=2, since="changed since"),
        FoundArticle(ROLE.title, ROLE.url, 0.55, 0.41, 3.1),
        FoundArticle("Read by the first version", None, 0.4),
    ),
    words=ANSWER.parts[0].text,
    cut=("Claim 2: the passage does not hold 45 minutes.",),
    figures=(("How sure", "97%, 95% wanted"), ("Fit of the best passage", "0.91, 0.65 needed"), ("Written by", "tiny")),
    posted_at=NOW + timedelta(seconds=2),
    posted_link="http://127.0.0.1:8484/archives/C0BRIGHT/p1700000000000200",
    steps=(
        ReceiptStep(NOW, "Maya Ferrant", "wrote", "Taken for a problem: it says so.", TICKET.question),
        ReceiptStep(NOW, "", "Footbridge answered by itself", "An article fits the question well enough."),
        ReceiptStep(
            NOW, "", "The clock of the first response began", "A person answers.", due=NOW + timedelta(hours=1)
        ),
        ReceiptStep(NOW, "Ana Lindqvist", "The ticket was claimed"),
    ),
    versions=(("code", "0.1.0+9f3a21c0"), ("index", "minilm.cut3, 512 passages, content a1b2c3d4")),
    names=("ticket #12", "answer 7", "receipt 41"),
    replay_of=41,
    others=(OtherReceipt(3, "Where is the audit log?", "Footbridge handed over to a person", NOW),),
)
SILENT = ReceiptContent(
    headline="Footbridge stayed silent", reason="It says thanks, which needs no answer.", at=NOW, names=("receipt 42",)
)
REPLAY = ReplayContent(
    headline="Today it would be answered in other words, from the same articles.",
    question=TICKET.question,
    then_at=NOW,
    then=Verdict(RECEIPT.headline, RECEIPT.reason, 0.91, (ArticleLink(SYNC.title, SYNC.url),), "Wait for 30 minutes."),
    now=Verdict(RECEIPT.headline, RECEIPT.reason, 0.97, (ArticleLink(SYNC.title, SYNC.url),), "Wait for 45 minutes."),
    words=(("same", "Wait for "), ("gone", "30 "), ("new", "45 "), ("same", "minutes.")),
    changes=("The article “ERP Sync: what the error codes mean” was changed since, read in at 15:00.",),
)
