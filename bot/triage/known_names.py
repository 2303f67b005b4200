"""Names that a company's people use: whom a message may greet, and what it names of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.triage.whole_messages import Phrase, words_compared


def _nothing(words: Phrase) -> bool:
    return False


@dataclass(frozen=True)
class KnownNames:
    """`people`: who may be spoken to (the bot, the company, first names of colleagues).

    `names_product` says whether a message, as words that are compared, names something of the product. It is asked only
    about messages that would be met with silence or taken for small talk, so it may look into a table.
    """

    people: frozenset[str] = frozenset()
    names_product: Callable[[Phrase], bool] = _nothing


NO_NAMES = KnownNames()


def names_one_of(words: Phrase, names: Iterable[str]) -> bool:
    """Whether one of the names (product names, terms of the vocabulary, titles of articles) stands in the message."""
    return any(_stands_in(words_compared(name), words) for name in names)


def _stands_in(name: Phrase, words: Phrase) -> bool:
    size = len(name)
    return size > 0 and any(words[at : at + size] == name for at in range(len(words) - size + 1))
