"""What `/support` answers: help, lists, search results, the desk at a glance. It parses nothing."""

from __future__ import annotations

from bot.contents.lookups import DeskStatus, SearchResults
from handlers.slack.views import quotes, ticket
from handlers.slack.views.blocks import Rendered, context, fields, header, message, section
from handlers.slack.views.text import count, escape, line, link, one_line, with_mentions

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("list [mine|unclaimed|all|escalated|customer]", "list unclaimed", "the queue, what is due first on top"),
    ("show N", "show 12", "one ticket: the conversation, what was done, what was like it"),
    ("claim N", "claim 12", "make a ticket yours"),
    ("assign N @person", "assign 12 @ana", "give a ticket to one of us"),
    (
        "reply N text",
        "reply 12 We found it and are on it.",
        "write into the customer's thread, under your name; without text a form opens",
    ),
    ("note N text", "note 12 They use two company codes.", "write down what only we see"),
    ("escalate N", "escalate 12", "bring in another team; a form opens, filled in"),
    ("resolve N", "resolve 12", "write cause, fix and words for the customer; a form opens"),
    ("status", "status", "the desk at a glance, and what is promised today"),
    ("search words", "search netsuite sync error", "articles (internal ones too) and past tickets"),
    ("digest", "digest", "today so far, for managers"),
    (
        "mode [#channel auto|suggest|shadow|off]",
        "mode",
        "how each channel is answered, what it has earned, and what is missing; managers choose",
    ),
    (
        "why [N|answer N|link]",
        "why 12",
        "why Footbridge answered, stayed silent or sent something; without anything, what was last in this channel",
    ),
    ("replay [N|answer N|link]", "replay 12", "the same question asked again today, beside what was decided then"),
    ("gaps [days] [customer]", "gaps 30", "what to write next: questions that no article answered well"),
    ("dashboard", "dashboard", "your personal link to the private web page, valid for 15 minutes"),
    ("wrong ARTICLE why", "wrong vendor-merge-duplicates It is 14 days now.", "stop answering from an article"),
    ("right ARTICLE", "right vendor-merge-duplicates", "take that back"),
    ("remember N", "remember 12", "keep what solved a ticket as an answer; a form opens, filled in"),
    ("remembered", "remembered", "what is kept so, and how to forget it"),
    ("help", "help", "this page"),
)

NOT_FOR_YOU = (
    "This command is for people who work on the support desk. If you need help, write your question in the "
    "channel that you share with us, and a person will see it."
)

_TITLES = {
    "mine": "Your open tickets",
    "unclaimed": "Tickets that nobody has claimed",
    "all": "All open tickets",
    "escalated": "Escalated tickets",
}
_NOTHING = {
    "mine": "You have no open ticket. See what waits: `/support list unclaimed`.",
    "unclaimed": "Every open ticket has somebody. Nothing waits to be claimed.",
    "all": "No ticket is open. The desk is clear.",
    "escalated": "No ticket is escalated.",
}


def example_of(word: str) -> str:
    """How a subcommand is typed, by example."""
    return next((example for _, example, _ in COMMANDS if example.split()[0] == word), word)


def help_text() -> Rendered:
    lines = [
        f"*{escape(usage)}*: {escape(what)}. For example `/support {escape(example)}`"
        for usage, example, what in COMMANDS
    ]
    blocks = [
        header("What /support can do"),
        section("\n".join(lines[:6])),
        section("\n".join(lines[6:12])),
        *([section("\n".join(lines[12:]))] if lines[12:] else []),
        context("`N` is a ticket's number. Only you see these answers."),
    ]
    spoken = "; ".join(f"/support {example}: {what}" for _, example, what in COMMANDS)
    return message(escape(f"What /support can do. {spoken}."), blocks)


def sentence(text: str) -> Rendered:
    """One sentence of ours; ids of users in it are meant as mentions."""
    words = with_mentions(text)
    return message(words, [section(words)])


def list_title(which: str, customer: str) -> str:
    return _TITLES.get(which, f"Open tickets of {one_line(customer, 60)}")


def nothing(which: str) -> str:
    return _NOTHING.get(which, f"{one_line(which, 60)} has no open ticket.")


def status(content: DeskStatus) -> Rendered:
    promises = "\n".join(f"• {line(one, 200)}" for one in content.promises[:15]) or "Nothing more today."
    pairs = [
        ("Open", count(content.open, "ticket")),
        ("Nobody has claimed", count(content.unclaimed, "ticket")),
        ("Escalated", count(content.escalated, "ticket")),
        ("Overdue", count(content.overdue, "ticket") if content.overdue else "none"),
    ]
    blocks = [header("The desk now"), *fields(pairs), section(f"*Promised today*\n{promises}")]
    if content.next_due:
        blocks.append(context(f"Next: {line(content.next_due, 200)}"))
    text = (
        f"The desk now: {content.open} open, {content.unclaimed} unclaimed, {content.escalated} escalated, "
        f"{content.overdue} overdue."
    )
    return message(text, blocks)


def dashboard_link(address: str) -> Rendered:
    """The personal link; it is worth a session, so it says that it is not to be passed on."""
    blocks = [
        section(
            f"{link(address, 'Open the dashboard')}\nThis link is yours alone and valid for 15 minutes: please don't "
            "pass it on. Your browser then stays signed in for 12 hours."
        ),
    ]
    return message("Your personal link to the dashboard, valid for 15 minutes.", blocks)


def found(content: SearchResults) -> Rendered:
    words = one_line(content.words, 80)
    if not content.articles and not content.tickets:
        text = f"Nothing was found for “{words}”. Try fewer or other words, as an article would say it."
        return message(escape(text), [section(escape(text))])
    blocks = [section(f"*Found for “{escape(words)}”*")]
    if content.articles:
        lines = []
        for one in content.articles[:8]:
            teaser = quotes.first_sentence(one.quote)
            lines.append(f"• {link(one.url, one.title)}" + (f": {line(teaser, 160)}" if teaser else ""))
        blocks.append(section("*Articles*\n" + "\n".join(lines)))
    blocks += ticket.similar(content.tickets)
    blocks.append(context("Internal articles are for us only: put them into your own words for a customer."))
    text = (
        f"Found for “{words}”: {count(len(content.articles), 'article')} and "
        f"{count(len(content.tickets), 'past ticket')}."
    )
    return message(escape(text), blocks)
