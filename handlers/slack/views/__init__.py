"""What Footbridge looks like in Slack: one file a surface, and the table from content to drawing."""

from __future__ import annotations

from functools import singledispatch

from bot.contents.answers import AnswerContent, CorrectionContent, SuggestionContent
from bot.contents.escalations import ContextPack, EscalationContent, RelayDraft, RelayedIn
from bot.contents.modes import ModeCard
from bot.contents.overviews import DigestContent
from bot.contents.tickets import CustomerWords, Notice, TicketContent
from handlers.slack.views import (
    answer,
    broadcasts,
    correction,
    customer_words,
    escalation,
    modes,
    suggestion,
    ticket,
)
from handlers.slack.views.blocks import Rendered

__all__ = ["Rendered", "render"]


@singledispatch
def render(content: object) -> Rendered:
    """A content of bot.messages as text and blocks. Raises TypeError for anything else."""
    raise TypeError(f"there is no drawing of a {type(content).__name__}")


render.register(AnswerContent, answer.answer)
render.register(SuggestionContent, suggestion.suggestion)
render.register(TicketContent, ticket.ticket)
render.register(EscalationContent, escalation.escalation)
render.register(ContextPack, escalation.context_pack)
render.register(RelayedIn, escalation.relayed_in)
render.register(RelayDraft, escalation.relay_draft)
render.register(CustomerWords, customer_words.customer_words)
render.register(Notice, escalation.notice)
render.register(DigestContent, broadcasts.digest)
render.register(ModeCard, modes.mode_card)
render.register(CorrectionContent, correction.correction)
