"""Says what kind of message a contact wrote, by plain rules; it answers nothing and, in doubt, sees a question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.texts.function_words import function_words
from bot.texts.language import words_of
from bot.triage import pleasantries
from bot.triage.injection import is_attack
from bot.triage.standalone_question import depends_on_earlier
from bot.triage.words import (
    BESIDE,
    BROKEN,
    CHITCHAT,
    COMPLAINT,
    CORDIAL,
    DANGER,
    DENIED,
    IMPERATIVE,
    INTERROGATIVE,
    PERSON,
    SOCIAL_WORDS,
    SOLVED,
    SUBSTANCE,
    THANKFUL,
    THANKING_EMOJI,
    WANTS,
)

# A question mark, or a request that is more than "let me thank you".
_ASKED = re.compile(
    r"\?|^(?:can|could|would|will|please|tell|give|help|find|send|check)\b|\bhelp (?:me|us|with|needed|again"
    r"|please|here)\b"
    r"|\b(?:more|some|any|your|urgent) help\b(?! (?:is|was) )|(?<!all i )(?<!all we )\bneeds?\b(?! to (?:thank|go"
    r"|say|leave|run))"
    r"|\b(?:want|would like|wanted) (?!to (?:thank|say)|you to know)|\bwaiting\b",
    re.IGNORECASE,
)

Kind = Literal[
    "question",
    "problem",
    "request",
    "follow_up",
    "thanks",
    "small_talk",
    "complaint",
    "person_request",
    "attack",
    "empty",
    "off_topic",
]
"""`off_topic` is given only after searching (see off_topic.py); files and other bots are told apart by intake."""


@dataclass(frozen=True)
class Triage:
    """What a message is, and the rule that said so (for the receipt; it holds none of the message's words)."""

    kind: Kind
    reason: str

    @property
    def wants_answer(self) -> bool:
        """Whether knowledge could help: a question, a problem, a request or a follow-up."""
        return self.kind in ("question", "problem", "request", "follow_up")

    @property
    def may_be_silent(self) -> bool:
        """Whether nobody needs to say anything."""
        return self.kind in ("thanks", "small_talk", "empty")


def classify(text: str, *, in_thread: bool) -> Triage:
    """The kind of a contact's message in Slack's own markup. `in_thread`: it follows other words in its thread.

    Silence is the worst mistake, so thanks, small_talk and empty are given only when nothing else is in the message.
    Reads the first 4,000 characters.
    """
    body, emoji = pleasantries.without_emoji(pleasantries.plain(text[:4000]))
    body = body.replace("’", "'").replace("`", " ").strip()
    if not any(char.isalnum() for char in body):
        return _without_words(body, emoji)
    if is_attack(body):
        return Triage("attack", "it tries to change or read the instructions of the bot")
    if DANGER.search(body):
        return Triage("person_request", "somebody may be in danger")
    rest = pleasantries.without_pleasantries(body).strip()
    if not rest:
        return _pleasantry(body)
    for judge in (_as_person_request, _as_solved, _as_chit_chat):
        if (judged := judge(rest, in_thread)) is not None:
            return judged
    judged = _as_cordial(rest, body) or _matter(rest)
    if in_thread and judged.kind in ("question", "request") and depends_on_earlier(rest, judged.kind):
        return Triage("follow_up", "it leans on what was said before it in the thread")
    return judged


def _without_words(body: str, emoji: frozenset[str]) -> Triage:
    if "?" in body:
        return Triage("question", "question marks alone: somebody waits")
    if emoji & THANKING_EMOJI:
        return Triage("thanks", "nothing but a thankful emoji")
    return Triage("empty", "no words")


def _pleasantry(body: str) -> Triage:
    """Nothing but pleasantries; one that asks for help ("hi, quick question") opens something."""
    social = [sentence for sentence in pleasantries.sentences(body) if pleasantries.is_social(sentence)]
    if len(social) < len(pleasantries.sentences(body)):
        return Triage("request", "it asks for help without saying with what")
    if re.search(pleasantries.THANKS, " ".join(social), re.IGNORECASE):
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
    if len(words) > 16 or re.search(r"\d", rest) or SUBSTANCE.search(rest):
        return None
    matter = [word for word in words if word not in function_words("en")]
    asks_about_matter = set(matter) <= CORDIAL and ("?" in rest or INTERROGATIVE.search(rest))
    if matter and all(_is_social(word) for word in matter) and not asks_about_matter:
        return Triage("small_talk", "all its words are small talk")
    return None


def _as_cordial(rest: str, body: str) -> Triage | None:
    """Thanks, praise and partings in free words ("your answer was great"), which ask for nothing and deny nothing."""
    words = words_of(rest)
    said = {word.removesuffix("'s") for word in words}
    if len(words) > 16 or re.search(r"\d", rest) or not said <= THANKFUL | CORDIAL | BESIDE | function_words("en"):
        return None
    if any(pattern.search(rest) for pattern in (SUBSTANCE, INTERROGATIVE, BROKEN, IMPERATIVE, _ASKED)):
        return None
    if (said | set(words_of(body))) & (THANKFUL | {"thank", "thanks"}):
        return Triage("thanks", "thanks in other words")
    return Triage("small_talk", "praise or a parting in other words") if said & CORDIAL else None


def _is_social(word: str) -> bool:
    bare = word.removesuffix("'s")
    return bare in SOCIAL_WORDS or bare.removesuffix("s") in SOCIAL_WORDS


def _matter(rest: str) -> Triage:
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
