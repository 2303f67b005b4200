"""Carries words over the boundary: inside they are drafted, and only a person's press sends them to the customer."""

from __future__ import annotations

from datetime import datetime

from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.contents.conversations import TranscriptLine
from bot.conversations.transcript import transcript
from bot.desk.escalation import find_escalation, set_next_update
from bot.desk.tickets import LONGEST_REPLY, find_ticket, mark_answered_by_person
from bot.directory.access import Actor, must_work_tickets
from bot.errors import BadRequest, NotFound, OutsideError
from bot.jobs import DraftRelay
from bot.outbox.posting import create_post, post_to_customer, queue_redraw
from bot.ports import ChatModel
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.escalations import Escalation, Relay
from storage.transaction import Storage, Transaction

OVER = "This escalation is resolved. To write to the customer, use `/support reply {ticket}`."


def ask_for_draft(escalation_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """The button *Draft for customer*: the drafting itself may need a model, so it is a job."""
    must_work_tickets(actor)
    with storage.transaction() as tx:
        if find_escalation(tx, escalation_id).status == "resolved":
            raise BadRequest(OVER.format(ticket=find_escalation(tx, escalation_id).ticket_id))
        tx.jobs.enqueue(DraftRelay(escalation_id, actor.user_id, clock.now().isoformat()))


def draft_relay(
    job: DraftRelay, *, storage: Storage, chat_model: ChatModel | None, config: Config, clock: Clock
) -> None:
    """Drafts customer-safe words from what was written inside since the last words went out."""
    with storage.transaction() as tx:
        escalation = tx.escalations.get(job.escalation_id)
        if escalation is None:
            return
        if escalation.status == "resolved":
            _say_inside(tx, escalation.id, OVER.format(ticket=escalation.ticket_id), clock)
            return
        notes = collect_new_notes(tx, escalation, config)
    text = draft_words(notes, "reply", chat_model)
    with storage.transaction() as tx:
        relay = tx.escalations.add_relay(
            Relay(
                escalation_id=job.escalation_id,
                purpose="reply",
                text=text,
                drafted_by=job.user_id,
                drafted_at=clock.now(),
            )
        )
        _show_inside(tx, relay, clock)
        _drafted(tx, escalation, relay, notes, chat_model, clock)


def _drafted(
    tx: Transaction,
    escalation: Escalation,
    relay: Relay,
    notes: tuple[TranscriptLine, ...],
    chat_model: ChatModel | None,
    clock: Clock,
) -> None:
    write_receipt(
        tx,
        clock.now(),
        "words_drafted",
        "Words for the customer were drafted from what was written inside; a person decides about them.",
        ticket_id=escalation.ticket_id,
        escalation_id=escalation.id,
        relay_id=relay.id,
        purpose=relay.purpose,
        notes=len(notes),
        model=chat_model.name if chat_model else None,
        by=relay.drafted_by,
    )


def collect_new_notes(tx: Transaction, escalation: Escalation, config: Config) -> tuple[TranscriptLine, ...]:
    """What people of ours wrote in the thread after the last words for the customer were drafted."""
    # What Footbridge said by itself (nobody did it) carried nobody's words.
    relays = tx.escalations.relays(escalation.id)
    before = [relay.drafted_at for relay in relays if relay.state == "sent" and relay.done_by]
    inside = tx.conversations.inside(escalation.id)
    meant = [m for m in inside if m.kind == "for_customer"]
    fresh = [m for m in inside if not before or m.said_at > max(before)]
    # Who mentions Footbridge says which words are meant for the customer; without that, it is all that is new.
    chosen = [m for m in meant if m in fresh][-1:] or fresh
    return transcript(tx, config, chosen)


def draft_words(notes: tuple[TranscriptLine, ...], purpose: str, chat_model: ChatModel | None) -> str:
    """A model's plain words when there is one, else the notes themselves, made safe; a person reads them anyway."""
    if chat_model is not None and notes:
        try:
            return customer_safe(chat_model.customer_words(notes, purpose)).strip()
        except OutsideError:
            pass
    return "\n\n".join(text for text in (customer_safe(note.text).strip() for note in notes) if text)


def _show_inside(tx: Transaction, relay: Relay, clock: Clock) -> None:
    roots = tx.posts.showing("escalation", relay.escalation_id)
    if roots:
        create_post(tx, clock, "relay", relay.id, roots[0].channel_id, under=roots[0])


def _say_inside(tx: Transaction, escalation_id: int, text: str, clock: Clock) -> None:
    for root in tx.posts.showing("escalation", escalation_id)[:1]:
        create_post(tx, clock, "note", escalation_id, root.channel_id, under=root, text=text)


def relay_text(relay_id: int, *, actor: Actor, storage: Storage) -> str:
    must_work_tickets(actor)
    with storage.reading() as tx:
        return _waiting(tx, relay_id).text


def send_relay(
    relay_id: int, text: str | None, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> None:
    """*Send to customer*: the only way for words to leave an escalation's thread."""
    must_work_tickets(actor)
    with storage.transaction() as tx:
        relay = _waiting(tx, relay_id, lock=True)
        relay.text = check_customer_words(relay.text if text is None else text)
        escalation = find_escalation(tx, relay.escalation_id)
        send_relay_words(tx, relay, escalation, actor.user_id, clock)
        severity = config.severity(escalation.severity)
        if severity is not None and escalation.status != "resolved":
            # The customer has just heard from us, so the next update is due a whole cadence from now.
            set_next_update(tx, escalation, severity, clock.now())
            queue_redraw(tx, "escalation", escalation.id)


def send_relay_words(tx: Transaction, relay: Relay, escalation: Escalation, user_id: str | None, clock: Clock) -> None:
    """Posts a relay's words into the customer's thread. `user_id` None: by Footbridge itself, because it was due."""
    now = clock.now()
    relay.state, relay.done_by, relay.done_at = "sent", user_id, now
    ticket = find_ticket(tx, escalation.ticket_id)
    conversation = tx.conversations.get(ticket.conversation_id)
    post_to_customer(
        tx,
        clock,
        conversation,
        "relayed_out",
        relay.id,
        relay.text,
        author_id=user_id or "footbridge",
        side="ours" if user_id else "bot",
    )
    if user_id is not None:
        mark_answered_by_person(tx, ticket, conversation, user_id, now)
    tx.tickets.record(ticket.id, now, relay.purpose, user_id, relay.text)
    approved = "sent_by_person" if relay.purpose == "reply" or relay.due_at is None else "approved_by_person"
    write_receipt(
        tx,
        now,
        "sent_to_customer",
        "nobody_approved" if user_id is None else approved,
        ticket_id=ticket.id,
        escalation_id=escalation.id,
        relay_id=relay.id,
        purpose=relay.purpose,
        by=user_id,
        due_at=relay.due_at.isoformat() if relay.due_at else None,
    )
    queue_redraw(tx, "relay", relay.id)
    queue_redraw(tx, "ticket", ticket.id)


def approve_update(relay_id: int, text: str | None, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """The owner approves a status update's words; they go out when it is due."""
    must_work_tickets(actor)
    with storage.transaction() as tx:
        relay = _waiting(tx, relay_id, lock=True)
        if relay.purpose != "status_update":
            raise BadRequest("Only status updates wait for their time; press Send to customer for a reply.")
        relay.text = check_customer_words(relay.text if text is None else text)
        relay.state, relay.done_by, relay.done_at = "approved", actor.user_id, clock.now()
        _pressed(tx, relay, "update_approved", clock)
        queue_redraw(tx, "relay", relay.id)


def discard_relay(relay_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    must_work_tickets(actor)
    with storage.transaction() as tx:
        relay = _waiting(tx, relay_id, lock=True)
        relay.state, relay.done_by, relay.done_at = "discarded", actor.user_id, clock.now()
        _pressed(tx, relay, "words_discarded", clock)
        queue_redraw(tx, "relay", relay.id)


def _pressed(tx: Transaction, relay: Relay, decision: str, clock: Clock) -> None:
    write_receipt(
        tx,
        clock.now(),
        decision,
        "pressed",
        ticket_id=find_escalation(tx, relay.escalation_id).ticket_id,
        escalation_id=relay.escalation_id,
        relay_id=relay.id,
        by=relay.done_by,
    )


def check_customer_words(text: str) -> str:
    """What may go to a customer. Raises BadRequest when nothing is left or it is too long."""
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest("There are no words for the customer yet. Press Edit, write them, and send again.")
    if len(words) > LONGEST_REPLY:
        raise BadRequest(f"That is {len(words)} characters; a message may have {LONGEST_REPLY}. Please shorten it.")
    return words


def _waiting(tx: Transaction, relay_id: int, *, lock: bool = False) -> Relay:
    relay = tx.escalations.relay(relay_id, lock=lock)
    if relay is None or relay.state not in ("drafted", "approved"):
        raise NotFound("These words were already dealt with; the message shows by whom.")
    return relay


def draft_update(
    tx: Transaction,
    escalation: Escalation,
    text: str,
    due_at: datetime,
    clock: Clock,
    *,
    notes: tuple[TranscriptLine, ...],
    chat_model: ChatModel | None,
) -> Relay:
    """A status update's draft in the thread, for the owner to approve."""
    relay = tx.escalations.add_relay(
        Relay(
            escalation_id=escalation.id,
            purpose="status_update",
            text=text,
            drafted_by=None,
            drafted_at=clock.now(),
            due_at=due_at,
        )
    )
    _show_inside(tx, relay, clock)
    _drafted(tx, escalation, relay, notes, chat_model, clock)
    return relay
