"""Draws what goes out on a schedule: a manager's digest. It counts nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contents.escalations import EscalationContent
from bot.contents.overviews import DayCount, DigestContent, Kpi
from handlers.slack.views import gaps, ticket
from handlers.slack.views.blocks import Block, Rendered, context, divider, fields, header, image, message, section
from handlers.slack.views.text import count, escape, line, one_line, person, when


def digest(content: DigestContent, chart_file_id: str | None = None) -> Rendered:
    """The day. `chart_file_id` is the picture as a file in Slack; without it the days are told in words."""
    blocks: list[Block] = [header(f"The desk on {content.day}")]
    blocks.append(section(f"Good day, {line(content.manager, 80)}. This is how it went, and what is promised next."))
    blocks += figures(content.figures)
    if content.chart and chart_file_id:
        blocks.append(image(chart_file_id, days_in_words(content.chart)))
    elif content.chart:
        blocks.append(section(f"*The last days*\n{escape(days_in_words(content.chart))}"))
    blocks += [divider(), *_aging(content), *_escalations(content.escalations), *_promises(content)]
    if content.unanswered:
        lines = "\n".join(f"• {line(one, 200)}" for one in content.unanswered[:6])
        blocks.append(
            section(
                f"*Questions that no article answered*\n{lines}\nAn article on the most frequent one "
                "saves the next customer the wait."
            )
        )
    blocks += gaps.short(content.gaps)
    end = [
        context(
            f"You get this once a day, at your hour ({escape(one_line(content.zone, 60))}). `/support digest` "
            "shows it at any moment."
        )
    ]
    summary = "; ".join(_figure_words(one) for one in content.figures)
    return message(escape(f"The desk on {one_line(content.day, 60)}. {summary}."), [*blocks, *end], keep_last=1)


def figures(values: Sequence[Kpi]) -> list[Block]:
    """Each number with its target, and in words whether it is met."""
    pairs = []
    for one in values[:20]:
        verdict = "" if one.met is None else ", met" if one.met else ", *not met*"
        target = f"\ntarget {line(one.target, 80)}{verdict}" if one.target else ""
        pairs.append((line(one.name, 80) or "Figure", f"{line(one.value, 80)}{target}"))
    return fields(pairs)


def _figure_words(one: Kpi) -> str:
    verdict = "" if one.met is None else ", target met" if one.met else ", target not met"
    return f"{one_line(one.name, 80)} {one_line(one.value, 80)}{verdict}"


def days_in_words(days: Sequence[DayCount]) -> str:
    """The chart aloud: its picture's alternative text."""
    told = [
        f"{one_line(one.day, 30)}: {count(one.questions, 'question')}, {one.answered_alone} answered without "
        f"people, {count(one.tickets, 'ticket')}"
        for one in days[-14:]
    ]
    return "; ".join(told) + "."


def _aging(content: DigestContent) -> list[Block]:
    if not content.aging:
        return [section("*Waiting longest*\nNo open ticket is waiting. Well done.")]
    shown = content.aging[:8]
    blocks = [section(f"*Waiting longest* ({count(len(content.aging), 'ticket')})")]
    blocks += [block for one in shown for block in ticket.entry(one)]
    if len(content.aging) > len(shown):
        blocks.append(context(f"{len(content.aging) - len(shown)} more: `/support list all`"))
    return blocks


def _escalations(escalations: Sequence[EscalationContent]) -> list[Block]:
    if not escalations:
        return [section("*Escalations*\nNone are open.")]
    lines = [escalation_line(one) for one in escalations[:10]]
    return [section(f"*Escalations* ({len(escalations)} open)\n" + "\n".join(lines))]


def escalation_line(one: EscalationContent) -> str:
    who = f"with {person(one.engineer_id)}" if one.engineer_id else "nobody has taken it yet"
    due = f"; next update to the customer {when(one.next_update_due)}" if one.next_update_due else ""
    return (
        f"• *Escalation {one.escalation_id}* {line(one.title, 120)}: {line(one.customer, 60)}, {line(one.team, 60)}, "
        f"{line(one.severity_label, 60)}; {who}{due}"
    )


def _promises(content: DigestContent) -> list[Block]:
    if not content.promises:
        return [section("*Promised today*\nNothing is due.")]
    return [section("*Promised today*\n" + "\n".join(f"• {line(one, 200)}" for one in content.promises[:12]))]
