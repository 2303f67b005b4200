"""Writes the text of a correction in the customer's language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.wording import greeted
from bot.texts.catalogue import for_customers, mark

LONGEST = 2900  # an input of a Slack form holds at most 3,000 characters
LONGEST_BEFORE = 400


_WHY = {
    "changed": mark(
        "I answered your question here ({on}). Our article has changed since then, and part of what I told you is no "
        "longer right. I am sorry for the trouble."
    ),
    "wrong": mark(
        "I answered your question here ({on}). We have found since then that part of what I told you is not right. "
        "I am sorry for the trouble."
    ),
    "withdrawn": mark(
        "I answered your question here ({on}). The article that I took the answer from has been withdrawn since then. "
        "I am sorry for the trouble."
    ),
}


def correction(cause: str, language: str, *, name: str, told_on: str, before: Sequence[str], now: Sequence[str]) -> str:
    """Return the whole message in Markdown, shortened to about LONGEST characters where that is possible.

    `cause`: changed, wrong or withdrawn. `told_on` is when the wrong answer was sent, as `dated_time` writes it.
    `before` are the texts that are no longer right. `now` are those that are right, each with the number of its
    citation. Without any, a sentence that a person will answer is added when the correction is sent.
    """
    t = for_customers(language)
    opening = greeted(t, name, t(_WHY.get(cause, _WHY["withdrawn"]), on=told_on))
    if now:
        ending = t("If you have already acted on the earlier answer, or if something is unclear, write it here.")
    else:
        ending = t("Please do not rely on it any more. You do not have to repeat anything.")
    heading_before, heading_now = t("This is what I told you:"), t("This is right now:")
    kept = list(now)
    while len(kept) > 1 and sum(map(len, kept)) > LONGEST - LONGEST_BEFORE - len(opening) - len(ending):
        kept.pop()
    earlier = [heading_before, _block_quote(before)] if before else []
    if sum(map(len, (*kept, *earlier, heading_now, opening, ending))) > LONGEST:
        earlier = []  # steps and tables are not cut; the customer can read the earlier answer in the thread
    return "\n\n".join([opening, *earlier, *([heading_now, *kept] if kept else []), ending])


def numbered(text: str, number: int) -> str:
    """Return a quote followed by the number of its citation, like `text [1]`."""
    apart = text.rstrip().endswith("```") or text.lstrip().startswith("|")
    return f"{text.rstrip()}{chr(10) * 2 if apart else ' '}[{number}]"


def _block_quote(before: Sequence[str]) -> str:
    text = "\n\n".join(before)
    if len(text) > LONGEST_BEFORE:
        text = text[:LONGEST_BEFORE].rsplit(" ", 1)[0].rstrip() + " …"
        text += "\n```" if text.count("```") % 2 else ""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
