"""What a customer sees is in one language: text, buttons, headings and footers, whatever the article's own."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from bot.answering.wording import Outcome, wording
from bot.contents.answers import AnswerContent, AnswerPart, Citation, NotQuiteForm, SuggestionContent
from bot.contents.tickets import CustomerWords
from bot.texts.catalogue import for_customers, languages
from handlers.slack.views import render
from handlers.slack.views.not_quite import not_quite
from tests.catalogues import catalogue_of

BY = "heute 14:30 (Berlin)"
SOURCE = Citation(1, "a", "Export", "https://help.example/export", "Press **Export.** Then wait.", "a:1")
TRANSLATED = [language for language in languages("customers") if language != "en"]


def answer(language: str, kind: Outcome = "quoted", **given: Any) -> AnswerContent:
    words = wording(kind, language, name="Dana Whitfield", by=BY, options=given.get("options", ()), company="Tally")
    given = {"answer_id": 1, "outcome": "answered", "language": language} | given
    return AnswerContent(frame=words.frame, closing=words.closing, **given)


def everything(language: str) -> list[AnswerContent | CustomerWords]:
    quoted = (AnswerPart("Export starten", (1,)),)
    long = (*quoted, AnswerPart("Wort " * 2500, (1,)))
    return [
        answer(language, parts=quoted, citations=(SOURCE,)),
        answer(language, parts=long, citations=(SOURCE, dataclasses.replace(SOURCE, number=2))),
        answer(language, "by_model", parts=quoted, citations=(SOURCE,), by_model=True),
        answer(language, parts=quoted, citations=(SOURCE,), sent_by="Tom", in_own_words=True),
        answer(language, parts=quoted, citations=(SOURCE,), sent_by="Tom"),
        answer(language, parts=quoted, citations=(SOURCE,), corrected="Mo. 30. Nov. 14:30"),
        answer(language, "near", outcome="handed_over", near=(SOURCE,)),
        answer(language, "urgent", outcome="handed_over"),
        answer(language, "which_one", outcome="asked_back", options=("NetSuite", "SAP")),
        CustomerWords("Alles läuft.", "reply", "Tom", language=language),
        CustomerWords("Alles läuft.", "status_update", None, language=language),
        CustomerWords("Alles läuft.", "resolution", "Tom", ticket_id=7, ask_solved=True, language=language),
    ]


def texts(drawn: Any) -> list[str]:
    """Every text that a reader, or a screen reader, gets."""
    if isinstance(drawn, dict):
        found = [drawn[key] for key in ("text", "accessibility_label", "alt_text") if isinstance(drawn.get(key), str)]
        return found + [text for value in drawn.values() if isinstance(value, dict | list) for text in texts(value)]
    return [text for one in drawn for text in texts(one)] if isinstance(drawn, list) else []


def english(language: str) -> list[str]:
    """The literal pieces of every English text that the language says otherwise."""
    pieces = []
    for message in catalogue_of("customers", language):
        ids, strings = (one if isinstance(one, tuple) else (one,) for one in (message.id, message.string))
        for source, said in zip(ids, strings, strict=False):
            if source and source != said:
                pieces += [piece.strip() for piece in re.split(r"{\w+}", source) if re.search(r"[a-z]{2}", piece)]
    return [piece for piece in pieces if len(piece.split()) > 1]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_stands_around_an_answer_in_another_language(language: str) -> None:
    seen = "\n".join(
        text for content in everything(language) for text in (render(content).text, *texts(render(content).blocks))
    )
    seen += "\n".join(texts(not_quite(NotQuiteForm(1, language))["blocks"]))
    assert [piece for piece in english(language) if piece in seen] == []


def test_a_german_answer_is_german_from_greeting_to_footer() -> None:
    drawn = render(answer("de", parts=(AnswerPart("Export starten", (1,)),), citations=(SOURCE,)))
    assert [text for text in texts(drawn.blocks) if text.strip()] == [
        "Hallo Dana, das steht dazu in unserer Hilfe:",
        "Export starten",
        "[1]",
        "Falls Sie etwas anderes meinten, klicken Sie auf „Noch nicht ganz“ oder schreiben Sie, was bei Ihnen anders "
        "ist. Klicken Sie auf „Einen Menschen holen“, wenn Ihnen jemand aus unserem Team helfen soll.",
        "*Quelle*\n[1] <https://help.example/export|Export>",
        "Das hat geholfen",
        "Noch nicht ganz: sagen, was fehlt",
        "Noch nicht ganz",
        "Einen Menschen holen: Jemand aus unserem Team sieht es sich an",
        "Einen Menschen holen",
        "Aus der Hilfe zitiert von Footbridge, einem automatischen Assistenten.",
    ]


def test_a_french_hand_over_and_a_spanish_resolution_are_whole() -> None:
    near = render(answer("fr", "near", outcome="handed_over", near=(SOURCE,)))
    assert [text for text in texts(near.blocks) if text.strip()] == [
        "Bonjour Dana, je n'ai pas trouvé de réponse sûre à cette question. J'ai transmis votre message à notre "
        f"équipe ; une personne répondra ici au plus tard {BY}.",
        "Si vous le pouvez, écrivez ici ce que vous voyez et depuis quand. La réponse viendra plus vite.",
        "*En attendant, ces articles peuvent aider*\n• <https://help.example/export|Export>",
        "Footbridge est un assistant automatique. Des personnes lisent aussi ce fil.",
    ]
    solved = render(CustomerWords("Ya funciona.", "resolution", "Tom", ticket_id=7, ask_solved=True, language="es"))
    assert [text for text in texts(solved.blocks) if text.strip()] == [
        "Ya funciona.",
        "*¿Está resuelto para usted?*",
        "Sí, está resuelto",
        "No, todavía no",
        "De parte de Tom",
    ]


def test_articles_that_may_help_are_offered_once() -> None:
    near = render(answer("en", "near", outcome="handed_over", near=(SOURCE,)))
    assert "\n".join(texts(near.blocks)).count("may help") == 1


@pytest.mark.parametrize(
    ("quote", "teaser"),
    [
        ("**Exports** run every night at 02:00. They take a while.", ": Exports run every night at 02:00."),
        ("| Plan | Limit |\n| --- | --- |\n| Growth | 20 |", ""),
        ("of the page and then", ""),
        ("- Open *Settings*", ""),
        ("Press **Export.", ""),
        ("Note:", ""),
    ],
    ids=["sentence", "table", "half", "item", "cut mark", "label"],
)
def test_a_near_article_is_shown_with_a_whole_sentence_or_none(quote: str, teaser: str) -> None:
    near = answer("en", "near", outcome="handed_over", near=(dataclasses.replace(SOURCE, quote=quote),))
    shown = [text.split("• ")[-1] for text in texts(render(near).blocks)]
    assert f"<https://help.example/export|Export>{teaser}" in shown


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("Press **Export.** Then *wait*.", "Press Export. Then wait."),
        ("**Note:**the role is missing", "Note:the role is missing"),
        ("cut in the middle of **bold", "cut in the middle of bold"),
        ("2**3 and `**kwargs`", "2**3 and **kwargs"),
    ],
)
def test_no_mark_of_markdown_is_left_in_what_people_read(markdown: str, read: str) -> None:
    quoted = answer("en", parts=(AnswerPart(markdown, ()),), citations=(dataclasses.replace(SOURCE, quote=markdown),))
    draft = render(SuggestionContent(quoted, ticket_id=7, state="drafted"))
    assert f">{read}" in "\n".join(texts(draft.blocks))
    assert read in draft.text


def test_a_footer_names_who_wrote_or_checked_the_words() -> None:
    parts = (AnswerPart("Export", (1,)),)
    wrote = render(answer("en", parts=parts, citations=(SOURCE,), sent_by="Tom", in_own_words=True))
    checked = render(answer("en", parts=parts, citations=(SOURCE,), sent_by="Tom"))
    assert texts(wrote.blocks)[-1] == "From Tom"
    assert texts(checked.blocks)[-1] == "Checked and sent by Tom"


@pytest.mark.parametrize("language", languages("customers"))
def test_labels_fit_into_slacks_buttons_and_forms(language: str) -> None:
    t = for_customers(language)
    form = not_quite(NotQuiteForm(1, language))
    assert form["title"]["text"] == t("What is missing?") and form["submit"]["text"] == t("Send")
    assert form["close"]["text"] == t("Cancel")
    for content in everything(language):
        for block in render(content).blocks:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                assert not element["text"]["text"].endswith("…")
                assert not element.get("accessibility_label", "").endswith("…")
