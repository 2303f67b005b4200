"""What customers were told and is no longer right is put right in their thread, once a person of ours has agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.receipts import Receipt
from tests.fakes.desk_stories import ANA, IMOGEN, JOMAR, JONAS, MAYA, buttons, card, press, ticket_of
from tests.fakes.own_articles import Articles, desk_with_articles
from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in
from tests.fakes.slack_addresses import at

NAMES = (
    "vendor-merge-duplicates",
    "budget-alerts",
    "webhooks",
    "audit-log",
    "two-step-verification",
    "invoice-inbox-email",
    "currency-and-exchange-rates",
    "owner-transfer",
)
SEND, EDIT, DISCARD = "correction.send", "correction.edit", "correction.discard"
UNDO = "How long can the merge of two vendors be undone?"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Desk, Articles]]:
    """A fresh desk for each story, since each changes the same article."""
    with desk_with_articles(tmp_path, NAMES, door="socket") as running:
        yield running


def corrections(desk: Desk) -> list[dict[str, Any]]:
    return [m for m in desk.people.messages(ANA, TRIAGE) if "Correction for" in everything_in(m)]


def told(desk: Desk, who: str, channel: str, asked: str, containing: str) -> dict[str, Any]:
    return desk.reply_to(who, channel, asked, containing)


def test_a_changed_article_is_corrected_where_it_was_told_and_only_when_an_agent_agrees(
    shop: tuple[Desk, Articles],
) -> None:
    desk, articles = shop
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    first = told(desk, MAYA, BRIGHT, asked, "30 days")
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    draft = desk.card(ANA, TRIAGE, "Correction for Brightwater Foods")
    said = everything_in(draft)
    assert "30 days" in said and "14 days" in said and "Merge duplicate vendors" in said
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 1, "nothing goes out by itself"
    press(desk, ANA, TRIAGE, draft, SEND)
    second = told(desk, MAYA, BRIGHT, asked, "14 days")
    assert "Hi Maya" in everything_in(second) and "Ana Lindqvist" in everything_in(second)
    assert "vendor-merge-duplicates" in everything_in(second), "with its source"
    again = told(desk, MAYA, BRIGHT, asked, "Corrected")
    assert again["ts"] == first["ts"] and not buttons(again)
    assert "answer.solved" in buttons(second)
    desk.card(ANA, TRIAGE, "Sent to the customer, by")

    # The same text is read in again, and nobody hears of it twice; when it changes once more, the correction itself is
    # what is put right.
    articles.read_in()
    assert len(corrections(desk)) == 1
    articles.mend("vendor-merge-duplicates", "for 14 days", "for 7 days")
    newest = corrections(desk)[-1]
    assert len(corrections(desk)) == 2 and "7 days" in everything_in(newest)


def test_an_edit_that_leaves_what_we_said_as_it_is_bothers_nobody(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, asked, "30 days")
    articles.mend("vendor-merge-duplicates", "every Monday", "every Tuesday")
    articles.mend("vendor-merge-duplicates", "choose **Undo merge**", "choose   *Undo merge*")
    assert corrections(desk) == []
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 1


def test_a_withdrawn_article_brings_a_person_with_the_correction(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    asked = desk.ask(IMOGEN, KESTREL, UNDO)
    told(desk, IMOGEN, KESTREL, asked, "30 days")
    articles.take_away("vendor-merge-duplicates")
    draft = desk.card(ANA, TRIAGE, "Correction for Kestrel Logistics")
    assert "No article answers the question now" in everything_in(draft)
    press(desk, ANA, TRIAGE, draft, SEND)
    second = everything_in(told(desk, IMOGEN, KESTREL, asked, "do not rely on it"))
    assert "withdrawn" in second and "a person will answer here by" in second
    number = desk.people.wait_for(lambda: ticket_of(desk, KESTREL, asked), 15, "a ticket").id
    card(desk, number, "no article takes its place")


def test_a_discarded_correction_is_never_sent_and_does_not_come_back(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    asked = desk.ask(JONAS, KESTREL, UNDO)
    told(desk, JONAS, KESTREL, asked, "30 days")
    articles.mend("vendor-merge-duplicates", "for 30 days", "for thirty days")
    draft = desk.card(ANA, TRIAGE, "Correction for Kestrel Logistics")
    press(desk, JOMAR, TRIAGE, draft, DISCARD)
    desk.card(ANA, TRIAGE, "Discarded, by")
    articles.mend("vendor-merge-duplicates", "every Monday", "every Tuesday")
    assert len(corrections(desk)) == 1
    assert len(desk.thread(JONAS, KESTREL, asked)) == 1
    assert SEND not in buttons(corrections(desk)[0])


def test_the_customer_reads_the_agents_words_and_a_stale_draft_is_replaced(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, asked, "30 days")
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    articles.mend("vendor-merge-duplicates", "for 14 days", "for 21 days")
    stale, fresh = corrections(desk)
    assert "No longer needed" in everything_in(stale) and SEND not in buttons(stale)
    press(desk, ANA, TRIAGE, fresh, EDIT)
    mended = "Maya, it is 21 days now, and your own merge is still fine. [1] <!channel>"
    assert desk.fill_in(ANA, {"words": mended})["ok"]
    second = everything_in(told(desk, MAYA, BRIGHT, asked, "21 days now"))
    assert "channel" not in second and "Merge duplicate vendors" in second


def test_an_article_back_as_it_was_needs_no_correction_any_more(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, asked, "30 days")
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    articles.mend("vendor-merge-duplicates", "for 14 days", "for 30 days")
    assert [SEND in buttons(one) for one in corrections(desk)] == [False]
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    assert [SEND in buttons(one) for one in corrections(desk)] == [True], "the same card again, not a second one"
    text = (articles.folder / "vendor-merge-duplicates.md").read_text(encoding="utf-8")
    articles.take_away("vendor-merge-duplicates")
    assert [SEND in buttons(one) for one in corrections(desk)] == [False, True]
    articles.write("vendor-merge-duplicates", text.replace("for 14 days", "for 30 days"))
    assert [SEND in buttons(one) for one in corrections(desk)] == [False, False]
    assert len(desk.thread(MAYA, BRIGHT, asked)) == 1


def test_an_article_that_an_agent_calls_wrong_is_not_answered_from_until_it_is_mended(
    shop: tuple[Desk, Articles],
) -> None:
    desk, articles = shop
    desk.settle(60)  # reading in at the start would give the article its owner again
    with desk.storage.transaction() as tx:
        row = tx.articles.get("vendor-merge-duplicates")
        assert row is not None
        row.owner = "U0RUTH"
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, asked, "30 days")
    link = f"{desk.config.company.help_centre}vendor-merge-duplicates"
    assert desk.people.command(ANA, TRIAGE, "/support", f"wrong <{link}> It is 14 days since June.")["ok"]
    notice = everything_in(desk.card(ANA, TRIAGE, "It is 14 days since June"))
    assert "<@U0RUTH>" in notice and "Ana Lindqvist says" in notice and "since June. Nothing" in notice
    draft = desk.card(ANA, TRIAGE, "Correction for Brightwater Foods")
    desk.settle()
    assert "was marked as wrong" in everything_in(draft)
    second = desk.ask(IMOGEN, KESTREL, UNDO)
    desk.reply_to(IMOGEN, KESTREL, second, "a person will answer here by")
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    third = desk.ask(JONAS, KESTREL, UNDO)
    told(desk, JONAS, KESTREL, third, "14 days")
    desk.settle(60)
    desk.people.wait_for(
        lambda: next((m for m in corrections(desk) if "14 days" in everything_in(m)), None), 15, "the correction"
    )


def test_a_mark_that_was_a_mistake_is_taken_back(shop: tuple[Desk, Articles]) -> None:
    desk, _ = shop
    asked = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, asked, "30 days")
    desk.people.command(ANA, TRIAGE, "/support", "wrong vendor-merge-duplicates Not sure about the days.")
    desk.card(ANA, TRIAGE, "Correction for Brightwater Foods")
    desk.people.command(ANA, TRIAGE, "/support", "right vendor-merge-duplicates")
    desk.settle()
    assert [SEND in buttons(one) for one in corrections(desk)] == [False]
    again = desk.ask(IMOGEN, KESTREL, UNDO)
    told(desk, IMOGEN, KESTREL, again, "30 days")


def test_what_is_too_old_or_was_taken_back_is_only_counted(shop: tuple[Desk, Articles]) -> None:
    desk, articles = shop
    old = desk.ask(MAYA, BRIGHT, UNDO)
    told(desk, MAYA, BRIGHT, old, "30 days")
    gone = desk.ask(IMOGEN, KESTREL, UNDO)
    told(desk, IMOGEN, KESTREL, gone, "30 days")
    desk.people.delete(IMOGEN, KESTREL, gone)
    desk.settle()
    with desk.storage.transaction() as tx:
        conversation = tx.conversations.of_thread(at(BRIGHT, old))
        assert conversation is not None
        answer = tx.answers.of_conversation(conversation.id)[0]
        assert answer.sent_at is not None
        answer.sent_at -= timedelta(days=desk.config.policies.correct_answers_days + 1)
    articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
    assert corrections(desk) == []
    with Session(desk.storage.engine) as session:
        receipt = session.scalars(select(Receipt).where(Receipt.decision == "answers_reviewed")).one()
    assert receipt.details["counts"] == {"too_old": 1} and receipt.details["drafted"] == 0


def test_a_draft_that_waits_for_an_agent_is_made_anew(tmp_path: Path) -> None:
    with desk_with_articles(tmp_path, NAMES, door="http", modes={BRIGHT: "suggest"}) as (desk, articles):
        desk.ask(MAYA, BRIGHT, UNDO)
        ticket = desk.card(ANA, TRIAGE, "Maya Ferrant")
        desk.reply_to(ANA, TRIAGE, ticket["ts"], "30 days")
        articles.mend("vendor-merge-duplicates", "for 30 days", "for 14 days")
        desk.reply_to(ANA, TRIAGE, ticket["ts"], "14 days")
        assert len(desk.thread(ANA, TRIAGE, ticket["ts"])) == 1 and corrections(desk) == []
