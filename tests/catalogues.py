"""Collects every text from the code and brings the catalogues up to date: `make texts`, `make texts LANGUAGE=it`."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from bot.texts.catalogue import LOCALES, Domain, languages

ROOT = Path(__file__).parents[1]
# How many of its arguments are texts.
CALLS = {"t": 1, "mark": 1, "plural": 2}
# What customers read; all else is for people of ours. Times and dates are for both.
FOR_CUSTOMERS = (
    "bot/answering/choose_option.py",
    "bot/answering/feedback.py",
    "bot/answering/wording.py",
    "bot/corrections/wording.py",
    "bot/desk/post_contents.py",
    "bot/desk/resolution.py",
    "bot/desk/wording.py",
    "bot/directory/access.py",
    "bot/intake/closing_message.py",
    "bot/intake/outsider_message.py",
    "handlers/slack/buttons.py",
    "handlers/slack/windows.py",
    "handlers/slack/replies.py",
    "handlers/slack/views/answer.py",
    "handlers/slack/views/customer_words.py",
    "handlers/slack/views/guest_home.py",
    "handlers/slack/views/not_quite.py",
    "handlers/web/templates/article.html",
    "handlers/web/templates/missing.html",
)
FOR_BOTH = ("bot/texts/times.py",)
NOT_TEXTS = ("bot/texts/catalogue.py",)


def files_of(domain: Domain) -> list[Path]:
    """The files whose texts a catalogue holds."""
    customers = [ROOT / name for name in (*FOR_CUSTOMERS, *FOR_BOTH)]
    if domain == "customers":
        return customers
    others = {ROOT / name for name in (*FOR_CUSTOMERS, *NOT_TEXTS)}
    code = [*sorted((ROOT / "bot").rglob("*.py")), *sorted((ROOT / "handlers").rglob("*.py"))]
    pages = sorted((ROOT / "handlers/web/templates").glob("*.html"))
    return [path for path in (*code, *pages) if path not in others]


def texts_of(domain: Domain) -> Catalog:
    """Every text of a catalogue as the code has it now, with where it stands."""
    found = Catalog(project="Footbridge", version="", charset="utf-8")
    for path in files_of(domain):
        for line, message in _extracted(path):
            found.add(message, locations=[(str(path.relative_to(ROOT)), line)])
    return found


def _extracted(path: Path) -> Iterator[tuple[int, str | tuple[str, ...]]]:
    source = path.read_text("utf-8")
    if path.suffix == ".html":
        for line, _, message, _ in babel_extract(io.BytesIO(source.encode()), tuple(CALLS), [], {}):
            # A call's values come along as None.
            yield line, message if isinstance(message, str) else next(text for text in message if text)
        return
    # By the syntax tree, since Babel's own reader of Python does not look into f-strings.
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _name(node.func) in CALLS]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        texts = [one.value for one in call.args[: CALLS[_name(call.func)]] if isinstance(one, ast.Constant)]
        if len(texts) == CALLS[_name(call.func)] and all(isinstance(text, str) and text for text in texts):
            yield call.lineno, tuple(map(str, texts)) if len(texts) > 1 else str(texts[0])


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def catalogue_of(domain: Domain, language: str) -> Catalog:
    """A catalogue as it is committed."""
    with _path(domain, language).open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


def untranslated(catalogue: Catalog) -> list[Message]:
    return [one for one in catalogue if one.id and (one.fuzzy or not _has_words(one.string))]


def _has_words(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def update(domain: Domain, language: str) -> list[Message]:
    """Writes the catalogue anew: translations stay, texts that are gone go, new ones are empty. Returns the empty."""
    path = _path(domain, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = catalogue_of(domain, language) if path.exists() else Catalog(locale=language, charset="utf-8")
    catalogue.update(texts_of(domain), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = f"# What {'customers' if domain == 'customers' else 'our people'} read, in {language}."
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_by_file=True, include_lineno=False)
    text = path.read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(NOISE)]
    path.write_text("\n".join(kept).rstrip() + "\n", "utf-8")
    return untranslated(catalogue)


# What changes with every run, or names a person.
NOISE = (
    '"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team', '"Report-Msgid', '"Generated-By',
    '"Project-Id-Version', "# FIRST AUTHOR", "# Copyright", "# This file is distributed",
)  # fmt: skip


def _path(domain: Domain, language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def main(arguments: list[str]) -> None:
    """Updates what is there, and begins the customers' catalogue of a language that is named."""
    domains: tuple[Domain, ...] = ("customers", "team")
    for domain in domains:
        wanted = {*languages(domain)[1:], *(arguments if domain == "customers" else [])}
        for language in sorted(wanted):
            missing = update(domain, language)
            sys.stdout.write(f"{_path(domain, language).relative_to(ROOT)}: {len(missing)} texts to translate\n")


if __name__ == "__main__":
    main(sys.argv[1:])
