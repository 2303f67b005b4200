"""Questions that no article answers become advice on what to write, for our people's eyes only."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2
import pytest

from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    IMOGEN,
    JOMAR,
    JONAS,
    MAYA,
    MIRA,
    RENEE,
    jobs_done,
    person_wanted,
    resolved,
    told,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OAKLINE, OLAF, TRIAGE, Desk

ROOM = "C0SUPPORT"
FIX = "Import the Xero bills by CSV once a month"


@dataclass
class Asked:
    """The number of the ticket that was solved."""

    solved: int


@pytest.fixture(scope="module")
def asked(desk: Desk) -> Asked:
    """Three customers ask for Xero, one for an app; one gives thanks, one wants a person."""
    _, first = person_wanted(desk, IMOGEN, KESTREL, "Can you connect to Xero? Our Danish branch uses it.")
    person_wanted(desk, DEREK, BRIGHT, "Is there a connection to Xero? Our Dublin branch uses it.")
    desk.ask(RENEE, OAKLINE, "can Tallyworks connect to Xero, our branch in Texas uses it")
    person_wanted(desk, JONAS, KESTREL, "do you have an app for android that works offline")
    desk.ask(DEREK, BRIGHT, "Thank you, have a lovely weekend everybody!")
    person_wanted(desk, MAYA, BRIGHT, "I want to talk to a real person please")
    resolved(desk, first, cause="No connector for Xero", fix=FIX, words="By CSV, Imogen: I have set it up for you.")
    jobs_done(desk)
    return Asked(first)


def test_the_same_question_of_several_customers_comes_first_with_what_is_known(desk: Desk, asked: Asked) -> None:
    assert desk.people.command(JOMAR, ROOM, "/support", "gaps")["ok"]
    words = told(desk, JOMAR, ROOM, "What to write next")
    assert "4 questions of the last 30 days had no good answer" in words
    first, second = words.index("Xero"), words.index("android")
    assert first < second
    assert "3 questions from 3 customers: " in words
    for customer in ("Brightwater Foods", "Kestrel Logistics", "Oakline Studio"):
        assert customer in words
    assert f"*Known answer by Ana Lindqvist on #{asked.solved}:* {FIX}" in words
    assert "*Write* a new article: none of ours comes near." in words
    assert "weekend" not in words and "real person" not in words


@pytest.mark.usefixtures("asked")
def test_one_customer_and_a_period_can_be_named_and_mistakes_are_answered(desk: Desk) -> None:
    desk.people.command(ANA, ROOM, "/support", "gaps kestrel 7")
    words = told(desk, ANA, ROOM, "of Kestrel Logistics of the last 7 days")
    assert "Dublin" not in words and "Danish" in words
    desk.people.command(ANA, ROOM, "/support", "gaps acme")
    assert "brightwater, kestrel, oakline" in told(desk, ANA, ROOM, "Unknown customer 'acme'")


@pytest.mark.usefixtures("asked")
def test_nobody_else_reads_any_of_it(desk: Desk) -> None:
    desk.people.command(JOMAR, TRIAGE, "/support", "gaps")
    told(desk, JOMAR, TRIAGE, "What to write next")
    jobs_done(desk)
    for who, channel in ((MAYA, BRIGHT), (IMOGEN, KESTREL), (RENEE, OAKLINE), (ANA, TRIAGE)):
        assert "What to write next" not in str(desk.people.messages(who, channel))
    for text in ("gaps", "dashboard"):
        desk.people.command(OLAF, TRIAGE, "/support", text)
        assert "for people who work on the support desk" in told(desk, OLAF, TRIAGE, "support desk")


@pytest.mark.usefixtures("asked")
def test_the_managers_digest_names_the_most_wanted(desk: Desk) -> None:
    desk.people.command(MIRA, ROOM, "/support", "digest")
    words = told(desk, MIRA, ROOM, "*What to write next* (from the last 30 days)")
    assert "Xero" in words.partition("What to write next")[2]


@pytest.mark.usefixtures("asked")
def test_a_personal_link_opens_the_private_page_by_what_its_owner_may_see(desk: Desk) -> None:
    for who, figures in ((MIRA, True), (ANA, False)):
        desk.people.command(who, ROOM, "/support", "dashboard")
        found = re.search(
            r"https?://[^|>\s]+/dashboard/enter\?token=[\w.=-]+", told(desk, who, ROOM, "Open the dashboard")
        )
        assert found is not None
        assert found[0].startswith(desk.web_url)
        with httpx2.Client(trust_env=False, timeout=20) as browser:
            assert browser.get(found[0]).status_code == 200
            page = browser.get(f"{desk.web_url}dashboard").text
        assert "Xero" in page and FIX in page
        assert ("How the desk did" in page) is figures
    with httpx2.Client(trust_env=False, timeout=20) as browser:
        assert browser.get(f"{desk.web_url}dashboard").status_code == 401
