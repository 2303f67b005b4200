"""Judges whether an answer was right, from what people did with it: the one definition of a right answer.

                                                          judged
    found wrong later, and corrected                      wrong
    customer: Not quite, or Get a person                  wrong
    its ticket was reopened                               wrong
    agent: rewrote the draft                              wrong
    agent: pressed Discard                                wrong
    customer: That solved it                              right
    agent: sent the draft, or edited a few characters     right
    a person wrote instead (shadow, or an unused draft)
        and names the same article, or says much the same right
        and says something else                           wrong
        in a few words, or hard to tell                   not judged
    none of these                                         not judged

The first line that fits decides: what the customer says counts more than what we say. Silence is not a judgement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rapidfuzz import fuzz

from bot.settings.config import Mode
from bot.texts.language import content_words
from bot.verification.facts import facts_in
from bot.verification.normalise import normalise
from storage.answers import Answer
from storage.trials import Trial

# The share of an edited draft that must be unchanged; numbers and negations must all be. One corrected sentence or an
# added name gives about .85; an added sentence or another step gives less.
MENDED = 0.85
# How alike a person's own words and the draft are. Of answers to the same question by different people and models, 77
# to 90 % reach SAYS_THE_SAME and 2 to 11 % are below SAYS_OTHER. Of answers to other questions on the same subject
# these are 1 % and 93 % (`python -m evals.modes --data DIR`). What is between the two is not judged.
SAYS_THE_SAME, SAYS_OTHER = 0.35, 0.20
# A shorter text is compared as if it had FEWEST_WORDS; a text below ENOUGH_WORDS may not be an answer yet ("we are
# looking into it").
FEWEST_WORDS, ENOUGH_WORDS = 6, 10
_NO = re.compile(r"\b(?:not?|never|cannot|without|nicht|kein\w*|nie|ohne|pas|jamais|sans|nunca|sin)\b|n['’]t\b")

Why = Literal[
    "found_wrong",
    "not_quite",
    "get_person",
    "reopened",
    "rewritten",
    "discarded",
    "solved",
    "mended",
    "sent_as_drafted",
    "same_article",
    "same_words",
    "other_words",
]
RIGHT: frozenset[Why] = frozenset({"solved", "mended", "sent_as_drafted", "same_article", "same_words"})
EDITED: frozenset[Why] = frozenset({"mended", "rewritten"})


@dataclass(frozen=True)
class Judgement:
    """The judgement of one answer: `why` is the reason, `at` its time; `made_at` and `mode` are the answer's own."""

    answer_id: int
    made_at: datetime
    at: datetime
    mode: Mode
    why: Why

    @property
    def right(self) -> bool:
        return self.why in RIGHT


def judgements(trials: Sequence[Trial]) -> list[Judgement]:
    """Judge the answers that can be judged; sorted by the time of the judgement."""
    found = [one for one in map(judge, trials) if one is not None]
    return sorted(found, key=lambda one: (one.at, one.answer_id))


def judge(trial: Trial) -> Judgement | None:
    """Judge one answer. None when nothing says whether it was right, or when auto mode would not have sent it."""
    answer = trial.answer
    decided = decide(trial)
    if decided is None or answer.sure is False:
        return None
    why, at = decided
    mode: Mode = answer.mode  # type: ignore[assignment]  # stored from a Mode
    return Judgement(answer.id, answer.created_at, at or answer.sent_at or answer.created_at, mode, why)


def decide(trial: Trial) -> tuple[Why, datetime | None] | None:
    """Return the reason for a judgement and its time; None when there is none, or when it is not an answer."""
    if trial.answer.outcome != "answered" or trial.answer.state in ("replaced", "withdrawn"):
        return None
    return _by_customer(trial) or _by_agent(trial) or _by_words(trial)


def _by_customer(trial: Trial) -> tuple[Why, datetime | None] | None:
    answer = trial.answer
    if trial.found_wrong_at:
        return "found_wrong", trial.found_wrong_at
    if answer.verdict == "not_quite":
        return "not_quite", trial.pressed_at
    if answer.verdict == "get_person":
        return "get_person", trial.pressed_at
    if trial.reopened_at:
        return "reopened", trial.reopened_at
    if answer.edited and not is_lightly_edited(answer.drafted or "", sent_words(answer)):
        return "rewritten", answer.sent_at
    return ("solved", trial.pressed_at) if answer.verdict == "solved" else None


def _by_agent(trial: Trial) -> tuple[Why, datetime | None] | None:
    answer = trial.answer
    if trial.discarded_at:
        return "discarded", trial.discarded_at
    if answer.state == "sent" and answer.decided_by is not None:
        return ("mended" if answer.edited else "sent_as_drafted"), answer.sent_at
    return None


def _by_words(trial: Trial) -> tuple[Why, datetime | None] | None:
    """Compare a draft that was not sent with what a colleague wrote instead."""
    answer = trial.answer
    if answer.state == "sent" or not trial.written:
        return None
    if any(names_article(text, citation) for text in trial.written for citation in answer.citations):
        return "same_article", trial.written_at
    alike = max(likeness(sent_words(answer), text) for text in trial.written)
    if alike >= SAYS_THE_SAME:
        return "same_words", trial.written_at
    long_enough = sum(len(content_words(text)) for text in trial.written) >= ENOUGH_WORDS
    return ("other_words", trial.written_at) if alike < SAYS_OTHER and long_enough else None


def sent_words(answer: Answer) -> str:
    """The text of an answer as one Markdown string, without the sentences around it."""
    return "\n\n".join(str(part["text"]) for part in answer.parts)


def is_lightly_edited(drafted: str, sent: str) -> bool:
    """Whether an edit changed so little that the draft was right: a few characters, but no number and no "not"."""
    before, after = normalise(drafted)[0], normalise(sent)[0]
    if sorted(_NO.findall(before)) != sorted(_NO.findall(after)) or _facts(before) != _facts(after):
        return False
    return fuzz.ratio(before, after) / 100 >= MENDED


def _facts(text: str) -> list[tuple[str, str, str]]:
    return sorted((fact.kind, fact.value, fact.unit) for fact in facts_in(text))


def likeness(one: str, other: str) -> float:
    """The share (0 to 1) of the shorter text's content words that the other has too; endings and order are ignored."""
    first, second = set(content_words(one)), set(content_words(other))
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return 0.0
    found = sum(max((fuzz.ratio(word, there) for there in longer), default=0) >= 80 for word in shorter)
    return found / max(len(shorter), FEWEST_WORDS)


def names_article(text: str, citation: dict[str, object]) -> bool:
    """Whether a person's text links to a cited article or has its title. `citation` is a Citation as stored."""
    url, title = str(citation.get("url") or ""), str(citation.get("title") or "")
    linked = url and re.search(re.escape(url.rstrip("/")) + r"(?![\w-])", text)
    return bool(linked) or (len(title) >= 12 and title.casefold() in text.casefold())
