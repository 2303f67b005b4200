"""What the desk itself says to a customer who waits, in the customer's language."""

from __future__ import annotations

from bot.texts.catalogue import Texts
from bot.texts.names import first_name


def holding_update(t: Texts, name: str, team: str, next_update: str, *, taken: bool) -> str:
    """When an update is due and nobody wrote one: who has it, or that it waits for somebody, and when we write next.

    `name` is the contact's full name or empty, `next_update` a time as `bot.texts.times.told_time` writes it.
    """
    if taken:
        said = t("our {team} team is working on this.", team=team)
    else:
        said = t("your question is with our {team} team and waits for a specialist there.", team=team)
    first = first_name(name)
    opening = t("Hi {name},", name=first) + " " + said if first else said[:1].upper() + said[1:]
    return f"{opening} {_next_update(t, next_update)}"


def with_next_update(t: Texts, text: str, next_update: str) -> str:
    """An approved update, ended with the next time."""
    return f"{text}\n\n{_next_update(t, next_update)}"


def no_words_yet(t: Texts, team: str) -> str:
    """What stands in a status update's draft when nothing was written inside yet."""
    return t("Our {team} team is looking into this.", team=team)


def _next_update(t: Texts, next_update: str) -> str:
    return t("Next update by {time}, or sooner if there is news.", time=next_update)
