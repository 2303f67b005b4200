"""Whatever word a decision leaves on its receipt, there is a sentence for it that our people can read."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot import events
from bot.answering.finding import STRAIGHT_TO_PEOPLE
from bot.desk.clocks import KEPT, PROMISED
from bot.explain.reasons import HEADLINES, KINDS, OUTCOMES, REASONS, SILENCES, describe_kind, headline, reason
from bot.triage.classify import Kind

BOT = Path(__file__).parents[2] / "bot"
# function -> where its decision and its reason stand among the arguments
PLACES = {
    "write_receipt": (2, 3),
    "add": (1, 2),
    "keep_decision": (3, 4),
    "apply": (None, None),
    "Finding": (None, 1),
    "hand_over": (None, 3),
    "hand_over_failed": (None, 1),
}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if name == "write_receipt" and isinstance(node.func, ast.Attribute):
                continue  # tx.tickets.record: a ticket's history, not a receipt
            if name == "add" and "receipts" not in ast.unparse(node.func):
                continue
            if name in PLACES:
                yield name, node, f"{path.relative_to(BOT)}:{node.lineno}"


def words(node: ast.expr | None) -> Iterator[str]:
    """What an argument may be, as far as the code says it in so many words; an f-string's gaps are an asterisk."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from words(node.body)
        yield from words(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from words(one)


def argument(node: ast.Call, place: int | None, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[place] if place is not None and len(node.args) > place else None


def told(word: str, table: object) -> bool:
    if "*" in word:
        pattern = re.compile(".+".join(map(re.escape, word.split("*"))))
        return any(pattern.fullmatch(known) for known in table)
    return word in table


OF_EVENTS = {
    (kind.DECISION, f"events.py {name}")
    for name, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.Event) and kind.DECISION
}
DECISIONS = sorted(
    {(word, place) for name, node, place in calls() for word in words(argument(node, PLACES[name][0], "decision"))}
    | OF_EVENTS
    | {("pressed_*", "events.py AnswerPressed")}
)
GIVEN = sorted(
    {
        (word, place)
        for name, node, place in calls()
        for word in words(argument(node, PLACES[name][1], "why" if name == "apply" else "reason"))
    }
)


def returned_by(function: str) -> set[str]:
    """Every word that a function of that name in bot/ returns."""
    found = set()
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return):
                        found |= set(words(inner.value))
    return found - {""}


def test_the_scan_finds_what_it_is_meant_to_find() -> None:
    decisions, reasons = {word for word, _ in DECISIONS}, {word for word, _ in GIVEN}
    assert {"silent", "sent_to_customer", "pressed_*", "message_*", "ticket_opened"} <= decisions
    assert {"nothing_relevant", "quoted", "grounded", "same_answer_again", "did_not_help", "pressed"} <= reasons
    assert {"person_answers", "superseded"} <= returned_by("why_silent")


@pytest.mark.parametrize(("word", "place"), DECISIONS, ids=[f"{word} {place}" for word, place in DECISIONS])
def test_every_decision_says_in_words_what_was_done(word: str, place: str) -> None:
    assert told(word, HEADLINES) or told(word, SILENCES), f"{place}: give {word!r} a headline in bot/explain/reasons.py"


@pytest.mark.parametrize(("word", "place"), GIVEN, ids=[f"{word[:40]} {place}" for word, place in GIVEN])
def test_every_reason_is_a_sentence_or_has_one(word: str, place: str) -> None:
    is_sentence = " " in word or word.endswith(".")
    assert is_sentence or told(word, REASONS), f"{place}: give {word!r} a sentence in bot/explain/reasons.py"


def test_every_word_that_a_table_or_a_function_gives_has_its_sentence() -> None:
    given = set(STRAIGHT_TO_PEOPLE.values()) | returned_by("why_silent") | (SILENCES - {"silent"})
    assert given <= set(REASONS)
    assert OUTCOMES | SILENCES | set(PROMISED.values()) | set(KEPT.values()) <= set(HEADLINES)


def test_every_kind_of_message_is_named() -> None:
    assert set(get_args(Kind)) <= set(KINDS)


def test_the_sentences_are_sentences_and_no_headline_is_one() -> None:
    for word, sentence in REASONS.items():
        assert re.fullmatch(r"[A-Z].*\.", sentence), word
        assert "!" not in sentence and "  " not in sentence
    for word, words_ in HEADLINES.items():
        assert re.fullmatch(r"[A-Z].*[^.]", words_) and len(words_) <= 75, word


def test_no_sentence_stands_there_for_a_word_that_nobody_uses() -> None:
    used = {word for word, _ in GIVEN} | returned_by("why_silent") | set(STRAIGHT_TO_PEOPLE.values()) | SILENCES
    source = "".join(path.read_text(encoding="utf-8") for path in BOT.rglob("*.py") if path.name != "reasons.py")
    assert {word for word in REASONS if word not in used and f'"{word}"' not in source} == set()


def test_an_answer_is_named_by_who_could_see_it() -> None:
    told_in = {mode: headline("answered", {"mode": mode}) for mode in ("auto", "suggest", "shadow")}
    assert "by itself" in told_in["auto"] and "agent" in told_in["suggest"] and "nobody" in told_in["shadow"]
    assert headline("answered", {}) == "Footbridge answered"
    assert "found no answer" in headline("handed_over", {"mode": "suggest"})


def test_a_word_of_a_later_version_is_told_as_far_as_it_can_be() -> None:
    assert headline("something_new", {}) == "Something new"
    assert reason("answered", "of_another_kind") == "The reason on record is: of another kind."
    assert reason("something_new", "The article was wrong.") == "The article was wrong."
    assert reason("thanks", "nothing but thanks") == REASONS["thanks"]
    assert describe_kind({"kind": "long_poem", "rule": "it leans on something"}) == (
        "Taken for long poem: it leans on something."
    )
    assert describe_kind({}) == ""
