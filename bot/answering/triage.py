"""Says what kind of message a contact wrote, by plain rules; it answers nothing and, in doubt, sees a question."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.answering import phrases
from bot.answering.vocabulary import (
    ATTACK,
    BROKEN,
    CHITCHAT,
    COMPLAINT,
    DANGER,
    DENIED,
    IMPERATIVE,
    INTERROGATIVE,
    PERSON,
    SOCIAL_WORDS,
    SOLVED,
    SUBSTANCE,
    THANKING_EMOJI,
    WANTS,
)
from bot.language import FUNCTION_WORDS, words_of

Kind = Literal[
    "question", "problem", "request", "thanks", "small_talk", "complaint", "person_request", "attack", "empty"
]


@dataclass(frozen=True)
class Triage:
    """What a message is, and the rule that said so (for the receipt; it holds none of the message's words)."""

    kind: Kind
    reason: str

    @property
    def wants_answer(self) -> bool:
        """Whether knowledge could help: a question, a problem or a request."""
        return self.kind in ("question", "problem", "request")

    @property
    def may_be_silent(self) -> bool:
        """Whether nobody needs to say anything."""
        return self.kind in ("thanks", "small_talk", "empty")


def classify(text: str, *, in_thread: bool) -> Triage:
    """The kind of a contact's message in Slack's own markup. `in_thread`: it follows other words in its thread.

    Silence is the worst mistake, so thanks, small_talk and empty are given only when nothing else is in the message.
    Reads the first 4,000 characters.
    """
    body, emoji = phrases.without_emoji(phrases.plain(text[:4000]))
    body = body.replace("’", "'").replace("`", " ").strip()
    if not any(char.isalnum() for char in body):
        return _without_words(body, emoji)
    if is_attack(body):
        return Triage("attack", "it tries to change or read the instructions of the bot")
    if DANGER.search(body):
        return Triage("person_request", "somebody may be in danger")
    rest = phrases.without_pleasantries(body).strip()
    if not rest:
        return _pleasantry(body)
    for judge in (_as_person_request, _as_solved, _as_chit_chat):
        if (judged := judge(rest, in_thread)) is not None:
            return judged
    return _matter(rest, in_thread)


def is_attack(text: str) -> bool:
    """Whether a text tries to take over or to read the bot's instructions; also spelt backwards, rotated or spaced."""
    plain = re.sub(r"\s+", " ", text[:4000].lower())
    if ATTACK.search(plain):
        return True
    disguised = (
        plain[::-1],
        codecs.encode(plain, "rot13"),
        plain.translate(str.maketrans("013457@$", "oieastas")),
        re.sub(r"\b(\w) (?=\w\b)", r"\1", plain),
    )
    return any(other != plain and ATTACK.search(other) for other in disguised)


def _without_words(body: str, emoji: frozenset[str]) -> Triage:
    if "?" in body:
        return Triage("question", "question marks alone: somebody waits")
    if emoji & THANKING_EMOJI:
        return Triage("thanks", "nothing but a thankful emoji")
    return Triage("empty", "no words")


def _pleasantry(body: str) -> Triage:
    """Nothing but pleasantries; one that asks for help ("hi, quick question") opens something."""
    social = [sentence for sentence in phrases.sentences(body) if phrases.is_social(sentence)]
    if len(social) < len(phrases.sentences(body)):
        return Triage("request", "it asks for help without saying with what")
    if re.search(phrases.THANKS, " ".join(social), re.IGNORECASE):
        return Triage("thanks", "nothing but thanks")
    return Triage("small_talk", "nothing but a greeting or a good-bye")


def _as_person_request(rest: str, in_thread: bool) -> Triage | None:
    return Triage("person_request", "it asks for a person") if PERSON.search(rest) else None


def _as_solved(rest: str, in_thread: bool) -> Triage | None:
    if "?" in rest or not SOLVED.match(rest) or BROKEN.search(rest):
        return None
    if SUBSTANCE.search(rest):
        return None
    return Triage("thanks", "it says that it is solved")


def _as_chit_chat(rest: str, in_thread: bool) -> Triage | None:
    if in_thread and DENIED.match(rest):
        return Triage("problem", "it says that the answer did not help")
    if CHITCHAT.match(rest):
        return Triage("small_talk", "a phrase of small talk")
    words = words_of(rest)
    known = FUNCTION_WORDS["en"]
    matter = [word for word in words if word not in known]
    if (
        len(words) <= 16
        and matter
        and all(_is_social(word) for word in matter)
        and not re.search(r"\d", rest)
        and not SUBSTANCE.search(rest)
    ):
        return Triage("small_talk", "all its words are small talk")
    return None


def _is_social(word: str) -> bool:
    bare = word.removesuffix("'s")
    return bare in SOCIAL_WORDS or bare.removesuffix("s") in SOCIAL_WORDS


def _matter(rest: str, in_thread: bool) -> Triage:
    judges: tuple[tuple[Callable[[str], object], Kind, str], ...] = (
        (COMPLAINT.search, "complaint", "it is angry, disappointed or tired of asking"),
        (INTERROGATIVE.search, "question", "it asks"),
        (WANTS.search, "request", "it wants something done"),
        (BROKEN.search, "problem", "it says that something is wrong"),
        (IMPERATIVE.search, "request", "it wants something done"),
        (lambda body: "?" in body, "question", "it ends in a question mark"),
    )
    for found, kind, reason in judges:
        if found(rest):
            return Triage(kind, reason)
    return Triage("question", "nothing says that it is anything else")
