"""What `/support` answers: help, lists, search results, the desk at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contents.lookups import DeskStatus, HelpLine, SearchResults, TicketList
from handlers.slack.views import quotes, ticket
from handlers.slack.views.blocks import Block, Rendered, context, fields, header, message, section
from handlers.slack.views.text import count, escape, line, link, one_line, size, with_mentions

NOT_FOR_YOU = (
    "This command is for people who work on the support desk. If you need help, write your question in the "
    "channel that you share with us, and a person will see it."
)

_ROOM = 2900
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


def help_text(lines: Sequence[HelpLine]) -> Rendered:
    """All that can be typed, in as few sections as hold it."""
    blocks: list[Block] = [header("What /support can do")]
    text = ""
    for one in lines:
        told = f"*{escape(one.words)}*: {escape(one.explanation)}. For example `/support {escape(one.example)}`"
        if text and size(text) + size(told) > _ROOM:
            blocks.append(section(text))
            text = ""
        text = f"{text}\n{told}".strip()
    blocks += [section(text), context("`N` is a ticket's number. Only you see these answers.")]
    spoken = "; ".join(f"/support {one.example}: {one.explanation}" for one in lines)
    return message(escape(f"What /support can do. {spoken}."), blocks)


def sentence(text: str) -> Rendered:
    """One sentence of ours; ids of users in it are meant as mentions."""
    words = with_mentions(text)
    return message(words, [section(words)])


def tickets(content: TicketList) -> Rendered:
    """A list of tickets, named by which they are."""
    which = content.which
    customer = content.tickets[0].customer if content.tickets else which
    title = _TITLES.get(which, f"Open tickets of {one_line(customer, 60)}")
    return ticket.tickets(content, title, _NOTHING.get(which, f"{one_line(which, 60)} has no open ticket."))


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
