"""Draws a person's App Home by role: what is mine, what waits, how the desk stands; or who we are and how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.contents.escalations import EscalationContent
from bot.contents.overviews import HomeContent
from bot.contents.tickets import TicketContent
from handlers.slack.views import broadcasts, ticket
from handlers.slack.views.blocks import MOST_IN_A_VIEW, Block, context, divider, fitted, header, section
from handlers.slack.views.guest_home import guest
from handlers.slack.views.text import count

_COMMANDS = "Everything else is one command away: `/support help`."


def home(content: HomeContent) -> dict[str, Any]:
    """A view for views.publish."""
    draw = {"agent": _agent, "engineer": _engineer, "manager": _manager, "owner": _manager}.get(content.role, guest)
    return {"type": "home", "blocks": fitted(draw(content), MOST_IN_A_VIEW, keep_last=1)}


def _greeting(content: HomeContent) -> Block:
    return header(" ".join(["Hello", *content.name.split()[:1]]))


def _agent(content: HomeContent) -> list[Block]:
    return [
        _greeting(content),
        *_tickets(
            "Mine",
            content.mine,
            content.mine_total,
            "You have no open ticket. Take one from below, or enjoy the quiet.",
        ),
        divider(),
        *_tickets("Nobody has claimed these", content.unclaimed, content.unclaimed_total, "Every ticket has somebody."),
        *_escalations(content.escalations, content.escalations_total),
        context(_COMMANDS),
    ]


def _engineer(content: HomeContent) -> list[Block]:
    mine = _tickets("Tickets of mine", content.mine, content.mine_total, "") if content.mine else []
    return [
        _greeting(content),
        *_escalations(content.escalations, content.escalations_total, "No escalation is open for your team."),
        *mine,
        context(
            "Work in the escalation's thread. The customer does not see it; words go out when somebody presses "
            "*Send to customer*.",
            _COMMANDS,
        ),
    ]


def _manager(content: HomeContent) -> list[Block]:
    figures = broadcasts.figures(content.figures) or [section("No figures yet; they come with the first questions.")]
    return [
        _greeting(content),
        section("*How the desk stands*"),
        *figures,
        divider(),
        *_tickets("Nobody has claimed these", content.unclaimed, content.unclaimed_total, "Every ticket has somebody."),
        *_escalations(content.escalations, content.escalations_total, "No escalation is open."),
        *(_tickets("Mine", content.mine, content.mine_total, "") if content.mine else []),
        context("The whole day as a message: `/support digest`. What to write next: `/support gaps`.", _COMMANDS),
    ]


def _tickets(title: str, tickets: Sequence[TicketContent], total: int, nothing: str) -> list[Block]:
    if not tickets:
        return [section(f"*{title}*\n{nothing}")]
    blocks = [section(f"*{title}* ({count(total, 'ticket')})")]
    blocks += [block for one in tickets for block in ticket.entry(one)]
    return blocks + ([context(f"{total - len(tickets)} more: `/support list all`")] if total > len(tickets) else [])


def _escalations(escalations: Sequence[EscalationContent], total: int, nothing: str = "") -> list[Block]:
    if not escalations:
        return [section(f"*Escalations*\n{nothing}")] if nothing else []
    lines = "\n".join(broadcasts.escalation_line(one) for one in escalations)
    return [section(f"*Escalations* ({total} open)\n{lines}")]
