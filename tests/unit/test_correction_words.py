"""A correction says what we told them and what is right now, in their language, and fits into a form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.corrections.wording import correction, numbered
from bot.privacy.safeguards import inspect_words
from bot.texts.catalogue import languages
from bot.texts.language import Language, language_of

CAUSES = ("changed", "wrong", "withdrawn")


@pytest.mark.parametrize("language", languages("customers"))
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("now", [(), ("Es sind 14 Tage. [1]",)])
def test_it_is_whole_kind_and_in_the_readers_language(cause: str, language: Language, now: tuple[str, ...]) -> None:
    text = correction(cause, language, name="Maya Ferrant", told_on="20 Nov 14:05", before=("30",), now=now)
    ours = "\n".join(line for line in text.splitlines() if not line.startswith((">", "Es sind")))
    assert language_of(ours) == language
    assert "Maya" in text and "Ferrant" not in text and "20 Nov 14:05" in text and "> 30" in text
    assert "{" not in text and inspect_words(text) == []
    assert all(one in text for one in now)
    stranger = correction(cause, language, name="", told_on="14:05", before=("30",), now=now)
    assert stranger[0].isupper()


def test_without_anything_in_its_place_it_asks_not_to_rely_on_it() -> None:
    text = correction("withdrawn", "en", name="", told_on="14:05", before=("30 days.",), now=())
    assert "do not rely on it" in text and "This is right now" not in text


def test_the_number_of_the_source_stands_behind_words_and_below_code_and_tables() -> None:
    assert numbered("It is 14 days.", 1) == "It is 14 days. [1]"
    assert numbered("```\ncode\n```", 2) == "```\ncode\n```\n\n[2]"
    assert numbered("| a |\n|---|\n| b |", 1).endswith("|\n\n[1]")


PARTS = st.lists(st.text("ab c\n`.", min_size=1, max_size=900), max_size=5)


@settings(max_examples=50)
@given(PARTS, PARTS)
def test_long_answers_still_fit_into_the_form(before: list[str], now: list[str]) -> None:
    assert len(correction("changed", "de", name="Maya", told_on="14:05", before=before, now=now)) <= 3000


def test_of_long_steps_nothing_is_left_out() -> None:
    steps = "\n".join(f"{number}. Press the button with the number {number}." for number in range(1, 60))
    text = correction("changed", "en", name="Maya", told_on="14:05", before=["x " * 300], now=[steps])
    assert steps in text and "This is what I told you" not in text and len(text) <= 3000
