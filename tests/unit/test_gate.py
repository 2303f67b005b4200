"""The gate: surer with better evidence, a higher bar for a higher precision, and files that say what they are."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import gate
from bot.answering.gate import Gate
from bot.errors import ConfigurationError
from knowledge.documents import PUBLIC, Hit, Passage

SHIPPED = gate.load_gate()


def hit(article: str, score: float) -> Hit:
    passage = Passage(f"{article}#0", article, article.title(), (), "text", PUBLIC, None, 0)
    return Hit(passage, score, min(score, 1.0), 4.0)


def test_a_better_fit_and_a_clearer_lead_make_it_surer() -> None:
    usual = SHIPPED.probability([hit("a", 0.55), hit("b", 0.5)])
    assert SHIPPED.probability([hit("a", 0.65), hit("b", 0.6)]) > usual
    assert SHIPPED.probability([hit("a", 0.55), hit("b", 0.4)]) > usual
    assert SHIPPED.probability([]) == 0.0


@given(
    scores=st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 1)), min_size=1, max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_a_probability_is_one_and_the_order_of_the_hits_does_not_matter(scores, order) -> None:
    hits = [hit(*each) for each in scores]
    probability = SHIPPED.probability(hits)
    assert 0.0 <= probability <= 1.0
    best = max(each.score for each in hits)
    if sum(each.score == best for each in hits) == 1:
        order.shuffle(hits)
        assert SHIPPED.probability(hits) == pytest.approx(probability)


def test_the_only_article_there_is_is_not_far_ahead_for_that() -> None:
    assert SHIPPED.probability([hit("a", 0.4)]) == SHIPPED.probability([hit("a", 0.4), hit("b", 0.1)])


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_who_wants_more_right_answers_gets_a_higher_bar(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0.0 <= SHIPPED.bar(low) <= SHIPPED.bar(high) <= 1.0


def test_a_precision_that_was_never_seen_lets_nothing_pass_that_is_not_certain() -> None:
    bold = Gate("v", "index", 0.0, {"score": 1.0}, ((0.8, 0.5), (0.9, 0.7)))
    assert bold.bar(0.85) == pytest.approx(0.6)
    assert bold.bar(0.9) == 0.7
    assert bold.bar(0.99) > 0.95
    assert bold.bar(1.0) == 1.0


def test_a_gate_is_the_same_after_it_was_written_and_read(tmp_path) -> None:
    path = tmp_path / "own" / "gate.json"
    gate.save_gate(SHIPPED, path)
    assert gate.load_gate(path) == SHIPPED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "this is no fitted gate"),
        ("[]", "this is no fitted gate"),
        (json.dumps({"version": "1"}), "made_with"),
        (json.dumps({"version": "1", "made_with": "x", "intercept": 0, "weights": {"luck": 1}, "bars": []}), "luck"),
    ],
)
def test_a_file_that_is_no_gate_says_how_to_make_one(tmp_path, text: str, said: str) -> None:
    path = tmp_path / "gate.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        gate.load_gate(path)


def test_a_gate_says_for_which_index_it_was_fitted() -> None:
    assert replace(SHIPPED, made_with="another").made_with == "another"
    assert SHIPPED.made_with.startswith("all-MiniLM-L6-v2")


@pytest.mark.parametrize(("probability", "told"), [(1.0, "over 99%"), (0.992, "over 99%"), (0.99, "99%"), (0.4, "40%")])
def test_nobody_is_told_that_something_is_certain(probability: float, told: str) -> None:
    assert gate.in_percent(probability) == told
