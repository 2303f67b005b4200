"""Builds the request that asks a past question again, for replays and corrections."""

from __future__ import annotations

from datetime import datetime

from bot.answering.finding import AnswerRequest
from bot.contents.conversations import TranscriptLine
from bot.settings.config import Config, Customer


def build_past_request(
    question: str, at: datetime, customer: Customer, config: Config, *, precision: float | None = None
) -> AnswerRequest:
    """The request for a stored answer's question, with the articles that `customer` may see.

    `question` is complete without its conversation. `precision` (0 to 1) replaces the configured one.
    """
    return AnswerRequest(
        talk=(TranscriptLine("", "contact", question, at),),
        kind="question",
        audiences=config.audiences_for(customer),
        precision=config.policies.precision if precision is None else precision,
    )
