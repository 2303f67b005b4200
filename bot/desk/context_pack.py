"""Builds the context pack: all that an engineer needs to begin work on an escalation."""

from __future__ import annotations

from bot.articles.citations import citation
from bot.contents.answers import Citation
from bot.contents.escalations import ContextPack
from bot.conversations.transcript import transcript
from bot.desk.on_call import people_to_notify
from bot.desk.similar import find_similar
from bot.directory.people import name_of
from bot.settings.config import Config
from storage.posts import Post
from storage.tickets import Ticket
from storage.transaction import Transaction


def show_context_pack(tx: Transaction, post: Post, config: Config) -> ContextPack | None:
    """The content of a context pack; None when its escalation is gone."""
    escalation = tx.escalations.get(post.subject_id)
    ticket = tx.tickets.get(escalation.ticket_id) if escalation else None
    if escalation is None or ticket is None:
        return None
    customer = config.customer(ticket.customer_id)
    conversation = tx.conversations.get(ticket.conversation_id)
    talk = transcript(tx, config, tx.conversations.messages(conversation.id))
    asked = " ".join(s.text for s in talk if s.side == "contact")
    return ContextPack(
        escalation_id=escalation.id,
        ticket_id=ticket.id,
        customer=customer.name if customer else ticket.customer_id,
        facts=(("Tier", customer.tier), *customer.facts.items()) if customer else (),
        conversation=talk,
        tried=_list_attempts(tx, ticket, config),
        similar=find_similar(tx, f"{ticket.title} {asked} {escalation.summary}", besides=ticket.id),
        articles=_list_articles(tx, ticket),
        pulled_in=people_to_notify(tx, escalation, ticket, config.team(escalation.team_id)),
        customer_link=conversation.link,
    )


def _list_attempts(tx: Transaction, ticket: Ticket, config: Config) -> tuple[str, ...]:
    """What was tried so far, each as a sentence."""
    tried = []
    for answer in tx.answers.of_conversation(ticket.conversation_id):
        titles = ", ".join(dict.fromkeys(str(c["title"]) for c in answer.citations))
        if answer.outcome == "answered" and answer.state == "sent":
            verdict = {"not_quite": "; the customer said: not quite", "solved": "; the customer said: solved"}
            tried.append(f"Footbridge answered from {titles}{verdict.get(answer.verdict or '', '')}.")
        elif answer.state in ("drafted", "discarded") and titles:
            tried.append(f"Footbridge drafted an answer from {titles}; it was not sent.")
    for event in tx.tickets.events(ticket.id):
        if event.what == "noted":
            tried.append(f"{name_of(tx, config, event.actor_id)} noted: {event.text}")
    return tuple(tried)


def _list_articles(tx: Transaction, ticket: Ticket) -> tuple[Citation, ...]:
    """The first five articles that answers cited or that came near, without duplicates."""
    found: dict[str, Citation] = {}
    for answer in tx.answers.of_conversation(ticket.conversation_id):
        for stored in [*answer.citations, *answer.near]:
            shown = citation(stored)
            found.setdefault(shown.article_id, shown)
    return tuple(found.values())[:5]
