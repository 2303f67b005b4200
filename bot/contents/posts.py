"""The union of all contents that a post can show."""

from __future__ import annotations

from bot.contents.answers import AnswerContent, CorrectionContent, SuggestionContent
from bot.contents.escalations import ContextPack, EscalationContent, RelayDraft, RelayedIn
from bot.contents.modes import ModeCard
from bot.contents.overviews import DigestContent
from bot.contents.tickets import CustomerWords, Notice, TicketContent

Content = (
    AnswerContent
    | SuggestionContent
    | TicketContent
    | EscalationContent
    | ContextPack
    | RelayedIn
    | RelayDraft
    | CustomerWords
    | Notice
    | DigestContent
    | ModeCard
    | CorrectionContent
)
