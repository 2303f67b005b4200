"""The events: what happened, named in the past tense. Each is emitted in the transaction that made the change.

The table EVENTS in `bot/workflows/events.py` lists the subscribers of each event. Events hold ids and plain values,
never rows and never the text that somebody wrote, so that a receipt can be made from any of them.
"""

# Long: this is a list of small classes, and it is easier to search in one file.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """The base class of all events.

    `at` is when it happened. `by` is the id of the person who did it, or None for Footbridge itself. `why` is a
    sentence, or a stable word for the receipt. `details` are more ids and numbers for the receipt. DECISION is the word
    under which the receipt is stored; an event without one has no receipt.
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
    """An event about a relay: words for the customer, drafted in an escalation. `purpose`: reply or status_update."""

    relay_id: int
    purpose: str


# --- conversations -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CustomerWrote(ConversationEvent):
    """A contact wrote a message, or pressed a button that means the same (then `message_id` may be None).

    `kind` is the kind of message that triage found.
    """

    message_id: int | None
    kind: str


@dataclass(frozen=True, kw_only=True)
class CustomerChangedMessage(ConversationEvent):
    """A contact edited or deleted a message (`change`: edited or deleted).

    `text_before` is needed to correct what was copied from the message.
    """

    message_id: int
    change: str
    text_before: str


@dataclass(frozen=True, kw_only=True)
class ColleagueWrote(ConversationEvent):
    """A colleague wrote in the customer's thread, directly in the channel."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerHeardFromUs(ConversationEvent):
    """A colleague wrote to the customer in any way: a message, a reply, a relay, a draft that was sent.

    `takes_over`: from now on that person answers this conversation instead of Footbridge.
    """

    takes_over: bool


@dataclass(frozen=True, kw_only=True)
class ConversationTakenOver(ConversationEvent):
    """From now on people answer this conversation instead of Footbridge."""

    DECISION = "person_took_over"


@dataclass(frozen=True, kw_only=True)
class ConversationSolved(ConversationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(ConversationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationWithdrawn(ConversationEvent):
    """The customer withdrew every question in the conversation."""


# --- answers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AnswerDrafted(AnswerEvent):
    """An answer waits for an agent to send it."""


@dataclass(frozen=True, kw_only=True)
class AnswerSent(AnswerEvent):
    """An answer, a question back or a hand-over was queued for the customer."""


@dataclass(frozen=True, kw_only=True)
class AnswerReplaced(AnswerEvent):
    """A newer answer replaced it before anybody had reacted to it."""


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
    """An agent resolved the ticket, the customer said that an answer solved it, or it was no longer needed."""

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


# --- escalations and relays ----------------------------------------------------------------------------------------


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
    """`answer_id` is the wrong answer; `cause` is what happened to its article: changed, wrong or withdrawn."""

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
    """An agent discarded the correction, or the article changed again so that it is out of date."""


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
    """A post was sent to its channel and has an address now."""

    post_id: int
