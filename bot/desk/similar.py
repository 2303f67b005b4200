"""Finds past tickets that are like one at hand, by their words; it needs no index and no model."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.messages import SimilarTicket
from storage.tickets import Ticket
from storage.transaction import Transaction

WORD = re.compile(r"[^\W_][\w-]{2,}")
TOO_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "are",
        "was",
        "with",
        "that",
        "this",
        "from",
        "have",
        "has",
        "not",
        "but",
        "you",
        "your",
        "our",
        "can",
        "how",
        "what",
        "when",
        "why",
        "does",
        "did",
        "please",
        "hello",
        "thanks",
        "they",
        "them",
        "there",
        "their",
        "will",
        "would",
        "could",
        "should",
        "into",
        "out",
        "all",
        "any",
    ]
)
LIKE_ENOUGH = 0.12


def similar(tx: Transaction, text: str, *, besides: int | None = None, limit: int = 3) -> tuple[SimilarTicket, ...]:
    """Resolved tickets whose title, cause and fix share rare words with `text`, most alike first."""
    past = [ticket for ticket in tx.tickets.resolved_recently() if ticket.id != besides]
    scored = sorted(_scores(text, past), key=lambda pair: (-pair[0], -pair[1].id))
    return tuple(_shown(tx, ticket) for score, ticket in scored[:limit] if score >= LIKE_ENOUGH)


def _scores(text: str, past: Sequence[Ticket]) -> list[tuple[float, Ticket]]:
    """Cosine of word counts weighted by rarity (TF-IDF), 0 to 1."""
    bags = [Counter(_words(" ".join(filter(None, (t.title, t.cause, t.fix))))) for t in past]
    asked = Counter(_words(text))
    seen = Counter(word for bag in [*bags, asked] for word in bag)
    weight = {word: math.log((1 + len(bags) + 1) / count) + 0.1 for word, count in seen.items()}

    def length(bag: Counter[str]) -> float:
        return math.sqrt(sum((n * weight[word]) ** 2 for word, n in bag.items())) or 1.0

    return [
        (sum(n * bag[word] * weight[word] ** 2 for word, n in asked.items()) / length(asked) / length(bag), ticket)
        for bag, ticket in zip(bags, past, strict=True)
    ]


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in TOO_COMMON]


def _shown(tx: Transaction, ticket: Ticket) -> SimilarTicket:
    posts = tx.posts.showing("ticket", ticket.id)
    return SimilarTicket(ticket.id, ticket.title, ticket.cause, ticket.fix, posts[0].permalink if posts else None)


def found_by_words(tx: Transaction, words: Sequence[str], limit: int = 5) -> tuple[SimilarTicket, ...]:
    """Tickets that hold every word, newest first."""
    return tuple(_shown(tx, ticket) for ticket in tx.tickets.search(words, limit=limit))
