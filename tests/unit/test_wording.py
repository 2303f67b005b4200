"""Every sentence around an answer: read whole, in every language, against the rules of the house."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime

import pytest

from bot.answering.wording import LANGUAGES, OUTCOMES, Outcome, by_when, first_name, language_of, wording
from bot.privacy.safeguards import inspect_words
from bot.texts.language import Language
from bot.texts.tone import faults, names_next_step, names_time

EVERY = list(itertools.product(OUTCOMES, LANGUAGES))
HAND_OVERS = ("near", "nothing", "person", "complaint", "unreachable", "reopened", "passed_on")
OPTIONS = ("NetSuite", "SAP S/4HANA", "QuickBooks Online")


def whole(outcome: Outcome, language: Language, name: str = "Dana Whitfield", by: str = "14:30 CET") -> str:
    words = wording(outcome, language, name=name, by=by, options=OPTIONS, company="Tallyworks")
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
    words = wording(outcome, language, by="14:30 CET", options=OPTIONS)
    assert (
        language_of(f"{words.frame} {words.closing}".replace("Get a person", "").replace("Not quite", "")) == language
    )
    assert "{" not in words.frame + words.closing
    assert words.frame[0].isupper()
    assert words.frame.rstrip()[-1] in ".:?"
    assert words.closing[-1] in ".?"


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
    assert "14:30 CET" in whole(outcome, language)
    assert not names_time(whole(outcome, language, by=""))
    assert names_next_step(whole(outcome, language, by=""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - set(HAND_OVERS)))
def test_an_answer_promises_no_time(outcome: Outcome, language: Language) -> None:
    assert "14:30" not in whole(outcome, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_are_named_as_a_sentence_has_them(language: Language) -> None:
    words = wording("which_one", language, options=OPTIONS)
    assert re.search(r"NetSuite, SAP S/4HANA (?:or|oder|ou|o) QuickBooks Online", words.frame)


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


NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("due", "zone", "language", "words"),
    [
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "Europe/Berlin", "en", "14:30 CET"),
        (datetime(2026, 11, 21, 8, 15, tzinfo=UTC), "Europe/Berlin", "en", "tomorrow at 09:15 CET"),
        (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "Europe/Berlin", "de", "Montag, 09:15 CET"),
        (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "Europe/Paris", "fr", "lundi à 09:15 CET"),
        (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "Europe/Madrid", "es", "el lunes a las 09:15 CET"),
        (datetime(2026, 11, 30, 8, 15, tzinfo=UTC), "UTC", "en", "Monday 2026-11-30 at 08:15 UTC"),
        (datetime(2026, 11, 21, 2, 0, tzinfo=UTC), "America/New_York", "en", "21:00 EST"),
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "Mars/Olympus", "en", "13:30 UTC"),
        (datetime(2026, 11, 20, 13, 30, tzinfo=UTC), "", "en", "13:30 UTC"),
    ],
    ids=["today", "tomorrow", "monday de", "monday fr", "monday es", "far", "west", "unknown zone", "no zone"],
)
def test_a_time_is_told_in_the_contacts_own_zone_and_words(
    due: datetime, zone: str, language: Language, words: str
) -> None:
    assert by_when(due, NOW, zone, language) == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I export invoices?", "en"),
        ("", "en"),
        ("NetSuite 4711", "en"),
        ("Wie kann ich Rechnungen exportieren?", "de"),
        ("Danke!", "de"),
        ("Die Synchronisierung schlägt fehl", "de"),
        ("Comment exporter les factures ?", "fr"),
        ("merci beaucoup", "fr"),
        ("¿Cómo exporto las facturas?", "es"),
        ("no puedo entrar en la cuenta", "es"),
        ("The café in Zürich says the façade is über", "en"),
        ("My name is Jürgen and the export fails", "en"),
    ],
    ids=lambda value: value[:20] or "empty",
)
def test_the_language_of_a_message_is_guessed(text: str, language: Language) -> None:
    assert language_of(text) == language
