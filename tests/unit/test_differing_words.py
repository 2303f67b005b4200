"""Two answers as one run of words: nothing is lost, nothing is invented, and what is alike is said once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.explain.differences import compare_words

texts = st.lists(
    st.sampled_from(["Go", "to", "Vendors", "10", "25", "at", "once.", "\n", "  ", "1."]), max_size=30
).map(" ".join)


def of(kinds: set[str], found: tuple[tuple[str, str], ...]) -> str:
    return "".join(words for kind, words in found if kind in kinds)


@given(before=texts, after=texts)
def test_both_answers_can_be_read_off_whole(before: str, after: str) -> None:
    found = compare_words(before, after)
    assert of({"same", "gone"}, found).split() == before.split()
    assert of({"same", "new"}, found).split() == after.split()
    assert {kind for kind, _ in found} <= {"same", "gone", "new"}


@given(text=texts.filter(str.strip))
def test_the_same_answer_differs_in_nothing(text: str) -> None:
    assert {kind for kind, _ in compare_words(text, text)} == {"same"}


def test_only_the_word_that_changed_is_named() -> None:
    found = compare_words("Tick at most 10 at once.", "Tick at most 25 at once.")
    assert found == (("same", "Tick at most "), ("gone", "10 "), ("new", "25 "), ("same", "at once. "))


def test_long_answers_are_compared_in_a_moment() -> None:
    before = " ".join(f"word{number % 7}" for number in range(3000))
    assert {kind for kind, _ in compare_words(before, before + " more")} == {"same", "new"}
