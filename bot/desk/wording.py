"""Texts for status updates, in the customer's language."""

from __future__ import annotations

from bot.texts.catalogue import Texts
from bot.texts.names import first_name


def holding_update(t: Texts, name: str, team: str, next_update: str, *, taken: bool) -> str:
    """The message when an update is due and nobody approved one: who has the ticket, and when we write next.

    `name` is the contact's full name or "", `next_update` a time as `bot.texts.times.told_time` writes it, and `taken`:
    an engineer took the escalation.
    """
    if taken:
        said = t("our {team} team is working on this.", team=team)
    else:
        said = t("your question is with our {team} team and waits for a specialist there.", team=team)
    first = first_name(name)
    opening = t("Hi {name},", name=first) + " " + said if first else said[:1].upper() + said[1:]
    return f"{opening} {_next_update(t, next_update)}"


def with_next_update(t: Texts, text: str, next_update: str) -> str:
    """Return an approved update followed by the time of the next one."""
    return f"{text}\n\n{_next_update(t, next_update)}"


def no_words_yet(t: Texts, team: str) -> str:
    """The text of a status update's draft when the escalation's thread has no notes yet."""
    return t("Our {team} team is looking into this.", team=team)


def _next_update(t: Texts, next_update: str) -> str:
    return t("Next update by {time}, or sooner if there is news.", time=next_update)
