"""Two questions in one message are told apart; in doubt it is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.split_questions import MOST, separate_questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "How do I export invoices? And how do I add a new vendor to the list?",
            ("How do I export invoices?", "And how do I add a new vendor to the list?"),
        ),
        (
            "Hi team!\n1. Where do I change my password?\n2. Can we pay by invoice in euros?\nThanks",
            ("Where do I change my password?", "Can we pay by invoice in euros?"),
        ),
        (
            "Our sync fails since monday. Is there an outage? Also where can I see the audit log of last week?",
            ("Our sync fails since monday. Is there an outage?", "Also where can I see the audit log of last week?"),
        ),
        (
            "Can we pay by invoice? We use SAP. Where do I change the billing address?",
            ("Can we pay by invoice?", "We use SAP. Where do I change the billing address?"),
        ),
        (
            "Wie exportiere ich Rechnungen? Und wo sehe ich die Prüfprotokolle?",
            ("Wie exportiere ich Rechnungen?", "Und wo sehe ich die Prüfprotokolle?"),
        ),
    ],
)
def test_whole_questions_in_one_message_are_separate(text: str, questions: tuple[str, ...]) -> None:
    assert separate_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "How do I export invoices? How long does that take?",
        "What is SSO? What does it cost?",
        "Why?? Why does the export fail?",
        "The export fails. What can I do? It began on Monday.",
        "I exported the file. I opened it. It is empty.",
    ],
)
def test_a_question_that_leans_on_the_one_before_stays_with_it(text: str) -> None:
    assert separate_questions(text) == (text,)


def test_an_opening_phrase_is_no_question_of_its_own() -> None:
    assert separate_questions("Can you help? The sync with NetSuite is stuck") == ("The sync with NetSuite is stuck",)


def test_nothing_but_thanks_holds_no_question() -> None:
    assert separate_questions("Thanks a lot!") == ()


@given(st.text(max_size=300))
def test_any_text_has_a_few_questions_at_most(text: str) -> None:
    assert len(separate_questions(text)) <= MOST
