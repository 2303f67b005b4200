"""Whatever a model's server does, over a real connection: a customer gets what is true, or quoted, or a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from bot.answering import gate
from bot.answering.finding import AnswerRequest, Finding, find_answer
from bot.contents.conversations import TranscriptLine
from bot.integrations.openai_chat import OpenAIChat
from knowledge.documents import Hit, Passage, SearchResult
from knowledge.extracts import Extract, Quote
from tests.fakes import openai_server
from tests.fakes.openai_server import OpenAIServer, Received, Reply

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXPORT = (
    "Open Invoices and press Export to download every invoice as a CSV file. The export holds 24 months of invoices."
)
SYNC = "The NetSuite sync runs every 4 hours. Press Sync now to start it at once."
QUESTION = "How do I export invoices as a CSV file?"


def hit(name: str, title: str, text: str) -> Hit:
    return Hit(Passage(f"{name}#0", name, title, (), text, "public", f"https://help.example/{name}", 0), 0.9, 0.8, 5.0)


class Shelf:
    """A knowledge base of two passages, which quotes the first sentence of the best."""

    hits = (hit("export", "Export invoices", EXPORT), hit("sync", "How often NetSuite syncs", SYNC))

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        return SearchResult(self.hits)

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        return Extract((Quote(EXPORT.partition(". ")[0] + ".", hits[0].passage.id, ""),), 0.9)


@pytest.fixture(scope="module")
def running_server() -> Iterator[OpenAIServer]:
    with openai_server.running() as server:
        yield server


@pytest.fixture
def server(running_server: OpenAIServer) -> OpenAIServer:
    running_server.reset()
    return running_server


def found(server: OpenAIServer, *talk: str, timeout: float = 10.0, waited: list[float] | None = None) -> Finding:
    """What a customer gets: the real chat model over the real connection, the real checks."""
    chat = OpenAIChat("key", server.base_url, "m", timeout, sleep=(waited if waited is not None else []).append)
    said = [TranscriptLine("Maya", "contact", text, AT) for text in (talk or (QUESTION,))]
    try:
        return find_answer(
            AnswerRequest(tuple(said), "question", frozenset({"public"}), 0.0), Shelf(), chat, gate.load_gate()
        )
    finally:
        chat.close()


def shown(finding: Finding) -> str:
    return " ".join(part.text for part in finding.parts)


@pytest.mark.parametrize(
    "behaviour",
    [openai_server.good, openai_server.talkative, openai_server.thinks_aloud, openai_server.without_schema],
    ids=["well", "in talk", "thinking aloud", "without a schema"],
)
def test_a_draft_that_stands_is_what_the_customer_gets(
    server: OpenAIServer, behaviour: openai_server.Behaviour
) -> None:
    server.always = behaviour
    finding = found(server)
    assert (finding.outcome, finding.reason, finding.model) == ("answered", "grounded", "test-model-2026")
    assert "press Export" in shown(finding)
    assert {citation.url for citation in finding.citations} <= {h.passage.url for h in Shelf.hits}


TROUBLES: dict[str, openai_server.Behaviour | Reply] = {
    "broken JSON": openai_server.malformed_json,
    "cut off": openai_server.cut_off,
    "a refusal": openai_server.refusing,
    "a web page": openai_server.web_page,
    "a gateway's page": openai_server.gateway_page,
    "no text at all": openai_server.strange_bytes,
    "a cut connection": openai_server.cuts_the_connection,
    "hangs up": openai_server.says_nothing_and_hangs_up,
    "a stream nobody asked for": openai_server.streams_anyway,
    "a tool call": openai_server.calls_a_tool,
    "a flood": openai_server.floods,
    "deep nesting": openai_server.nests_deeply,
    "an empty text": openai_server.says(""),
    "only talk": openai_server.says("I am happy to help!"),
    "another shape": openai_server.says('{"claims": "none"}'),
    "a list": openai_server.says("[]"),
    "no choices": Reply(b'{"choices": []}'),
    "null": Reply(b"null"),
    "400": openai_server.error(400),
    "401": openai_server.error(401),
    "404": openai_server.error(404),
    "429 for long": openai_server.error(429, **{"Retry-After": "30"}),
    "429 until a date": openai_server.error(429, **{"Retry-After": "Fri, 27 Nov 2026 12:00:00 GMT"}),
    "500": openai_server.error(500),
    "503": openai_server.error(503),
}


@pytest.mark.parametrize("behaviour", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_model_that_gives_no_draft_is_replaced_by_the_articles_words(
    server: OpenAIServer, behaviour: openai_server.Behaviour | Reply
) -> None:
    server.always = behaviour if callable(behaviour) else lambda _received: behaviour
    finding = found(server)
    assert (finding.outcome, finding.reason, finding.model) == ("answered", "quoted", None)
    assert shown(finding) == EXPORT.partition(". ")[0] + "."
    assert len(server.received) <= 2, "it is tried twice at most"


@pytest.mark.parametrize("behaviour", [openai_server.slow, openai_server.dripping], ids=["silent", "dripping"])
def test_a_slow_model_does_not_keep_the_customer_waiting(
    server: OpenAIServer, behaviour: openai_server.Behaviour
) -> None:
    server.always = behaviour
    assert found(server, timeout=0.5).reason == "quoted"


def test_a_short_trouble_is_waited_out_and_then_the_draft_stands(server: OpenAIServer) -> None:
    waited: list[float] = []
    server.will(openai_server.error(429, **{"Retry-After": "1"}))
    assert found(server, waited=waited).reason == "grounded"
    assert waited == [1.0]


@pytest.mark.parametrize(
    "lie",
    [
        openai_server.nonexistent_passage,
        openai_server.invented_number,
        openai_server.irrelevant_quote,
        openai_server.invented_quote,
        openai_server.adds_link,
        openai_server.turned_round,
        openai_server.widened,
        openai_server.tells_its_rules,
    ],
    ids=lambda lie: str(lie.__name__),
)
def test_a_lie_brings_a_person_and_is_never_shown(server: OpenAIServer, lie: openai_server.Behaviour) -> None:
    server.always = lie
    finding = found(server)
    assert (finding.outcome, finding.reason) == ("handed_over", "not_grounded")
    assert finding.parts == ()
    assert finding.cut


def test_a_lie_among_truths_is_cut_and_the_truths_stand(server: OpenAIServer) -> None:
    true = EXPORT.partition(". ")[0] + "."
    server.always = lambda _received: openai_server.drafts(
        (true, "P1", true),
        ("The export holds 24 months of invoices.", "P1", "The export holds 24 months of invoices."),
        ("Every export is refunded, guaranteed.", "P1", true),
    )
    finding = found(server)
    assert finding.reason == "grounded"
    assert len(finding.cut) == 1
    assert "refunded" not in shown(finding)


def test_links_images_and_mentions_are_taken_out_of_a_draft(server: OpenAIServer) -> None:
    server.always = openai_server.hides_link
    assert not {"evil", "<!", "![", "]("} & {
        mark for mark in ("evil", "<!", "![", "](") if mark in shown(found(server))
    }


def test_a_model_that_says_it_cannot_answer_brings_a_person(server: OpenAIServer) -> None:
    server.always = lambda _received: openai_server.drafts(can_answer=False)
    assert (found(server).outcome, found(server).reason) == ("handed_over", "model_declined")


@pytest.mark.parametrize(
    "trouble",
    [openai_server.refusing, openai_server.malformed_json, openai_server.cuts_the_connection, openai_server.web_page],
    ids=lambda trouble: str(trouble.__name__),
)
def test_a_rewriting_that_fails_leaves_the_question_as_it_was_asked(
    server: OpenAIServer, trouble: openai_server.Behaviour
) -> None:
    def behaves(received: Received) -> Reply:
        return openai_server.good(received) if "question" in received.fenced else trouble(received)

    server.always = behaves
    finding = found(server, "I want my invoices.", "And as a CSV file, how do I export invoices?")
    assert finding.reason == "grounded"
    assert "CSV file" in finding.question
