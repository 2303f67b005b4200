"""Asks a past question once more, as it was asked; it neither stores nor posts what comes of it."""

from __future__ import annotations

from datetime import datetime

from bot.answering.finding import AnswerRequest
from bot.contents.conversations import TranscriptLine
from bot.settings.config import Config, Customer


def asked_again(
    question: str, at: datetime, customer: Customer, config: Config, *, precision: float | None = None
) -> AnswerRequest:
    """A stored answer's question, which stands alone, for that customer's eyes.

    `precision` in place of the configured one: how often answers shall be right.
    """
    return AnswerRequest(
        talk=(TranscriptLine("", "contact", question, at),),
        kind="question",
        audiences=config.audiences_for(customer),
        precision=config.policies.precision if precision is None else precision,
    )
