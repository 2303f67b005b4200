"""A company's own words: what is added to a question, and what is wrong with a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.vocabulary import EMPTY, load, parse

WORDS = parse(["# ours", "2FA = two-step verification = authenticator code", "", "TW = Tallyworks  # the product"])


def test_a_question_gets_the_other_words_for_what_it_names() -> None:
    assert WORDS.expand("how do I turn on 2fa?") == (
        "how do I turn on 2fa? (two-step verification, authenticator code)"
    )
    assert WORDS.expand("Is TW down?") == "Is TW down? (Tallyworks)"


def test_a_word_inside_another_is_not_meant_and_nothing_is_added_twice() -> None:
    assert WORDS.expand("between two chairs") == "between two chairs"
    assert WORDS.expand("TW or Tallyworks?") == "TW or Tallyworks?"
    assert EMPTY.expand("anything") == "anything"


@given(st.text(max_size=200))
def test_a_question_is_never_lost(question: str) -> None:
    assert WORDS.expand(question).startswith(question)


def test_every_line_that_is_no_group_is_named(tmp_path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("2FA = two-step\nalone\n= nothing\n")
    with pytest.raises(ValueError, match=r"line 2 .*; line 3 ") as caught:
        load(path)
    assert "2FA = two-step login" in str(caught.value)
