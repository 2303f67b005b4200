"""Which language a message is in, and what is assumed where that is not clear."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.texts.function_words import function_words
from bot.texts.language import content_words, language_of
from handlers.web import articles


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I export invoices?", "en"),
        ("Der NetSuite sync failed heute", "de"),
        ("Danke!", "de"),
        ("Impossible d'exporter", "fr"),
        ("no me deja entrar", "es"),
        ("come posso esportare?", "it"),
        ("Kan ik mijn factuur downloaden?", "nl"),
    ],
)
def test_a_message_is_in_its_own_language_whatever_the_channel_speaks(text: str, language: str) -> None:
    assert language_of(text, "fr") == language


@pytest.mark.parametrize("text", ["", "ok", "4711", "NetSuite", "<@U123> :wave:", "https://example.com/wie-geht-das"])
def test_what_tells_no_language_is_taken_to_be_in_the_channels(text: str) -> None:
    assert language_of(text, "de") == "de"
    assert language_of(text) == "en"


def test_links_and_mentions_do_not_count() -> None:
    assert language_of("Wie geht das? <https://example.com/how-do-i-export|how do I export this> :thumbsup:") == "de"


def test_words_of_grammar_are_known_in_languages_without_a_list_of_ours() -> None:
    assert {"het", "een"} <= function_words("nl")
    assert content_words("de export van facturen", "nl") == ["export", "facturen"]
    assert function_words("xx") == frozenset()


def test_a_page_that_is_not_there_says_so_in_the_browsers_language() -> None:
    client = TestClient(Starlette(routes=[articles.route(lambda article_id: None)]))
    german = client.get("/articles/x", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de">' in german and "Diesen Artikel gibt es nicht" in german
    assert '<html lang="en">' in client.get("/articles/x", headers={"accept-language": "ja"}).text


def test_what_stands_around_an_article_is_in_its_language() -> None:
    body = "Wählen Sie in den Einstellungen das Konto aus, das Sie nicht mehr brauchen, und löschen Sie es dort."
    page = SimpleNamespace(title="Konto", body=body, audience="public", updated_at=datetime(2026, 12, 7, tzinfo=UTC))
    text = TestClient(Starlette(routes=[articles.route(lambda article_id: page)])).get("/articles/x").text
    assert '<html lang="de">' in text and "Zuletzt geändert am 7. Dezember 2026" in text
