"""An answer is judged by what people did with it afterwards; the customer's word counts more than ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.judgement import is_lightly_edited, judge, judgements, likeness
from storage.answers import Answer
from storage.trials import Trial

MADE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER, LAST = MADE + timedelta(hours=1), MADE + timedelta(hours=2)
DRAFT = (
    "Go to Vendors and tick the entries that belong together, at most 10 at once. Select Merge and choose which entry "
    "stays. The ERP is not changed by a merge."
)
ARTICLE = {
    "number": 1,
    "article_id": "vendor-merge-duplicates",
    "title": "Merge duplicate vendors",
    "url": "https://help.example.com/vendor-merge-duplicates",
    "quote": "",
    "passage_id": "vendor-merge-duplicates#0",
}


def trial(words: str = DRAFT, **of_answer: object) -> Trial:
    given = {
        "id": 1,
        "outcome": "answered",
        "mode": "suggest",
        "state": "sent",
        "created_at": MADE,
        "sent_at": MADE,
        "edited": False,
        "parts": [{"text": words, "citations": [1], "heading": ""}],
        "citations": [ARTICLE],
        **of_answer,
    }
    return Trial(Answer(**given))


def why(one: Trial) -> tuple[str, bool] | None:
    found = judge(one)
    return (found.why, found.right) if found else None


def test_a_draft_that_was_sent_as_it_was_is_right() -> None:
    assert why(trial(decided_by="U0ANA")) == ("sent_as_drafted", True)


def test_an_answer_that_nobody_said_anything_about_is_not_judged() -> None:
    assert why(trial(mode="auto")) is None
    assert why(trial(state="drafted", sent_at=None)) is None


@pytest.mark.parametrize("outcome", ["handed_over", "asked_back"])
def test_a_hand_over_is_no_answer(outcome: str) -> None:
    assert why(trial(outcome=outcome, decided_by="U0ANA")) is None


@pytest.mark.parametrize("state", ["replaced", "withdrawn"])
def test_what_gave_way_to_another_answer_or_was_taken_back_is_not_judged(state: str) -> None:
    assert why(trial(state=state, verdict="not_quite")) is None


@pytest.mark.parametrize(("verdict", "right"), [("solved", True), ("not_quite", False), ("get_person", False)])
def test_the_customer_has_the_word(verdict: str, right: bool) -> None:
    judged_so = judge(replace(trial(mode="auto", verdict=verdict), pressed_at=LATER))
    assert judged_so is not None and (judged_so.why, judged_so.right, judged_so.at) == (verdict, right, LATER)


def test_not_quite_counts_more_than_that_an_agent_found_the_draft_good() -> None:
    assert why(replace(trial(decided_by="U0ANA", verdict="not_quite"), pressed_at=LATER)) == ("not_quite", False)


def test_a_ticket_that_is_opened_again_says_that_the_answer_did_not_help() -> None:
    assert why(replace(trial(decided_by="U0ANA", verdict="solved"), reopened_at=LAST)) == ("reopened", False)


def test_an_answer_from_an_article_that_was_wrong_is_wrong_though_it_was_called_solved() -> None:
    assert why(replace(trial(mode="auto", verdict="solved"), found_wrong_at=LAST)) == ("found_wrong", False)


def test_a_discarded_draft_is_wrong_whatever_was_written_then() -> None:
    thrown = replace(trial(state="discarded", decided_by="U0ANA"), discarded_at=LATER, written=(DRAFT,))
    assert why(thrown) == ("discarded", False)


def test_a_few_characters_mended_leave_a_draft_right() -> None:
    mended = DRAFT.replace("Go to Vendors", "Renee, go to Vendors").replace("entries that", "ones which")
    assert why(trial(mended, edited=True, drafted=DRAFT, decided_by="U0ANA")) == ("mended", True)


def test_a_rewritten_draft_was_wrong_even_if_its_new_words_solved_it() -> None:
    other = "Please write to us and we merge them for you; it takes a day."
    rewritten = trial(other, edited=True, drafted=DRAFT, decided_by="U0ANA", verdict="solved")
    assert why(rewritten) == ("rewritten", False)


@pytest.mark.parametrize(
    ("draft", "sent"),
    [
        ("You keep the data for 14 days after that.", "You keep the data for 30 days after that."),
        ("The ERP is changed by a merge of vendors.", "The ERP is not changed by a merge of vendors."),
        ("You can undo it in the settings page.", "You can't undo it in the settings page."),
        (DRAFT, DRAFT + " After that, ask your administrator to approve the merge in the audit log."),
    ],
)
def test_a_figure_a_negation_or_a_step_more_is_no_small_mend(draft: str, sent: str) -> None:
    assert not is_lightly_edited(draft, sent)


@given(st.text(alphabet="abc dé.\n*", min_size=1, max_size=80))
def test_nothing_changed_is_always_a_mend(text: str) -> None:
    assert is_lightly_edited(text, text)


def in_shadow(*written: str) -> Trial:
    return replace(
        trial(mode="shadow", state="discarded", sent_at=None, decided_by="U0ANA"), written=written, written_at=LATER
    )


def test_a_draft_in_shadow_is_right_when_our_person_points_to_the_same_article() -> None:
    assert why(in_shadow("Here: https://help.example.com/vendor-merge-duplicates")) == ("same_article", True)
    assert why(in_shadow("Here: https://help.example.com/vendor-merge-duplicates-undo")) is None
    assert why(in_shadow("See “Merge duplicate vendors” in the help centre")) == ("same_article", True)


def test_a_draft_in_shadow_is_right_when_our_person_says_much_the_same() -> None:
    said = "Hi Derek, tick both entries under Vendors (ten at most), press Merge and pick the entry that stays."
    assert why(in_shadow("One moment, Derek.", said)) == ("same_words", True)


def test_a_draft_in_shadow_is_wrong_when_our_person_says_something_else() -> None:
    said = (
        "Your licence expired on Monday, so nobody could sign in; I renewed the subscription for all users today "
        "and wrote to your accountant."
    )
    assert why(in_shadow(said)) == ("other_words", False)


def test_a_word_or_two_of_ours_say_nothing_about_a_draft() -> None:
    assert why(in_shadow("Looking into it!")) is None
    assert why(in_shadow("Thank you for the report, Derek; we look into it with engineering and write again.")) is None


def test_judgements_stand_in_the_order_in_which_they_were_made() -> None:
    early = replace(trial(mode="auto", verdict="solved", id=1), pressed_at=LAST)
    late = trial(decided_by="U0ANA", id=2, sent_at=LATER)
    assert [one.answer_id for one in judgements([early, trial(mode="auto", id=3), late])] == [2, 1]


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_does_not_mind_the_order(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness("", one) == 0.0


def test_a_draft_that_auto_would_not_have_given_says_nothing_about_auto() -> None:
    assert why(trial(decided_by="U0ANA")) == ("sent_as_drafted", True)
    assert why(trial(decided_by="U0ANA", sure=False)) is None
