"""The table of events: the subscribers of each event, which are called in this order in the event's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot import events
from bot.audit.receipts import keep_receipt
from bot.corrections import review_answers
from bot.desk import clocks, escalation, history, relay, replies, resolution, tickets
from bot.events import Event
from bot.modes import review_modes
from bot.outbox import reactions
from bot.outbox import redraw_posts as redraw
from bot.settings.config import Config
from storage.transaction import Transaction

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Subscription(Generic[E]):
    """The subscribers of an event; each is called with the transaction, the event and the configuration."""

    event: type[E]
    subscribers: tuple[Callable[[Transaction, E, Config], None], ...]


def on(event: type[E], *subscribers: Callable[[Transaction, E, Config], None]) -> Subscription[E]:
    """One row of the table."""
    return Subscription(event, subscribers)


# Without a type annotation, so that mypy checks the subscribers of each row against the row's own event.
EVENTS = (
    # conversations
    on(
        events.CustomerWrote,
        tickets.count_new_message,
        history.add_step,
        escalation.relay_in,
        redraw.redraw_ticket_of_conversation,
    ),
    on(
        events.CustomerChangedMessage,
        history.add_step,
        redraw.redraw_changed_message,
        escalation.follow_changed_message,
        tickets.rename_ticket,
        redraw.redraw_ticket_of_conversation,
    ),
    on(events.ColleagueWrote),
    on(
        events.CustomerHeardFromUs,
        replies.record_first_response,
        replies.take_over,
        replies.give_owner,
        clocks.stop_first_response,
        redraw.redraw_ticket_of_conversation,
        review_modes.queue_review,
    ),
    on(events.ConversationTakenOver, keep_receipt),
    on(events.ConversationSolved, tickets.close_solved, reactions.mark_solved),
    on(events.ConversationReopened),
    on(events.ConversationWithdrawn, tickets.close_withdrawn),
    # answers
    on(events.AnswerDrafted, tickets.post_draft),
    on(events.AnswerSent),
    on(events.AnswerReplaced),
    on(events.AnswerWithdrawn, keep_receipt, redraw.redraw_answer, redraw.redraw_drafted_answer),
    on(events.AnswerPressed, keep_receipt, redraw.redraw_answer, review_modes.queue_review),
    on(events.DraftedAnswerSent, keep_receipt, redraw.redraw_drafted_answer),
    on(events.DraftedAnswerDiscarded, keep_receipt, redraw.redraw_drafted_answer, review_modes.queue_review),
    on(events.DraftedAnswerDropped, redraw.redraw_drafted_answer),
    # tickets
    on(events.TicketOpened, history.add_step, keep_receipt, clocks.start_first_response, tickets.post_card),
    on(events.TicketClaimed, history.add_step, keep_receipt, redraw.redraw_ticket),
    on(events.TicketAssigned, history.add_step, keep_receipt, tickets.notify_new_owner, redraw.redraw_ticket),
    on(events.PriorityChanged, history.add_step, keep_receipt, redraw.redraw_ticket),
    on(events.NoteAdded, keep_receipt),
    on(events.ReplySent, keep_receipt),
    on(
        events.TicketResolved,
        history.add_step,
        tickets.forget_new_messages,
        clocks.stop_clocks_of_ticket,
        escalation.end_escalations,
        keep_receipt,
        redraw.redraw_ticket,
    ),
    on(
        events.TicketReopened,
        history.add_step,
        keep_receipt,
        tickets.notify_owner_of_reopening,
        redraw.redraw_resolution,
        redraw.redraw_ticket,
        review_modes.queue_review,
    ),
    on(events.ResolutionConfirmed, keep_receipt, history.add_step, redraw.redraw_resolution, redraw.redraw_ticket),
    on(events.ResolutionDenied, keep_receipt, resolution.tell_engineers),
    # escalations
    on(
        events.TicketEscalated,
        history.add_step,
        keep_receipt,
        clocks.restart_update_clock,
        escalation.post_thread,
        redraw.redraw_ticket,
    ),
    on(
        events.EscalationTaken,
        history.add_step,
        keep_receipt,
        redraw.redraw_escalation,
        redraw.redraw_ticket,
    ),
    on(
        events.EscalationEnded,
        clocks.stop_update_clock,
        keep_receipt,
        escalation.discard_drafts,
        redraw.redraw_escalation,
    ),
    on(events.RelayDrafted, keep_receipt, relay.show_draft),
    on(events.RelayApproved, keep_receipt, redraw.redraw_relay),
    on(
        events.RelaySent,
        keep_receipt,
        escalation.discard_overtaken_updates,
        clocks.restart_update_clock,
        redraw.redraw_relay,
        redraw.redraw_escalation,
        redraw.redraw_ticket,
    ),
    on(events.RelayDiscarded, keep_receipt, redraw.redraw_relay),
    # corrections and modes
    on(events.CorrectionDrafted, review_answers.show_correction_draft, review_modes.queue_review),
    on(events.CorrectionSent, keep_receipt, redraw.redraw_answer, redraw.redraw_correction),
    on(events.CorrectionDropped, redraw.redraw_correction),
    on(events.ModeProposed, keep_receipt, review_modes.post_mode_card),
    on(events.ModeLost, keep_receipt, review_modes.post_mode_card),
    on(events.ModeChosen, keep_receipt, review_modes.post_mode_card),
    on(events.ModeEarned, keep_receipt, redraw.redraw_mode_card),
    on(events.ModeDeclined, keep_receipt, redraw.redraw_mode_card),
    on(events.ModeProposalWithdrawn, keep_receipt, redraw.redraw_mode_card),
    # posts
    on(events.PostDelivered, escalation.link_card_to_thread),
)


def publisher(config: Callable[[], Config]) -> Callable[[Transaction, Any], None]:
    """Return the function that a Storage calls for each event. It calls the subscribers with the current config."""
    rows: Sequence[Subscription[Any]] = EVENTS
    table = {row.event: row.subscribers for row in rows}

    def publish(tx: Transaction, event: Event) -> None:
        if subscribers := table[type(event)]:
            now = config()
            for react in subscribers:
                react(tx, event, now)

    return publish
