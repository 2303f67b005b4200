"""Splits a message into its separate questions, so that each can be answered or named."""

from __future__ import annotations

import re

from bot.texts.language import content_words
from bot.triage.markup import plain_text, split_emoji
from bot.triage.standalone_question import depends_on_earlier
from bot.triage.whole_messages import sentences, without_pleasantries

MOST = 5
LEAST_WORDS = 2
"""Words of matter that a question needs to be one of its own."""
_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.):]|[-*•])\s+")
_JOINED = re.compile(r"^(?:and|also|und|auch|et|y|e)\b[,:]?\s+", re.IGNORECASE)


def separate_questions(text: str) -> tuple[str, ...]:
    """The separate questions of a message in Slack's markup, at most five, each with what was said before it.

    In doubt it is one: only sentences with a question mark count, and one that leans on the one before ("and how long
    does that take?") stays with it. A message of one question comes back whole, without greetings and thanks.
    """
    matter = without_pleasantries(split_emoji(plain_text(text))[0].strip())
    pieces: list[str] = []
    said: list[str] = []
    for sentence in sentences(matter):
        bare = _NUMBER.sub("", sentence)
        said.append(bare)
        if not bare.endswith("?"):
            continue
        if _stands_alone(" ".join(said)):
            pieces.append(" ".join(said))
            said = []
        elif pieces:
            pieces[-1] = " ".join([pieces[-1], *said])
            said = []
    if len(pieces) < 2 or len(pieces) > MOST:
        return (matter,) if matter else ()
    return (*pieces[:-1], " ".join([pieces[-1], *said]))


def _stands_alone(sentence: str) -> bool:
    words = _JOINED.sub("", sentence)
    return len(content_words(words)) >= LEAST_WORDS and not depends_on_earlier(words)
