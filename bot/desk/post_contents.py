"""Builds the contents of the desk's posts from the current rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.contents.escalations import EscalationContent, RelayDraft, RelayedIn
from bot.contents.tickets import CustomerWords, Notice, TicketContent
from bot.directory.languages import conversation_language
from bot.directory.people import first_on_call, name_of, zone_of
from bot.privacy.safeguards import inspect_words
from bot.settings.config import Config
from bot.texts.catalogue import Texts, for_customers
from storage.addresses import own_address
from storage.escalations import Escalation
from storage.posts import Post
from storage.queue import TicketContext
from storage.tickets import Ticket, TicketEvent
from storage.transaction import Transaction


def ticket_content(tx: Transaction, config: Config, ticket: Ticket) -> TicketContent:
    """The content of one ticket, as cards and lists show it."""
    return ticket_contents(tx, config, [ticket])[0]


def ticket_contents(tx: Transaction, config: Config, tickets: Sequence[Ticket]) -> tuple[TicketContent, ...]:
    """The contents of tickets, in the order given; the number of queries does not grow with the number of tickets."""
    contexts = tx.queue.contexts(tickets)
    names = tx.people.names(context.conversation.contact_id for context in contexts.values())
    return tuple(_ticket_content(tx, config, ticket, contexts[ticket.id], names) for ticket in tickets)


def _ticket_content(
    tx: Transaction, config: Config, ticket: Ticket, context: TicketContext, names: Mapping[str, str]
) -> TicketContent:
    conversation, escalation = context.conversation, context.escalation
    customer = config.customer(ticket.customer_id)
    colleague = config.colleague(conversation.contact_id)
    team = config.team(escalation.team_id) if escalation else None
    return TicketContent(
        ticket_id=ticket.id,
        title=ticket.title,
        customer=customer.name if customer else ticket.customer_id,
        tier=customer.tier if customer else "",
        contact=colleague.name if colleague else names.get(conversation.contact_id, conversation.contact_id),
        place=tx.addresses.get(conversation.place_id),
        question="\n".join(context.asked),
        status=ticket.status,
        priority=ticket.priority,
        reason=ticket.reason,
        opened_at=ticket.opened_at,
        first_response_due=ticket.first_response_due,
        first_response_at=ticket.first_response_at,
        resolution_due=ticket.resolution_due,
        assignee_id=ticket.assignee_id,
        link=conversation.link or context.answer_link,
        facts=tuple(customer.facts.items()) if customer else (),
        escalated_to=team.name if team else None,
        escalation_link=context.escalation_link,
        resolved_at=ticket.resolved_at,
        fix=None if ticket.is_open else ticket.fix,
        new_messages=ticket.new_messages,
    )


def escalation_contents(
    tx: Transaction, config: Config, escalations: Sequence[Escalation]
) -> tuple[EscalationContent, ...]:
    """The contents of escalations; the number of queries does not grow with the number of escalations."""
    # These rows are loaded together. While they are referenced, the look-ups below need no further queries.
    tickets = tx.tickets.with_ids(escalation.ticket_id for escalation in escalations)
    conversations = tx.conversations.with_ids(ticket.conversation_id for ticket in tickets)
    people = tx.people.with_ids(conversation.contact_id for conversation in conversations)
    contents = tuple(escalation_content(tx, config, escalation) for escalation in escalations)
    del tickets, conversations, people
    return contents


def escalation_content(tx: Transaction, config: Config, escalation: Escalation) -> EscalationContent:
    """The content of one escalation. Raises LookupError when its ticket is gone."""
    ticket = tx.tickets.get(escalation.ticket_id)
    if ticket is None:
        raise LookupError(f"escalation {escalation.id} has no ticket")
    conversation = tx.conversations.get(ticket.conversation_id)
    customer = config.customer(ticket.customer_id)
    team, severity = config.team(escalation.team_id), config.severity(escalation.severity)
    return EscalationContent(
        escalation_id=escalation.id,
        ticket_id=ticket.id,
        title=ticket.title,
        customer=customer.name if customer else ticket.customer_id,
        tier=customer.tier if customer else "",
        severity=escalation.severity,
        severity_label=severity.label if severity else "",
        team=team.name if team else escalation.team_id,
        summary=escalation.summary,
        status=escalation.status,
        opened_by=name_of(tx, config, escalation.opened_by),
        engineer_id=escalation.engineer_id,
        next_update_due=escalation.next_update_at,
        customer_zone=zone_of(tx, config, conversation.contact_id, ticket.customer_id),
        customer_link=conversation.link,
        resolved_at=escalation.resolved_at,
    )


def show_ticket(tx: Transaction, post: Post, config: Config) -> TicketContent | None:
    """The content of a ticket's card; like all functions `show_...`, None when the subject is gone."""
    ticket = tx.tickets.get(post.subject_id)
    return ticket_content(tx, config, ticket) if ticket else None


def show_escalation(tx: Transaction, post: Post, config: Config) -> EscalationContent | None:
    """The content of the first message in an escalation's thread."""
    escalation = tx.escalations.get(post.subject_id)
    return escalation_content(tx, config, escalation) if escalation else None


def show_relayed_in(tx: Transaction, post: Post, config: Config) -> RelayedIn | None:
    """The content of a customer's message in an escalation's thread."""
    message = tx.conversations.message(post.subject_id)
    if message is None or message.conversation_id is None or post.under_id is None:
        return None
    conversation = tx.conversations.get(message.conversation_id)
    customer = config.customer(conversation.customer_id)
    change = "deleted" if message.deleted_at else "edited" if message.edited_at else ""
    files = ", ".join(str(file["name"]) for file in message.files)
    text = "\n".join(part for part in (message.text or "", f"(sent {files})" if files else "") if part)
    return RelayedIn(
        tx.posts.get(post.under_id).subject_id,
        name_of(tx, config, message.author_id),
        customer.name if customer else conversation.customer_id,
        text,
        conversation.link,
        message.edited_at or message.said_at,
        change,
    )


def show_relay(tx: Transaction, post: Post, config: Config) -> RelayDraft | None:
    """The content of a relay's draft in an escalation's thread."""
    relay = tx.escalations.relay(post.subject_id)
    escalation = tx.escalations.get(relay.escalation_id) if relay else None
    ticket = tx.tickets.get(escalation.ticket_id) if escalation else None
    if relay is None or escalation is None or ticket is None:
        return None
    contact = tx.conversations.get(ticket.conversation_id).contact_id
    team = config.team(escalation.team_id)
    owner = escalation.engineer_id or first_on_call(tx, team) or ticket.assignee_id or escalation.opened_by
    return RelayDraft(
        relay_id=relay.id,
        text=relay.text,
        state=relay.state,
        purpose=relay.purpose,
        warnings=tuple(inspect_words(relay.text, _internal_names(config, ticket.customer_id, relay.text))),
        due_at=relay.due_at,
        customer_zone=zone_of(tx, config, contact, ticket.customer_id),
        asked=owner if relay.purpose == "status_update" else None,
        done_by=name_of(tx, config, relay.done_by) if relay.done_by else None,
    )


def _internal_names(config: Config, customer_id: str, text: str) -> list[str]:
    """Names that this customer should not read: those of engineers and of other customers."""
    written = set(re.findall(r"\w+", text))
    engineers = [person.name for person in config.people if "engineer" in person.roles]
    firsts = [name.split()[0] for name in engineers]
    # First names only as written: "grace" in "a grace period" is not a person.
    named = [name for name, first in zip(engineers, firsts, strict=True) if name not in text and first in written]
    others = [customer.name for customer in config.known_customers if customer.id != customer_id]
    return [*engineers, *(name.split()[0] for name in named), *others]


def show_relayed_out(tx: Transaction, post: Post, config: Config) -> CustomerWords | None:
    """The content of a relay in the customer's thread."""
    relay = tx.escalations.relay(post.subject_id)
    if relay is None:
        return None
    escalation = tx.escalations.get(relay.escalation_id)
    ticket = tx.tickets.get(escalation.ticket_id) if escalation else None
    sender = name_of(tx, config, relay.done_by) if relay.done_by else None
    return CustomerWords(relay.text, relay.purpose, sender, language=_ticket_language(tx, config, ticket))


def show_reply(tx: Transaction, post: Post, config: Config) -> CustomerWords | None:
    """The content of an agent's reply in the customer's thread."""
    event = tx.tickets.event(post.subject_id)
    if event is None:
        return None
    language = _ticket_language(tx, config, tx.tickets.get(event.ticket_id))
    return CustomerWords(event.text, "reply", name_of(tx, config, event.actor_id), language=language)


def _ticket_language(tx: Transaction, config: Config, ticket: Ticket | None) -> str:
    if ticket is None:
        return config.company.language
    return conversation_language(tx, config, tx.conversations.get(ticket.conversation_id))


def show_resolution(tx: Transaction, post: Post, config: Config) -> CustomerWords | None:
    """The content of a resolution in the customer's thread. Its text stays when the ticket is resolved again later."""
    ticket = tx.tickets.get(post.subject_id)
    if ticket is None:
        return None
    newest = tx.posts.showing("resolution", ticket.id)[-1].id == post.id
    language = _ticket_language(tx, config, ticket)
    t = for_customers(language)
    said = tx.conversations.message_at(own_address("post", post.id))
    return CustomerWords(
        (said.text if said else None) or ticket.words or "",
        "resolution",
        name_of(tx, config, ticket.resolved_by),
        ticket_id=ticket.id,
        ask_solved=True,
        closed_by=_resolution_result(tx, config, ticket, t) if newest else t("A newer message follows below"),
        language=language,
    )


def _resolution_result(tx: Transaction, config: Config, ticket: Ticket, t: Texts) -> str | None:
    """The sentence that replaces the buttons once the customer pressed one; None while they are shown."""
    if ticket.confirmed is None:
        return None if ticket.status == "resolved" else t("We are working on this again")
    words = [f for f in tx.feedback.of_conversation(ticket.conversation_id) if f.kind.startswith("resolution_")]
    if not words:
        return t("Solved") if ticket.confirmed else t("We are working on this again")
    last = words[-1]
    name = name_of(tx, config, last.user_id)
    if last.kind == "resolution_confirmed":
        return t("{name} said that this is solved, {time}", name=name, time=last.text)
    return t("{name} is still stuck, {time}. We are working on it again.", name=name, time=last.text)


def show_text(tx: Transaction, post: Post, config: Config) -> Notice | None:
    """The content of a note or a notice, which is stored with the post."""
    return Notice(post.text) if post.text else None


def step_of(event: TicketEvent) -> str:
    """A step of a ticket's history as words that follow a name: "claimed it"."""
    return {
        "opened": "opened",
        "claimed": "claimed it",
        "assigned": "gave it to",
        "priority": "set the priority to",
        "replied": "replied",
        "reply": "sent words to the customer",
        "status_update": "sent a status update",
        "noted": "noted",
        "escalated": "escalated it",
        "taken": "took the escalation",
        "resolved": "resolved it",
        "reopened": "opened it again",
        "customer_wrote": "wrote again",
        "confirmed": "confirmed",
        "message_edited": "edited a message",
        "message_deleted": "deleted a message",
    }.get(event.what, event.what.replace("_", " "))
