"""What a change means for a past answer: better, worse, other, the same; and how its words are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answering.finding import Finding
from bot.contents.answers import AnswerPart, Citation
from bot.explain.preview import PastQuestion, Preview, compare, judged, share_kept
from bot.settings.config import Customer
from handlers.previews import print_preview, word_diff
from storage.answers import Answer

CUSTOMER = Customer.model_validate({"id": "acme", "name": "Acme", "tier": "standard", "channels": [{"id": "C0ACME"}]})
UNDO = "Open the vendor and choose Undo merge. A merge can be undone for 30 days."
OTHER = "Select Merge and choose which entry stays. Check the preview of invoices and contracts."


def past(known: str, article: str = "merge") -> PastQuestion:
    return PastQuestion(1, "Undo?", datetime(2026, 11, 20, tzinfo=UTC), CUSTOMER, known, frozenset({article}))


def answered(text: str, article: str = "merge") -> Finding:
    return Finding(
        "answered",
        "quoted",
        "Undo?",
        1.0,
        (AnswerPart(text, (1,)),),
        (Citation(1, article, "Merge", None, text, f"{article}#0"),),
    )


HANDED = Finding("handed_over", "nothing_relevant", "Undo?")


@pytest.mark.parametrize(
    ("known", "before", "after", "verdict"),
    [
        ("good", answered(UNDO), answered(UNDO), "same"),
        ("good", answered(UNDO), answered(f"**{UNDO}**"), "same"),
        ("good", answered(UNDO), answered(UNDO.replace("30", "45")), "other"),
        ("good", answered(UNDO), HANDED, "worse"),
        ("good", answered(UNDO), answered(OTHER), "worse"),
        ("good", answered(UNDO), answered(UNDO, "another"), "worse"),
        ("bad", answered(UNDO), HANDED, "better"),
        ("bad", answered(UNDO), answered(OTHER, "another"), "better"),
        ("bad", answered(UNDO), answered(UNDO.replace("30", "45")), "other"),
        ("", answered(UNDO), HANDED, "now handed over"),
        ("", HANDED, answered(UNDO), "now answered"),
        ("", HANDED, HANDED, "same"),
        ("", answered(UNDO), answered(OTHER), "other"),
    ],
)
def test_a_change_is_judged_by_what_people_said_of_the_answer(
    known: str, before: Finding, after: Finding, verdict: str
) -> None:
    assert compare(past(known), before, after).verdict == verdict


def test_what_was_good_once_is_no_measure_when_today_already_answers_otherwise() -> None:
    assert compare(past("good", "long-gone"), answered(UNDO), HANDED).verdict == "now handed over"


@pytest.mark.parametrize(
    ("row", "thrown_away", "known"),
    [
        (Answer(outcome="answered", state="sent", verdict="solved"), False, "good"),
        (Answer(outcome="answered", state="sent", verdict="not_quite", decided_by="U1", edited=False), False, "bad"),
        (Answer(outcome="answered", state="sent", verdict=None, decided_by="U1", edited=False), False, "good"),
        (Answer(outcome="answered", state="sent", verdict=None, decided_by="U1", edited=True), False, ""),
        (Answer(outcome="answered", state="sent", verdict=None, decided_by=None, edited=False), False, ""),
        (Answer(outcome="answered", state="discarded", verdict=None, decided_by="U1", edited=False), True, "bad"),
        (Answer(outcome="answered", state="discarded", verdict=None, decided_by="U1", edited=False), False, ""),
        (Answer(outcome="handed_over", state="sent", verdict="solved"), False, ""),
    ],
)
def test_an_answer_is_good_when_customer_or_agent_found_it_so(row: Answer, thrown_away: bool, known: str) -> None:
    assert judged(row, thrown_away=thrown_away) == known


def test_texts_of_one_product_that_say_different_things_share_little() -> None:
    assert share_kept(UNDO, UNDO) == 1.0
    assert share_kept(UNDO, OTHER) < 0.5
    assert share_kept("", UNDO) == 0.0


def test_publishing_is_refused_beyond_what_is_allowed_and_says_so() -> None:
    found = Preview((compare(past("good"), answered(UNDO), HANDED), compare(past(""), HANDED, answered(UNDO))))
    out = Console(width=200, record=True, file=None, quiet=True)
    assert not print_preview(found, 0, out)
    assert print_preview(found, 1, out)
    shown = Console(width=200, record=True)
    with shown.capture() as captured:
        print_preview(found, 0, shown)
    text = captured.get()
    assert "1 worse" in text and "1 now answered" in text and "Refused" in text
    assert "merge → a person" in text and "a person → merge" in text


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "30", "days"]), max_size=12)


@given(WORDS, WORDS)
def test_a_difference_holds_the_words_of_both_texts(before: list[str], after: list[str]) -> None:
    shown = word_diff(" ".join(before), " ".join(after)).plain
    if "…" in shown:
        return
    old, new, where = [], [], "both"
    for token in shown.split():
        opens = {"[-": "old", "{+": "new"}.get(token[:2])
        where = opens or where
        word = token[2:] if opens else token
        closes = word.endswith(("-]", "+}"))
        word = word[:-2] if closes else word
        if where in ("both", "old"):
            old.append(word)
        if where in ("both", "new"):
            new.append(word)
        where = "both" if closes else where
    assert (old, new) == (before, after)
