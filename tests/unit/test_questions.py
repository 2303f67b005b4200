"""The question of a conversation, made to stand alone without a model."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contents.conversations import TranscriptLine
from bot.triage.list_references import numbered_list, resolve_reference
from bot.triage.standalone_question import depends_on_earlier, standalone_question

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXPORTED = (("contact", "How do I export invoices?"), ("bot", "Open Invoices."))


def talk(*said: tuple[str, str]) -> list[TranscriptLine]:
    return [TranscriptLine("Dana", side, text, AT) for side, text in said]


def test_a_first_question_stands_as_it_was_asked() -> None:
    assert standalone_question(talk(("contact", "How do I export invoices?"))) == "How do I export invoices?"


@pytest.mark.parametrize(
    "text",
    [
        "Hi team! How do I export invoices? Thanks in advance!",
        "<@U0BOT> hello, how do I export invoices?\nBest regards",
        "Good morning everyone. how do I export invoices? :pray:",
        "Hi, I have a quick question. How do I export invoices? Any help would be appreciated.",
    ],
)
def test_greetings_thanks_and_closings_are_left_out(text: str) -> None:
    assert standalone_question(talk(("contact", text))).strip().lower() == "how do i export invoices?"


def test_messages_in_a_row_are_one_question() -> None:
    asked = standalone_question(
        talk(("contact", "Hi"), ("contact", "our sync fails"), ("contact", "since the update to 4.2"))
    )
    assert asked == "our sync fails\nsince the update to 4.2"


@pytest.mark.parametrize("follow_up", ["does it also work for drafts?", "How long does that take?", "and as PDF?"])
def test_a_follow_up_takes_along_what_it_leans_on(follow_up: str) -> None:
    first = ("contact", "Hello! How do I export invoices each week?")
    asked = standalone_question(talk(first, ("bot", "Open Invoices."), ("contact", follow_up)))
    assert asked.startswith(follow_up)
    assert asked.endswith("How do I export invoices each week?")


def test_another_name_in_a_follow_up_takes_the_place_of_the_first() -> None:
    first = ("contact", "How do I connect NetSuite to the ledger?")
    asked = standalone_question(talk(first, ("bot", "Open Integrations."), ("contact", "And for SAP?")))
    assert asked == "And for SAP?\nHow do I connect to the ledger?"


def test_a_follow_up_with_a_verb_of_its_own_keeps_the_name_that_it_follows() -> None:
    said = talk(("contact", "What is in the Growth plan?"), ("bot", "Seats."), ("contact", "and is SAML in there?"))
    assert "Growth" in standalone_question(said)


SHOWN = "These may help.\n\n1. Connect NetSuite\n2. Connect SAP S/4HANA\n3. Connect **QuickBooks** Online"
STEPS = f"1. Open [Settings](https://x.example).\n2. Select Merge.\n3. Press Save.\n\n{SHOWN}"


@pytest.mark.parametrize(
    ("text", "shown", "meant"),
    [
        ("the second one", SHOWN, "Connect SAP S/4HANA"),
        ("The second one, please.", SHOWN, "Connect SAP S/4HANA, please."),
        ("third", SHOWN, "Connect QuickBooks Online"),
        ("the last one", SHOWN, "Connect QuickBooks Online"),
        ("2", SHOWN, "Connect SAP S/4HANA"),
        ("option 1", SHOWN, "Connect NetSuite"),
        ("das zweite", SHOWN, "Connect SAP S/4HANA"),
        ("la deuxième, merci", SHOWN, "Connect SAP S/4HANA, merci"),
        ("el segundo", SHOWN, "Connect SAP S/4HANA"),
        ("how long does the second one take?", SHOWN, "how long does Connect SAP S/4HANA take?"),
        ("step 2 is greyed out", STEPS, "Select Merge. is greyed out"),
        ("the second one", STEPS, "Connect SAP S/4HANA"),
        ("step 1 fails", "- Open Settings.\n- Press Save.", "Open Settings. fails"),
    ],
)
def test_the_second_one_is_what_stands_there_in_the_list(text: str, shown: str, meant: str) -> None:
    assert resolve_reference(text, shown) == meant


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the second one", "Open Settings, then press Save."),
        ("the fifth one", SHOWN),
        ("this is the first time we see it", SHOWN),
        ("how do I add a second factor?", SHOWN),
        ("invoice number 5591 is missing", SHOWN),
        ("our last sync failed", SHOWN),
        ("It says TW-ERP-2", SHOWN),
        ("", SHOWN),
    ],
)
def test_words_that_only_look_like_a_place_in_a_list_stay_as_they_are(text: str, shown: str) -> None:
    assert resolve_reference(text, shown) == text


def test_what_is_listed_for_people_is_found_again() -> None:
    assert resolve_reference("the second one", numbered_list(["Billing", "Sign-in"])) == "Sign-in"


def test_the_second_one_is_searched_for_by_its_title() -> None:
    said = talk(("contact", "Our sync is broken"), ("bot", SHOWN), ("contact", "the second one"))
    assert standalone_question(said).splitlines()[0] == "Connect SAP S/4HANA"


def test_a_short_choice_keeps_the_question_that_it_answers() -> None:
    said = talk(
        ("contact", "How do we connect our ERP?"),
        ("bot", "Which one?\n1. NetSuite\n2. SAP"),
        ("contact", "the second one"),
    )
    assert standalone_question(said) == "SAP\nHow do we connect our ERP?"


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_words_after_any_list_mean_something_or_stay_as_they_are(text: str, shown: str) -> None:
    assert len(resolve_reference(text, shown)) <= len(text) + 200
    assert resolve_reference(text, shown) == resolve_reference(text, shown)


def test_a_question_that_stands_alone_takes_nothing_along() -> None:
    question = "Where can our administrators change the billing address of the German subsidiary?"
    asked = standalone_question(talk(*EXPORTED, ("contact", question)))
    assert asked == question


def test_a_follow_up_leans_on_the_latest_message_that_says_something() -> None:
    asked = standalone_question(
        talk(
            ("contact", "How do I export invoices?"),
            ("bot", "Open Invoices."),
            ("contact", "How do I connect NetSuite?"),
            ("bot", "Open Integrations."),
            ("contact", "not really"),
            ("ours", "What do you see?"),
            ("contact", "It is greyed out"),
        )
    )
    assert "NetSuite" in asked
    assert "invoices" not in asked


def test_thanks_at_the_end_leave_the_question_before() -> None:
    asked = standalone_question(talk(*EXPORTED, ("contact", "Thanks!")))
    assert asked == "How do I export invoices?"


def test_a_conversation_without_a_question_is_empty() -> None:
    assert standalone_question([]) == ""
    assert standalone_question(talk(("contact", "Hello"))) == ""
    assert standalone_question(talk(("ours", "We are looking into it."))) == ""


def test_a_very_long_message_keeps_its_beginning_and_its_end_and_takes_no_time() -> None:
    begun = time.process_time()
    asked = standalone_question(
        talk(("contact", "Why does the import fail?\n" + "0x00 log line\n" * 8000 + "It began on Monday."))
    )
    assert asked.startswith("Why does the import fail?")
    assert asked.endswith("It began on Monday.")
    assert len(asked) <= 2400
    assert time.process_time() - begun < 1.0


@given(st.lists(st.tuples(st.sampled_from(["contact", "ours", "bot"]), st.text(max_size=80)), max_size=6))
def test_any_conversation_has_a_question_or_none(said: list[tuple[str, str]]) -> None:
    assert len(standalone_question(talk(*said))) <= 2400


@pytest.mark.parametrize(
    "text",
    ["and for SAP?", "for NetSuite I mean", "It says TW-ERP-204", "can I undo that?", "does it work for Hamburg too?",
     "und für SAP?", "the second one", "this happens since yesterday"],
)  # fmt: skip
def test_words_that_lean_on_what_was_said_belong_to_it(text: str) -> None:
    assert depends_on_earlier(text)


@pytest.mark.parametrize(
    "text",
    ["Our SAP S/4 runs on premises behind the firewall. Can Tallyworks still read it?",
     "How can we reset two-step verification for a person with a new phone?",
     "is there an address to forward PDF invoices to that aren't in our ERP?",
     "one of my managers sees a lower total than me in the same dashboard view",
     "Wie richte ich die Anmeldung mit SAML ein?"],
)  # fmt: skip
def test_a_whole_question_stands_alone_though_it_says_it_or_that(text: str) -> None:
    assert not depends_on_earlier(text)


def test_and_for_another_name_asks_the_same_of_that_name() -> None:
    said = talk(
        ("contact", "How do we connect QuickBooks Online?"),
        ("bot", "Open Settings."),
        ("contact", "and for SAP S/4HANA?"),
    )
    assert standalone_question(said) == "and for SAP S/4HANA?\nHow do we connect?"
