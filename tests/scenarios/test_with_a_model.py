"""With a language model: what it drafts is posted only when it stands on the articles; else quotes, or a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.prompts import PROMPT_VERSION
from tests.fakes import openai_server
from tests.fakes.desk_stories import form
from tests.fakes.openai_server import OpenAIServer, Reply
from tests.fakes.running_desk import BOTH_DOORS, BRIGHT, KESTREL, TRIAGE, Desk, everything_in, running_desk

MAYA, DEREK, IMOGEN, JONAS, ANA = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA"
QUESTION = "How can I merge two entries of the same vendor?"


@pytest.fixture(scope="module")
def serving() -> Iterator[OpenAIServer]:
    with openai_server.running() as server:
        yield server


@pytest.fixture
def model(serving: OpenAIServer) -> OpenAIServer:
    serving.reset()
    return serving


@pytest.fixture(scope="module", params=BOTH_DOORS)
def desk(
    request: pytest.FixtureRequest, serving: OpenAIServer, tmp_path_factory: pytest.TempPathFactory, index: Path
) -> Iterator[Desk]:
    environment = {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": serving.base_url,
        "FOOTBRIDGE_MODEL_TIMEOUT": "1",
    }
    home = tmp_path_factory.mktemp(f"model-{request.param}")
    with running_desk(home, index, door=request.param, environment=environment) as running:
        yield running


def test_a_grounded_answer_is_posted_with_its_sources(desk: Desk, model: OpenAIServer) -> None:
    asked = desk.ask(MAYA, BRIGHT, QUESTION)
    answer = desk.reply_to(MAYA, BRIGHT, asked, "here is what our articles say")
    assert "Merge duplicate vendors" in everything_in(answer)
    assert "Written by Footbridge, an automated assistant" in everything_in(answer)
    assert "articles/vendor-merge-duplicates" in str(answer["blocks"])
    assert model.received, "the model was asked"


def test_a_follow_up_is_asked_as_a_question_that_stands_alone(desk: Desk, model: OpenAIServer) -> None:
    asked = desk.ask(DEREK, BRIGHT, QUESTION)
    desk.reply_to(DEREK, BRIGHT, asked, "here is what our articles say")
    rewritten = '{"question": "How can I undo the merge of two vendors?", "text": ""}'
    model.will(openai_server.says(rewritten))
    desk.ask(DEREK, BRIGHT, "And back again?", thread_ts=asked)
    assert "Undo merge" in everything_in(desk.reply_to(DEREK, BRIGHT, asked, number=3))


@pytest.mark.parametrize(
    ("who", "channel", "lie", "forbidden"),
    [
        (IMOGEN, KESTREL, openai_server.invented_number, "7319"),
        (JONAS, KESTREL, openai_server.nonexistent_passage, "P99"),
        (MAYA, BRIGHT, openai_server.irrelevant_quote, "Refunds of any amount"),
        (DEREK, BRIGHT, openai_server.invented_quote, "call you back at any hour"),
        (IMOGEN, KESTREL, openai_server.adds_link, "evil.example"),
    ],
    ids=["number", "passage", "irrelevant", "quote", "link"],
)
def test_what_the_articles_do_not_hold_is_never_posted_and_a_person_comes(
    desk: Desk, model: OpenAIServer, who: str, channel: str, lie: openai_server.Behaviour, forbidden: str
) -> None:
    model.always = lie
    asked = desk.ask(who, channel, f"{QUESTION} It is about the vendor {forbidden[:3]}{len(forbidden)}.")
    reply = desk.reply_to(who, channel, asked)
    desk.settle()
    seen = " ".join(everything_in(m) + str(m["blocks"]) for m in desk.people.messages(who, channel, asked)[1:])
    assert forbidden not in seen and "<!channel>" not in seen
    assert "a person will answer here by" in everything_in(reply)
    assert "did not stand up to our checks" in everything_in(desk.card(ANA, TRIAGE, f"{forbidden[:3]}{len(forbidden)}"))


def test_a_link_hidden_in_markup_never_reaches_the_customer(desk: Desk, model: OpenAIServer) -> None:
    model.always = openai_server.hides_link
    asked = desk.ask(JONAS, KESTREL, QUESTION)
    desk.reply_to(JONAS, KESTREL, asked)
    desk.settle()
    seen = " ".join(everything_in(m) + str(m["blocks"]) for m in desk.thread(JONAS, KESTREL, asked))
    assert "evil.example" not in seen and "<!channel>" not in seen


@pytest.mark.parametrize(
    ("who", "channel", "trouble"),
    [
        (MAYA, BRIGHT, openai_server.error(401, "invalid_api_key")),
        (DEREK, BRIGHT, openai_server.error(500)),
        (IMOGEN, KESTREL, openai_server.malformed_json),
        (JONAS, KESTREL, openai_server.slow),
        (MAYA, BRIGHT, openai_server.web_page),
    ],
    ids=["wrong key", "server error", "broken JSON", "slow", "not a model at all"],
)
def test_when_the_model_fails_quoted_sentences_stand_in(
    desk: Desk, model: OpenAIServer, who: str, channel: str, trouble: openai_server.Behaviour | Reply
) -> None:
    model.always = trouble if callable(trouble) else lambda _received: trouble
    asked = desk.ask(who, channel, QUESTION)
    answer = desk.reply_to(who, channel, asked, "Select Merge", seconds=30)
    assert "this is what our help centre says about it" in everything_in(answer)
    assert "Quoted from the help centre" in everything_in(answer)


def test_a_model_that_cannot_answer_brings_a_person(desk: Desk, model: OpenAIServer) -> None:
    model.always = lambda _received: openai_server.drafts(can_answer=False)
    asked = desk.ask(IMOGEN, KESTREL, QUESTION)
    assert "a person will answer here by" in everything_in(desk.reply_to(IMOGEN, KESTREL, asked))


def test_the_receipt_of_a_draft_that_fell_says_what_was_cut_and_by_which_prompt(
    desk: Desk, model: OpenAIServer
) -> None:
    model.always = openai_server.invented_number
    asked = desk.ask(DEREK, BRIGHT, f"{QUESTION} It is about a bakery.")
    desk.reply_to(DEREK, BRIGHT, asked)
    desk.settle()
    desk.people.shortcut(ANA, "why", BRIGHT, asked)
    words = everything_in(form(desk, ANA))
    assert "Footbridge handed over to a person" in words
    assert "What the model wrote did not hold against our checks" in words
    assert "What our checks cut from the model's draft*\n• Claim 1: the passage does not hold" in words
    assert f"prompt {PROMPT_VERSION}" in words


def test_a_replay_with_a_model_that_takes_its_time_fills_its_window_later(desk: Desk, model: OpenAIServer) -> None:
    asked = desk.ask(IMOGEN, KESTREL, QUESTION)
    desk.reply_to(IMOGEN, KESTREL, asked, "here is what our articles say")
    desk.settle()
    model.always = openai_server.slow
    desk.people.shortcut(ANA, "why", KESTREL, asked)
    assert desk.people.click_in_view(ANA, form(desk, ANA)["id"], "why.replay")["acked"]
    words = everything_in(form(desk, ANA))
    assert "Today it would" in words, "the model was too slow, so quoted sentences stand in"
