"""What to write next: which questions count, how they are put together, named, ranked, and what is advised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.judgement import judge
from bot.errors import BadRequest
from bot.insights import knowledge_gaps
from bot.insights.clusters import group, nearest_first, telling_words
from bot.insights.missed import BY_HAND, Missed, missed
from bot.settings.config_file import load
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.reports import ConversationHistory
from storage.tickets import Ticket
from storage.trials import Trial
from tests.fakes.word_knowledge import WordKnowledge

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
CONFIG = load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")
KNOWLEDGE = WordKnowledge()

# --- which questions count ------------------------------------------------------------------------------------------


def answer(**more: Any) -> Answer:
    told: dict[str, Any] = {
        "id": 1,
        "conversation_id": 1,
        "message_id": 1,
        "question": "Can we connect Xero?",
        "outcome": "answered",
        "reason": "quoted",
        "mode": "auto",
        "state": "sent",
        "edited": False,
        "parts": [],
        "citations": [],
        "near": [],
        "created_at": NOW,
    }
    return Answer(**(told | more))


def handed_over(reason: str, **more: Any) -> Answer:
    return answer(outcome="handed_over", reason=reason, **more)


def message(text: str = "Can we connect Xero?", side: str = "contact", kind: str = "question", **more: Any) -> Message:
    return Message(**({"side": side, "kind": kind, "text": text, "in_thread": False, "said_at": NOW} | more))


def story(
    *answers: Answer | Trial, messages: tuple[Message, ...] = (), ticket: Ticket | None = None, **conversation: Any
) -> ConversationHistory:
    about = {"id": 1, "customer_id": "kestrel", "status": "with_people", "opened_at": NOW, "link": None}
    trials = tuple(one if isinstance(one, Trial) else Trial(one) for one in answers)
    return ConversationHistory(Conversation(**(about | conversation)), messages or (message(),), trials, ticket)


@pytest.mark.parametrize(
    "reason", ["nothing_relevant", "not_grounded", "model_declined", "same_answer_again", "did_not_help"]
)
def test_a_question_that_no_article_answered_counts(reason: str) -> None:
    found = missed(story(handed_over(reason)))
    assert found is not None and found.question == "Can we connect Xero?"


@pytest.mark.parametrize(
    "reason", ["person_requested", "complaint", "not_a_question", "only_files", "answering_failed"]
)
def test_who_wanted_a_person_or_complained_tells_nothing_about_articles(reason: str) -> None:
    assert missed(story(handed_over(reason), taken_over_at=NOW)) is None


@pytest.mark.parametrize("verdict", ["not_quite", "get_person"])
def test_an_answer_that_did_not_help_counts_with_the_articles_that_it_cited(verdict: str) -> None:
    cited = {"article_id": "csv-import-spend", "title": "CSV"}
    found = missed(story(answer(verdict=verdict, citations=[cited]), handed_over("person_requested", id=2)))
    assert found is not None and found.near == (cited,)


DRAFT = "Open Settings, choose Connections and press Connect next to Xero. It takes a minute, and you can undo it."


def edited(words: str, **more: Any) -> Answer:
    told = {"mode": "suggest", "edited": True, "drafted": DRAFT, "parts": [{"text": words}], "decided_by": "U0ANA"}
    return answer(**(told | more))


def test_a_draft_that_was_rewritten_or_thrown_away_counts() -> None:
    discarded = Trial(answer(mode="suggest", state="discarded"), discarded_at=NOW)
    found = missed(story(discarded))
    assert found is not None and found.what_happened == "an agent discarded the draft"
    rewritten = missed(story(edited("There is no connector. Import by CSV.")))
    assert rewritten is not None
    assert (rewritten.what_happened, rewritten.solution, rewritten.solved_by) == (
        "an agent changed the draft",
        "There is no connector. Import by CSV.",
        "U0ANA",
    )
    by_correction = edited("By CSV.", mode="correction")
    assert missed(story(by_correction)) is None, "an article is there, and was put right"


def test_a_draft_that_was_sent_with_a_few_characters_changed_is_no_gap() -> None:
    """It counts as right for the channel's mode, and so it does here."""
    lightly = edited("Imogen, open" + DRAFT.removeprefix("Open"))
    judged = judge(Trial(lightly))
    assert judged is not None and judged.right
    assert missed(story(lightly)) is None
    assert missed(story(handed_over("did_not_help"), edited("Imogen: " + DRAFT, id=2, verdict="solved"))) is None


@pytest.mark.parametrize("mode", ["shadow", "suggest"])
def test_a_draft_that_was_left_lying_counts_by_what_a_person_wrote_instead(mode: str) -> None:
    left = answer(mode=mode, state="discarded", parts=[{"text": DRAFT}])
    assert missed(story(left)) is None
    same = Trial(left, written=("Please open the settings, choose Connections, press Connect next to Xero.",))
    assert missed(story(same)) is None
    words = "The vendor cancelled your old contract on Monday morning and confirmed it by letter; the invoice is void."
    other = Trial(left, written=(words,))
    found = missed(story(other))
    assert found is not None and found.what_happened == "an agent wrote something else than the draft"


def test_no_answer_that_counts_as_right_for_a_channels_mode_is_a_gap_and_every_wrong_one_is() -> None:
    trials = [
        Trial(edited(DRAFT + more, **given), **happened)
        for more in ("", " Thanks.", " It is not possible in the small plan, where you pay 30 more for it each month.")
        for given in ({}, {"verdict": "solved"}, {"verdict": "not_quite"}, {"state": "discarded"})
        for happened in ({}, {"reopened_at": NOW}, {"discarded_at": NOW})
    ]
    judged = [(judge(trial), missed(story(trial))) for trial in trials]
    assert {one.right for one, _ in judged if one} == {True, False}
    assert all((gap is None) == one.right for one, gap in judged if one)


def test_what_was_answered_well_in_the_end_does_not_count() -> None:
    assert missed(story(answer(verdict="solved"))) is None
    assert missed(story(answer(verdict="not_quite"), answer(id=2, verdict="solved"))) is None
    assert missed(story(handed_over("nothing_relevant", state="replaced"), answer(id=2))) is None
    assert missed(story(handed_over("nothing_relevant", state="withdrawn"))) is None
    assert missed(story(answer(outcome="asked_back", reason="opening"))) is None


def test_what_a_person_answered_before_anything_was_looked_up_counts_as_by_hand() -> None:
    asked = (message("Is there a Xero connector?"), message("Not yet, Imogen.", side="ours", kind="reply"))
    found = missed(story(messages=asked, taken_over_at=NOW, status="solved"))
    assert found is not None
    assert (found.what_happened, found.question, found.solution) == (
        BY_HAND,
        "Is there a Xero connector?",
        "Not yet, Imogen.",
    )
    assert missed(story(messages=(message("thanks!", kind="thanks"),), taken_over_at=NOW)) is None
    more = (*asked, message("And one for Sage?", kind="follow_up"))
    found = missed(story(messages=more, taken_over_at=NOW, status="solved"))
    assert found is not None and found.question.endswith("And one for Sage?")
    assert missed(story(messages=asked)) is None, "nobody has answered yet"


def test_a_tickets_fix_is_what_an_article_can_be_made_of() -> None:
    ticket = Ticket(id=7, fix="Import by CSV.", cause="No connector.", resolved_by="U0ANA", resolved_at=NOW)
    found = missed(story(handed_over("nothing_relevant"), ticket=ticket))
    assert found is not None
    assert (found.solution, found.solved_by, found.ticket_id) == ("Import by CSV. (Cause: No connector.)", "U0ANA", 7)


# --- putting together -----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "xero",
        "connect",
        "phone",
        "app",
        "approve",
        "power",
        "bi",
        "spend",
        "data",
        "export",
        "netsuite",
        "invoice",
        "missing",
    ]
)
QUESTIONS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@st.composite
def several(draw: st.DrawFn) -> list[Missed]:
    return [
        Missed(
            conversation_id=number,
            customer_id=draw(st.sampled_from(["kestrel", "brightwater", "oakline"])),
            question=draw(QUESTIONS),
            at=NOW - timedelta(hours=draw(st.integers(0, 700))),
            what_happened="no article was good enough",
        )
        for number in range(draw(st.integers(0, 14)))
    ]


@settings(deadline=None)
@given(several(), st.randoms(use_true_random=False))
def test_every_question_is_in_exactly_one_gap_whatever_the_order(asked: list[Missed], dice: Any) -> None:
    groups = knowledge_gaps.grouped(asked, KNOWLEDGE, CONFIG)
    landed = Counter(one.conversation_id for members, _ in groups for one in members)
    assert landed == Counter(one.conversation_id for one in asked)
    assert all(members for members, _ in groups)
    shuffled = list(asked)
    dice.shuffle(shuffled)
    assert knowledge_gaps.grouped(shuffled, KNOWLEDGE, CONFIG) == groups


@settings(deadline=None)
@given(several())
def test_what_more_customers_miss_comes_first_then_what_is_asked_more(asked: list[Missed]) -> None:
    groups = [members for members, _ in knowledge_gaps.grouped(asked, KNOWLEDGE, CONFIG)]
    weights = [
        (len({one.customer_id for one in members}), len(members), max(one.at for one in members)) for members in groups
    ]
    assert weights == sorted(weights, reverse=True)


def test_the_same_question_in_other_words_is_one_gap_and_another_question_is_not() -> None:
    texts = [
        "can we connect xero",
        "please connect xero",
        "is there a phone app",
        "phone app there is a need for",
    ]
    labels = group(KNOWLEDGE.embed(texts))
    assert labels == [0, 0, 1, 1]


def test_texts_without_a_direction_are_like_nothing_else() -> None:
    rows = np.zeros((3, 4), dtype=np.float32)
    rows[2, 0] = 1
    assert group(rows) == [0, 1, 2]
    assert group(rows[:1]) == [0]
    assert group(rows[:0]) == []


def test_a_gap_is_named_by_its_most_typical_question_and_the_words_that_set_it_apart() -> None:
    texts = ["xero", "connect xero please", "connect xero please now"]
    assert nearest_first(KNOWLEDGE.embed(texts))[0] == 1
    first, second = telling_words([["connect xero to spend", "can xero connect"], ["connect power bi to spend 147"]])
    assert first[0] == "xero"
    assert "power" in second and "147" not in second
    assert telling_words([["TW-ERP-204 what is it"]])[0] == ("tw-erp-204",)


# --- advice ---------------------------------------------------------------------------------------------------------

ASKED = Missed(1, "kestrel", "connect xero for the danish branch", NOW, "no article was good enough")


def advised(asked: Missed, *articles: tuple[str, str, str]) -> tuple[str, str | None]:
    advice, near = knowledge_gaps._advice([asked], WordKnowledge(articles))
    return advice, near.article_id if near else None


def test_without_a_near_article_a_new_one_is_to_be_written() -> None:
    assert advised(ASKED, ("phone", "approve on the phone", "public")) == ("write", None)


def test_a_near_article_that_did_not_suffice_is_to_be_extended() -> None:
    near = ("connections", "connect xero quickbooks or netsuite for a branch", "public")
    failed = replace(ASKED, near=({"article_id": "connections"},))
    assert advised(failed, near) == ("extend", "connections")
    assert advised(ASKED, near) == ("check", "connections"), "it may have been written since"


def test_what_only_we_may_read_is_to_be_published() -> None:
    assert advised(ASKED, ("xero-notes", "connect xero for the danish branch", "internal")) == ("publish", "xero-notes")


def test_what_a_person_answered_faster_than_we_is_no_gap_if_an_article_answers_it() -> None:
    known = WordKnowledge([("xero", "connect xero for the danish branch", "public")])
    by_hand = replace(ASKED, what_happened=BY_HAND)
    assert knowledge_gaps.grouped([by_hand], known, CONFIG) == []
    assert len(knowledge_gaps.grouped([by_hand], KNOWLEDGE, CONFIG)) == 1
    theirs = WordKnowledge([("xero", "connect xero for the danish branch", "customer:oakline")])
    assert len(knowledge_gaps.grouped([by_hand], theirs, CONFIG)) == 1, "an article of another customer answers nobody"


# --- what may be typed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "days", "customer"),
    [
        ("", 30, None),
        ("90", 90, None),
        ("7d", 7, None),
        ("14 days", 14, None),
        ("kestrel", 30, "kestrel"),
        ("Kestrel Logistics 60", 60, "kestrel"),
        ("0", 1, None),
        ("9999", 365, None),
        ("all", 30, None),
    ],
)
def test_days_and_a_customer_may_be_named_in_any_order(typed: str, days: int, customer: str | None) -> None:
    found, whose = knowledge_gaps.read_wanted(typed, CONFIG)
    assert (found, whose.id if whose else None) == (days, customer)


def test_an_unknown_customer_is_answered_with_those_that_exist() -> None:
    with pytest.raises(BadRequest, match=r"Unknown customer 'acme'.*brightwater, kestrel, oakline"):
        knowledge_gaps.read_wanted("acme 30", CONFIG)
