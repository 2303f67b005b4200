"""Every catalogue is complete, compiles, and keeps the placeholders; every text for customers has our tone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Message

from bot.texts.catalogue import Domain, for_customers, for_team, languages
from bot.texts.tone import faults
from tests.catalogues import ROOT, catalogue_of, texts_of, untranslated

CATALOGUES: list[tuple[Domain, str]] = [
    (domain, language) for domain in ("customers", "team") for language in languages(domain)[1:]
]
UPDATE = "run `make texts` and translate what is empty"


def strings(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def translated(domain: Domain, language: str) -> Iterator[tuple[Message, tuple[str, ...]]]:
    for message in catalogue_of(domain, language):
        if message.id:
            yield message, strings(message.string)


def test_german_french_and_spanish_are_offered_to_customers() -> None:
    assert {"en", "de", "fr", "es"} <= set(languages("customers"))


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_catalogue_has_every_text_of_the_code_and_none_besides(domain: Domain, language: str) -> None:
    in_code = {message.id for message in texts_of(domain) if message.id}
    in_catalogue = {message.id for message, _ in translated(domain, language)}
    assert in_code == in_catalogue, UPDATE
    assert [message.id for message in untranslated(catalogue_of(domain, language))] == [], UPDATE


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_text(domain: Domain, language: str) -> None:
    for message, words in translated(domain, language):
        wanted = placeholders(strings(message.id)[-1])
        assert all(placeholders(text) == wanted for text in words), message.id


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_translation_begins_and_ends_as_its_text(domain: Domain, language: str) -> None:
    """A sentence that follows a greeting begins in lower case in every language; a label has no full stop."""
    for message, words in translated(domain, language):
        source, text = strings(message.id)[0], words[0]
        assert bool(re.search(r"[.,!?:]$", source)) == bool(re.search(r"[.,!?:]$", text)), message.id
        assert text == text.strip(), message.id


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_nothing_falls_back_to_english(domain: Domain, language: str) -> None:
    t = for_customers(language) if domain == "customers" else for_team(language)
    # Names, patterns, and words that both languages have.
    same = {text for message, words in translated(domain, language) for text in words if text in strings(message.id)}
    assert all(len(re.findall(r"[^\W\d_]+", re.sub(r"{\w+}", "", text))) <= 1 for text in same), same
    assert t.language == language


@pytest.mark.parametrize("language", languages("customers"))
def test_every_text_for_customers_has_our_tone(language: str) -> None:
    texts = [text for message in texts_of("customers") if message.id for text in strings(message.id)]
    if language != "en":
        texts = [text for _, words in translated("customers", language) for text in words]
    assert {text: found for text in texts if (found := faults(text))} == {}


def test_a_language_that_is_not_complete_gets_english() -> None:
    assert for_customers("tlh").language == "en"
    assert for_customers("tlh")("Send") == "Send"


def test_values_and_plurals_are_filled_in() -> None:
    t = for_customers("de")
    assert t("Hi {name},", name="Dana") == "Hallo Dana,"
    assert t.plural("Source", "Sources", 1) == "Quelle"
    assert t.plural("Source", "Sources", 3) == "Quellen"
    assert t.either(["NetSuite", "SAP", "Sage"]) == "NetSuite, SAP oder Sage"


def test_the_documentation_names_the_languages_that_are_offered() -> None:
    page = (ROOT / "docs/languages.md").read_text("utf-8")
    names = [str(Locale.parse(language).english_name) for language in languages("customers")]
    assert all(name in page for name in names)
