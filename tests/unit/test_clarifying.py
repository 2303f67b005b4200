"""Asking back: which one, or what at all; at most twice, and never when the question is clear."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.clarifying import MOST_OPTIONS, MOST_TIMES, question_back, says_too_little
from knowledge.documents import Hit, Passage

ERPS = ("Connect NetSuite", "Connect SAP S/4HANA", "Connect QuickBooks Online")


def hit(title: str, score: float = 0.7) -> Hit:
    return Hit(Passage(f"{title}#0", title, title, (), "How to connect the ERP.", "public", None, 0), score, score, 0.0)


def hits(*titles: str, step: float = 0.02) -> list[Hit]:
    return [hit(title, 0.7 - step * place) for place, title in enumerate(titles)]


def test_articles_that_differ_in_one_name_are_offered_to_choose_from() -> None:
    back = question_back("How do we connect our ERP?", "question", hits(*ERPS), 0)
    assert back is not None
    assert (back.reason, back.options) == ("which_one", ("NetSuite", "SAP S/4HANA", "QuickBooks Online"))


@pytest.mark.parametrize(
    "question",
    ["How do we connect SAP?", "connect our S/4HANA on premises", "How do we connect quickbooks",
     "connect netsuite pls", "How do we connect Xero?"],
)  # fmt: skip
def test_a_question_that_names_one_is_not_asked_which(question: str) -> None:
    assert question_back(question, "question", hits(*ERPS), 0) is None


def test_an_article_that_fits_far_better_is_not_doubted() -> None:
    assert question_back("How do we connect our ERP?", "question", hits(*ERPS, step=0.2), 0) is None


def test_articles_that_are_near_by_accident_are_no_choice() -> None:
    assert question_back("How do we pay our invoices?", "question", hits(*ERPS), 0) is None


@pytest.mark.parametrize(
    "titles",
    [("Install Create Agent", "Uninstall Create Agent"), ("Merge vendors", "Merge contracts"),
     ("Connect NetSuite", "Export data to CSV"), ("NetSuite", "SAP S/4HANA")],
)  # fmt: skip
def test_titles_that_differ_in_ordinary_words_are_no_choice(titles: tuple[str, ...]) -> None:
    assert question_back("install or merge or connect the agent and vendors", "question", hits(*titles), 0) is None


@pytest.mark.parametrize(
    "text", ["it doesn't work", "sync failed", "error", "login", "nothing works since yesterday", "Problem!",
             "es geht nicht", "ça ne marche pas", "no funciona"],
)  # fmt: skip
def test_a_few_vague_words_are_too_little(text: str) -> None:
    assert says_too_little(text)
    back = question_back(text, "problem", hits("Sign-in fails", "Sync errors"), 0)
    assert back is not None
    assert (back.reason, back.options) == ("too_little", ("Sign-in fails", "Sync errors"))


@pytest.mark.parametrize(
    "text", ["TW-ERP-204", "the export of invoices fails", "Our NetSuite sync failed", "What may an Approver do?",
             "step 3 fails", "how do I merge two vendors?"],
)  # fmt: skip
def test_a_name_a_code_or_two_words_of_matter_are_enough(text: str) -> None:
    assert not says_too_little(text)


def test_one_word_is_enough_when_one_article_clearly_fits() -> None:
    assert question_back("webhooks", "question", [hit("Webhooks", 0.9), hit("API keys", 0.4)], 0) is None


def test_articles_that_are_not_near_are_not_offered() -> None:
    back = question_back("it doesn't work", "problem", [hit("Billing", 0.2)], 0)
    assert back is not None and back.options == ()


@pytest.mark.parametrize("kind", ["follow_up", "complaint", "person_request", "attack"])
def test_only_what_opens_a_matter_is_asked_for_more(kind: str) -> None:
    assert question_back("it doesn't work", kind, [], 0) is None


def test_nobody_is_asked_a_third_time() -> None:
    assert question_back("sync failed", "problem", hits(*ERPS), MOST_TIMES - 1) is not None
    assert question_back("sync failed", "problem", hits(*ERPS), MOST_TIMES) is None
    assert question_back("How do we connect our ERP?", "question", hits(*ERPS), MOST_TIMES) is None


titles = st.lists(st.one_of(st.text(max_size=40), st.sampled_from(ERPS)), max_size=6)


@given(
    st.text(max_size=80), st.sampled_from(["question", "problem", "request", "follow_up"]), titles, st.integers(0, 4)
)
def test_whatever_is_asked_and_found_the_question_back_is_bounded(
    question: str, kind: str, found: list[str], asked_back: int
) -> None:
    near = [hit(title, 0.7 - place / 50) for place, title in enumerate(found)]
    back = question_back(question, kind, near, asked_back)
    assert back == question_back(question, kind, near, asked_back)
    if back is not None:
        assert asked_back < MOST_TIMES
        assert len(back.options) == len(set(back.options)) <= MOST_OPTIONS
        assert back.reason == "too_little" or len(back.options) > 1
        json.dumps(back.options)
