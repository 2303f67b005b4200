"""What happened, in the past tense. An event is emitted in the transaction that made it so.

The table EVENTS in `bot/workflows/events.py` says who reacts to which event. Events hold ids and plain values, never
rows, and none of the words that somebody wrote, so that a receipt can be made of any of them.
"""

# Long: a catalogue that is read from top to bottom; each event is a few fields.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """`by` is the person who did it (None: Footbridge itself); `why` is a sentence, or a stable word for the receipt.

    `details` are further ids and figures for the receipt. DECISION is the word under which receipts keep the event; an
    event without one leaves no receipt.
    """

    DECISION: ClassVar[str] = ""
    at: datetime
    by: str | None = None
    why: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decision(self) -> str:
        return self.DECISION


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(Event):
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerEvent(ConversationEvent):
    answer_id: int


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class EscalationEvent(TicketEvent):
    escalation_id: int


@dataclass(frozen=True, kw_only=True)
class RelayEvent(EscalationEvent):
    """About words for the customer that were drafted in an escalation; `purpose`: reply or status_update."""

    relay_id: int
    purpose: str


# --- conversations -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CustomerWrote(ConversationEvent):
    """A contact wrote a message, or pressed a button that says as much (then there is no message).

    `kind` is what triage took it for.
    """

    message_id: int | None
    kind: str


@dataclass(frozen=True, kw_only=True)
class CustomerChangedMessage(ConversationEvent):
    """A contact edited or deleted a message (`change`); `text_before` is needed to correct what was copied from it."""

    message_id: int
    change: str
    text_before: str


@dataclass(frozen=True, kw_only=True)
class ColleagueWrote(ConversationEvent):
    """One of ours wrote in the customer's thread, in the channel itself."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerHeardFromUs(ConversationEvent):
    """One of ours reached the customer, in whatever way: a message, a reply, words from an escalation, a sent draft.

    `takes_over`: from now on that person answers, and Footbridge does not.
    """

    takes_over: bool


@dataclass(frozen=True, kw_only=True)
class ConversationTakenOver(ConversationEvent):
    """From now on people answer in it, and Footbridge does not."""

    DECISION = "person_took_over"


@dataclass(frozen=True, kw_only=True)
class ConversationSolved(ConversationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(ConversationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationWithdrawn(ConversationEvent):
    """The customer took every question in it back."""


# --- answers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AnswerDrafted(AnswerEvent):
    """An answer waits for an agent to send it."""


@dataclass(frozen=True, kw_only=True)
class AnswerSent(AnswerEvent):
    """An answer, a question back or a hand-over was posted for the customer."""


@dataclass(frozen=True, kw_only=True)
class AnswerReplaced(AnswerEvent):
    """Another answer took its place before anybody had said anything about it."""


@dataclass(frozen=True, kw_only=True)
class AnswerWithdrawn(AnswerEvent):
    DECISION = "answer_withdrawn"


@dataclass(frozen=True, kw_only=True)
class AnswerPressed(AnswerEvent):
    """A customer pressed one of its buttons; `verdict`: solved, not_quite, get_person or chose."""

    verdict: str

    @property
    def decision(self) -> str:
        return f"pressed_{self.verdict}"


@dataclass(frozen=True, kw_only=True)
class DraftedAnswerSent(AnswerEvent):
    DECISION = "suggestion_sent"


@dataclass(frozen=True, kw_only=True)
class DraftedAnswerDiscarded(AnswerEvent):
    DECISION = "suggestion_discarded"


@dataclass(frozen=True, kw_only=True)
class DraftedAnswerDropped(AnswerEvent):
    """A person answered in the thread instead."""


# --- tickets -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    DECISION = "ticket_opened"


@dataclass(frozen=True, kw_only=True)
class TicketClaimed(TicketEvent):
    DECISION = "ticket_claimed"


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    DECISION = "ticket_assigned"
    assignee_id: str


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(TicketEvent):
    DECISION = "priority_set"
    priority: str


@dataclass(frozen=True, kw_only=True)
class NoteAdded(TicketEvent):
    DECISION = "noted"


@dataclass(frozen=True, kw_only=True)
class ReplySent(TicketEvent):
    DECISION = "reply_sent"


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketEvent):
    """However it came about: an agent resolved it, the customer said that an answer solved it, or it was not needed."""

    DECISION = "resolved"


@dataclass(frozen=True, kw_only=True)
class TicketReopened(TicketEvent):
    DECISION = "ticket_reopened"


@dataclass(frozen=True, kw_only=True)
class ResolutionConfirmed(TicketEvent):
    DECISION = "pressed_resolution_confirmed"


@dataclass(frozen=True, kw_only=True)
class ResolutionDenied(TicketEvent):
    DECISION = "pressed_resolution_denied"


# --- escalations and what is said from them ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(EscalationEvent):
    DECISION = "escalated"


@dataclass(frozen=True, kw_only=True)
class EscalationTaken(EscalationEvent):
    DECISION = "escalation_taken"


@dataclass(frozen=True, kw_only=True)
class EscalationEnded(EscalationEvent):
    DECISION = "escalation_ended"


@dataclass(frozen=True, kw_only=True)
class RelayDrafted(RelayEvent):
    DECISION = "words_drafted"


@dataclass(frozen=True, kw_only=True)
class RelayApproved(RelayEvent):
    DECISION = "update_approved"


@dataclass(frozen=True, kw_only=True)
class RelaySent(RelayEvent):
    DECISION = "sent_to_customer"


@dataclass(frozen=True, kw_only=True)
class RelayDiscarded(RelayEvent):
    DECISION = "words_discarded"


# --- corrections and modes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CorrectionEvent(AnswerEvent):
    """`answer_id` is the answer that is wrong; `cause`: changed, wrong or withdrawn."""

    correction_id: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class CorrectionDrafted(CorrectionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CorrectionSent(CorrectionEvent):
    DECISION = "correction_sent"


@dataclass(frozen=True, kw_only=True)
class CorrectionDropped(CorrectionEvent):
    """An agent discarded it, or a later change of the article overtook it."""


@dataclass(frozen=True, kw_only=True)
class ModeEvent(Event):
    change_id: int


@dataclass(frozen=True, kw_only=True)
class ModeProposed(ModeEvent):
    DECISION = "mode_proposed"


@dataclass(frozen=True, kw_only=True)
class ModeEarned(ModeEvent):
    DECISION = "mode_earned"


@dataclass(frozen=True, kw_only=True)
class ModeLost(ModeEvent):
    DECISION = "mode_fell"


@dataclass(frozen=True, kw_only=True)
class ModeChosen(ModeEvent):
    DECISION = "mode_chosen"


@dataclass(frozen=True, kw_only=True)
class ModeDeclined(ModeEvent):
    DECISION = "mode_declined"


@dataclass(frozen=True, kw_only=True)
class ModeProposalWithdrawn(ModeEvent):
    DECISION = "mode_proposal_withdrawn"


# --- posts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PostDelivered(Event):
    """A message of ours stands in its channel, and has an address now."""

    post_id: int
