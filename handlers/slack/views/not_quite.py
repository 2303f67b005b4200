"""Draws the form that a customer gets after *Not quite*, in the customer's language."""

from __future__ import annotations

from bot.contents.answers import NotQuiteForm
from bot.texts.catalogue import for_customers
from handlers.slack.views import ids
from handlers.slack.views.blocks import context, section, text_input
from handlers.slack.views.modals import View, filled_form


def not_quite(form: NotQuiteForm) -> View:
    t = for_customers(form.language)
    return filled_form(
        t("What is missing?"),
        t("Send"),
        [
            section(t("Thanks. What is still missing?")),
            text_input(
                ids.MISSING,
                t("What did the answer leave out, or get wrong?"),
                placeholder=t("For example: we use the new approval screen, and there is no such button there."),
                optional=True,
            ),
            context(t("With your words we look again. Leave it empty, and a person answers instead.")),
        ],
        cancel=t("Cancel"),
    )
