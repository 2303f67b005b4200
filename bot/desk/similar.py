"""Finds similar past tickets by their words (TF-IDF)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.contents.tickets import SimilarTicket
from bot.texts.function_words import function_words
from bot.texts.language import language_of
from storage.tickets import Ticket
from storage.transaction import Transaction

WORD = re.compile(r"[^\W_][\w-]{2,}")
LIKE_ENOUGH = 0.12
SHARED_AT_LEAST = 2
# With fewer past tickets than this it is not known which words are rare, so all words have nearly the same weight.
SMALL_HISTORY = 40


def find_similar(
    tx: Transaction, text: str, *, besides: int | None = None, limit: int = 3
) -> tuple[SimilarTicket, ...]:
    """Return resolved tickets whose title, cause and fix share rare words with `text`, the most similar first."""
    past = [ticket for ticket in tx.tickets.resolved_recently() if ticket.id != besides]
    scored = sorted(_scores(text, past), key=lambda pair: (-pair[0], -pair[1].id))
    return tuple(_to_content(tx, ticket) for score, ticket in scored[:limit] if score >= LIKE_ENOUGH)


def _scores(text: str, past: Sequence[Ticket]) -> list[tuple[float, Ticket]]:
    """Score past tickets by the cosine of word counts weighted by rarity (TF-IDF), 0 to 1."""
    bags = [Counter(_words(" ".join(filter(None, (t.title, t.cause, t.fix))))) for t in past]
    asked = Counter(_words(text))
    seen = Counter(word for bag in [*bags, asked] for word in bag)
    size = max(len(bags), SMALL_HISTORY) + 2
    weight = {word: math.log(size / count) + 0.1 for word, count in seen.items()}

    def length(bag: Counter[str]) -> float:
        return math.sqrt(sum((n * weight[word]) ** 2 for word, n in bag.items())) or 1.0

    def similarity(bag: Counter[str]) -> float:
        shared = asked.keys() & bag.keys()
        if len(shared) < SHARED_AT_LEAST:
            return 0.0
        return sum(asked[word] * bag[word] * weight[word] ** 2 for word in shared) / length(asked) / length(bag)

    return [(similarity(bag), ticket) for bag, ticket in zip(bags, past, strict=True)]


def _words(text: str) -> list[str]:
    """The words of a text without function words; codes like tw-erp-204 stay whole, plurals become singulars."""
    common = function_words(language_of(text))
    words = (word for word in WORD.findall(text.lower()) if word not in common)
    return [word.removesuffix("s") if len(word) > 3 else word for word in words]


def _to_content(tx: Transaction, ticket: Ticket) -> SimilarTicket:
    posts = tx.posts.showing("ticket", ticket.id)
    return SimilarTicket(ticket.id, ticket.title, ticket.cause, ticket.fix, posts[0].permalink if posts else None)


def search_by_words(tx: Transaction, words: Sequence[str], limit: int = 5) -> tuple[SimilarTicket, ...]:
    """Return tickets that contain every word, newest first."""
    return tuple(_to_content(tx, ticket) for ticket in tx.tickets.search(words, limit=limit))
