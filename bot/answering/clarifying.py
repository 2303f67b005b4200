"""Decides whether to ask back (at most twice), and what, from the question and the search hits.

It must not hold up clear questions. It asks only when the question has hardly a word to search for, or when articles
whose titles differ only in a name fit nearly equally and the question mentions none of the names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.texts.language import content_words, language_of, words_of
from bot.verification.normalise import stems_of
from knowledge.documents import Hit

MOST_TIMES, MOST_OPTIONS = 2, 5
NEARLY_EQUAL = 0.075
"""An article of the same template fits nearly as well if its score is at most this much below the best score."""
WORTH_SHOWING = 0.45
CLEAR, CLEARLY_AHEAD = 0.62, 0.095
"""An article with at least this score, and this far ahead of all others, answers even a question of one word."""
LONGEST_NAME = 6

_Frame = tuple[str, str]
_TOKEN = re.compile(r"[\w][\w.'’/&+-]*[\w+]|\w")
# A digit, a code or an abbreviation, or a name: a word with a capital that does not begin a sentence.
_NAMED = re.compile(r"\d|\b[A-Z]{2,}|\w[./_]\w|(?<=[^.!?\n] )(?!I\b)[A-Z]")
# Words that say that something is wrong or wanted, but not what.
_VAGUE_WORDS = """
    again anymore app broke broken bug bugs check doesnt error errors fail failed failing fails fix going gone happen
    happened happening happens help issue issues keep keeps longer need page problem problems screen software
    something stop stopped stuck stupid suddenly system thing things today tried trouble try trying weird work worked
    working works wrong yesterday went still nothing
    fehler geht gehen funktioniert funktionieren hilfe kaputt klappt problem probleme seite system heute plötzlich
    aide bloqué erreur marche marchent fonctionne panne problème page aujourd'hui
    ayuda error falla fallo funciona funcionan problema página hoy sistema
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
_ASKS_SOMETHING = frozenset({"question", "problem", "request", "off_topic", "unclear"})


@dataclass(frozen=True)
class Clarifying:
    """A question back; `options` are names to choose from (`which_one`), or titles of near articles (`too_little`)."""

    reason: Literal["which_one", "too_little"]
    options: tuple[str, ...] = ()


def question_back(question: str, kind: str, hits: Sequence[Hit], asked_back: int) -> Clarifying | None:
    """Return what to ask, or None when the question is clear enough or we asked back twice already.

    `kind` is the kind of message that triage found; `asked_back` counts the earlier questions back in the conversation.
    """
    if asked_back >= MOST_TIMES or not question.strip():
        return None
    if kind in _ASKS_SOMETHING and says_too_little(question) and not _is_clear(hits):
        return Clarifying("too_little", _near_titles(hits))
    names = _names_to_choose_from(question, hits)
    return Clarifying("which_one", names) if names else None


def says_too_little(question: str) -> bool:
    """Whether a text has no name or code, and at most one word to search for beside words like "it does not work"."""
    if _NAMED.search(question) or len(words_of(question)) > 8:
        return False
    specific = [word for word in content_words(question) if word.replace("'", "") not in _VAGUE]
    return len(specific) <= 1


def _is_clear(hits: Sequence[Hit]) -> bool:
    scores = [hit.score for hit in _best_of_articles(hits)]
    return bool(scores) and scores[0] >= CLEAR and scores[0] - max(scores[1:], default=0.0) >= CLEARLY_AHEAD


def _near_titles(hits: Sequence[Hit]) -> tuple[str, ...]:
    best = _best_of_articles(hits)
    return tuple(dict.fromkeys(hit.passage.title for hit in best if hit.score >= WORTH_SHOWING))[: MOST_OPTIONS - 1]


def _names_to_choose_from(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The names in which nearly equal articles of one template differ, best first.

    For "Connect NetSuite" and "Connect SAP" these are "NetSuite" and "SAP". The question must share a word with the
    template ("connect"); otherwise the articles are similar only by chance.
    """
    best = _best_of_articles(hits)
    language = language_of(question)
    asked = set(stems_of(question, language))
    for leader in best:
        if leader.score < best[0].score - NEARLY_EQUAL:
            break
        alike: dict[_Frame, list[tuple[Hit, str, str]]] = {}
        for hit in best:
            if split := _split_titles(leader.passage.title, hit.passage.title):
                frame, name, other = split
                alike.setdefault(frame, []).append((hit, name, other))
        for (before, after), group in alike.items():
            names = tuple(dict.fromkeys([group[0][1], *(other for _, _, other in group)]))
            near = any(hit.score >= leader.score - NEARLY_EQUAL for hit, _, _ in group)
            if near and asked & set(stems_of(f"{before} {after}", language)) and not _mentions(question, names, best):
                return names[:MOST_OPTIONS]
    return ()


def _split_titles(one: str, other: str) -> tuple[_Frame, str, str] | None:
    """Return the words that both titles share at the start and the end, and the two names between them.

    None unless the titles differ only in a name.
    """
    ones, others = _TOKEN.findall(one), _TOKEN.findall(other)
    shorter = min(len(ones), len(others))
    before = 0
    while before < shorter and ones[before].casefold() == others[before].casefold():
        before += 1
    after = 0
    while after < shorter - before and ones[-1 - after].casefold() == others[-1 - after].casefold():
        after += 1
    name, another = ones[before : len(ones) - after], others[before : len(others) - after]
    if not (_is_name(name, before == 0) and _is_name(another, before == 0)):
        return None
    frame = " ".join(ones[:before]).casefold(), " ".join(ones[len(ones) - after :]).casefold()
    return frame, " ".join(name), " ".join(another)


def _is_name(tokens: Sequence[str], at_the_start: bool) -> bool:
    """Whether a few words are written like a name. The first letter of a title is always a capital and is ignored."""
    if not 0 < len(tokens) <= LONGEST_NAME:
        return False
    inside = [*([tokens[0][1:]] if at_the_start else [tokens[0]]), *tokens[1:]]
    return all(any(char.isupper() or char.isdigit() for char in token) for token in inside)


def _mentions(question: str, names: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Whether the question says which one: it has a word of one of the names, or a name that no article has."""
    asked = {token.casefold() for token in _TOKEN.findall(question)}
    parts = {part for name in names for token in _TOKEN.findall(name) for part in _name_parts(token)}
    if any(part in asked or part in {p for token in asked for p in _name_parts(token)} for part in parts):
        return True
    known = {token.casefold() for hit in hits for token in _TOKEN.findall(f"{hit.passage.title} {hit.passage.text}")}
    named = [found[0] for found in re.finditer(r"(?<=[^.!?\n] )[A-Z][\w./-]+", question)]
    return any(name.casefold() not in known for name in named if len(name) > 1)


def _name_parts(token: str) -> set[str]:
    """The ways to write a name: "S/4HANA" gives "s/4hana", "s4hana" and "4hana". Single letters are left out."""
    folded = token.casefold()
    parts = {folded, re.sub(r"\W", "", folded), *re.split(r"\W+", folded)}
    return {part for part in parts if len(part) > 1}


def _best_of_articles(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: -hit.score):
        best.setdefault(hit.passage.article_id, hit)
    return list(best.values())
