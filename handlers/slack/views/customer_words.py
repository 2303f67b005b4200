"""Draws words in the customer's thread that a person of ours wrote, or that went out on time."""

from __future__ import annotations

from bot.actions.arguments import TicketNumber
from bot.actions.tickets import RESOLUTION_NOT_SOLVED, RESOLUTION_SOLVED
from bot.contents.tickets import CustomerWords
from bot.texts.catalogue import Texts, for_customers
from handlers.slack.views import rich_text
from handlers.slack.views.blocks import Block, Rendered, actions, context, message, section
from handlers.slack.views.buttons import press
from handlers.slack.views.text import escape, person, plain


def customer_words(content: CustomerWords) -> Rendered:
    t = for_customers(content.language)
    words = rich_text.from_markdown(content.text, keep_lines=True)
    blocks = rich_text.blocks(words)[:40] or [section("…")]
    end: list[Block] = []
    if content.ask_solved and not content.closed_by:
        blocks.append(section(f"*{t('Is it solved for you?')}*"))
        number = TicketNumber(ticket_id=content.ticket_id or 0)
        end += actions(
            [
                press(RESOLUTION_SOLVED, number, label=t(RESOLUTION_SOLVED.label), style="primary"),
                press(RESOLUTION_NOT_SOLVED, number, label=t(RESOLUTION_NOT_SOLVED.label)),
            ]
        )
    if content.closed_by:
        end.append(context(plain(content.closed_by)))
    by = _by(content, t)
    end.append(context(by))
    return message(escape(rich_text.words(words)) or by, [*blocks, *end], keep_last=len(end))


def _by(content: CustomerWords, t: Texts) -> str:
    if content.sender:
        return t("From {name}", name=person(content.sender))
    return t("From Footbridge, an automated assistant, for the support team")
