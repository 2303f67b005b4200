"""When a question is not clear: which one, or what at all, by a button or in words; twice at most, then a person."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.answering.choose_option import choose_option
from bot.clock import SystemClock
from bot.directory.access import Actor
from bot.errors import NotAllowed, NotFound
from storage.addresses import AddressRow
from storage.receipts import Receipt
from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in
from tests.scenarios.test_asking import buttons

MAYA, DEREK, IMOGEN, JONAS, ANA = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA"


def test_more_words_at_the_top_of_the_channel_belong_to_the_question_that_was_asked_back(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "Problem!")
    back = desk.reply_to(JONAS, KESTREL, asked, "what do you see?")
    desk.ask(JONAS, KESTREL, "We cannot merge two entries of the same vendor, how is that done?")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Select Merge")
    assert answer["ts"] == back["ts"]


def test_which_one_is_asked_and_the_press_of_a_button_answers_it(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we connect the ERP to Tallyworks?")
    back = desk.reply_to(IMOGEN, KESTREL, asked, "Which one is it about")
    assert "Hi Imogen," in everything_in(back)
    offered = buttons(back)
    assert "SAP S/4HANA" in offered and "NetSuite" in offered and offered[-1] == "Get a person"
    choice = next(block for block in back["blocks"] if "SAP S/4HANA" in str(block) and block["type"] == "actions")
    pressed = desk.people.click(IMOGEN, KESTREL, back["ts"], "answer.choose", choice["block_id"])
    assert pressed["acked"]
    answer = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, "Connect SAP S/4HANA"))
    assert "NetSuite" not in answer
    chosen = desk.reply_to(IMOGEN, KESTREL, asked, "chose “SAP S/4HANA”")
    assert chosen["ts"] == back["ts"] and buttons(chosen) == []


def test_which_one_may_also_be_answered_in_words(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "Please tell us: how can our administrators connect an ERP to Tallyworks?")
    desk.reply_to(JONAS, KESTREL, asked, "Which one is it about")
    desk.ask(JONAS, KESTREL, "quickbooks", thread_ts=asked)
    desk.reply_to(JONAS, KESTREL, asked, "Sign in with Intuit")


def test_the_second_one_is_the_second_of_what_was_offered(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "Sync failed!")
    back = desk.reply_to(DEREK, BRIGHT, asked, "Is it about one of these?")
    second = buttons(back)[1]
    desk.ask(DEREK, BRIGHT, "the second one", thread_ts=asked)
    assert second in everything_in(desk.reply_to(DEREK, BRIGHT, asked, "[1]"))


def test_nobody_is_asked_a_third_time_a_person_comes(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Hello, it does not work")
    first = desk.reply_to(MAYA, BRIGHT, asked, "what do you see?")
    assert "look it up" in everything_in(first)
    desk.ask(MAYA, BRIGHT, "still nothing works", thread_ts=asked)
    desk.settle()
    desk.ask(MAYA, BRIGHT, "it is broken", thread_ts=asked)
    desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    desk.settle()
    ours = [m for m in desk.thread(MAYA, BRIGHT, asked) if m["user"] == "U0BOT"]
    assert len([m for m in ours if "?" in everything_in(m)]) <= 2


@pytest.mark.parametrize("text", ["What's the weather like in Galway today?", "Can you tell me a recipe for lasagna?"])
def test_what_is_none_of_our_matter_gets_a_kind_word_a_way_to_a_person_and_no_ticket(desk: Desk, text: str) -> None:
    desk.settle()
    cards = len(desk.people.messages(ANA, TRIAGE))
    asked = desk.ask(IMOGEN, KESTREL, text)
    said = desk.reply_to(IMOGEN, KESTREL, asked, "I am here to help with Tallyworks")
    assert buttons(said) == ["Get a person"]
    assert "[1]" not in everything_in(said)
    desk.settle()
    assert len(desk.people.messages(ANA, TRIAGE)) == cards
    assert "asked_back" in desk.decisions(KESTREL, asked)
    desk.press(IMOGEN, KESTREL, said, "answer.get_person")
    desk.reply_to(IMOGEN, KESTREL, asked, "a person will answer here by")


def test_after_an_off_topic_word_a_real_question_is_answered_in_a_thread_of_its_own(desk: Desk) -> None:
    joke = desk.ask(DEREK, BRIGHT, "Who won the world cup in 1998?")
    desk.reply_to(DEREK, BRIGHT, joke, "I am here to help with Tallyworks")
    asked = desk.ask(DEREK, BRIGHT, "How can I undo the merge of two vendors?")
    desk.reply_to(DEREK, BRIGHT, asked, "Undo merge")


def test_a_follow_up_is_answered_with_its_context(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I merge two entries of the same vendor?")
    desk.reply_to(MAYA, BRIGHT, asked, "Select Merge")
    followed_up = desk.ask(MAYA, BRIGHT, "and can that be undone later?", thread_ts=asked)
    assert "Undo merge" in everything_in(desk.reply_to(MAYA, BRIGHT, asked, number=3))
    assert "follow up: it leans on" in first_reason(desk, followed_up)


def test_thanks_after_the_answer_are_met_with_silence_and_a_reason(desk: Desk) -> None:
    asked = desk.ask(
        MAYA, BRIGHT, "Where can administrators see who changed the price in a contract, in the audit log?"
    )
    desk.reply_to(MAYA, BRIGHT, asked, "[1]")
    thanked = desk.ask(MAYA, BRIGHT, "perfect, thank you so much!", thread_ts=asked)
    desk.settle()
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 2
    assert desk.decisions(BRIGHT, thanked) == ["thanks"]
    assert first_reason(desk, thanked) == "nothing but thanks"


def test_a_choice_counts_once_and_only_for_those_who_may_make_it(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "Which steps connect an ERP to Tallyworks?")
    back = desk.reply_to(DEREK, BRIGHT, asked, "Which one is it about")
    value = next(e["value"] for block in back["blocks"] for e in block.get("elements", []) if ":" in e.get("value", ""))
    answer_id = int(value.split(":")[0])
    choose = partial(choose_option, answer_id, storage=desk.storage, config=desk.config, clock=SystemClock())
    derek = Actor(DEREK, "T0BRIGHT", "Derek", False, frozenset(), "brightwater")
    with pytest.raises(NotAllowed):
        choose(0, actor=replace(derek, customer_id="kestrel"))
    with pytest.raises(NotFound):
        choose(99, actor=derek)
    assert choose(0, actor=derek) is None
    with pytest.raises(NotFound, match="If you need more"):
        choose(1, actor=derek)
    desk.reply_to(DEREK, BRIGHT, asked, "[1]")


def first_reason(desk: Desk, ts: str) -> str:
    wanted = (
        select(Receipt.reason)
        .join(AddressRow, AddressRow.id == Receipt.address_id)
        .where(AddressRow.item == ts)
        .order_by(Receipt.id)
    )

    def look() -> str | None:
        with Session(desk.storage.engine) as session:
            return session.scalar(wanted)

    found: str = desk.people.wait_for(look, 10, "a receipt")
    return found
