"""Off topic is said only when the words and the index agree; a real question goes to a person instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.off_topic import is_off_topic, nothing_near, sounds_off_topic
from knowledge.documents import Hit, Passage


def hit(cosine: float, score: float, bm25: float = 0.0) -> Hit:
    return Hit(Passage("a#0", "a", "A", (), "Text.", "public", None, 0), score, cosine, bm25)


FAR, NEAR = [hit(0.1, 0.2)], [hit(0.1, 0.2), hit(0.4, 0.5)]


@pytest.mark.parametrize(
    "text",
    ["What's the weather like in Oslo today?", "Can you suggest a recipe for lasagna with chicken?",
     "who won the world cup", "Do you ever feel lonely?", "Wie wird das Wetter morgen?", "raconte une blague",
     "what is the capital of Peru"],
)  # fmt: skip
def test_everyday_life_is_off_topic_when_nothing_is_near(text: str) -> None:
    assert is_off_topic(text, "question", FAR)
    assert is_off_topic(text, "question", [])
    assert not is_off_topic(text, "question", NEAR)


@pytest.mark.parametrize(
    "text",
    ["Why was I charged twice for a restaurant bill?", "How do I connect the rain sensor to my board?",
     "where do I change the colour of the moon in your product?", "Can your goblins repaint our dragon stables?",
     "Our lunch vendor is missing in the catalogue", "How do I reset my password?", "do you support SSO?",
     "Does it work on a farm without a network?", "TW-ERP-204 since the birthday of our boss"],
)  # fmt: skip
def test_words_of_business_and_words_we_do_not_know_are_never_off_topic(text: str) -> None:
    assert not is_off_topic(text, "question", FAR)


@pytest.mark.parametrize("kind", ["problem", "follow_up", "complaint", "person_request", "attack"])
def test_only_a_question_or_a_request_can_be_off_topic(kind: str) -> None:
    assert not is_off_topic("What's the weather like?", kind, FAR)


def test_when_meaning_could_not_be_searched_one_word_is_enough_to_be_on_topic() -> None:
    assert not nothing_near([hit(0.0, 0.1, 0.8)])
    assert nothing_near([hit(0.0, 0.0)])


@given(st.text(max_size=200))
def test_any_text_can_be_judged_twice_alike(text: str) -> None:
    assert sounds_off_topic(text) == sounds_off_topic(text)
