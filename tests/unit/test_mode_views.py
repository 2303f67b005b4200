"""What people read about a channel's mode: the card says what became of it, the list what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.actions.modes import MODE_ACCEPT, MODE_DECLINE
from bot.answering.judgement import Why
from handlers.slack.views import render
from handlers.slack.views.modes import FELL_BY, WHY, channels, share
from tests.fakes import sample_contents
from tests.fakes.running_desk import everything_in

CARD, ROW = sample_contents.MODE, sample_contents.CHANNEL_MODES[0]


def shown(**changes: object) -> str:
    drawn = render(replace(CARD, **changes))  # type: ignore[arg-type]
    return everything_in({"text": drawn.text, "blocks": drawn.blocks})


def listed(**changes: object) -> str:
    drawn = channels([replace(ROW, **changes)])  # type: ignore[arg-type]
    return everything_in({"text": drawn.text, "blocks": drawn.blocks})


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Oakline Studio: let Footbridge answer by itself?"),
        ({"before": "shadow", "after": "suggest"}, "Oakline Studio: show its drafts to agents?"),
        ({"state": "done"}, "Oakline Studio: Footbridge answers by itself"),
        ({"state": "declined"}, "Oakline Studio: not yet"),
        ({"state": "withdrawn"}, "Oakline Studio: a proposal was taken back"),
        ({"cause": "fell", "state": "done"}, "Oakline Studio: Footbridge no longer answers by itself"),
        ({"cause": "chosen", "after": "off", "state": "done"}, "Oakline Studio: now in off"),
    ],
)
def test_the_title_says_what_became_of_it(changes: dict[str, object], title: str) -> None:
    assert title in shown(**changes)


def test_only_a_card_that_waits_has_buttons() -> None:
    for state in ("proposed", "done", "declined", "withdrawn"):
        pressable = [
            e["action_id"]
            for b in render(replace(CARD, state=state)).blocks
            for e in b.get("elements", [])
            if "action_id" in e
        ]
        assert pressable == ([MODE_ACCEPT.id, MODE_DECLINE.id] if state == "proposed" else [])


def test_the_figures_come_with_their_bound() -> None:
    assert "97.8 %; with 80 % confidence at least 95.1 %" in shown()
    assert "at most 99.1 %" in shown(cause="fell", state="done")
    assert "48 of 61 questions (78.7 %)" in shown()


def test_a_channel_without_any_evidence_shows_no_figures() -> None:
    said = shown(cause="chosen", state="done", judged=0, right=0, asked=0, answered=0, right_ones=(), wrong_ones=())
    assert "Precision" not in said and "Coverage" not in said


def test_every_reason_has_words() -> None:
    assert set(Why.__args__) == set(WHY)
    assert set(FELL_BY) == {"two_of_five", "five_in_a_row", "below_precision"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, "For auto: 32 more right answers in a row."),
        ({"right_ones_missing": 0}, "auto is earned; its card comes in a moment."),
        ({"right_ones_missing": 0, "judged_until_asked_again": 4}, "proposed again after 4 more judged answers"),
        ({"waiting": True}, "*auto is proposed*"),
        ({"mode": "off", "next_mode": None}, "Only a person can switch it on."),
        ({"mode": "auto", "next_mode": None}, "falls to suggest when answers prove wrong"),
        ({"next_mode": None, "highest": "suggest"}, "no more than suggest (`highest_mode`)"),
        ({"judged": 0}, "No answer there has been judged yet"),
    ],
)
def test_the_list_says_what_is_missing_for_the_next_step(changes: dict[str, object], missing: str) -> None:
    assert missing in listed(**changes)


def test_shares_are_said_without_needless_digits() -> None:
    assert [share(0.95), share(0.9514), share(1.0), share(0.0)] == ["95 %", "95.1 %", "100 %", "0 %"]
