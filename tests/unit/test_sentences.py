"""One way to cut sentences, for every language, with Markdown's marks left whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.sentences import sentence_spans, sentences_of


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("It costs 3.50 EUR, e.g. in config.yaml. See step 3.", "en", 2),
        ("Das kostet z. B. 3 €. Nr. 5 fehlt am 3. Dezember.", "de", 2),
        ("¿Qué ve? ¡Listo! Vale.", "es", 3),
        ("1. Open Settings. 2. Press Save.", "en", 2),
        ("First line\nsecond line", "en", 2),
        ("Read https://help.example/a.b?c=d. Then go on.", "xx", 2),
        ("", "en", 0),
    ],
    ids=["decimals", "german", "spanish", "steps", "lines", "unknown language", "empty"],
)
def test_a_text_is_cut_where_its_sentences_end(text: str, language: str, sentences: int) -> None:
    assert len(sentences_of(text, language)) == sentences


def test_closing_marks_stay_with_what_they_close() -> None:
    assert sentences_of("Press **Save.** Then wait.") == ["Press **Save.**", "Then wait."]


@given(st.text(max_size=200) | st.text(st.characters(categories=["Cs", "L", "P"]), max_size=50))
def test_every_span_lies_in_the_text_in_order_and_loses_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
