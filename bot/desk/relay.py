"""Relays: messages to the customer that are drafted in an escalation's thread and sent by a person."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.contents.conversations import TranscriptLine
from bot.contents.escalations import RelayForm
from bot.conversations.transcript import transcript
from bot.desk.escalation import find_escalation
from bot.desk.lifecycle import apply
from bot.desk.replies import LONGEST_REPLY
from bot.desk.tickets import find_ticket
from bot.directory.access import Actor
from bot.errors import BadRequest, NotFound, OutsideError
from bot.events import CustomerHeardFromUs, RelayDrafted
from bot.jobs import DraftRelay
from bot.outbox.posting import create_post, post_to_customer
from bot.ports import ChatModel
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.escalations import Escalation, Relay
from storage.transaction import Storage, Transaction

OVER = "This escalation is resolved. To write to the customer, use `/support reply {ticket}`."


def ask_for_draft(escalation_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """*Draft for the customer*: queue the drafting, which is a job because it may need a model. Raises BadRequest."""
    with storage.transaction() as tx:
        if find_escalation(tx, escalation_id).status == "resolved":
            raise BadRequest(OVER.format(ticket=find_escalation(tx, escalation_id).ticket_id))
        tx.jobs.enqueue(DraftRelay(escalation_id, actor.user_id, clock.now().isoformat()))


def draft_relay(
    job: DraftRelay, *, storage: Storage, chat_model: ChatModel | None, config: Config, clock: Clock
) -> None:
    """Draft a message that is safe for the customer from the notes since the last relay was sent."""
    with storage.transaction() as tx:
        escalation = tx.escalations.get(job.escalation_id)
        if escalation is None:
            return
        if escalation.status == "resolved":
            _post_note(tx, escalation.id, OVER.format(ticket=escalation.ticket_id), clock)
            return
        notes = collect_new_notes(tx, escalation, config)
    text = draft_words(notes, "reply", chat_model)
    relay = Relay(
        escalation_id=job.escalation_id,
        purpose="reply",
        text=text,
        drafted_by=job.user_id,
        drafted_at=clock.now(),
    )
    with storage.transaction() as tx:
        add_draft(tx, relay, notes, chat_model)


def add_draft(tx: Transaction, relay: Relay, notes: tuple[TranscriptLine, ...], chat_model: ChatModel | None) -> None:
    """Store a relay as a draft, which shows it in the escalation's thread."""
    apply(
        tx,
        relay,
        "draft",
        by=None,
        on_behalf_of=relay.drafted_by,
        at=relay.drafted_at,
        why="Words for the customer were drafted from what was written inside; a person decides about them.",
        details={"notes": len(notes), "model": chat_model.name if chat_model else None},
    )


def show_draft(tx: Transaction, event: RelayDrafted, config: Config) -> None:
    """Subscriber: post the draft into the escalation's thread."""
    for root in tx.posts.showing("escalation", event.escalation_id)[:1]:
        create_post(tx, event.at, "relay", event.relay_id, under=root)


def collect_new_notes(tx: Transaction, escalation: Escalation, config: Config) -> tuple[TranscriptLine, ...]:
    """What colleagues wrote in the thread after the last sent relay was drafted.

    A message that mentions Footbridge is meant for the customer: if there is a new one, only the last such message.
    """
    # Holding messages that Footbridge sent by itself did not use the notes, so they do not count.
    relays = tx.escalations.relays(escalation.id)
    before = [relay.drafted_at for relay in relays if relay.state == "sent" and relay.done_by]
    inside = tx.conversations.inside(escalation.id)
    new = [m for m in inside if not before or m.said_at > max(before)]
    chosen = [m for m in new if m.kind == "for_customer"][-1:] or new
    return transcript(tx, config, chosen)


def draft_words(notes: tuple[TranscriptLine, ...], purpose: str, chat_model: ChatModel | None) -> str:
    """The text of a draft: a model's plain words, or without a model the notes themselves, made safe.

    `purpose`: reply or status_update. A person reads it before it is sent.
    """
    if chat_model is not None and notes:
        try:
            return customer_safe(chat_model.customer_words(notes, purpose)).strip()
        except OutsideError:
            pass
    return "\n\n".join(text for text in (customer_safe(note.text).strip() for note in notes) if text)


def _post_note(tx: Transaction, escalation_id: int, text: str, clock: Clock) -> None:
    for root in tx.posts.showing("escalation", escalation_id)[:1]:
        create_post(tx, clock.now(), "note", escalation_id, under=root, text=text)


def relay_form(relay_id: int, *, storage: Storage) -> RelayForm:
    """Return the form that edits a relay. Raises NotFound when it was sent or discarded already."""
    with storage.reading() as tx:
        relay = _find_unsent(tx, relay_id)
        return RelayForm(relay.id, relay.text, relay.purpose == "status_update" and relay.state == "drafted")


def send_relay(relay_id: int, text: str | None, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """*Send to customer*: send a relay, or the edited `text` in its place.

    Raises NotFound when it was sent or discarded already, and BadRequest when the text is empty or too long.
    """
    with storage.transaction() as tx:
        relay = _find_unsent(tx, relay_id, lock=True)
        relay.text = check_customer_words(relay.text if text is None else text)
        send_words(tx, relay, find_escalation(tx, relay.escalation_id), actor.user_id, clock.now())


def send_words(tx: Transaction, relay: Relay, escalation: Escalation, user_id: str | None, at: datetime) -> None:
    """Post a relay in the customer's thread. `user_id` None: Footbridge sends it by itself because it is due."""
    ticket = find_ticket(tx, escalation.ticket_id)
    conversation = tx.conversations.get(ticket.conversation_id)
    approved = "sent_by_person" if relay.purpose == "reply" or relay.due_at is None else "approved_by_person"
    apply(
        tx,
        relay,
        "send",
        by=None,
        on_behalf_of=user_id,
        at=at,
        why="nobody_approved" if user_id is None else approved,
        details={"due_at": relay.due_at.isoformat() if relay.due_at else None},
    )
    post_to_customer(
        tx,
        at,
        conversation,
        "relayed_out",
        relay.id,
        relay.text,
        author_id=user_id or "footbridge",
        side="ours" if user_id else "bot",
    )
    tx.tickets.record(ticket.id, at, relay.purpose, user_id, relay.text)
    if user_id is not None:
        tx.emit(CustomerHeardFromUs(conversation_id=conversation.id, at=at, by=user_id, takes_over=True))


def approve_update(relay_id: int, text: str | None, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Approve a status update, which is then sent when it is due. Raises NotFound, BadRequest."""
    with storage.transaction() as tx:
        relay = _find_unsent(tx, relay_id, lock=True)
        if relay.purpose != "status_update":
            raise BadRequest("Only status updates wait for their time; press Send to customer for a reply.")
        relay.text = check_customer_words(relay.text if text is None else text)
        apply(tx, relay, "approve", by=actor, at=clock.now(), why="pressed")


def discard_relay(relay_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Discard a relay. Raises NotFound when it was sent or discarded already."""
    with storage.transaction() as tx:
        apply(tx, _find_unsent(tx, relay_id, lock=True), "discard", by=actor, at=clock.now(), why="pressed")


def check_customer_words(text: str) -> str:
    """Return a text made safe for customers. Raises BadRequest when nothing is left or it is too long."""
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest("There are no words for the customer yet. Press Edit, write them, and send again.")
    if len(words) > LONGEST_REPLY:
        raise BadRequest(f"That is {len(words)} characters; a message may have {LONGEST_REPLY}. Please shorten it.")
    return words


def _find_unsent(tx: Transaction, relay_id: int, *, lock: bool = False) -> Relay:
    relay = tx.escalations.relay(relay_id, lock=lock)
    if relay is None or relay.state not in ("drafted", "approved"):
        raise NotFound("These words were already dealt with; the message shows by whom.")
    return relay
