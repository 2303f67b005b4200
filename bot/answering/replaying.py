"""Asks a past question once more, as it was asked; it neither stores nor posts what comes of it."""

from __future__ import annotations

from datetime import datetime

from bot.answering.finding import Asked
from bot.config import Config, Customer
from bot.messages import Said


def asked_again(question: str, at: datetime, customer: Customer, config: Config, *, bar: float | None = None) -> Asked:
    """A stored answer's question, which stands alone, for that customer's eyes.

    `bar` in place of the configured one: how sure an answer must be.
    """
    return Asked(
        talk=(Said("", "contact", question, at),),
        kind="question",
        audiences=config.audiences_for(customer),
        bar=config.policies.answer_when_at_least if bar is None else bar,
    )
