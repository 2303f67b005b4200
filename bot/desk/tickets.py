"""Tickets: opened for a conversation, claimed, answered, resolved; every change is recorded and every card follows."""

from __future__ import annotations

from datetime import datetime

from bot.audit.receipts import keep_promises, promise, write_receipt
from bot.clock import Clock
from bot.conversations.transcript import title_of
from bot.directory.access import Actor, must_work_tickets
from bot.directory.people import name_of
from bot.errors import BadRequest, NotFound, OutsideError
from bot.jobs import OpenTicket, ReviewModes
from bot.outbox.posting import create_post, post_to_customer, queue_redraw
from bot.ports import Messenger
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.answers import Answer
from storage.conversations import Conversation
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

PRIORITIES = ("low", "normal", "high", "urgent")
URGENT_WORDS = (
    "urgent",
    "asap",
    "cannot work",
    "can't work",
    "outage",
    "is down",
    "production",
    "deadline",
    "dringend",
)
LONGEST_REPLY = 3000
REASONS = {
    "nothing_relevant": "No article answers this.",
    "not_grounded": "The model's answer did not stand up to our checks.",
    "model_declined": "The articles found do not answer this.",
    "same_answer_again": "The customer said that the answer was not quite it, and there is no better article.",
    "did_not_help": "The customer said that the answer was not quite it.",
    "person_requested": "The customer asked for a person.",
    "complaint": "The customer is unhappy.",
    "not_a_question": "The message looks like an attempt to misuse the bot; please look.",
    "only_files": "The customer sent only files.",
    "no_longer_holds": "An answer of ours no longer holds, and no article takes its place; the customer was told.",
    "answering_failed": "Answering broke down on our side.",
    "quoted": "A draft waits for you.",
    "grounded": "A draft waits for you.",
}


def open_ticket(job: OpenTicket, *, storage: Storage, messenger: Messenger, config: Config, clock: Clock) -> None:
    """Sees that the conversation has an open ticket with its card, and that agents see the draft if there is one."""
    with storage.reading() as tx:
        link = _link(tx.conversations.get(job.conversation_id), messenger)
    with storage.transaction() as tx:
        answer = tx.answers.get(job.answer_id)
        if answer.state in ("replaced", "withdrawn"):
            return  # what the customer wrote since then has an answer of its own, or is gone
        conversation = tx.conversations.get(job.conversation_id)
        conversation.link = link
        ticket = tx.tickets.of_conversation(conversation.id)
        if ticket is None:
            ticket = _open(tx, conversation, answer, config, clock)
        elif not ticket.is_open:
            reopen(tx, clock, ticket, conversation.contact_id, ticket_reason(answer))
        card = tx.posts.showing("ticket", ticket.id)
        shown = tx.posts.showing("suggestion", answer.id)
        if answer.mode == "suggest" and answer.state == "drafted" and answer.outcome == "answered" and not shown:
            create_post(tx, clock, "suggestion", answer.id, config.triage_channel, under=card[0])
        queue_redraw(tx, "ticket", ticket.id)


def _link(conversation: Conversation, messenger: Messenger) -> str | None:
    """The way to the customer's thread; a card without it still works."""
    try:
        return conversation.link or messenger.permalink(conversation.channel_id, conversation.thread_ts)
    except OutsideError:
        return None


def ticket_reason(answer: Answer) -> str:
    if answer.mode == "shadow":
        return "The channel's mode is shadow: people answer."
    return REASONS.get(answer.reason, "A person is needed.")


def _open(tx: Transaction, conversation: Conversation, answer: Answer, config: Config, clock: Clock) -> Ticket:
    now = clock.now()
    customer = config.customer(conversation.customer_id)
    if customer is None:
        raise LookupError(f"customer {conversation.customer_id} is no longer in the configuration")
    tier = config.tier_of(customer)
    first = next((m.text for m in tx.conversations.messages(conversation.id) if m.side == "contact" and m.text), "")
    ticket = tx.tickets.add(
        Ticket(
            conversation_id=conversation.id,
            customer_id=customer.id,
            title=title_of(first),
            reason=ticket_reason(answer),
            priority=_priority(first, answer),
            opened_at=now,
            first_response_due=tier.first_response_due(now),
            resolution_due=tier.resolution_due(now),
        )
    )
    tx.tickets.record(ticket.id, now, "opened", None, ticket.reason)
    write_receipt(
        tx,
        now,
        "ticket_opened",
        ticket.reason,
        ticket_id=ticket.id,
        answer_id=answer.id,
        tier=customer.tier,
        priority=ticket.priority,
        resolution_due=ticket.resolution_due.isoformat(),
    )
    what = f"A person answers {customer.name} on #{ticket.id}"
    promise(tx, now, ticket.id, "first_response", what, ticket.first_response_due)
    create_post(tx, clock, "ticket", ticket.id, config.triage_channel)
    return ticket


def _priority(text: str, answer: Answer) -> str:
    lowered = text.lower()
    return "high" if answer.reason == "complaint" or any(word in lowered for word in URGENT_WORDS) else "normal"


def reopen(tx: Transaction, clock: Clock, ticket: Ticket, actor_id: str | None, why: str) -> None:
    """A resolved ticket needs people again; its owner hears of it, since a redrawn card notifies nobody."""
    ticket.status = "claimed" if ticket.assignee_id else "new"
    ticket.resolved_at = None
    ticket.confirmed = None
    ticket.reopened += 1
    conversation = tx.conversations.get(ticket.conversation_id)
    conversation.status = "with_people"
    tx.tickets.record(ticket.id, clock.now(), "reopened", actor_id, why)
    tx.jobs.enqueue(ReviewModes(conversation.channel_id, f"reopened:{ticket.id}:{ticket.reopened}"))
    write_receipt(
        tx,
        clock.now(),
        "ticket_reopened",
        "Somebody still needs help with it, so its clock runs again.",
        ticket_id=ticket.id,
        by=actor_id,
        resolution_due=ticket.resolution_due.isoformat(),
    )
    notify_owner(tx, clock, ticket, f"#{ticket.id} is open again. {why} Please write in the customer's thread.")
    queue_redraw(tx, "resolution", ticket.id)
    queue_redraw(tx, "ticket", ticket.id)


def notify_owner(tx: Transaction, clock: Clock, ticket: Ticket, text: str) -> None:
    """A note under the ticket's card that reaches whoever has the ticket; inside only."""
    card = next(iter(tx.posts.showing("ticket", ticket.id)), None)
    if card is not None:
        who = f"<@{ticket.assignee_id}>: " if ticket.assignee_id else ""
        create_post(tx, clock, "note", ticket.id, card.channel_id, under=card, text=who + text)


def find_ticket(tx: Transaction, ticket_id: int, *, lock: bool = False) -> Ticket:
    """The ticket; `lock` when it is about to be changed. Raises NotFound."""
    ticket = tx.tickets.get(ticket_id, lock=lock)
    if ticket is None:
        raise NotFound(f"There is no ticket #{ticket_id}. `/support list all` shows the open ones.")
    return ticket


def _open_one(tx: Transaction, ticket_id: int) -> Ticket:
    ticket = find_ticket(tx, ticket_id, lock=True)
    if not ticket.is_open:
        raise BadRequest(f"Ticket #{ticket_id} is already resolved. If the customer writes again, it opens by itself.")
    return ticket


def claim(ticket_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """Makes the ticket the actor's own."""
    assign(ticket_id, actor.user_id, actor=actor, storage=storage, config=config, clock=clock)


def assign(ticket_id: int, assignee_id: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """Gives the ticket to one of ours who works on tickets."""
    must_work_tickets(actor)
    colleague = config.colleague(assignee_id)
    if colleague is None:
        raise BadRequest("Tickets can be given to people listed in footbridge.yaml under `people` only.")
    with storage.transaction() as tx:
        ticket = _open_one(tx, ticket_id)
        if ticket.assignee_id == assignee_id:
            return
        before = ticket.assignee_id
        if before is not None and assignee_id == actor.user_id and not actor.roles & {"manager", "owner"}:
            raise BadRequest(
                f"{name_of(tx, config, before)} has ticket #{ticket_id} already; ask them to hand it over "
                f"with `/support assign {ticket_id} @you`."
            )
        ticket.assignee_id = assignee_id
        ticket.status = "claimed" if ticket.status == "new" else ticket.status
        what = "claimed" if assignee_id == actor.user_id else "assigned"
        tx.tickets.record(ticket.id, clock.now(), what, actor.user_id, colleague.name if what == "assigned" else "")
        write_receipt(
            tx, clock.now(), f"ticket_{what}", "pressed", ticket_id=ticket.id, by=actor.user_id, owner=assignee_id
        )
        if what == "assigned":
            notify_owner(tx, clock, ticket, f"{actor.name} gave you ticket #{ticket.id}. Its card is above.")
        queue_redraw(tx, "ticket", ticket.id)


def set_priority(ticket_id: int, priority: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    must_work_tickets(actor)
    if priority not in PRIORITIES:
        raise BadRequest(f"{priority!r} is no priority; choose one of {', '.join(PRIORITIES)}.")
    with storage.transaction() as tx:
        ticket = _open_one(tx, ticket_id)
        if ticket.priority != priority:
            ticket.priority = priority
            tx.tickets.record(ticket.id, clock.now(), "priority", actor.user_id, priority)
            write_receipt(
                tx, clock.now(), "priority_set", "pressed", ticket_id=ticket.id, by=actor.user_id, priority=priority
            )
            queue_redraw(tx, "ticket", ticket.id)


def reply(ticket_id: int, text: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Says something to the customer, in the actor's name, in the customer's thread."""
    must_work_tickets(actor)
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest(
            "There is nothing to say yet. Write the reply after the number, like "
            f"`/support reply {ticket_id} We are on it.`"
        )
    if len(words) > LONGEST_REPLY:
        raise BadRequest(f"That is {len(words)} characters; a reply may have {LONGEST_REPLY}. Please send it in two.")
    with storage.transaction() as tx:
        ticket = find_ticket(tx, ticket_id, lock=True)
        conversation = tx.conversations.get(ticket.conversation_id)
        now = clock.now()
        event = tx.tickets.record(ticket.id, now, "replied", actor.user_id, words)
        post_to_customer(tx, clock, conversation, "reply", event.id, words, author_id=actor.user_id, side="ours")
        write_receipt(tx, now, "reply_sent", "pressed", ticket_id=ticket.id, by=actor.user_id, event_id=event.id)
        mark_answered_by_person(tx, ticket, conversation, actor.user_id, now)
        queue_redraw(tx, "ticket", ticket.id)


def mark_answered_by_person(
    tx: Transaction, ticket: Ticket, conversation: Conversation, user_id: str, now: datetime
) -> None:
    """The customer has heard from a person: clocks stop, the bot keeps quiet, the ticket has an owner."""
    conversation.first_response_at = conversation.first_response_at or now
    if conversation.taken_over_at is None:
        conversation.taken_over_at, conversation.taken_over_by = now, user_id
        said = "A person of ours answers in this thread."
        write_receipt(tx, now, "person_took_over", said, ticket_id=ticket.id, by=user_id)
    ticket.first_response_at = ticket.first_response_at or now
    ticket.new_messages = 0
    if ticket.is_open:
        conversation.status = "with_people"
    if ticket.is_open and ticket.assignee_id is None:
        ticket.assignee_id = user_id
        ticket.status = "claimed" if ticket.status == "new" else ticket.status
    tx.jobs.enqueue(ReviewModes(conversation.channel_id, f"answered:{ticket.id}:{now.isoformat()}"))
    keep_promises(tx, now, ticket.id, "first_response")


def note(ticket_id: int, text: str, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Writes something down that only our people see."""
    must_work_tickets(actor)
    if not text.strip():
        raise BadRequest(f"Write the note after the number, like `/support note {ticket_id} Waiting for their admin.`")
    with storage.transaction() as tx:
        find_ticket(tx, ticket_id)
        tx.tickets.record(ticket_id, clock.now(), "noted", actor.user_id, text.strip())
        write_receipt(tx, clock.now(), "noted", "pressed", ticket_id=ticket_id, by=actor.user_id)
        card = tx.posts.showing("ticket", ticket_id)
        if card:
            create_post(
                tx,
                clock,
                "note",
                ticket_id,
                card[0].channel_id,
                under=card[0],
                text=f"Note by {actor.name} (inside only): {text.strip()}",
            )
