"""The App Home shows everybody what is theirs, and customers how to ask."""

from __future__ import annotations

from typing import Any

from storage.queue import QueueFilter
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    JONAS,
    MAYA,
    MIRA,
    RUTH,
    TOM,
    card,
    escalated,
    escalation_root,
    form,
    person_wanted,
    press,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OLAF, STRANGER, TRIAGE, Desk, everything_in


def home(desk: Desk, who: str, containing: str) -> str:
    """Opens the Home tab until it says that (it is drawn in the background), and returns all its words."""

    def look() -> str | None:
        view = desk.people.home(who)
        words = everything_in(view) if view else ""
        return words if containing in words else None

    desk.people.open_home(who)
    found: str = until(desk, look, f"{who}'s home with {containing!r}")
    return found


def test_agents_see_their_tickets_and_what_nobody_has_claimed(desk: Desk) -> None:
    _, mine = person_wanted(desk, MAYA, BRIGHT, "Who translates our contract into Spanish?")
    _, free = person_wanted(desk, JONAS, KESTREL, "Is there a museum of old invoices?")
    press(desk, ANA, TRIAGE, card(desk, mine), "ticket.claim")
    card(desk, mine, "Claimed by <@U0ANA>")
    words = home(desk, ANA, "into Spanish")
    at_mine, at_free = words.index("*Mine* (1 ticket)"), words.index("*Nobody has claimed these*")
    assert at_mine < words.index(f"*#{mine}*") < at_free < words.index(f"*#{free}*")
    assert "Hello Ana" in words

    view: dict[str, Any] = desk.people.home(ANA) or {}
    block = next(b for b in view["blocks"] if b.get("accessory", {}).get("value") == str(mine))
    desk.people.click_in_view(ANA, view["id"], "ticket.show", block_id=block["block_id"])
    assert "into Spanish" in str(form(desk, ANA))


def test_engineers_see_the_escalations_of_their_team_only(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "NetSuite subsidiaries are sorted by age of their mayor.")
    root = escalated(desk, number)
    words = home(desk, TOM, "age of their mayor")
    assert "nobody has taken it yet" in words
    assert "The customer does not see it" in words
    press(desk, TOM, ERP, root, "escalation.take")
    escalation_root(desk, number, "Taken by <@U0TOM>")
    home(desk, TOM, "with <@U0TOM>")
    assert "age of their mayor" not in home(desk, RUTH, "No escalation is open for your team.")


def test_managers_see_how_the_desk_stands(desk: Desk) -> None:
    with desk.storage.reading() as tx:
        opened = tx.queue.page(QueueFilter(), 1000)
    words = home(desk, MIRA, "How the desk stands")
    assert f"*Open tickets*\n{len(opened)}" in words
    assert f"*Without an owner*\n{sum(one.assignee_id is None for one in opened)}" in words
    assert "*Overdue*" in words
    assert "target 0, met" in words


def test_customers_read_how_to_ask_and_nothing_about_tickets(desk: Desk) -> None:
    words = home(desk, MAYA, "Hello Maya")
    assert "Write your question in the channel that you share with us" in words
    assert "#1" not in words


def test_strangers_and_colleagues_without_a_role_learn_nothing(desk: Desk) -> None:
    for who in (OLAF, STRANGER):
        words = home(desk, who, "How to ask")
        assert "#1" not in words
        assert "Brightwater" not in words
