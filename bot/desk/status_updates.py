"""Word on time for customers who wait: the owner is asked first, and when it is due something honest goes out."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.desk import wording
from bot.desk.clocks import next_update_due
from bot.desk.relay import add_draft, collect_new_notes, draft_words, send_words
from bot.directory.languages import conversation_language
from bot.directory.people import zone_of
from bot.jobs import AskForUpdate, SendStatusUpdate
from bot.ports import ChatModel
from bot.settings.config import Config
from bot.texts.catalogue import Texts, for_customers
from bot.texts.times import told_time
from storage.escalations import Escalation, Relay
from storage.transaction import Storage, Transaction


def queue_due(now: datetime, *, storage: Storage) -> None:
    """Queues whatever has fallen due; called every second or so by every replica, and harmless to call again."""
    with storage.reading() as tx:
        if not tx.escalations.to_ask(now) and not tx.escalations.to_update(now):
            return
    with storage.transaction() as tx:
        for escalation in tx.escalations.to_ask(now):
            # After a jump of the clock the update itself may be due: then it is too late to ask.
            if escalation.next_update_at is not None and escalation.next_update_at > now:
                tx.jobs.enqueue(AskForUpdate(escalation.id, escalation.next_update_at.isoformat()))
            escalation.next_ask_at = None
        for escalation in tx.escalations.to_update(now):
            if escalation.next_update_at is not None:
                tx.jobs.enqueue(SendStatusUpdate(escalation.id, escalation.next_update_at.isoformat()))


def ask_for_update(
    job: AskForUpdate, *, storage: Storage, chat_model: ChatModel | None, config: Config, clock: Clock
) -> None:
    """Puts a drafted update into the thread and asks the owner to approve it."""
    with storage.reading() as tx:
        escalation = _waiting(tx, job.escalation_id, job.due_at)
        if escalation is None:
            return
        notes = collect_new_notes(tx, escalation, config)
        t = _texts(tx, escalation, config)
    team, due = config.team(escalation.team_id), datetime.fromisoformat(job.due_at)
    name = team.name if team else config.company.name
    text = draft_words(notes, "status_update", chat_model) or wording.no_words_yet(t, name)
    with storage.transaction() as tx:
        escalation = _waiting(tx, job.escalation_id, job.due_at)
        if escalation is not None and tx.escalations.update_for(escalation.id, due) is None:
            add_draft(tx, _update(escalation, text, due, clock.now()), notes, chat_model)


def send_status_update(job: SendStatusUpdate, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Tells the customer: the approved words, or that we are still working; and when they hear from us next."""
    now, due = clock.now(), datetime.fromisoformat(job.due_at)
    with storage.transaction() as tx:
        escalation = _waiting(tx, job.escalation_id, job.due_at)
        if escalation is None:
            return
        until = _next_update(tx, escalation, config, now)
        relay = tx.escalations.update_for(escalation.id, due)
        if relay is not None and relay.state == "approved":
            relay.text = wording.with_next_update(_texts(tx, escalation, config), relay.text, until)
        else:
            relay = _update(escalation, _holding_words(tx, escalation, until, config), due, now)
        send_words(tx, relay, escalation, relay.done_by, now)


def _waiting(tx: Transaction, escalation_id: int, due_at: str) -> Escalation | None:
    """The escalation, if it still waits for the update of that slot."""
    escalation = tx.escalations.get(escalation_id, lock=True)
    due = datetime.fromisoformat(due_at)
    return escalation if escalation and escalation.status != "resolved" and escalation.next_update_at == due else None


def _update(escalation: Escalation, text: str, due: datetime, now: datetime) -> Relay:
    return Relay(
        escalation_id=escalation.id,
        purpose="status_update",
        text=text,
        drafted_by=None,
        drafted_at=now,
        due_at=due,
    )


def _holding_words(tx: Transaction, escalation: Escalation, until: str, config: Config) -> str:
    """What the customer hears when nobody approved anything: the truth, and when we write next."""
    ticket = tx.tickets.get(escalation.ticket_id)
    conversation = tx.conversations.get(ticket.conversation_id) if ticket else None
    person = tx.people.get(conversation.contact_id) if conversation else None
    team = config.team(escalation.team_id)
    return wording.holding_update(
        _texts(tx, escalation, config),
        person.name if person else "",
        team.name if team else config.company.name,
        until,
        taken=escalation.engineer_id is not None,
    )


def _texts(tx: Transaction, escalation: Escalation, config: Config) -> Texts:
    """The texts in the language of the customer who waits."""
    ticket = tx.tickets.get(escalation.ticket_id)
    if ticket is None:
        raise LookupError(f"escalation {escalation.id} has no ticket")
    return for_customers(conversation_language(tx, config, tx.conversations.get(ticket.conversation_id)))


def _next_update(tx: Transaction, escalation: Escalation, config: Config, now: datetime) -> str:
    """The time of the next update as the customer's contact reads it."""
    ticket = tx.tickets.get(escalation.ticket_id)
    if ticket is None:
        raise LookupError(f"escalation {escalation.id} has no ticket")
    contact = tx.conversations.get(ticket.conversation_id).contact_id
    zone = zone_of(tx, config, contact, ticket.customer_id)
    due, _ = next_update_due(escalation, config, now)
    return told_time(due, now, zone, _texts(tx, escalation, config))
