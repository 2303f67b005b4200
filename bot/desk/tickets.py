"""Claims, assigns, prioritises and annotates tickets, and updates them when events happen."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.contents.marks import person_mark
from bot.conversations.transcript import title_of
from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.directory.people import name_of
from bot.errors import BadRequest, NotFound
from bot.events import (
    AnswerDrafted,
    ConversationEvent,
    ConversationSolved,
    ConversationWithdrawn,
    CustomerChangedMessage,
    CustomerWrote,
    NoteAdded,
    TicketAssigned,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from bot.outbox.posting import create_post
from bot.settings.config import Config
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

PRIORITIES = ("low", "normal", "high", "urgent")


def post_card(tx: Transaction, event: TicketOpened, config: Config) -> None:
    """Subscriber: post the ticket's card in the triage channel."""
    create_post(tx, event.at, "ticket", event.ticket_id, config.triage_place)


def post_draft(tx: Transaction, event: AnswerDrafted, config: Config) -> None:
    """Subscriber: show a drafted answer to the agents, under the card of its ticket."""
    ticket = tx.tickets.of_conversation(event.conversation_id)
    card = next(iter(tx.posts.showing("ticket", ticket.id)), None) if ticket else None
    create_post(tx, event.at, "suggestion", event.answer_id, config.triage_place, under=card)


def notify_owner_of_reopening(tx: Transaction, event: TicketReopened, config: Config) -> None:
    """Subscriber: mention the owner in a note, because a redrawn card notifies nobody."""
    text = f"#{event.ticket_id} is open again. {event.why} Please write in the customer's thread."
    notify_owner(tx, event.at, event.ticket_id, text)


def notify_new_owner(tx: Transaction, event: TicketAssigned, config: Config) -> None:
    """Subscriber: tell the new owner who assigned the ticket."""
    who = name_of(tx, config, event.by)
    notify_owner(tx, event.at, event.ticket_id, f"{who} gave you ticket #{event.ticket_id}. Its card is above.")


def notify_owner(tx: Transaction, at: datetime, ticket_id: int, text: str) -> None:
    """Post a note under the ticket's card that mentions its owner."""
    ticket = tx.tickets.get(ticket_id)
    card = next(iter(tx.posts.showing("ticket", ticket_id)), None)
    if ticket is not None and card is not None:
        who = f"{person_mark(ticket.assignee_id)}: " if ticket.assignee_id else ""
        create_post(tx, at, "note", ticket_id, under=card, text=who + text)


def find_ticket(tx: Transaction, ticket_id: int, *, lock: bool = False) -> Ticket:
    """Return the ticket; `lock` it when it is about to be changed. Raises NotFound."""
    ticket = tx.tickets.get(ticket_id, lock=lock)
    if ticket is None:
        raise NotFound(f"There is no ticket #{ticket_id}. `/support list all` shows the open ones.")
    return ticket


def find_open_ticket(tx: Transaction, ticket_id: int, *, lock: bool = True) -> Ticket:
    """Return the ticket if it is open. Raises NotFound, and BadRequest when it is resolved."""
    ticket = find_ticket(tx, ticket_id, lock=lock)
    if not ticket.is_open:
        raise BadRequest(f"Ticket #{ticket_id} is already resolved. If the customer writes again, it opens by itself.")
    return ticket


def claim(ticket_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """Assign the ticket to the actor. Raises as `assign`."""
    assign(ticket_id, actor.user_id, actor=actor, storage=storage, config=config, clock=clock)


def assign(ticket_id: int, assignee_id: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """Assign the ticket to a colleague.

    Raises NotFound, and BadRequest when the person is not in the configuration, when the ticket is resolved, or when an
    agent claims a ticket that somebody else has.
    """
    if config.colleague(assignee_id) is None:
        raise BadRequest("Tickets can be given to people listed in footbridge.yaml under `people` only.")
    with storage.transaction() as tx:
        ticket = find_open_ticket(tx, ticket_id)
        if ticket.assignee_id == assignee_id:
            return
        before = ticket.assignee_id
        if before is not None and assignee_id == actor.user_id and not actor.manages:
            raise BadRequest(
                f"{name_of(tx, config, before)} has ticket #{ticket_id} already; ask them to hand it over "
                f"with `/support assign {ticket_id} @you`."
            )
        verb = "claim" if assignee_id == actor.user_id else "assign"
        owner = {"owner": assignee_id}
        apply(tx, ticket, verb, by=actor, at=clock.now(), why="pressed", details=owner, assignee_id=assignee_id)


def set_priority(ticket_id: int, priority: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Change the priority of an open ticket. Raises NotFound, BadRequest."""
    if priority not in PRIORITIES:
        raise BadRequest(f"{priority!r} is not a valid priority; choose one of {', '.join(PRIORITIES)}.")
    with storage.transaction() as tx:
        ticket = find_open_ticket(tx, ticket_id)
        if ticket.priority != priority:
            apply(tx, ticket, "set_priority", by=actor, at=clock.now(), why="pressed", priority=priority)


def note(ticket_id: int, text: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Add a note that only colleagues see. Raises NotFound, and BadRequest for an empty note."""
    words = text.strip()
    if not words:
        raise BadRequest(f"Write the note after the number, like `/support note {ticket_id} Waiting for their admin.`")
    with storage.transaction() as tx:
        find_ticket(tx, ticket_id)
        now = clock.now()
        tx.tickets.record(ticket_id, now, "noted", actor.user_id, words)
        tx.emit(NoteAdded(ticket_id=ticket_id, at=now, by=actor.user_id, why="pressed"))
        card = next(iter(tx.posts.showing("ticket", ticket_id)), None)
        if card is not None:
            said = f"Note by {actor.name} (inside only): {words}"
            create_post(tx, now, "note", ticket_id, under=card, text=said)


def close_withdrawn(tx: Transaction, event: ConversationWithdrawn, config: Config) -> None:
    """Subscriber: resolve the ticket when the customer withdrew all its questions."""
    ticket = _open_ticket_of(tx, event)
    if ticket is not None:
        why = event.why or "The customer took the question back."
        apply(tx, ticket, "resolve", by=None, on_behalf_of=event.by, at=event.at, why=why)


def close_solved(tx: Transaction, event: ConversationSolved, config: Config) -> None:
    """Subscriber: resolve the ticket when the customer says that it is solved."""
    ticket = _open_ticket_of(tx, event)
    if ticket is not None:
        why = event.why or "The customer said that it is solved."
        apply(tx, ticket, "resolve", by=None, on_behalf_of=event.by, at=event.at, why=why, confirmed=True)


def count_new_message(tx: Transaction, event: CustomerWrote, config: Config) -> None:
    """Subscriber: count the customer's messages since a colleague last wrote, for the card."""
    ticket = tx.tickets.of_conversation(event.conversation_id)
    if ticket is not None and ticket.is_open:
        ticket.new_messages += 1


def forget_new_messages(tx: Transaction, event: TicketResolved, config: Config) -> None:
    """Subscriber: reset the count of new messages of a resolved ticket."""
    ticket = tx.tickets.get(event.ticket_id)
    if ticket is not None:
        ticket.new_messages = 0


def rename_ticket(tx: Transaction, event: CustomerChangedMessage, config: Config) -> None:
    """Subscriber: update the ticket's title, which is its first question, when that was edited or deleted."""
    ticket = _open_ticket_of(tx, event)
    if ticket is not None:
        words = (m.text for m in tx.conversations.messages(ticket.conversation_id) if m.side == "contact" and m.text)
        ticket.title = title_of(next(words, "A question that was taken back"))


def _open_ticket_of(tx: Transaction, event: ConversationEvent) -> Ticket | None:
    ticket = tx.tickets.of_conversation(event.conversation_id)
    return ticket if ticket is not None and ticket.is_open else None
