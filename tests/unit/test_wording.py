"""Every sentence around an answer: read whole, in every language, against the rules of the house."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.answering.wording import GET_PERSON, NOT_QUITE, OUTCOMES, Outcome, wording
from bot.privacy.safeguards import inspect_words
from bot.texts.catalogue import for_customers, languages
from bot.texts.language import Language, language_of
from bot.texts.names import first_name
from bot.texts.tone import faults, names_next_step, names_time

LANGUAGES = languages("customers")
EVERY = list(itertools.product(OUTCOMES, LANGUAGES))
HAND_OVERS = ("near", "nothing", "urgent", "person", "complaint", "unreachable", "reopened", "passed_on", "partly")
REST = "SSO?"
OPTIONS = ("NetSuite", "SAP S/4HANA", "QuickBooks Online")


def whole(outcome: Outcome, language: Language, name: str = "Dana Whitfield", by: str = "today 14:30 (Berlin)") -> str:
    words = wording(outcome, language, name=name, by=by, options=OPTIONS, company="Tallyworks", rest=REST)
    return f"{words.frame}\n{words.closing}"


@pytest.mark.parametrize(("outcome", "language"), EVERY)
def test_every_wording_is_kind_and_names_a_next_step(outcome: Outcome, language: Language) -> None:
    text = whole(outcome, language)
    assert faults(text, "Dana") == []
    assert "!" not in text
    assert names_next_step(text)
    assert inspect_words(text) == []


@pytest.mark.parametrize(("outcome", "language"), EVERY)
def test_every_wording_is_in_its_language_and_whole(outcome: Outcome, language: Language) -> None:
    words = wording(outcome, language, by="today 14:30 (Berlin)", options=OPTIONS)
    assert language_of(f"{words.frame} {words.closing}".replace("today", "")) == language
    assert "{" not in words.frame + words.closing
    assert words.frame[0].isupper()
    assert words.frame.rstrip()[-1] in ".:?"
    assert words.closing[-1] in ".?"


@pytest.mark.parametrize(("outcome", "language"), EVERY)
def test_a_button_is_named_as_it_is_labelled_in_that_language(outcome: Outcome, language: Language) -> None:
    t = for_customers(language)
    named = set(re.findall(r"[“„«]\s?([^”“»]+?)\s?[”“»]", whole(outcome, language)))
    assert named <= {t(NOT_QUITE), t(GET_PERSON), REST}


@pytest.mark.parametrize(("outcome", "language"), EVERY)
def test_a_contact_is_greeted_by_the_first_name_and_a_stranger_without(outcome: Outcome, language: Language) -> None:
    assert "Dana" in wording(outcome, language, name="Dana Whitfield").frame
    assert "Whitfield" not in whole(outcome, language)
    assert "Dana" not in wording(outcome, language, name="").frame


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", HAND_OVERS)
def test_a_hand_over_promises_a_person_by_the_time_that_is_given_and_none_without(
    outcome: Outcome, language: Language
) -> None:
    assert "today 14:30 (Berlin)" in whole(outcome, language)
    assert not names_time(whole(outcome, language, by=""))
    assert names_next_step(whole(outcome, language, by=""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - set(HAND_OVERS)))
def test_an_answer_promises_no_time(outcome: Outcome, language: Language) -> None:
    assert "14:30" not in whole(outcome, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_are_named_as_a_sentence_has_them(language: Language) -> None:
    words = wording("which_one", language, options=OPTIONS)
    assert re.search(r"NetSuite, SAP S/4HANA (?:or|oder|ou|o|of) QuickBooks Online", words.frame)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_off_topic_names_what_we_do_help_with(language: Language) -> None:
    assert "Tallyworks" in whole("off_topic", language)
    assert "{" not in wording("off_topic", language).frame


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dana Whitfield", "Dana"),
        ("Whitfield, Dana", "Dana"),
        ("dana.whitfield", "Dana"),
        ("Dr. Jo Smith", "Jo"),
        ("MARIA LOPEZ", "Maria"),
        ("Jean-Luc Petit (Oakline)", "Jean-Luc"),
        ("McKenzie Lee", "McKenzie"),
        ("Jürgen | Finance EMEA", "Jürgen"),
        ("J. Smith", ""),
        ("Oakline Support", ""),
        ("IT", ""),
        ("U0123", ""),
        ("", ""),
    ],
    ids=lambda value: value or "none",
)
def test_people_are_greeted_as_they_are_called(name: str, first: str) -> None:
    assert first_name(name) == first
