"""Draws a ticket: its card in the triage channel, its line in a list, and its history."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.arguments import TicketNumber
from bot.actions.escalations import TICKET_ESCALATE
from bot.actions.insights import WHY_TICKET
from bot.actions.knowledge import TICKET_REMEMBER
from bot.actions.tickets import TICKET_CLAIM, TICKET_PRIORITY, TICKET_REPLY, TICKET_RESOLVE, TICKET_SHOW
from bot.contents.conversations import TranscriptLine
from bot.contents.lookups import TicketDetail, TicketList, TicketStep
from bot.contents.tickets import SimilarTicket, TicketContent
from handlers.slack.views import ids, rich_text
from handlers.slack.views.blocks import (
    Block,
    Element,
    Rendered,
    actions,
    context,
    fields,
    header,
    link_button,
    message,
    option,
    section,
    select,
)
from handlers.slack.views.buttons import opens, press
from handlers.slack.views.text import count, date, escape, line, link, one_line, person, sentence, when

PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent"}
STATUSES = {
    "new": "New: nobody has taken it yet",
    "claimed": "Claimed",
    "escalated": "Escalated",
    "resolved": "Resolved",
    "closed": "Closed",
}
SIDES = {"contact": "customer", "ours": "us", "bot": "automated"}
_SAID_MOST = 15


def ticket(content: TicketContent) -> Rendered:
    """The card in the triage channel."""
    blocks = [header(f"Ticket #{content.ticket_id}: {content.title}"), *fields(_facts(content))]
    if content.reason:
        blocks.append(section(f"*Why a person is needed*\n{sentence(line(content.reason, 600))}"))
    blocks.append(
        rich_text.block(
            [
                rich_text.paragraph(rich_text.text("What the customer asked", bold=True)),
                rich_text.quote(content.question, 1200),
            ]
        )
    )
    if content.new_messages:
        news = count(content.new_messages, "new message")
        blocks.append(context(f"*{news}* from the customer since we last wrote."))
    if content.fix:
        blocks.append(section(f"*What fixed it*\n{line(content.fix, 600)}"))
    known = [f"{line(name, 60)}: {line(value, 120)}" for name, value in content.facts]
    blocks.append(context(" · ".join([f"Opened {when(content.opened_at)}", *known])))
    end = actions(_buttons(content), ids.ticket_block(content.ticket_id, content))
    text = (
        f"Ticket #{content.ticket_id} for {one_line(content.customer, 80)}: {one_line(content.title, 150)}. "
        f"{status_words(content)}."
    )
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def status_words(content: TicketContent) -> str:
    """The status in words, without who or when; raw."""
    words = STATUSES.get(content.status, content.status)
    if content.status == "escalated" and content.escalated_to:
        return f"Escalated to {one_line(content.escalated_to, 60)}"
    return words


def _facts(content: TicketContent) -> list[tuple[str, str]]:
    status = escape(status_words(content))
    if content.status == "claimed" and content.assignee_id:
        status = f"Claimed by {person(content.assignee_id)}"
    if content.resolved_at:
        status += f" {when(content.resolved_at)}"
    pairs = [
        ("Status", status),
        ("Customer", f"{line(content.customer)} ({line(content.tier, 60)})"),
        ("Asked by", person(content.contact, "somebody")),
        ("First response", _first_response(content)),
        ("To be solved", "done" if content.resolved_at else f"due {when(content.resolution_due)}"),
    ]
    if content.status not in ("new", "claimed"):
        pairs.append(("Owner", person(content.assignee_id)))
    if content.status in ("resolved", "closed"):
        pairs.append(("Priority", PRIORITIES.get(content.priority, line(content.priority, 40))))
    return pairs


def _first_response(content: TicketContent) -> str:
    if content.first_response_at is None:
        return f"due {when(content.first_response_due)}"
    late = content.first_response_at > content.first_response_due
    minutes = max(0, round((content.first_response_at - content.opened_at).total_seconds() / 60))
    return f"given after {count(minutes, 'minute')}, {'later than promised' if late else 'in time'}"


def _buttons(content: TicketContent) -> list[Element]:
    number, this = content.ticket_id, TicketNumber(ticket_id=content.ticket_id)
    claim = press(TICKET_CLAIM, this, style="primary", about=f"Claim ticket #{number}")
    reply = opens(
        TICKET_REPLY,
        number,
        about=f"Reply to the customer of ticket #{number}",
        style="primary" if content.status == "claimed" else None,
    )
    escalate = opens(TICKET_ESCALATE, number, about=f"Escalate ticket #{number} to a team")
    resolve = opens(TICKET_RESOLVE, number, about=f"Resolve ticket #{number}")
    show = press(TICKET_SHOW, this, about=f"History of ticket #{number}")
    why = press(WHY_TICKET, this, about=f"Why? How ticket #{number} came about")
    thread = link_button("Open the customer's thread", ids.LINK_THREAD, content.link)
    escalation = link_button("Open the escalation", ids.LINK_ESCALATION, content.escalation_link)
    if content.status in ("resolved", "closed"):
        remember = opens(TICKET_REMEMBER, number, about=f"Remember the answer of ticket #{number}")
        return [show, why, remember, *thread, *escalation]
    moves = {"new": [claim, reply, escalate, resolve], "claimed": [reply, escalate, resolve]}
    return [*moves.get(content.status, [reply, resolve]), _priority(content), show, why, *thread, *escalation]


def _priority(content: TicketContent) -> Element:
    options = [option(value, f"Priority: {label.lower()}") for value, label in PRIORITIES.items()]
    return select(TICKET_PRIORITY.id, options, content.priority, TICKET_PRIORITY.label)


def tickets(content: TicketList, title: str, nothing: str) -> Rendered:
    """A list of tickets for one reader."""
    if not content.tickets:
        return message(escape(nothing), [section(escape(nothing))])
    shown = content.tickets[:20]
    blocks = [section(f"*{escape(title)}*"), *(block for one in shown for block in entry(one))]
    if content.total > len(shown):
        blocks.append(context(f"{content.total - len(shown)} more are not shown. Narrow it: `/support list mine`."))
    blocks.append(context("What is due first stands on top. Open one with its button, or `/support show 12`."))
    told = [f"#{one.ticket_id} {one_line(one.title, 60)} ({status_words(one)})" for one in shown]
    return message(escape(f"{title}: {'; '.join(told)}"), blocks, keep_last=1)


def entry(content: TicketContent) -> list[Block]:
    """A ticket in two lines with a button to see it all."""
    owner = f", with {person(content.assignee_id)}" if content.assignee_id else ""
    due = _first_due(content)
    title = link(content.link, content.title)
    priority = PRIORITIES.get(content.priority, line(content.priority, 20)).lower()
    state = escape(status_words(content))
    text = (
        f"*#{content.ticket_id}* {title}\n{line(content.customer, 80)} · {state}{owner} · {priority} priority · {due}"
    )
    number = TicketNumber(ticket_id=content.ticket_id)
    show = press(TICKET_SHOW, number, label="Show", about=f"Show ticket #{content.ticket_id}")
    return [section(text, show)]


def _first_due(content: TicketContent) -> str:
    if content.resolved_at:
        return f"resolved {when(content.resolved_at)}"
    if content.first_response_at is None:
        return f"first response due {when(content.first_response_due)}"
    return f"to be solved {when(content.resolution_due)}"


def detail(content: TicketDetail) -> Rendered:
    """Everything about one ticket, for `/support show` and the History button."""
    one = content.ticket
    card = ticket(one)
    end = [
        block | {"elements": [one for one in block["elements"] if one["action_id"] != TICKET_SHOW.id]}
        for block in card.blocks
        if block["type"] == "actions"
    ]
    end = [block for block in end if block["elements"]]
    blocks = [block for block in card.blocks if block["type"] != "actions"]
    if content.escalation:
        who = person(content.escalation.engineer_id, "nobody has taken it yet")
        number, team = content.escalation.escalation_id, line(content.escalation.team, 80)
        bad = line(content.escalation.severity_label, 120)
        blocks.append(section(f"*Escalation {number}* to {team}: {bad}; {who}"))
    blocks += conversation(content.conversation, one.link)
    blocks += _steps(content.events)
    blocks += similar(content.similar)
    return message(card.text, [*blocks, *end], keep_last=len(end))


def conversation(said: Sequence[TranscriptLine], url: str | None) -> list[Block]:
    """What was said, newest last; of a long one the end, with a way to the rest."""
    if not said:
        return []
    shown = said[-_SAID_MOST:]
    blocks = [section("*The conversation*")]
    if len(said) > len(shown):
        rest = count(len(said) - len(shown), "earlier message")
        blocks.append(context(f"{rest}: {link(url, 'in the thread')}"))
    for one in shown:
        who = rich_text.paragraph(
            rich_text.text(one_line(one.who, 80) or "Somebody", bold=True),
            rich_text.text(f" ({SIDES.get(one.side, one.side)}), "),
            rich_text.moment(one.at),
        )
        blocks.append(rich_text.block([who, rich_text.quote(one.text, 700)]))
    return blocks


def _steps(steps: Sequence[TicketStep]) -> list[Block]:
    if not steps:
        return []
    lines = []
    for step in steps[-12:]:
        between = " " if step.what.endswith(" to") else ": "
        text = f"{between}{line(step.text, 200)}" if step.text else ""
        lines.append(f"• {date(step.at)}: {person(step.who, 'Footbridge')} {line(step.what, 60)}{text}")
    return [section("*What happened*\n" + "\n".join(lines))]


def similar(tickets: Sequence[SimilarTicket]) -> list[Block]:
    """Past tickets that look alike, each with its cause and fix."""
    if not tickets:
        return []
    lines = []
    for one in tickets[:5]:
        learnt = [f"cause: {line(one.cause, 200)}"] if one.cause else []
        learnt += [f"fix: {line(one.fix, 200)}"] if one.fix else []
        title = link(one.link, f"Ticket #{one.ticket_id}: {one.title}")
        lines.append(f"• {title}: {'; '.join(learnt) or 'no fix was written down'}")
    return [section("*Similar tickets of the past*\n" + "\n".join(lines))]
