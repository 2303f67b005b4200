"""Draws the App Home of a customer's people, and of everybody else: who we are, and how to ask. No ticket is in it."""

from __future__ import annotations

from bot.answering.wording import GET_PERSON
from bot.contents.overviews import HomeContent
from bot.texts.catalogue import for_customers
from handlers.slack.views.blocks import Block, context, header, section
from handlers.slack.views.text import line


def guest(content: HomeContent) -> list[Block]:
    t = for_customers(content.language)
    first = content.name.split()[:1]
    if content.company:
        who = t(
            "I am Footbridge, the support desk of {company}: an automated assistant with people behind it.",
            company=line(content.company, 80),
        )
    else:
        who = t("I am Footbridge, a support desk: an automated assistant with people behind it.")
    steps = (
        t("Write your question in the channel that you share with us, in your own words. It needs no command."),
        t("If the help centre answers it, I quote the answer at once, with the pages it comes from."),
        t("If it does not, I say so, and a person answers."),
        t("Press “{get_person}” under an answer at any time.", get_person=t(GET_PERSON)),
    )
    lines = "\n".join(f"• {step}" for step in steps)
    return [
        header(t("Hello {name}", name=first[0]) if first else t("Hello")),
        section(who),
        section(f"*{t('How to ask')}*\n{lines}"),
        context(t("Please ask in your shared channel, not here: that is where the support team reads along.")),
    ]
