"""From what was asked to what is said: a sure answer, an unsure one, and a search that only had words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from bot.answering import gate
from bot.answering.finding import AnswerRequest, Finding, find_answer
from bot.contents.conversations import TranscriptLine
from knowledge.documents import PUBLIC, Hit, Passage, SearchResult
from knowledge.embeddings import Vectors
from knowledge.extracts import Extract, Quote

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
REFUND = Passage("refund#0", "refund", "How long refunds take", (), "Refunds take five days.", PUBLIC, None, 0)
OTHER = Passage("reset#0", "reset", "Reset the board", (), "Press RESET twice.", PUBLIC, None, 0)
SURE = (Hit(REFUND, 0.75, 0.7, 12.0, 0.9, 0.8), Hit(OTHER, 0.3, 0.2, 0.0, 0.3, 0.1))


@dataclass(frozen=True)
class Shelf:
    """A knowledge base that finds what it is given."""

    hits: tuple[Hit, ...]
    degraded: str | None = None

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        return SearchResult(self.hits, self.degraded)

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        return Extract((Quote(hits[0].passage.text, hits[0].passage.id, ""),), 0.7)

    def version(self) -> dict[str, str | int]:
        return {"made_with": "shelf", "passages": len(self.hits), "content": "shelf"}

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 1), dtype=np.float32)


def asked(shelf: Shelf, *, precision: float = 0.95, shown: frozenset[str] = frozenset()) -> Finding:
    talk = (TranscriptLine("Dana", "contact", "How long do refunds take to arrive?", AT),)
    question = AnswerRequest(talk, "question", frozenset({PUBLIC}), precision, shown, in_auto=0.95)
    return find_answer(question, shelf, None, gate.load_gate())


def test_what_is_sure_enough_is_answered_and_says_how_sure() -> None:
    found = asked(Shelf(SURE))
    assert (found.outcome, found.reason, found.sure) == ("answered", "quoted", True)
    assert found.confidence >= found.bar > 0.5


def test_what_is_not_sure_enough_for_the_channel_goes_to_a_person_with_what_is_near() -> None:
    unsure = (Hit(REFUND, 0.48, 0.4, 3.0, 0.55, 0.4), Hit(OTHER, 0.46, 0.4, 2.0, 0.5, 0.3))
    found = asked(Shelf(unsure))
    assert (found.outcome, found.reason) == ("handed_over", "nothing_relevant")
    assert [one.article_id for one in found.near] == ["refund", "reset"]


def test_a_draft_for_an_agent_may_be_less_sure_and_says_that_auto_would_not_give_it() -> None:
    middling = (Hit(REFUND, 0.52, 0.5, 3.0, 0.6, 0.5), Hit(OTHER, 0.48, 0.4, 1.0, 0.5, 0.2))
    draft = asked(Shelf(middling), precision=0.7)
    assert (draft.outcome, draft.sure) == ("answered", False)
    assert asked(Shelf(middling)).outcome == "handed_over"


def test_by_words_alone_nothing_is_answered_however_well_they_fit() -> None:
    found = asked(Shelf(SURE, "The endpoint is down."))
    assert (found.outcome, found.reason, found.sure) == ("handed_over", "search_degraded", False)
    assert found.near[0].article_id == "refund"


def test_what_did_not_help_is_not_given_again() -> None:
    found = asked(Shelf(SURE), shown=frozenset({"refund#0"}))
    assert (found.outcome, found.reason) == ("handed_over", "same_answer_again")


def in_doubt(shelf: Shelf, kind: str, *, answered_before: bool) -> Finding:
    talk = [TranscriptLine("Dana", "contact", "Somebody took our refund, how long does that take", AT)]
    if answered_before:
        talk = [
            TranscriptLine("Dana", "contact", "How long do refunds take?", AT),
            TranscriptLine("Footbridge", "bot", "Refunds take five days.", AT),
            *talk,
        ]
    question = AnswerRequest(tuple(talk), kind, frozenset({PUBLIC}), 0.95, in_auto=0.95)
    return find_answer(question, shelf, None, gate.load_gate())


def test_who_may_want_a_person_or_be_unhappy_is_answered_only_when_it_is_sure_and_the_first_time() -> None:
    unsure = (Hit(REFUND, 0.48, 0.4, 3.0, 0.55, 0.4), Hit(OTHER, 0.46, 0.4, 2.0, 0.5, 0.3))
    for kind, reason in (("maybe_person", "person_requested"), ("maybe_complaint", "complaint")):
        assert in_doubt(Shelf(SURE), kind, answered_before=False).outcome == "answered"
        for found in (
            in_doubt(Shelf(unsure), kind, answered_before=False),
            in_doubt(Shelf(SURE), kind, answered_before=True),
        ):
            assert (found.outcome, found.reason) == ("handed_over", reason)
