"""Small talk is asked back only when triage and the index agree; a real question goes to a person instead."""

from __future__ import annotations

import pytest

from bot.triage.off_topic import nothing_near, why_ask_back
from knowledge.documents import Hit, Passage


def hit(cosine: float, score: float, bm25: float = 0.0) -> Hit:
    return Hit(Passage("a#0", "a", "A", (), "Text.", "public", None, 0), score, cosine, bm25)


FAR, NEAR, WELL_FITTING = [hit(0.1, 0.2)], [hit(0.1, 0.2), hit(0.45, 0.47)], [hit(0.2, 0.55, 5.0)]


@pytest.mark.parametrize(("kind", "why"), [("off_topic", "off_topic"), ("unclear", "too_little")])
def test_what_sounds_like_small_talk_is_asked_back_when_nothing_is_near(kind: str, why: str) -> None:
    assert why_ask_back(kind, FAR) == why
    assert why_ask_back(kind, []) == why
    assert why_ask_back(kind, NEAR) is None
    assert why_ask_back(kind, WELL_FITTING) is None


@pytest.mark.parametrize(
    "kind", ["question", "request", "problem", "follow_up", "complaint", "person_request", "attack"]
)
def test_all_other_kinds_go_to_a_person_however_far_they_are(kind: str) -> None:
    assert why_ask_back(kind, FAR) is None


def test_when_meaning_could_not_be_searched_one_word_is_enough_to_be_on_topic() -> None:
    assert not nothing_near([hit(0.0, 0.1, 0.8)])
    assert nothing_near([hit(0.0, 0.0)])
