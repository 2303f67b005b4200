"""The job that opens a ticket for a conversation, or reopens its resolved one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.conversations.transcript import title_of
from bot.desk.lifecycle import apply
from bot.desk.priority import propose_priority
from bot.desk.tickets import notify_owner
from bot.directory.access import Actor
from bot.errors import OutsideError
from bot.events import AnswerDrafted
from bot.jobs import OpenTicket
from bot.ports import Messenger
from bot.settings.config import Config
from bot.triage.model import TriageModel
from storage.addresses import Address
from storage.answers import Answer
from storage.conversations import Conversation
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

REASONS = {
    "nothing_relevant": "No article comes close.",
    "not_grounded": "The model's answer did not stand up to our checks.",
    "model_declined": "The articles found do not answer this.",
    "same_answer_again": "The customer said that the answer was not quite it, and there is no better article.",
    "did_not_help": "The customer said that the answer was not quite it.",
    "partly_answered": "The customer asked several things; our articles answer a part, and the answer names the rest.",
    "person_requested": "The customer asked for a person.",
    "complaint": "The customer is unhappy.",
    "not_a_question": "The message looks like an attempt to misuse the bot; please look.",
    "only_files": "The customer sent only files.",
    "no_longer_holds": "An answer of ours no longer holds, and no article takes its place; the customer was told.",
    "answering_failed": "Answering broke down on our side.",
    "quoted": "A draft waits for you.",
    "grounded": "A draft waits for you.",
}


def open_ticket(
    job: OpenTicket,
    *,
    storage: Storage,
    messenger: Messenger,
    config: Config,
    clock: Clock,
    triage_model: TriageModel,
) -> None:
    """Make sure that the conversation has an open ticket, and show agents the draft if there is one."""
    with storage.reading() as tx:
        conversation = tx.conversations.get(job.conversation_id)
        link = conversation.link or _find_link(tx.addresses.get(conversation.thread_id), messenger)
    with storage.transaction() as tx:
        answer = tx.answers.get(job.answer_id) if job.answer_id is not None else None
        conversation = tx.conversations.get(job.conversation_id)
        if conversation.status in ("solved", "withdrawn") or (answer and answer.state in ("replaced", "withdrawn")):
            return  # the question is settled, or a later answer has a job of its own
        conversation.link = link
        ticket = tx.tickets.of_conversation(conversation.id)
        now = clock.now()
        if ticket is None or not (ticket.is_open or may_reopen(ticket, now, config)):
            ticket = _create_ticket(tx, conversation, answer, config, now, triage_model)
        elif not ticket.is_open:
            reopen(tx, ticket, None, now, ticket_reason(answer), config)
        if answer is None:
            _assign_to_answerer(tx, ticket, conversation, config, now)
            return
        shown = tx.posts.showing("suggestion", answer.id)
        if answer.mode == "suggest" and answer.state == "drafted" and answer.outcome == "answered" and not shown:
            tx.emit(AnswerDrafted(answer_id=answer.id, conversation_id=conversation.id, at=now))


def _find_link(thread: Address, messenger: Messenger) -> str | None:
    """The web address of the customer's thread; None when Slack cannot be reached, since a card works without it."""
    try:
        return messenger.permalink(thread)
    except OutsideError:
        return None


def _assign_to_answerer(
    tx: Transaction, ticket: Ticket, conversation: Conversation, config: Config, now: datetime
) -> None:
    """Assign the ticket to the colleague who answers in the thread, and notify that person."""
    person = conversation.taken_over_by
    if ticket.assignee_id is not None or person is None or config.colleague(person) is None:
        return
    apply(tx, ticket, "claim_by_answering", by=None, on_behalf_of=person, at=now, assignee_id=person)
    notify_owner(tx, now, ticket.id, "The customer asked again in the thread that you answered in.")


def may_reopen(ticket: Ticket, at: datetime, config: Config) -> bool:
    """Whether the ticket was resolved so recently that the customer's next message reopens it."""
    within = timedelta(days=config.policies.reopen_within_days)
    return ticket.resolved_at is None or at - ticket.resolved_at <= within


def ticket_reason(answer: Answer | None) -> str:
    """Why there is a ticket, as a sentence for its card."""
    if answer is None:
        return "The customer asked in a thread that a person answers in."
    if answer.mode == "shadow":
        return "The channel's mode is shadow: people answer."
    if answer.reason == "nothing_relevant" and answer.near:
        return f"Not sure enough to answer; closest: {answer.near[0]['title']}."
    return REASONS.get(answer.reason, "Footbridge could not answer this by itself.")


def _create_ticket(
    tx: Transaction,
    conversation: Conversation,
    answer: Answer | None,
    config: Config,
    now: datetime,
    model: TriageModel,
) -> Ticket:
    customer = config.customer(conversation.customer_id)
    if customer is None:
        raise LookupError(f"customer {conversation.customer_id} is no longer in the configuration")
    tier = config.tier_of(customer)
    written = [m.text for m in tx.conversations.messages(conversation.id) if m.side == "contact" and m.text]
    unhappy = answer is not None and answer.reason == "complaint"
    proposed = propose_priority(written, customer, config.policies, model, complaint=unhappy)
    ticket = Ticket(
        conversation_id=conversation.id,
        customer_id=customer.id,
        title=title_of(written[0] if written else ""),
        reason=ticket_reason(answer),
        priority=proposed.priority,
        opened_at=now,
        first_response_due=tier.first_response_due(now),
        resolution_due=tier.resolution_due(now),
    )
    details = {
        "answer_id": answer.id if answer else None,
        "tier": customer.tier,
        "priority": ticket.priority,
        "impact": proposed.impact,
        "urgency": proposed.urgency,
        "resolution_due": ticket.resolution_due.isoformat(),
    }
    apply(tx, ticket, "open", by=None, at=now, why=ticket.reason, details=details)
    tx.tickets.link(ticket.id, conversation.id)
    return ticket


def reopen(tx: Transaction, ticket: Ticket, by: Actor | None, at: datetime, why: str, config: Config) -> None:
    """Reopen a resolved ticket, with the time to resolve that a new one would get. `why` is a sentence."""
    customer = config.customer(ticket.customer_id)
    due = config.tier_of(customer).resolution_due(at) if customer else ticket.resolution_due
    verb = "reopen_for_owner" if ticket.assignee_id else "reopen"
    apply(
        tx,
        ticket,
        verb,
        by=by,
        at=at,
        why=why,
        details={"resolution_due": due.isoformat()},
        resolution_due=due,
        assignee_id=ticket.assignee_id,
        reopened=ticket.reopened + 1,
    )
    apply(tx, tx.conversations.get(ticket.conversation_id), "hand_over", by=by, at=at)
