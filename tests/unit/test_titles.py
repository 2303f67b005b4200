"""A ticket is named by what its first message says, also when that begins with code."""

from __future__ import annotations

import pytest

from bot.conversations.transcript import title_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  Why does the sync fail?\nIt did not before.", "Why does the sync fail?"),
        ("```\nERROR 500\n```\nWhy do we get this?", "Why do we get this?"),
        ("```ERROR 500\n  at line 7```\nWhy do we get this?", "Why do we get this?"),
        ("```\nERROR 500\n  at line 7\n```", "ERROR 500"),
        ("```ERROR 500\n  at line 7```", "ERROR 500"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("```ORA-00942\ntable or view does not exist```", "ORA-00942"),
        ("```print(1)", "print(1)"),
        ("---\n> ...\nIt is broken.", "It is broken."),
        ("```\n```", "A question"),
        ("???", "A question"),
        ("", "A question"),
        ("The `TW-ERP-204` is back", "The `TW-ERP-204` is back"),
        ("一行目\n二行目", "一行目"),
    ],
)
def test_a_title_is_the_first_line_of_words_else_of_code(text: str, title: str) -> None:
    assert title_of(text) == title


def test_a_long_title_ends_between_words() -> None:
    title = title_of("word " * 40)
    assert len(title) <= 80
    assert title.endswith("word…")
