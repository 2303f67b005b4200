"""Each channel has a mode: off, shadow, suggest or auto. What the customer and our people see differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.conversations import Conversation
from tests.fakes.changed_config import changed_config
from tests.fakes.running_desk import BOTH_DOORS, BRIGHT, KESTREL, OAKLINE, TRIAGE, Desk, everything_in, running_desk
from tests.fakes.slack_addresses import at

MAYA, IMOGEN, RENEE, TYLER, ANA, JOMAR = "U0MAYA", "U0IMOGEN", "U0RENEE", "U0TYLER", "U0ANA", "U0JOMAR"
QUESTION = "How can I merge two entries of the same vendor?"


@pytest.fixture(scope="module", params=BOTH_DOORS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp(f"modes-{request.param}")
    config = changed_config(folder, modes={BRIGHT: "off", KESTREL: "shadow", OAKLINE: "suggest"})
    with running_desk(folder, index, door=request.param, config=config) as running:
        yield running


def draft_for(desk: Desk, card: dict[str, Any], containing: str = "Nobody outside has seen it") -> dict[str, Any]:
    """The draft under a ticket's card."""
    return desk.reply_to(ANA, TRIAGE, card["ts"], containing)


def answers_of(desk: Desk, channel: str, ts: str) -> list[tuple[str, str]]:
    with desk.storage.reading() as tx:
        conversation: Conversation | None = tx.conversations.of_thread(at(channel, ts))
        assert conversation is not None
        return [(answer.state, answer.outcome) for answer in tx.answers.of_conversation(conversation.id)]


def test_in_a_channel_that_is_off_nothing_happens_and_nothing_is_kept(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, QUESTION)
    desk.settle()
    assert desk.decisions(BRIGHT, asked) == ["channel_off"]
    assert desk.thread(MAYA, BRIGHT, asked) == []
    with desk.storage.reading() as tx:
        assert tx.conversations.message_at(at(BRIGHT, asked)) is None


def test_in_shadow_the_draft_is_stored_nobody_sees_it_and_people_get_a_ticket(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, QUESTION)
    card = desk.card(ANA, TRIAGE, "Kestrel Logistics")
    assert "people answer" in everything_in(card)
    desk.settle()
    root = desk.people.messages(IMOGEN, KESTREL, asked)
    assert len(root) == 1 and root[0]["reactions"] == []
    assert desk.thread(ANA, TRIAGE, card["ts"]) == []
    assert answers_of(desk, KESTREL, asked) == [("drafted", "answered")]


def test_a_suggested_draft_reaches_the_customer_only_when_an_agent_sends_it(desk: Desk) -> None:
    asked = desk.ask(RENEE, OAKLINE, QUESTION)
    card = desk.card(ANA, TRIAGE, "Renee Sandoval")
    draft = draft_for(desk, card)
    desk.settle()
    root = desk.people.messages(RENEE, OAKLINE, asked)
    assert len(root) == 1 and [one["name"] for one in root[0]["reactions"]] == ["eyes"]
    desk.press(ANA, TRIAGE, draft, "suggestion.send")
    answer = desk.reply_to(RENEE, OAKLINE, asked, "Select Merge")
    assert "Hi Renee," in everything_in(answer)
    assert "by" in everything_in(draft_for(desk, card, "Sent to the customer as drafted"))
    desk.press(RENEE, OAKLINE, answer, "answer.solved")
    desk.reply_to(RENEE, OAKLINE, asked, "Renee Sandoval said that this solved it")


def test_the_customer_gets_the_words_as_the_agent_edited_them(desk: Desk) -> None:
    asked = desk.ask(TYLER, OAKLINE, "Which exchange rate turns our euro invoices into dollars?")
    draft = draft_for(desk, desk.card(ANA, TRIAGE, "Tyler Nakagawa"))
    desk.press(JOMAR, TRIAGE, draft, "suggestion.edit")
    assert desk.fill_in(JOMAR, {"words": "Tyler, it is the rate of the invoice's own day. <!channel>"})["ok"]
    answer = everything_in(desk.reply_to(TYLER, OAKLINE, asked, "the rate of the invoice's own day"))
    assert "channel" not in answer
    assert "Sent to the customer with changes" in everything_in(
        draft_for(desk, desk.card(ANA, TRIAGE, "Tyler Nakagawa"), "with changes")
    )


def test_a_discarded_draft_is_never_sent(desk: Desk) -> None:
    asked = desk.ask(RENEE, OAKLINE, "How do I undo the merge of two vendors, please?")
    card = desk.card(ANA, TRIAGE, "undo the merge of two vendors, please")
    draft = draft_for(desk, card)
    desk.press(ANA, TRIAGE, draft, "suggestion.discard")
    draft_for(desk, card, "Discarded; the customer has not seen it")
    desk.settle()
    assert desk.thread(RENEE, OAKLINE, asked) == []
    assert answers_of(desk, OAKLINE, asked) == [("discarded", "answered")]


def test_newer_words_of_the_customer_make_one_draft_of_all_of_them(desk: Desk) -> None:
    asked = desk.ask(TYLER, OAKLINE, "We see an error in our ERP sync, what does it mean?")
    card = desk.card(ANA, TRIAGE, "error in our ERP sync")
    desk.settle()
    desk.ask(TYLER, OAKLINE, "It says TW-ERP-409.")
    draft_for(desk, card, "Link to existing")
    desk.settle()
    assert len(desk.thread(ANA, TRIAGE, card["ts"])) == 1
    assert [state for state, _ in answers_of(desk, OAKLINE, asked)][-1] == "drafted"


def test_an_edited_question_has_its_draft_redone(desk: Desk) -> None:
    asked = desk.ask(RENEE, OAKLINE, "How do I forward PDF invoices to the invoice inbox?")
    card = desk.card(ANA, TRIAGE, "invoice inbox")
    draft_for(desk, card)
    desk.settle()
    desk.people.edit(RENEE, OAKLINE, asked, "How do we connect QuickBooks Online?")
    draft_for(desk, card, "Connect QuickBooks Online")
    desk.settle()
    assert len(desk.thread(ANA, TRIAGE, card["ts"])) == 1


def test_a_draft_is_dropped_when_a_person_answers_first(desk: Desk) -> None:
    asked = desk.ask(TYLER, OAKLINE, "How do I invite a new colleague to Tallyworks?")
    card = desk.card(ANA, TRIAGE, "invite a new colleague")
    draft_for(desk, card)
    desk.settle()
    desk.ask(ANA, OAKLINE, "Hi Tyler, I have sent the invitation for you.", thread_ts=asked)
    draft_for(desk, card, "Discarded; the customer has not seen it")
    desk.settle()
    assert "Claimed" in everything_in(desk.card(ANA, TRIAGE, "invite a new colleague"))
