"""The closed list of whole messages: how it is compared, and what it must not match."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.markup import plain_text, split_emoji
from bot.triage.model import shipped_model
from bot.triage.whole_messages import (
    SHIPPED,
    closed_list,
    entries,
    meanings_in,
    without_pleasantries,
    words_compared,
)
from evals.messages import read_messages
from tests.fakes.data_sets import data_set

SILENT = ("greeting", "thanks", "goodbye", "acknowledgement", "solved", "withdrawn")


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("Thanks!", {"thanks"}),
        ("THAAANKS :)", {"thanks"}),
        ("ok thanks, bye", {"acknowledgement", "thanks", "goodbye"}),
        ("never mind, found it. thanks!", {"withdrawn", "solved", "thanks"}),
        ("No, thanks", {"acknowledgement"}),
        ("not yet, thanks", {"denied", "thanks"}),
        ("hello everyone", {"greeting"}),
        ("Buenos dias a todos", {"greeting"}),
        ("dziekuje bardzo", {"thanks"}),
        ("Hi, I have a quick question", {"greeting", "opening"}),
    ],
)
def test_a_message_may_be_several_phrases_one_after_the_other(text: str, meanings: set[str]) -> None:
    assert meanings_in(text) == meanings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "everyone",
        "so much",
        "thanks for nothing",
        "ok 500",
        "ok :(",
        "thanks Okta",
        "it works but slowly",
        "hello world",
        "no export",
        "good morning the sync is down",
        "right click",
        "fine print",
        "see you in court",
    ],
)
def test_one_word_more_and_it_is_no_whole_message(text: str) -> None:
    assert meanings_in(text) is None


def test_every_phrase_has_one_meaning_and_is_short() -> None:
    meaning_of: dict[tuple[str, ...], str] = {}
    for meaning, _, phrase in entries():
        assert meaning_of.setdefault(words_compared(phrase), meaning) == meaning, phrase
        assert 0 < len(words_compared(phrase)) <= 6, phrase


def test_the_second_witness_agrees_to_every_phrase_of_the_list() -> None:
    listed = [phrase for meaning, _, phrase in entries() if meaning in SILENT]
    judged = shipped_model().judge(listed) or []
    against = [phrase for phrase, one in zip(listed, judged, strict=True) if not one.says("silence")]
    assert len(against) <= len(listed) * 0.02, against


def test_no_real_message_of_the_tickets_and_questions_is_a_whole_message() -> None:
    sets = {
        **read_messages(data_set("tickets-it")),
        **read_messages(data_set("techqa")),
        **read_messages(data_set("intents-banking77")),
    }
    real = [message.text for messages in sets.values() for message in messages]
    assert len(real) > 10_000
    assert [text for text in real if meanings_in(text)] == []


def test_a_meaning_that_is_unknown_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace("[thanks]", "[thx]"), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown meanings thx"):
        closed_list(path)


@pytest.mark.parametrize(
    ("text", "body", "emoji"),
    [
        (":+1::skin-tone-4:", "", {"+1"}),
        (":tada::raised_hands:", "", {"tada", "raised_hands"}),
        ("ok :ok_hand::skin-tone-2:", "ok", {"ok_hand"}),
        ("👍🏽 🙇‍♂️ ❤️", "", {"👍", "🙇", "❤"}),
        ("std::vector::push at 10:30:00", "std::vector::push at 10:30:00", set()),
        ("see :ERR: in the log", "see :ERR: in the log", set()),
    ],
)
def test_emoji_are_told_from_words_with_and_without_skin_tones(text: str, body: str, emoji: set[str]) -> None:
    words, found = split_emoji(plain_text(text))
    assert words.strip() == body
    assert found == emoji


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("Hi team! How do I export invoices? Thanks in advance!", "How do I export invoices?"),
        ("hello, how do I export invoices?\nBest regards", "how do I export invoices?"),
        ("ok - so the app is down, thanks", "so the app is down"),
        ("Hello page does not load", "Hello page does not load"),
        ("Thanks", ""),
    ],
)
def test_pleasantries_around_a_matter_are_left_out(text: str, matter: str) -> None:
    assert without_pleasantries(text) == matter


@given(st.text(max_size=200))
def test_any_text_can_be_compared(text: str) -> None:
    assert meanings_in(text) == meanings_in(text)
    assert len(without_pleasantries(text)) <= len(text) + text.count("\n") + 1
