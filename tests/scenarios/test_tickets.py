"""A conversation that somebody must see through: its ticket, its card in triage, and who may touch it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox import SandboxError
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    GET_PERSON,
    IMOGEN,
    JOMAR,
    JONAS,
    MAYA,
    buttons,
    card,
    form,
    jobs_done,
    person_wanted,
    press,
    ticket,
    ticket_of,
    told,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OLAF, STRANGER, TRIAGE, Desk, everything_in

FOR_THE_TEAM = "This is for the support team"


def test_get_a_person_opens_a_ticket_whose_card_tells_an_agent_all_they_need(desk: Desk) -> None:
    words = "Since last night no new invoices from our Irish subsidiary arrive from NetSuite. The others are fine."
    asked = desk.ask(MAYA, BRIGHT, words)
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    press(desk, MAYA, BRIGHT, answer, GET_PERSON)
    assert "a person will answer here by" in everything_in(desk.reply_to(MAYA, BRIGHT, asked, "a person will answer"))

    number = until(desk, lambda: ticket_of(desk, BRIGHT, asked), "a ticket").id
    shown = card(desk, number)
    said = everything_in(shown)
    for wanted in (
        "New: nobody has taken it yet",
        "Brightwater Foods (enterprise)",
        "Maya Ferrant",
        "The customer asked for a person.",
        "no new invoices from our Irish subsidiary",
        "ERP: NetSuite",
        "Plan: Enterprise, 400 seats",
    ):
        assert wanted in said
    assert buttons(shown)[:4] == ["ticket.claim", "ticket.reply", "ticket.escalate", "ticket.resolve"]
    assert {"ticket.priority", "ticket.show", "link.thread"} <= set(buttons(shown))
    assert f"/archives/{BRIGHT}/p{asked.replace('.', '')}" in str(shown["blocks"])
    opened = ticket(desk, number)
    tier = desk.config.policies.tiers["enterprise"]
    assert opened.first_response_due == tier.first_response_due(opened.opened_at)


def test_claiming_names_the_owner_and_takes_the_button_away(desk: Desk) -> None:
    _, number = person_wanted(desk, JONAS, KESTREL, "Who of you signs our data processing agreement for Hamburg?")
    press(desk, JOMAR, TRIAGE, card(desk, number), "ticket.claim")
    claimed = card(desk, number, "Claimed by <@U0JOMAR>")
    assert "ticket.claim" not in buttons(claimed)
    assert "ticket.reply" in buttons(claimed)


def test_the_priority_is_chosen_on_the_card(desk: Desk) -> None:
    _, number = person_wanted(desk, IMOGEN, KESTREL, "Can Tallyworks host our data in Iceland, on our own hardware?")
    shown = card(desk, number)
    press(desk, ANA, TRIAGE, shown, "ticket.priority", option="urgent")
    until(desk, lambda: ticket(desk, number).priority == "urgent", "the priority")

    def chosen() -> str:
        blocks = card(desk, number)["blocks"]
        select = next(e for b in blocks for e in b.get("elements", []) if e.get("action_id") == "ticket.priority")
        return str(select["initial_option"]["value"])

    until(desk, lambda: chosen() == "urgent", "the card's choice")


def test_an_agents_words_in_the_customers_thread_claim_the_ticket_and_stop_the_clock(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "Do you have a fax number for the signed order form?")
    assert "due" in everything_in(card(desk, number))
    desk.people.say(ANA, BRIGHT, "Hi Derek, no fax, but I send you an upload link in a minute.", thread_ts=asked)
    claimed = card(desk, number, "Claimed by <@U0ANA>")
    assert "given after 0 minutes, in time" in everything_in(claimed)
    with desk.storage.reading() as tx:
        waiting = [p for p in tx.tickets.promises_due(ticket(desk, number).resolution_due) if p.ticket_id == number]
    assert waiting == []


def test_what_the_customer_adds_shows_on_the_card_until_somebody_of_us_writes(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Which of your people visits us in Felixstowe next month?")
    desk.people.say(IMOGEN, KESTREL, "We would prefer a Tuesday, and lunch is on us.", thread_ts=asked)
    assert "*1 new message* from the customer" in everything_in(card(desk, number, "1 new message"))
    assert "prefer a Tuesday" in everything_in(card(desk, number, "prefer a Tuesday"))
    desk.people.say(JOMAR, KESTREL, "Dana does, I ask her about Tuesdays.", thread_ts=asked)
    card(desk, number, "Claimed by <@U0JOMAR>", without="new message")


def test_of_two_agents_who_claim_at_once_one_gets_it_and_the_other_is_told_who(desk: Desk) -> None:
    _, number = person_wanted(desk, JONAS, KESTREL, "May our auditors log in to your office network in Berlin?")
    shown = card(desk, number)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda who: press(desk, who, TRIAGE, shown, "ticket.claim"), (ANA, JOMAR)))
    owner = until(desk, lambda: ticket(desk, number).assignee_id, "an owner")
    other, name = (JOMAR, "Ana Lindqvist") if owner == ANA else (ANA, "Jomar Villareal")
    assert f"{name} has ticket #{number} already" in told(desk, other, TRIAGE, f"ticket #{number} already")
    card(desk, number, f"Claimed by <@{owner}>")


def test_an_agent_replies_from_the_card_and_the_customer_reads_it_with_their_name(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "Is there a printed handbook that we can order for our plants?")
    press(desk, ANA, TRIAGE, card(desk, number), "ticket.reply")
    view = form(desk, ANA)
    empty = desk.people.submit(ANA, view["id"], {"words": {"text": " <@U0TOM> "}})
    assert "There is nothing to say yet" in empty["errors"]["words"]
    assert desk.people.submit(ANA, view["id"], {"words": {"text": "No, but P&L > 1 page is fine as <PDF>."}})["ok"]
    reply = everything_in(desk.reply_to(DEREK, BRIGHT, asked, "From Ana Lindqvist"))
    assert "No, but P&L > 1 page is fine as <PDF>." in reply
    card(desk, number, "Claimed by <@U0ANA>")


def test_the_history_button_shows_what_was_said_and_done(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Could you lend us a projector for the kick-off?")
    desk.people.say(ANA, KESTREL, "Gladly, Imogen.", thread_ts=asked)
    press(desk, ANA, TRIAGE, card(desk, number, "Claimed by"), "ticket.show")
    shown = str(form(desk, ANA))
    assert "lend us a projector" in shown
    assert "Gladly, Imogen." in shown
    assert "Ana Lindqvist replied" in shown


def test_a_colleague_without_a_role_is_refused_kindly_and_learns_nothing(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "Who paints the walls of your data centre?")
    shown = card(desk, number)
    press(desk, OLAF, TRIAGE, shown, "ticket.claim")
    assert FOR_THE_TEAM in told(desk, OLAF, TRIAGE, FOR_THE_TEAM)
    for button in ("ticket.reply", "ticket.escalate", "ticket.resolve", "ticket.show"):
        press(desk, OLAF, TRIAGE, shown, button)
        view = form(desk, OLAF)
        assert FOR_THE_TEAM in str(view)
        assert "Brightwater" not in str(view)
        assert not view.get("submit")
        desk.people.close_view(OLAF, view["id"], clear=True)
    jobs_done(desk)
    assert ticket(desk, number).assignee_id is None


def test_somebody_of_another_organisation_cannot_press_a_customers_buttons(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "How can I merge two entries of the same vendor?")
    answer = desk.reply_to(DEREK, BRIGHT, asked, "Select Merge")
    press(desk, STRANGER, BRIGHT, answer, GET_PERSON)
    assert "Only the people of this conversation" in told(desk, STRANGER, BRIGHT, "Only the people")
    jobs_done(desk)
    assert ticket_of(desk, BRIGHT, asked) is None


def test_customers_cannot_look_into_triage(desk: Desk) -> None:
    with pytest.raises(SandboxError, match=r"not_in_channel|channel_not_found"):
        desk.people.messages(MAYA, TRIAGE)
