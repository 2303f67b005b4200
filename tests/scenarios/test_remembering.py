"""An answer that one of us puts right once is given by itself the next time, to those who may be told and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.fakes.desk_stories import (
    ANA,
    IMOGEN,
    JOMAR,
    MAYA,
    RENEE,
    card,
    person_wanted,
    press,
)
from tests.fakes.own_articles import Articles, desk_with_articles
from tests.fakes.running_desk import BOTH_DOORS, BRIGHT, KESTREL, OAKLINE, TRIAGE, Desk, everything_in

NAMES = ("currency-and-exchange-rates", "vendor-merge-duplicates", "invoice-inbox-email", "audit-log", "webhooks")
QUESTION = "Which tax code do invoices of our Irish subsidiary get?"
SIMILAR = "What tax code is used for the invoices of the Irish subsidiary?"


@pytest.fixture(scope="module", params=BOTH_DOORS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Articles]]:
    folder = tmp_path_factory.mktemp(f"remembering-{request.param}")
    with desk_with_articles(folder, NAMES, door=request.param, modes={OAKLINE: "suggest"}) as running:
        yield running


def fill_in(desk: Desk, who: str, audience: str, **texts: str) -> dict[str, Any]:
    form = desk.people.wait_for(
        lambda: next((view for view in desk.people.modals(who)[-1:] if view["submit"]), None), 15, "a form"
    )
    values = {block: {"text": text} for block, text in texts.items()} | {"remember": {"choice": audience}}
    sent: dict[str, Any] = desk.people.submit(who, form["id"], values)
    return sent


def form_of(desk: Desk, who: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.people.wait_for(
        lambda: next((view for view in desk.people.modals(who)[-1:] if view["submit"]), None), 15, "a form"
    )
    return found


def command(desk: Desk, who: str, text: str) -> str:
    """Types it and returns what only this person reads."""
    before = len([m for m in desk.people.messages(who, TRIAGE) if m.get("is_ephemeral")])
    assert desk.people.command(who, TRIAGE, "/support", text)["ok"]
    return everything_in(
        desk.people.wait_for(
            lambda: [m for m in desk.people.messages(who, TRIAGE) if m.get("is_ephemeral")][before:], 15, text
        )[-1]
    )


def test_what_solved_a_ticket_answers_that_customers_next_question_and_nobody_elses(
    shop: tuple[Desk, Articles],
) -> None:
    desk, articles = shop
    asked, number = person_wanted(desk, MAYA, BRIGHT, QUESTION)
    reply = "Hi Maya, invoices of the Irish subsidiary get the tax code IE23. Questions: ana@tallyworks.example"
    command(desk, ANA, f"reply {number} {reply}")
    desk.reply_to(MAYA, BRIGHT, asked, "IE23")
    desk.people.command(ANA, TRIAGE, "/support", f"remember {number}")
    words = everything_in(form_of(desk, ANA))
    assert QUESTION in words and "Invoices of the Irish subsidiary get" in words
    assert "Maya" not in words.replace("Maya Ferrant", "") and "ana@tallyworks" not in words
    assert fill_in(desk, ANA, "customer")["ok"]
    desk.settle(60)

    again = desk.ask(MAYA, BRIGHT, SIMILAR)
    answer = everything_in(desk.reply_to(MAYA, BRIGHT, again, "IE23"))
    assert QUESTION in answer, "the pair itself is the source"
    assert "About this answer" not in answer and "Our support team wrote" not in answer

    other = desk.ask(IMOGEN, KESTREL, SIMILAR)
    assert "IE23" not in everything_in(desk.reply_to(IMOGEN, KESTREL, other))

    # Reading the sources in again leaves it alone.
    articles.read_in()
    third = desk.ask(MAYA, BRIGHT, "What is the right tax code for the invoices of the Irish subsidiary?")
    assert "IE23" in everything_in(desk.reply_to(MAYA, BRIGHT, third))

    with desk.storage.reading() as tx:
        kept = next(row.id for row in tx.articles.of_source("remembered:") if "IE23" in row.body)
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{desk.web_url}articles/{kept}", timeout=10)

    listed = command(desk, JOMAR, "remembered")
    assert QUESTION in listed and "Brightwater Foods" in listed and "Forget" in listed


def test_an_edited_draft_is_remembered_for_everyone_when_the_agent_says_so(shop: tuple[Desk, Articles]) -> None:
    desk, _ = shop
    asked = desk.ask(RENEE, OAKLINE, "Which exchange rate turns our euro invoices into dollars?")
    ticket = desk.card(ANA, TRIAGE, "Renee Sandoval")
    draft = desk.reply_to(ANA, TRIAGE, ticket["ts"], "Nobody outside has seen it")
    press(desk, ANA, TRIAGE, draft, "suggestion.edit")
    refused = fill_in(desk, ANA, "everyone", words="Renee, Oakline uses the rate of the invoice's own day.")
    assert not refused["ok"] and "Oakline" in str(refused["errors"]["remember"])
    assert "Nobody outside has seen it" in everything_in(desk.reply_to(ANA, TRIAGE, ticket["ts"])), "nothing was sent"
    sent = fill_in(desk, ANA, "everyone", words="Renee, it is the rate of the zebra table on the invoice's own day.")
    assert sent["ok"], sent
    desk.reply_to(RENEE, OAKLINE, asked, "the zebra table")
    desk.settle(60)
    other = desk.ask(IMOGEN, KESTREL, "Which exchange rate turns our euro invoices into pounds?")
    answer = everything_in(desk.reply_to(IMOGEN, KESTREL, other, "zebra table"))
    assert "Renee" not in answer
    found = re.search(r"articles/(remembered-\d+)", answer)
    assert found is not None
    with urlopen(f"{desk.web_url}articles/{found[1]}", timeout=10) as page:
        assert "zebra table" in page.read().decode()


def test_a_forgotten_answer_is_not_given_any_more_and_who_got_it_hears_of_it(shop: tuple[Desk, Articles]) -> None:
    desk, _ = shop
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "What colour are the stickers on our pallets?")
    command(desk, ANA, f"reply {number} The stickers are vermilion.")
    desk.reply_to(IMOGEN, KESTREL, asked, "vermilion")
    desk.people.command(ANA, TRIAGE, "/support", f"remember {number}")
    assert fill_in(desk, ANA, "customer")["ok"]
    desk.settle(60)
    again = desk.ask(IMOGEN, KESTREL, "Which colour do the stickers on our pallets have?")
    assert "vermilion" in everything_in(desk.reply_to(IMOGEN, KESTREL, again))
    command(desk, ANA, "remembered")
    listed = [m for m in desk.people.messages(ANA, TRIAGE) if m.get("is_ephemeral")][-1]
    blocks = [block for block in listed["blocks"] if "pallets" in str(block)]
    number_of = blocks[0]["accessory"]["value"]
    desk.people.click(ANA, TRIAGE, listed["ts"], "remembered.forget", block_id=blocks[0]["block_id"])
    desk.settle(60)
    with desk.storage.reading() as tx:
        assert tx.articles.get(f"remembered-{number_of}") is None
    assert "No article answers the question now" in everything_in(desk.card(ANA, TRIAGE, "Correction for Kestrel"))


def test_a_resolved_tickets_card_offers_to_remember_what_solved_it(shop: tuple[Desk, Articles]) -> None:
    desk, _ = shop
    _, number = person_wanted(desk, MAYA, BRIGHT, "Where do we see the serial number of our pallet scanner?")
    press(desk, ANA, TRIAGE, card(desk, number), "ticket.resolve")
    words = "The serial number stands on the bottom of the scanner."
    assert desk.fill_in(ANA, {"cause": "Not written down.", "fix": "Told them.", "words": words})["ok"]
    resolved = card(desk, number, "Remember the answer")
    press(desk, ANA, TRIAGE, resolved, "ticket.remember")
    assert words in everything_in(form_of(desk, ANA))
    assert fill_in(desk, ANA, "customer")["ok"]
    desk.settle(60)
    again = desk.ask(MAYA, BRIGHT, "Where is the serial number of the pallet scanner?")
    assert "bottom of the scanner" in everything_in(desk.reply_to(MAYA, BRIGHT, again))
