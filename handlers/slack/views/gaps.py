"""Draws what to write next: questions that no article answered well, put together; for our people's eyes only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contents.gaps import Gap, GapOccurrence, KnowledgeGaps
from handlers.slack.views.blocks import Block, Rendered, context, divider, header, message, section
from handlers.slack.views.text import count, date, escape, line, link, listed, one_line

SHOWN, EXAMPLES = 5, 2
NOT_COMPARABLE = (
    "Questions cannot be compared at the moment: the search index or its model does not answer. "
    "Please try again in a few minutes."
)
_NEXT = "`/support gaps 90` looks further back, `/support gaps CUSTOMER` at one customer; "


def gaps(content: KnowledgeGaps) -> Rendered:
    """The most wanted articles, each with why, for whom, and what is known of the answer."""
    if not content.comparable:
        return message(NOT_COMPARABLE, [section(NOT_COMPARABLE)])
    whose = f" of {one_line(content.customer, 60)}" if content.customer else ""
    if not content.gaps:
        text = f"Every question{whose} in the last {content.days} days had an answer in our articles. Nothing to write."
        return message(escape(text), [section(escape(text))])
    had = "had no good answer in our articles"
    told = f"{count(content.asked, 'question')}{whose} of the last {content.days} days {had}"
    blocks = [
        header("What to write next"),
        context(f"{escape(told)}. The same ones are together; what most customers miss comes first."),
    ]
    for number, gap in enumerate(content.gaps[:SHOWN], 1):
        blocks += [divider(), *_gap(gap, number)]
    more = len(content.gaps) - SHOWN
    rest = f"{more} more, smaller ones. " if more > 0 else ""
    end = [
        divider(),
        context(
            f"{rest}{_NEXT}`/support dashboard` opens all of it with every question.",
            "These are customers' own words: please keep them inside.",
        ),
    ]
    first = "; ".join(f"{number}. {_spoken(gap)}" for number, gap in enumerate(content.gaps[:SHOWN], 1))
    return message(escape(f"What to write next. {told}. {first}."), [*blocks, *end], keep_last=len(end))


def short(gaps: Sequence[Gap]) -> list[Block]:
    """The few that a digest names; nothing when there are none."""
    if not gaps:
        return []
    lines = "\n".join(f"• *{line(gap.question, 120)}*: {_how_often(gap)}. {_advice(gap)}" for gap in gaps)
    return [
        section(f"*What to write next* (from the last 30 days)\n{lines}"),
        context("With examples, and what our people answered: `/support gaps`"),
    ]


def _gap(gap: Gap, number: int) -> list[Block]:
    said = f"*{number}. {line(gap.question, 200)}*\n{_how_often(gap)}: {line(listed(list(gap.customers)), 200)}"
    last = f"last {date(gap.askings[0].at, '{date_short_pretty}')}" if gap.askings else ""
    about = f"{last}; about {line(', '.join(gap.words), 120)}" if gap.words else last
    # The first is the title already, when it is the only one.
    others = [asking for asking in gap.askings if asking.question != gap.question] or list(gap.askings)
    blocks = [
        section(f"{said}\n{_advice(gap)}"),
        context(*(_example(asking) for asking in others[:EXAMPLES]), about),
    ]
    if solved := gap.solved:
        who = f" by {line(solved.solved_by, 80)}" if solved.solved_by else ""
        ticket = f" on #{solved.ticket_id}" if solved.ticket_id else ""
        blocks.insert(1, section(f">*Known answer{who}{ticket}:* {line(solved.solution, 400)}"))
    return blocks


def _how_often(gap: Gap) -> str:
    return f"{count(len(gap.askings), 'question')} from {count(len(gap.customers), 'customer')}"


def _example(asking: GapOccurrence) -> str:
    words = f"{line(asking.customer, 60)}: “{line(asking.question, 140)}”"
    return f"{words} ({link(asking.link, 'thread')})" if asking.link else words


def _advice(gap: Gap) -> str:
    near = link(gap.near.url, gap.near.title) if gap.near else ""
    told = {
        "extend": f"*Extend* {near}: it is close, and was not enough.",
        "publish": f"*Publish* what customers may know of {near}: so far only we can read it.",
        "check": f"*Check* {near}: it seems to answer this today.",
    }
    return told.get(gap.advice, "*Write* a new article: none of ours comes near.")


def _spoken(gap: Gap) -> str:
    return f"{one_line(gap.question, 100).rstrip('.?!')} ({_how_often(gap)})"
