"""A customer asks in the shared channel and is answered from the articles, or gets a person."""

from __future__ import annotations

from tests.fakes.running_desk import BRIGHT, TRIAGE, Desk, everything_in

MAYA = "U0MAYA"


def test_a_question_is_answered_in_its_thread_with_its_source(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Hi! How can I merge two entries of the same vendor?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "Select Merge")
    assert "Merge duplicate vendors" in everything_in(answer)
    assert "Maya" in everything_in(answer)
    assert "http://127.0.0.1:8485/articles/vendor-merge-duplicates" in str(answer["blocks"])


def test_a_question_that_no_article_answers_gets_an_honest_word_and_a_person(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Where do I change the colour of the moon in your product?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    assert "not guessing" in everything_in(answer)
    card = desk.card("U0ANA", TRIAGE, "colour of the moon")
    assert "Brightwater Foods" in everything_in(card)
