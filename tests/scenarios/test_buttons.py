"""The three buttons under an answer, pressed once, twice, by colleagues and by strangers."""

from __future__ import annotations

from typing import Any

from tests.fakes.running_desk import BRIGHT, KESTREL, STRANGER, TRIAGE, Desk, everything_in

MAYA, DEREK, IMOGEN, JONAS, ANA = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS", "U0ANA"
SOLVED, NOT_QUITE, GET_PERSON = "answer.solved", "answer.not_quite", "answer.get_person"


def has_buttons(message: dict[str, Any]) -> bool:
    return any(block["type"] == "actions" for block in message["blocks"])


def whispers(desk: Desk, who: str, channel: str, thread_ts: str) -> str:
    """What only this person was told, in the channel or the thread."""
    said = desk.people.messages(who, channel) + desk.people.messages(who, channel, thread_ts)
    return " ".join(everything_in(m) for m in said if m["is_ephemeral"])


def test_that_solved_it_closes_the_question(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How can I merge two entries of the same vendor?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "Select Merge")
    desk.press(MAYA, BRIGHT, answer, SOLVED)
    closed = desk.reply_to(MAYA, BRIGHT, asked, "Maya Ferrant said that this solved it, ")
    assert closed["ts"] == answer["ts"] and not has_buttons(closed)

    def checked() -> bool:
        names = [reaction["name"] for reaction in desk.people.messages(MAYA, BRIGHT, asked)[0]["reactions"]]
        return "white_check_mark" in names

    desk.people.wait_for(checked, 15, "the check mark")


def test_not_quite_with_words_is_asked_again_and_the_second_time_a_person_comes(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "How can I merge two entries of the same vendor?")
    first = desk.reply_to(DEREK, BRIGHT, asked, "Select Merge")
    desk.press(DEREK, BRIGHT, first, NOT_QUITE)
    assert desk.fill_in(DEREK, {"missing": "I want to undo a merge that was wrong. How can I undo it?"})["ok"]
    second = desk.reply_to(DEREK, BRIGHT, asked, "Undo merge")
    assert second["ts"] != first["ts"]
    assert "thank you for telling me" in everything_in(second) and "Select Merge" not in everything_in(second)
    assert not has_buttons(desk.reply_to(DEREK, BRIGHT, asked, "Derek Oyelaran said that this was not quite it"))
    desk.press(DEREK, BRIGHT, second, NOT_QUITE)
    assert desk.fill_in(DEREK, {"missing": "The history of that vendor is empty."})["ok"]
    handed = everything_in(desk.reply_to(DEREK, BRIGHT, asked, "a person will answer here by"))
    assert "you do not have to repeat anything" in handed
    assert "The history of that vendor is empty." in everything_in(desk.card(ANA, TRIAGE, "history of that vendor"))


def test_the_answer_that_was_not_quite_it_is_not_given_again(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "How can I undo the merge of two vendors?")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Undo merge")
    desk.press(JONAS, KESTREL, answer, NOT_QUITE)
    desk.fill_in(JONAS, {"missing": "How can I undo the merge of two vendors?"})
    again = everything_in(desk.reply_to(JONAS, KESTREL, asked, number=2))
    assert "a person will answer here by" in again
    assert "A merge can be undone" not in again


def test_not_quite_without_words_brings_a_person(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "Which exchange rate turns our euro invoices into pounds?")
    answer = desk.reply_to(IMOGEN, KESTREL, asked)
    desk.press(IMOGEN, KESTREL, answer, NOT_QUITE)
    desk.fill_in(IMOGEN, {})
    handed = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, "a person will answer here by"))
    assert "what is still missing" in handed
    desk.card(ANA, TRIAGE, "not quite it")


def test_get_a_person_brings_one_at_once_and_pressing_again_promises_nothing_twice(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I start an ERP sync by hand, please?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    # The message on her screen is slow to change, and she is not sure that the first press arrived.
    desk.people.set_faults(slow_ms={"method": "chat.update", "ms": 5000})
    desk.press(MAYA, BRIGHT, answer, GET_PERSON)
    desk.press(MAYA, BRIGHT, answer, GET_PERSON)
    desk.people.set_faults(slow_ms=[])
    desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    card = everything_in(desk.card(ANA, TRIAGE, "ERP sync by hand, please"))
    assert "The customer asked for a person." in card and "Maya Ferrant" in card
    desk.settle()
    promised = [m for m in desk.thread(DEREK, BRIGHT, asked) if "a person will answer here by" in everything_in(m)]
    assert len(promised) == 1
    assert "Maya Ferrant asked for a person" in whispers(desk, MAYA, BRIGHT, asked)


def test_who_asks_for_a_person_while_one_is_coming_is_told_so(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "How do we merge duplicate vendors?")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Select Merge")
    desk.ask(JONAS, KESTREL, "I want to talk to a human about this, please.", thread_ts=asked)
    desk.reply_to(JONAS, KESTREL, asked, "a person will answer here by")
    desk.settle()
    desk.press(JONAS, KESTREL, answer, GET_PERSON)
    desk.people.wait_for(
        lambda: "has this already" in whispers(desk, JONAS, KESTREL, asked), 15, "a word to who pressed"
    )
    desk.settle()
    promised = [m for m in desk.thread(JONAS, KESTREL, asked) if "will answer here by" in everything_in(m)]
    assert len(promised) == 1


def test_a_stranger_cannot_press_for_the_customer(desk: Desk) -> None:
    desk.people.post("/sandbox/share", channel=BRIGHT, team="T0KESTREL", share=True)
    desk.people.post("/sandbox/membership", **{"as": ANA, "channel": BRIGHT, "user": IMOGEN, "join": True})
    asked = desk.ask(DEREK, BRIGHT, "How do I undo the merge of two vendors?")
    answer = desk.reply_to(DEREK, BRIGHT, asked, "Undo merge")
    for stranger in (IMOGEN, STRANGER):
        desk.press(stranger, BRIGHT, answer, SOLVED)
        desk.people.wait_for(
            lambda who=stranger: "Only the people of this conversation" in whispers(desk, who, BRIGHT, asked), 15, "no"
        )
    desk.settle()
    assert has_buttons(desk.thread(DEREK, BRIGHT, asked)[0])


def test_after_it_was_solved_a_new_question_in_the_thread_is_answered_again(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we merge duplicate vendors?")
    answer = desk.reply_to(IMOGEN, KESTREL, asked, "Select Merge")
    desk.press(IMOGEN, KESTREL, answer, SOLVED)
    desk.reply_to(IMOGEN, KESTREL, asked, "said that this solved it")
    desk.ask(IMOGEN, KESTREL, "One more: how can I undo the merge of two vendors?", thread_ts=asked)
    assert "Undo merge" in everything_in(desk.reply_to(IMOGEN, KESTREL, asked, number=3))
