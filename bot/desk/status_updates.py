"""Status updates for customers who wait: the owner is asked to approve a draft, and on time a message goes out."""

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
    """Queue the jobs for all updates that are due. Every replica calls it about once a second; it may be repeated."""
    with storage.reading() as tx:
        if not tx.escalations.to_ask(now) and not tx.escalations.to_update(now):
            return
    with storage.transaction() as tx:
        for escalation in tx.escalations.to_ask(now):
            # When the clock jumped, the update itself may be due, and it is too late to ask.
            if escalation.next_update_at is not None and escalation.next_update_at > now:
                tx.jobs.enqueue(AskForUpdate(escalation.id, escalation.next_update_at.isoformat()))
            escalation.next_ask_at = None
        for escalation in tx.escalations.to_update(now):
            if escalation.next_update_at is not None:
                tx.jobs.enqueue(SendStatusUpdate(escalation.id, escalation.next_update_at.isoformat()))


def ask_for_update(
    job: AskForUpdate, *, storage: Storage, chat_model: ChatModel | None, config: Config, clock: Clock
) -> None:
    """Post a drafted update in the thread and ask the owner to approve it."""
    with storage.reading() as tx:
        escalation = _find_waiting(tx, job.escalation_id, job.due_at)
        if escalation is None:
            return
        notes = collect_new_notes(tx, escalation, config)
        t = _texts(tx, escalation, config)
    team, due = config.team(escalation.team_id), datetime.fromisoformat(job.due_at)
    name = team.name if team else config.company.name
    text = draft_words(notes, "status_update", chat_model) or wording.no_words_yet(t, name)
    with storage.transaction() as tx:
        escalation = _find_waiting(tx, job.escalation_id, job.due_at)
        if escalation is not None and tx.escalations.update_for(escalation.id, due) is None:
            add_draft(tx, _build_update(escalation, text, due, clock.now()), notes, chat_model)


def send_status_update(job: SendStatusUpdate, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Send the customer the approved text or a holding message, with the time of the next update."""
    now, due = clock.now(), datetime.fromisoformat(job.due_at)
    with storage.transaction() as tx:
        escalation = _find_waiting(tx, job.escalation_id, job.due_at)
        if escalation is None:
            return
        until = _next_update_time(tx, escalation, config, now)
        relay = tx.escalations.update_for(escalation.id, due)
        if relay is not None and relay.state == "approved":
            relay.text = wording.with_next_update(_texts(tx, escalation, config), relay.text, until)
        else:
            relay = _build_update(escalation, _holding_message(tx, escalation, until, config), due, now)
        send_words(tx, relay, escalation, relay.done_by, now)


def _find_waiting(tx: Transaction, escalation_id: int, due_at: str) -> Escalation | None:
    """Return the escalation if it still waits for the update that is due at `due_at`, else None."""
    escalation = tx.escalations.get(escalation_id, lock=True)
    due = datetime.fromisoformat(due_at)
    return escalation if escalation and escalation.status != "resolved" and escalation.next_update_at == due else None


def _build_update(escalation: Escalation, text: str, due: datetime, now: datetime) -> Relay:
    return Relay(
        escalation_id=escalation.id,
        purpose="status_update",
        text=text,
        drafted_by=None,
        drafted_at=now,
        due_at=due,
    )


def _holding_message(tx: Transaction, escalation: Escalation, until: str, config: Config) -> str:
    """The message to the customer when nobody approved an update: who has it, and when we write next."""
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
    """The texts in the customer's language."""
    ticket = tx.tickets.get(escalation.ticket_id)
    if ticket is None:
        raise LookupError(f"escalation {escalation.id} has no ticket")
    return for_customers(conversation_language(tx, config, tx.conversations.get(ticket.conversation_id)))


def _next_update_time(tx: Transaction, escalation: Escalation, config: Config, now: datetime) -> str:
    """The time of the next update in the contact's language and time zone."""
    ticket = tx.tickets.get(escalation.ticket_id)
    if ticket is None:
        raise LookupError(f"escalation {escalation.id} has no ticket")
    contact = tx.conversations.get(ticket.conversation_id).contact_id
    zone = zone_of(tx, config, contact, ticket.customer_id)
    due, _ = next_update_due(escalation, config, now)
    return told_time(due, now, zone, _texts(tx, escalation, config))
