"""The tone of everything that customers can read: checked by rules, and by the page of examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.wording import OUTCOMES, wording
from bot.desk import wording as desk
from bot.errors import BotError
from bot.texts.catalogue import for_customers, languages
from bot.texts.tone import faults, names_next_step, names_time
from handlers.slack import buttons, replies, windows

ROOT = Path(__file__).parents[2]
SAID_BY_DOORS = (buttons.GONE, windows.TOO_LATE, replies.NOTHING_LOST, BotError.for_people)


@pytest.mark.parametrize("text", SAID_BY_DOORS, ids=["gone", "too late", "nothing lost", "our error"])
def test_what_goes_wrong_is_said_kindly_with_what_to_do(text: str) -> None:
    assert faults(text) == []
    assert re.search(r"press|try again|use", text)


def test_a_status_update_names_the_next_time() -> None:
    for language in languages("customers"):
        t, by = for_customers(language), "today 15:30 (Berlin)"
        for text in (
            desk.holding_update(t, "Dana Whitfield", "ERP", by, taken=True),
            desk.holding_update(t, "", "ERP", by, taken=False),
            desk.with_next_update(t, "We found it.", by),
        ):
            assert faults(text, "Dana") == []
            assert names_time(text) and names_next_step(text)
        assert faults(desk.no_words_yet(t, "ERP")) == []


def test_a_status_update_says_whether_somebody_has_it() -> None:
    t, by = for_customers("en"), "today 15:30 (Berlin)"
    taken = desk.holding_update(t, "Dana", "ERP", by, taken=True)
    waits = desk.holding_update(t, "", "ERP", by, taken=False)
    assert taken.startswith("Hi Dana, our ERP team is working on this.")
    assert waits.startswith("Your question is with our ERP team and waits for a specialist there.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Simply open the settings.", "talks down"),
        ("You just have to press Save.", "talks down"),
        ("Obviously the role is missing.", "talks down"),
        ("Klicken Sie einfach auf Speichern.", "talks down"),
        ("Il suffit de cliquer.", "talks down"),
        ("Simplemente pulse Guardar.", "talks down"),
        ("Unfortunately we cannot do this.", "instead of help"),
        ("Please be patient.", "instead of help"),
        ("We apologise for any inconvenience.", "instead of help"),
        ("Leider geht das nicht.", "instead of help"),
        ("Malheureusement, non.", "instead of help"),
        ("Lamentablemente no.", "instead of help"),
        ("You forgot to press Save.", "blames"),
        ("That was your mistake.", "blames"),
        ("We opened a ticket for you.", "among ourselves"),
        ("It works! Great! Really!", "shouts"),
        ("PLEASE READ the article.", "shouts"),
        ("Hi Dana, thank you, Dana.", "name"),
        ("word " * 35 + ".", "more than 34 words"),
        ("Short. " * 80, "longer than"),
    ],
    ids=lambda value: value[:30],
)
def test_a_fault_of_tone_is_named(text: str, why: str) -> None:
    assert any(why in fault for fault in faults(text, "Dana"))


@pytest.mark.parametrize(
    "text",
    ["I looked just now.", "Is that easier? Press it.", "Press “Not quite” just in case.", "An error: TW-ERP-204"],
)
def test_harmless_words_are_no_fault(text: str) -> None:
    assert faults(text) == []


@given(st.text(max_size=300), st.text(max_size=10))
def test_any_text_can_be_looked_at(text: str, name: str) -> None:
    assert faults(text, name) == faults(text, name)


# --- the page of examples ------------------------------------------------------------------------------------------


def examples() -> dict[str, tuple[str, str]]:
    """Outcome -> (what is not said, what is said), from docs/tone.md."""
    page = (ROOT / "docs/tone.md").read_text(encoding="utf-8")
    found = {}
    for chapter in page.split("\n## ")[1:]:
        outcome = re.search(r"\(`(\w+)`\)", chapter)
        not_so, so = (
            "\n".join(line.removeprefix(">").strip() for line in part.splitlines() if line.startswith(">"))
            for part in chapter.split("*So*")
        )
        assert outcome is not None
        found[outcome[1]] = (not_so, so)
    return found


def test_the_page_of_examples_shows_every_situation_in_our_own_words() -> None:
    shown = examples()
    assert set(shown) == {*OUTCOMES, "waiting", "working"}
    for outcome in OUTCOMES:
        words = wording(
            outcome,
            "en",
            name="Dana Whitfield",
            by="today 14:30 (Berlin)",
            options=("NetSuite", "SAP S/4HANA", "QuickBooks Online"),
            company="Tallyworks",
            rest="How do I set up SSO?",
        )
        assert shown[outcome][1] == f"{words.frame}\n\n{words.closing}", outcome
    t = for_customers("en")
    for name, taken in (("working", True), ("waiting", False)):
        words = desk.holding_update(t, "Dana", "ERP Integration", "today 15:30 (Berlin)", taken=taken)
        assert shown[name][1] == words


@pytest.mark.parametrize("outcome", [*OUTCOMES, "waiting", "working"])
def test_what_the_page_says_not_to_say_has_a_fault_and_ours_has_none(outcome: str) -> None:
    not_so, so = examples()[outcome]
    assert faults(not_so) != []
    assert faults(so, "Dana") == []
