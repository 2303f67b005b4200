"""What we told somebody still stands, or it does not: white space and Markdown say nothing, numbers and links do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.verification.still_supported import is_supported, unsupported_lines
from storage.answers import Answer

ARTICLE = """Merge duplicate vendors

## Undo a merge

Open the vendor, select **History**, and choose **Undo merge**. A merge can be undone for 30 days; after that, split \
the vendor by hand. See [the log](https://help.example/log) for all merges.

1. Go to **Vendors**.
2. Select **Merge**.
3. Check the preview.

| Plan | Seats |
|---|---|
| Starter | 22 |
| Growth | 140 |
| Enterprise | 400 |

Admins only: you can merge vendors of one country."""
UNDO = "A merge can be undone for 30 days; after that, split the vendor by hand."


@pytest.mark.parametrize(
    "quote",
    [
        UNDO,
        "A merge can be undone for *30 days*;   after that,\nsplit the vendor by hand.",
        "Open the vendor, select **History**, and choose **Undo merge**.",
        "1. Go to **Vendors**.\n2. Select **Merge**.\n3. Check the preview.",
        "- Go to Vendors.\n- Select Merge.",
        "| Plan | Seats |\n|---|---|\n| Enterprise | 400 |",
        "See [the log](https://help.example/log) for all merges.",
    ],
)
def test_words_that_are_there_stand(quote: str) -> None:
    assert is_supported(quote, ARTICLE)


@pytest.mark.parametrize(
    ("quote", "because"),
    [
        (UNDO.replace("30", "14"), "another number"),
        (UNDO.replace("can be", "cannot be"), "the opposite"),
        ("See [the log](https://help.example/old) for all merges.", "the words are the same, but they lead elsewhere"),
        ("1. Go to **Vendors**.\n2. Check the preview.", "a step has come in between"),
        ("You can merge vendors.", "it says of which vendors now"),
        ("You can merge vendors of one country.", "it says who may now"),
        ("| Plan | Seats |\n|---|---|\n| Enterprise | 500 |", "another figure in a row"),
        ("| Plan | Seats |\n|---|---|\n| Free | 2 |", "the row is gone"),
    ],
)
def test_words_that_say_something_else_do_not_stand(quote: str, because: str) -> None:
    text = ARTICLE.replace("Admins only: you", "Only admins: in a shop you") if "who may" in because else ARTICLE
    assert not is_supported(quote, text), because


WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=8), min_size=3, max_size=30)


@given(WORDS, st.lists(st.sampled_from([" ", "  ", "\n", " \t "]), min_size=30, max_size=30), st.data())
def test_reflowing_and_marking_up_changes_nothing(words: list[str], gaps: list[str], data: st.DataObject) -> None:
    quote = " ".join(words).capitalize() + "."
    marks = data.draw(st.lists(st.sampled_from(["", "**", "*", "`"]), min_size=len(words), max_size=len(words)))
    marked = [f"{mark}{word}{mark}" for mark, word in zip(marks, quote.removesuffix(".").split(), strict=True)]
    text = "".join(word + gap for word, gap in zip(marked, gaps, strict=False)).strip() + "."
    assert is_supported(quote, f"Before it.\n\n{text}\n\nAfter it.")


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_number_stands_only_as_itself(told: int, now: int) -> None:
    assert is_supported(f"It takes {told} days.", f"It takes {now} days.") == (told == now)


def answer(*parts: str, model: str | None = None, edited: bool = False, quote: str = UNDO) -> Answer:
    return Answer(
        parts=[{"text": part, "citations": [1]} for part in parts],
        citations=[{"number": 1, "article_id": "merge", "quote": quote}],
        model=model,
        edited=edited,
    )


def test_only_the_parts_that_fell_are_named() -> None:
    now = ARTICLE.replace("30 days", "14 days")
    both = answer(UNDO, "1. Go to **Vendors**.\n2. Select **Merge**.")
    assert unsupported_lines(both, "merge", ARTICLE) == ()
    assert unsupported_lines(both, "merge", now) == (UNDO,)
    assert unsupported_lines(both, "another-article", "") == ()


def test_words_of_a_model_are_held_against_the_text_and_not_searched_for_in_it() -> None:
    told = answer("You can undo a merge for 30 days.", model="some-model")
    assert unsupported_lines(told, "merge", ARTICLE) == ()
    assert unsupported_lines(told, "merge", ARTICLE.replace("30 days", "14 days")) == (
        "You can undo a merge for 30 days.",
    )


def test_under_an_agents_words_the_quotes_count_each_paragraph_for_itself() -> None:
    quote = f"{UNDO}\n\nCheck the preview."
    told = answer("It is 30 days, Maya.", edited=True, quote=quote)
    assert unsupported_lines(told, "merge", ARTICLE) == ()
    assert unsupported_lines(told, "merge", ARTICLE.replace("30 days", "14 days")) == (UNDO,)
    assert unsupported_lines(told, "merge", re.sub(r"\n3\. .*", "", ARTICLE)) == ("Check the preview.",)
    assert unsupported_lines(answer("x", edited=True, quote="for 3"), "merge", ARTICLE) == ("for 3",)
