"""A channel earns the right to be answered by itself: a card with the figures, a person's word, and back at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.changed_config import changed_config
from tests.fakes.desk_stories import buttons, jobs_done, press, told
from tests.fakes.judged_answers import good_past
from tests.fakes.running_desk import BRIGHT, KESTREL, OAKLINE, TRIAGE, Desk, everything_in, running_desk

RENEE, TYLER, IMOGEN, MAYA, ANA, MIRA = "U0RENEE", "U0TYLER", "U0IMOGEN", "U0MAYA", "U0ANA", "U0MIRA"
SUPPORT_ROOM = "C0SUPPORT"
ACCEPT, DECLINE = "mode.accept", "mode.decline"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("earned")
    path = changed_config(folder, modes={OAKLINE: "suggest", KESTREL: "suggest", BRIGHT: "shadow"})
    config: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for customer in config["customers"]:
        if customer["id"] == "kestrel":
            customer["channels"][0]["highest_mode"] = "suggest"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    with running_desk(folder, index, config=path) as running:
        yield running


def weeks_of_good_drafts(desk: Desk, channel: str, customer: str, contact: str, number: int) -> None:
    """What agents sent as drafted in the last days."""
    with desk.storage.transaction() as tx:
        good_past(tx, channel, datetime.now(UTC), number, customer=customer, contact=contact)


def draft_sent(desk: Desk, who: str, channel: str, question: str) -> None:
    """One more question, and the agent sends the draft as it is."""
    asked = desk.ask(who, channel, question)
    card = desk.card(ANA, TRIAGE, question)
    draft = desk.reply_to(ANA, TRIAGE, card["ts"], "Nobody outside has seen it")
    press(desk, ANA, TRIAGE, draft, "suggestion.send")
    desk.reply_to(who, channel, asked, "Hi ")
    jobs_done(desk)


def typed(desk: Desk, who: str, text: str) -> str:
    before = sum(bool(m.get("is_ephemeral")) for m in desk.people.messages(who, SUPPORT_ROOM))
    assert desk.people.command(who, SUPPORT_ROOM, "/support", text)["ok"]

    def look() -> Any:
        seen = [m for m in desk.people.messages(who, SUPPORT_ROOM) if m.get("is_ephemeral")]
        return everything_in(seen[-1]) if len(seen) > before else None

    found: str = desk.people.wait_for(look, 10, f"an answer to {text!r}")
    return found


def test_a_channel_earns_auto_a_manager_agrees_and_two_wrong_answers_take_it_back(desk: Desk) -> None:
    weeks_of_good_drafts(desk, OAKLINE, "oakline", RENEE, 19)
    assert "*suggest* (set in footbridge.yaml)" in typed(desk, ANA, "mode")
    draft_sent(desk, RENEE, OAKLINE, "How can I merge two entries of the same vendor?")

    card = desk.card(MIRA, TRIAGE, "Oakline Studio: let Footbridge answer by itself?")
    shown = everything_in(card)
    for part in ("20 answers", "100 %; with 80 % confidence at least 96.6 %", "wanted: 85 %", "20 of 20 questions"):
        assert part in shown
    assert "sent as drafted" in shown
    assert buttons(card) == [ACCEPT, DECLINE]
    assert "its card stands in the triage channel" in typed(desk, ANA, "mode")

    press(desk, ANA, TRIAGE, card, ACCEPT)
    told(desk, ANA, TRIAGE, "Only managers and owners decide how a channel is answered.")
    jobs_done(desk)
    assert buttons(desk.card(MIRA, TRIAGE, "Oakline Studio: let")) == [ACCEPT, DECLINE]

    before = desk.people.messages(RENEE, OAKLINE)
    press(desk, MIRA, TRIAGE, card, ACCEPT)
    decided = desk.card(ANA, TRIAGE, "Mira Okafor agreed")
    assert decided["ts"] == card["ts"] and buttons(decided) == []
    jobs_done(desk)
    assert desk.people.messages(RENEE, OAKLINE) == before, "the customer is told nothing of it"

    for number, question in enumerate(
        ("How do I undo the merge of two vendors?", "Which exchange rate turns our euro invoices into dollars?"), 1
    ):
        asked = desk.ask(TYLER, OAKLINE, question)
        answer = desk.reply_to(TYLER, OAKLINE, asked, "Hi Tyler")
        assert "answer.not_quite" in buttons(answer), "it answers by itself"
        desk.press(TYLER, OAKLINE, answer, "answer.not_quite")
        assert desk.fill_in(TYLER, {"missing": ""})["ok"]
        desk.reply_to(TYLER, OAKLINE, asked, "was not quite it")
        jobs_done(desk)
        fallen = [m for m in desk.people.messages(ANA, TRIAGE) if "no longer answers by itself" in everything_in(m)]
        assert len(fallen) == (number == 2)

    notice = everything_in(desk.card(ANA, TRIAGE, "Oakline Studio: Footbridge no longer answers by itself"))
    assert "Two of its last five answers were wrong." in notice
    assert "the customer pressed Not quite" in notice and "Which exchange rate" in notice
    asked = desk.ask(RENEE, OAKLINE, "How do I invite a new colleague to Tallyworks?")
    assert "Nobody outside" in everything_in(
        desk.reply_to(ANA, TRIAGE, desk.card(ANA, TRIAGE, "invite a new colleague")["ts"], "Nobody outside has seen it")
    )
    jobs_done(desk)
    assert desk.thread(RENEE, OAKLINE, asked) == []
    assert "taken back, because answers were wrong" in typed(desk, ANA, "mode")


def test_a_channel_at_its_ceiling_is_proposed_nothing_and_cannot_be_given_more(desk: Desk) -> None:
    weeks_of_good_drafts(desk, KESTREL, "kestrel", IMOGEN, 30)
    draft_sent(desk, IMOGEN, KESTREL, "How do I forward PDF invoices to the invoice inbox?")
    assert not [m for m in desk.people.messages(ANA, TRIAGE) if "Kestrel Logistics: let" in everything_in(m)]
    assert "no more than suggest" in typed(desk, MIRA, "mode")
    assert "at most suggest" in typed(desk, MIRA, "mode #ext-kestrel auto")


def test_a_manager_chooses_a_mode_and_the_desk_sees_who_did(desk: Desk) -> None:
    assert "Only managers and owners decide" in typed(desk, ANA, "mode brightwater suggest")
    assert "It is in suggest from now on" in typed(desk, MIRA, "mode #ext-brightwater suggest")
    shown = everything_in(desk.card(ANA, TRIAGE, "Brightwater Foods: now in suggest"))
    assert "Mira Okafor chose it" in shown
    assert "chosen by Mira Okafor" in typed(desk, ANA, "mode")
    asked = desk.ask(MAYA, BRIGHT, "How do we connect QuickBooks Online?")
    card = desk.card(ANA, TRIAGE, "connect QuickBooks Online")
    desk.reply_to(ANA, TRIAGE, card["ts"], "Nobody outside has seen it")
    jobs_done(desk)
    assert desk.thread(MAYA, BRIGHT, asked) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("mode auto", "Which channel, and which mode?"),
        ("mode oakline loud", "“loud” is no mode; there are auto, suggest, shadow, off."),
        ("mode nowhere auto", "Unknown channel “nowhere”."),
    ],
)
def test_a_slip_is_answered_with_what_to_type(desk: Desk, text: str, hint: str) -> None:
    assert hint in typed(desk, MIRA, text)
