"""Says what kind of message a contact wrote.

Silence is the worst mistake, so it needs two witnesses: the closed list says that the whole message is social, and the
classifier agrees. What the classifier alone takes for small talk is searched for, and then asked back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.texts.function_words import function_words
from bot.texts.language import language_of, words_of
from bot.triage.injection import is_attack
from bot.triage.known_names import NO_NAMES, KnownNames
from bot.triage.markup import plain_text, split_emoji
from bot.triage.model import Judgement, TriageModel
from bot.triage.signs import Signs, signs_in
from bot.triage.standalone_question import depends_on_earlier
from bot.triage.whole_messages import (
    Meaning,
    is_listed,
    meanings_in,
    sentence_says,
    thanks_by,
    words_compared,
)

LONGEST = 4000
FEW_WORDS = 4
"""With fewer words a number is what the message is about ("404"), and not a part of talk ("the final of 1998")."""

Kind = Literal[
    "question",
    "problem",
    "request",
    "follow_up",
    "thanks",
    "small_talk",
    "solved",
    "withdrawn",
    "complaint",
    "maybe_complaint",
    "person_request",
    "maybe_person",
    "attack",
    "empty",
    "off_topic",
    "unclear",
]
"""`solved`: the contact says that it is solved; `withdrawn`: that it is no longer wanted. Both close what is open.
`off_topic` sounds like small talk or everyday life, `unclear` may be that: both are searched for, and asked back when
nothing is near. `maybe_complaint`
and `maybe_person` are the classifier's word alone: they go to a person unless an answer is sure. Files and other bots
are told apart by intake."""

SILENT_KINDS: frozenset[str] = frozenset({"thanks", "small_talk", "solved", "withdrawn", "empty"})

ASKS_FOR_PERSON, UNHAPPY = "it asks for a person", "it is angry, disappointed or tired of asking"

# Of harm to oneself the classifier knows many sentences; these words alone are enough.
_DANGER = re.compile(
    r"\b(?:kill|hurt|harm|hang|shoot|cut) (?:myself|himself|herself)\b|\bsuicid\w*|\b(?:end|take) my (?:own )?life\b"
    r"|\bwant to die\b|\b(?:mich umbringen|selbstmord|suizid\w*|me suicider|suicidarme|uccidermi)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Triage:
    """What a message is, and what said so (for the receipt; it holds none of the message's words)."""

    kind: Kind
    reason: str

    @property
    def wants_answer(self) -> bool:
        """Whether knowledge could help: a question, a problem, a request or a follow-up."""
        return self.kind in ("question", "problem", "request", "follow_up", "maybe_person", "maybe_complaint")

    @property
    def may_be_silent(self) -> bool:
        """Whether nobody needs to say anything, unless something is open that `solved` or `withdrawn` closes."""
        return self.kind in SILENT_KINDS


@dataclass(frozen=True)
class _Message:
    """A message as it is read. `body`: its words without markup and emoji."""

    body: str
    emoji: frozenset[str]
    meanings: frozenset[Meaning] | None
    signs: Signs
    in_thread: bool
    names: KnownNames

    @property
    def names_product(self) -> bool:
        return self.names.names_product(words_compared(self.body))


def classify(text: str, *, in_thread: bool, model: TriageModel, names: KnownNames = NO_NAMES) -> Triage:
    """The kind of a contact's message in Slack's own markup. `in_thread`: it follows other words in its thread.

    Reads the first 4,000 characters. Without an embedding model the closed list is the only witness, so that its whole
    messages alone are met with silence.
    """
    return classify_all([(text, in_thread)], model=model, names=names)[0]


def classify_all(
    messages: Iterable[tuple[str, bool]], *, model: TriageModel, names: KnownNames = NO_NAMES
) -> list[Triage]:
    """The kind of each (text, in_thread), in order, with one call of the model for all of them."""
    read = [_read(text, in_thread, names) for text, in_thread in messages]
    known = [_by_form(message) for message in read]
    left = [at for at, triage in enumerate(known) if triage is None]
    judgements: Sequence[Judgement | None] = model.judge([read[at].body for at in left]) or [None] * len(left)
    judged = dict(zip(left, judgements, strict=True))
    return [triage or _by_meaning(read[at], judged[at]) for at, triage in enumerate(known)]


def _read(text: str, in_thread: bool, names: KnownNames) -> _Message:
    body, emoji = split_emoji(plain_text(text[:LONGEST]))
    body = body.replace("’", "'").strip()
    meanings = meanings_in(body, names.people) if is_listed(emoji) else None
    return _Message(body, emoji, meanings, signs_in(body), in_thread, names)


def _by_form(message: _Message) -> Triage | None:
    """What the form alone says; None where the meaning has to."""
    if not any(char.isalnum() for char in message.body):
        return _without_words(message)
    if is_attack(message.body):
        return Triage("attack", "it tries to change or read the instructions of the bot")
    if _DANGER.search(message.body):
        return Triage("person_request", "somebody may be in danger")
    if sentence_says(message.body, "person"):
        return Triage("person_request", ASKS_FOR_PERSON)
    if sentence_says(message.body, "complaint"):
        return Triage("complaint", UNHAPPY)
    return None


def _without_words(message: _Message) -> Triage:
    if message.signs.asks:
        return Triage("person_request" if message.in_thread else "question", "question marks alone: somebody waits")
    if not is_listed(message.emoji):
        return Triage("request", "nothing but emoji, and not all of them are known to be friendly")
    if thanks_by(message.emoji):
        return Triage("thanks", "nothing but a thankful emoji")
    return Triage("empty", "no words")


def _by_meaning(message: _Message, judgement: Judgement | None) -> Triage:
    if message.meanings:
        return _whole(message, message.meanings, judgement)
    if judgement is None:
        return _follow_up(message, Triage("question", "the classifier could not be asked"))
    return _follow_up(
        message, _in_need(message, judgement) or _small_talk(message, judgement) or _matter(message, judgement)
    )


def _whole(message: _Message, meanings: frozenset[Meaning], judgement: Judgement | None) -> Triage:
    """A message of the closed list; silent when nothing else speaks against it."""
    if message.signs.asks and message.in_thread and meanings <= {"greeting"}:
        return Triage("person_request", "it asks whether somebody is there")
    if message.signs.asks or message.signs.number or message.signs.names_a_thing or message.names_product:
        return Triage("question", "phrases of small talk, but it asks or names something")
    if "opening" in meanings:
        return Triage("request", "it asks for help without saying with what")
    if "denied" in meanings and not meanings & {"solved", "withdrawn"}:
        return Triage("problem", "it says that the answer did not help")
    if judgement is not None and not judgement.says("silence"):
        return Triage("request", "phrases of small talk, but the classifier disagrees")
    if "solved" in meanings:
        return Triage("solved", "it says that it is solved")
    if "withdrawn" in meanings:
        return Triage("withdrawn", "it says that it is no longer needed")
    if "thanks" in meanings:
        return Triage("thanks", "nothing but thanks")
    return Triage("small_talk", "nothing but a greeting, a good-bye or a word of agreement")


def _in_need(message: _Message, judgement: Judgement) -> Triage | None:
    """Whoever is in danger, attacks, wants a person or is unhappy is no matter of articles."""
    if judgement.says("danger") and not message.signs.asks:
        return Triage("person_request", "somebody may be in danger")
    if judgement.says("attack"):
        return Triage("attack", "it sounds like an attempt to change or read the instructions of the bot")
    if message.signs.asks or not _is_english(message.body):
        return None
    if judgement.says("person"):
        return Triage("maybe_person", "it may ask for a person")
    return Triage("maybe_complaint", "it may be a complaint") if judgement.says("complaint") else None


def _small_talk(message: _Message, judgement: Judgement) -> Triage | None:
    if not _is_english(message.body):
        return None
    bare_number = message.signs.number and len(message.body.split()) < FEW_WORDS
    if not judgement.doubts("social") or message.signs.names_a_thing or bare_number or message.names_product:
        return None
    if judgement.says("social"):
        return Triage("off_topic", "it sounds like small talk or everyday life")
    return Triage("unclear", "it may be small talk, or a question in few words")


def _is_english(body: str) -> bool:
    """Whether the embedding model, which was made for English, can be believed about the tone of a message."""
    words = words_of(body)
    return language_of(body) == "en" and (len(words) < FEW_WORDS or not function_words("en").isdisjoint(words))


def _matter(message: _Message, judgement: Judgement) -> Triage:
    best = judgement.best("matter")
    if message.signs.asks and best != "problem":
        return Triage("question", "it asks")
    if best == "problem":
        return Triage("problem", "it says that something is wrong")
    return Triage("request", "it wants something done") if best == "request" else Triage("question", "it asks")


def _follow_up(message: _Message, triage: Triage) -> Triage:
    """In a thread, a question or a request that cannot be understood alone continues what was said there."""
    if message.in_thread and triage.kind in ("question", "request") and depends_on_earlier(message.body):
        return Triage("follow_up", "it leans on what was said before it in the thread")
    return triage
