"""The rules of earned modes: few answers prove little, a wrong one counts, and what was lost must be earned afresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.judgement import Judgement
from bot.modes import rules
from bot.modes.rules import Standing, has_earned, lower_bound, may_propose, upper_bound, why_it_falls
from bot.settings.config import Mode

START = datetime(2026, 11, 1, tzinfo=UTC)


def marks(text: str, mode: Mode = "suggest", first: int = 0) -> tuple[Judgement, ...]:
    """`+` is a right answer, `-` a wrong one; one an hour."""
    found = []
    for number, mark in enumerate(text, first):
        at = START + timedelta(hours=number)
        found.append(Judgement(number, at, at, mode, "sent_as_drafted" if mark == "+" else "discarded"))
    return tuple(found)


def suggest(text: str, **more: object) -> Standing:
    return replace(Standing("suggest", "auto", 0.95, marks(text)), **more)  # type: ignore[arg-type]


def auto(drafts: str, alone: str, *, earned: bool = True) -> Standing:
    judged = (*marks(drafts), *marks(alone, "auto", len(drafts)))
    return Standing("auto", "auto", 0.95, judged, earned=earned)


def test_three_of_three_are_not_a_hundred_percent() -> None:
    assert lower_bound(3, 3) == pytest.approx(0.809, abs=0.001)
    assert not has_earned(suggest("+++"))


def test_twenty_faultless_answers_earn_auto_and_nineteen_do_not() -> None:
    assert has_earned(suggest("+" * 20))
    assert not has_earned(suggest("+" * 19))


def test_with_one_wrong_answer_it_takes_about_twice_as_many() -> None:
    assert not has_earned(suggest("-" + "+" * 42))
    assert has_earned(suggest("-" + "+" * 44))
    assert rules.right_ones_missing(suggest("-" + "+" * 19)) == 25


def test_a_channel_that_asks_for_less_is_convinced_sooner_but_not_by_fewer_than_the_minimum() -> None:
    assert has_earned(suggest("--" + "+" * 18, wanted=0.8))
    assert not has_earned(suggest("+" * 19, wanted=0.8))


def test_what_lies_far_back_no_longer_counts() -> None:
    assert has_earned(suggest("-" * 10 + "+" * 50))


def test_drafts_are_shown_to_agents_when_they_help_more_often_than_not() -> None:
    shadow = Standing("shadow", "auto", 0.95)
    assert has_earned(replace(shadow, judged=marks("+-++-+++-+", "shadow")))
    assert not has_earned(replace(shadow, judged=marks("+-+--+++-+", "shadow")))
    assert not has_earned(replace(shadow, judged=marks("+" * 9, "shadow")))


def test_what_was_good_in_shadow_is_no_evidence_for_auto() -> None:
    assert not has_earned(Standing("suggest", "auto", 0.95, marks("+" * 50, "shadow")))


def test_nothing_is_earned_above_the_ceiling_from_off_or_beyond_auto() -> None:
    assert not has_earned(suggest("+" * 50, highest="suggest"))
    for mode in ("off", "auto"):
        assert not has_earned(Standing(mode, "auto", 0.95, marks("+" * 50, mode)))


def test_after_not_yet_ten_more_judged_answers_are_waited_for() -> None:
    refused = START + timedelta(hours=19, minutes=30)
    assert not may_propose(suggest("+" * 29, refused_at=refused))
    assert may_propose(suggest("+" * 30, refused_at=refused))


def test_two_wrong_answers_of_the_last_five_end_what_was_earned() -> None:
    assert why_it_falls(auto("+" * 40, "+-")) is None
    assert why_it_falls(auto("+" * 40, "-++-")) == "two_of_five"
    assert why_it_falls(auto("+" * 40, "-++++-")) is None


def test_many_small_errors_end_it_as_well() -> None:
    assert why_it_falls(auto("+" * 20, "-+++++" * 4)) == "below_precision"


def test_a_mode_that_people_gave_falls_when_there_is_enough_against_it() -> None:
    assert why_it_falls(auto("", "----", earned=False)) is None
    assert why_it_falls(auto("", "-----", earned=False)) == "five_in_a_row"
    assert why_it_falls(auto("", "+" * 17 + "--", earned=False)) is None
    assert why_it_falls(auto("", "+" * 18 + "--", earned=False)) == "below_precision"
    assert why_it_falls(auto("", "+" * 19 + "-", earned=False)) is None


def test_only_auto_falls() -> None:
    assert why_it_falls(suggest("-" * 50)) is None


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_hold_the_share_between_them_and_grow_with_it(of: tuple[int, int]) -> None:
    right, judged = of
    assert 0 <= lower_bound(right, judged) <= right / judged <= upper_bound(right, judged) <= 1
    if right < judged:
        assert lower_bound(right, judged) < lower_bound(right + 1, judged)
        assert upper_bound(right, judged) <= upper_bound(right + 1, judged)


@given(st.text(alphabet="+-", max_size=70), st.floats(0.6, 0.97))
def test_what_has_just_been_earned_does_not_fall_at_once(text: str, wanted: float) -> None:
    standing = suggest(text, wanted=wanted)
    if has_earned(standing):
        assert why_it_falls(replace(standing, mode="auto", earned=True)) is None


@given(st.text(alphabet="+-", max_size=70), st.floats(0.6, 0.97))
def test_so_many_right_ones_as_are_said_to_be_missing_do_earn_it_and_one_less_does_not(
    text: str, wanted: float
) -> None:
    missing = rules.right_ones_missing(suggest(text, wanted=wanted))
    if missing < rules.WINDOW:
        assert has_earned(suggest(text + "+" * missing, wanted=wanted))
    if missing > 0:
        assert not has_earned(suggest(text + "+" * (missing - 1), wanted=wanted))


@given(st.text(alphabet="+-", max_size=60), st.text(alphabet="+-", max_size=30))
def test_two_wrong_in_a_row_always_end_what_was_earned(drafts: str, alone: str) -> None:
    assert why_it_falls(auto(drafts, alone + "--")) is not None


@given(st.text(alphabet="+-", max_size=60))
def test_five_wrong_in_a_row_always_end_auto_whoever_gave_it(alone: str) -> None:
    assert why_it_falls(auto("", alone + "-" * 5, earned=False)) is not None
