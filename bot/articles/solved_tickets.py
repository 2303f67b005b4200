"""Resolved tickets as a source of articles, without secrets and personal data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.privacy.redaction import redact
from knowledge.documents import INTERNAL, Article, Reading, article, customer_audience
from knowledge.sources.markdown import clean_markdown
from knowledge.sources.source import PreviousReading, Progress
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

ROOT = "tickets:"
MOST = 20_000


@dataclass(frozen=True, slots=True)
class SolvedTickets:
    """The source: tickets that are resolved now and have a cause and a fix. A reopened ticket is not one of them.

    With `audience` internal an article holds cause and fix. With customer each article is for the ticket's own customer
    and holds only what that customer was told, because cause and fix are written for colleagues.
    """

    storage: Storage
    audience: str = INTERNAL

    @property
    def key(self) -> str:
        return ROOT

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        """Read all resolved tickets that have the texts; at most MOST, the newest."""
        with self.storage.reading() as tx:
            found = [ticket for ticket in tx.tickets.resolved_recently(MOST) if self._has_texts(ticket)]
            articles = []
            for number, ticket in enumerate(found, 1):
                articles.append(self._article(tx, ticket))
                progress(number, len(found), f"#{ticket.id}")
        return Reading(tuple(articles), roots=(ROOT,), states={ROOT: {}})

    def _has_texts(self, ticket: Ticket) -> bool:
        wanted = (ticket.words,) if self.audience != INTERNAL else ()
        return ticket.status == "resolved" and all((ticket.cause, ticket.fix, *wanted))

    def _article(self, tx: Transaction, ticket: Ticket) -> Article:
        ours = self.audience == INTERNAL
        parts = {"Cause": ticket.cause, "Fix": ticket.fix} if ours else {"Solution": ticket.words}
        body = "\n\n".join(f"## {name}\n\n{redact(text)}" for name, text in parts.items() if text)
        conversation = tx.conversations.get(ticket.conversation_id)
        return article(
            id=f"ticket/{ticket.id}",
            title=" ".join(redact(ticket.title).split()) or f"Ticket #{ticket.id}",
            body=clean_markdown(body),
            url=conversation.link,
            source=f"{ROOT}/{ticket.id}",
            audience=INTERNAL if ours else customer_audience(ticket.customer_id),
            updated_at=ticket.resolved_at,
        )
