"""Texts in a reader's language: English sentences in the code, translations in gettext catalogues.

There are two catalogues. `customers` holds what customers read, `team` what people of ours read; each language has a
folder in `locales/`. A catalogue that is there is complete (the tests see to it), and so its language is offered. The
`.po` files are read at the first use: nothing needs to be compiled. docs/languages.md tells how to add a language.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Domain = Literal["customers", "team"]
LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"


def mark(text: str) -> str:
    """Marks an English sentence in a table for extraction; it is translated where it is used."""
    return text


class Texts:
    """The texts of one language. `t("Hi {name},", name="Dana")` is the translation with its values filled in."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        # "en" alone would be American: dates as in "7 Dec" are read everywhere.
        self.locale = Locale.parse("en_GB" if language == "en" else language)
        self._translations = translations

    def __call__(self, text: str, /, **values: object) -> str:
        """The translation of an English sentence, its placeholders filled in."""
        said = self._translations.gettext(text) if text else ""
        return said.format(**values) if values else said

    def plural(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form for `number`, which is filled in as {number}."""
        return self._translations.ngettext(one, many, number).format(number=number, **values)

    def either(self, names: Sequence[str]) -> str:
        """Names to choose from as a sentence has them: "NetSuite, SAP S/4HANA or QuickBooks"."""
        return format_list(list(names), style="or", locale=self.locale)

    def listed(self, names: Sequence[str]) -> str:
        """Names as a sentence has them: "NetSuite, SAP S/4HANA and QuickBooks"."""
        return format_list(list(names), style="standard", locale=self.locale)


def languages(domain: Domain) -> tuple[str, ...]:
    """The languages that a catalogue exists in, English first."""
    return _languages(domain)


def for_customers(language: str) -> Texts:
    """What customers read, in `language`; in English when it is not offered."""
    return _texts("customers", language if language in _languages("customers") else SOURCE)


def for_team(language: str) -> Texts:
    """What people of ours read, in the company's language; in English when it is not offered."""
    return _texts("team", language if language in _languages("team") else SOURCE)


@cache
def _languages(domain: Domain) -> tuple[str, ...]:
    found = sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{domain}.po"))
    return (SOURCE, *found)


@cache
def _texts(domain: Domain, language: str) -> Texts:
    if language == SOURCE:
        return Texts(SOURCE, gettext.NullTranslations())
    with (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, domain=domain, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(language, gettext.GNUTranslations(compiled))
