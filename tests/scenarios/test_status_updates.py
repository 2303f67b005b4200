"""Customers who wait hear from us on time: what the owner approved, or honestly that we are still working."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tickets import Promise
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    IMOGEN,
    JONAS,
    MAYA,
    TOM,
    buttons,
    clock_moved,
    escalated,
    escalation_of,
    form,
    jobs_done,
    noted,
    person_wanted,
    press,
    resolved,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in

MINUTE = 60


def asked_inside(desk: Desk, root: dict[str, Any]) -> dict[str, Any]:
    return desk.reply_to(TOM, ERP, root["ts"], "what may we tell the customer?")


def updates(desk: Desk, who: str, channel: str, asked: str) -> list[str]:
    said = map(everything_in, desk.thread(who, channel, asked))
    return [words for words in said if "Next update by" in words]


def names_next_update(update: str, desk: Desk, number: int, zone: str, place: str) -> bool:
    due = escalation_of(desk, number).next_update_at
    assert due is not None
    # Around midnight there, it may be tomorrow.
    told = rf"Next update by (today|tomorrow) {due.astimezone(ZoneInfo(zone)):%H:%M} \({place}\)"
    return re.search(told, update) is not None


def promises(desk: Desk, number: int) -> list[Promise]:
    with Session(desk.storage.engine) as session:
        found = session.scalars(
            select(Promise).where(Promise.ticket_id == number, Promise.kind == "status_update").order_by(Promise.id)
        )
        return list(found)


def closed(desk: Desk, number: int) -> None:
    resolved(desk, number, cause="Found", fix="Mended", words="It is mended.")


def test_the_owner_is_asked_before_and_what_they_approve_goes_out_on_time(desk: Desk) -> None:
    asked, number = person_wanted(
        desk, MAYA, BRIGHT, "NetSuite invoices of our plant in Cork stopped arriving on Friday."
    )
    root = escalated(desk, number, severity="sev2")
    press(desk, TOM, ERP, root, "escalation.take")
    noted(desk, ERP, desk.people.say(TOM, ERP, "We re-read Friday's bills, half are there.", thread_ts=root["ts"]))
    clock_moved(desk, advance=46 * MINUTE)
    asking = asked_inside(desk, root)
    assert "<@U0TOM>, what may we tell the customer?" in everything_in(asking)
    assert "half are there" in everything_in(asking)
    assert "(New York time)" in everything_in(asking)
    assert buttons(asking) == ["relay.approve", "relay.send", "relay.edit", "relay.discard"]
    assert updates(desk, MAYA, BRIGHT, asked) == []

    press(desk, TOM, ERP, asking, "relay.approve")
    approved = everything_in(desk.reply_to(TOM, ERP, root["ts"], "Approved status update"))
    assert "Approved by Tom Brandvold. It goes out" in approved
    assert updates(desk, MAYA, BRIGHT, asked) == []

    clock_moved(desk, advance=15 * MINUTE)
    update = everything_in(desk.reply_to(MAYA, BRIGHT, asked, "Next update by"))
    assert "half are there" in update
    assert "From Tom Brandvold" in update
    assert names_next_update(update, desk, number, "America/New_York", "New York")
    first, following = promises(desk, number)
    assert first.kept_at is not None
    assert following.kept_at is None
    assert following.due_at == escalation_of(desk, number).next_update_at
    closed(desk, number)


def test_when_nobody_approves_anything_the_customer_hears_an_honest_word(desk: Desk) -> None:
    asked, number = person_wanted(
        desk, JONAS, KESTREL, "SAP purchase orders from Hamburg are read without their lines."
    )
    root = escalated(desk, number, severity="sev1")
    clock_moved(desk, advance=21 * MINUTE)
    draft = asked_inside(desk, root)
    assert "<@U0TOM>" in everything_in(draft), "nobody took it, so the engineer on call is asked"
    assert "holding message" in everything_in(draft)
    clock_moved(desk, advance=10 * MINUTE)
    update = everything_in(desk.reply_to(JONAS, KESTREL, asked, "Next update by"))
    assert "Hi Jonas, your question is with our ERP Integration team and waits for a specialist there." in update
    assert names_next_update(update, desk, number, "Europe/Berlin", "Berlin")
    desk.reply_to(TOM, ERP, root["ts"], "Discarded status update")
    closed(desk, number)


def test_an_update_can_be_put_into_other_words_and_sent_at_once(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "ERP sync of the Mexican company shows dates in the year 1970.")
    root = escalated(desk, number, severity="sev2")
    clock_moved(desk, advance=46 * MINUTE)
    press(desk, TOM, ERP, asked_inside(desk, root), "relay.edit")
    view = form(desk, TOM)
    values = {"words": {"text": "The dates are read anew tonight, Derek."}, "when": {"choice": "now"}}
    assert desk.people.submit(TOM, view["id"], values) == {"ok": True}
    desk.reply_to(DEREK, BRIGHT, asked, "read anew tonight")
    before = escalation_of(desk, number)
    clock_moved(desk, advance=20 * MINUTE)
    jobs_done(desk)
    assert updates(desk, DEREK, BRIGHT, asked) == [], "the clock began anew when the words were sent"
    assert escalation_of(desk, number).next_update_at == before.next_update_at
    closed(desk, number)


def test_a_long_sleep_over_several_updates_sends_one_and_asks_nobody_too_late(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Our SAP vendor master shows every supplier twice since noon.")
    root = escalated(desk, number, severity="sev1")
    clock_moved(desk, advance=4 * 60 * MINUTE)
    desk.reply_to(IMOGEN, KESTREL, asked, "Next update by")
    jobs_done(desk)
    assert len(updates(desk, IMOGEN, KESTREL, asked)) == 1
    assert "what may we tell" not in str(desk.thread(TOM, ERP, root["ts"]))
    closed(desk, number)


def test_updates_stop_when_it_is_resolved(desk: Desk) -> None:
    asked, number = person_wanted(
        desk, MAYA, BRIGHT, "The NetSuite role of our Irish company lost its permissions again."
    )
    other_asked, other = person_wanted(desk, JONAS, KESTREL, "The SAP sync of Felixstowe reads no taxes since Monday.")
    escalated(desk, number, severity="sev2")
    escalated(desk, other, severity="sev2")
    closed(desk, number)
    until(desk, lambda: escalation_of(desk, number).status == "resolved", "the end of the escalation")
    clock_moved(desk, advance=61 * MINUTE)
    desk.reply_to(JONAS, KESTREL, other_asked, "Next update by")
    jobs_done(desk)
    assert updates(desk, MAYA, BRIGHT, asked) == []
    assert all(promise.kept_at for promise in promises(desk, number))
    closed(desk, other)


def test_a_promise_that_was_not_kept_in_time_is_shown_as_overdue(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Which bank details do we use for the new framework contract?")
    clock_moved(desk, advance=5 * MINUTE)

    promised = re.compile(rf"A person answers Brightwater Foods on #{number} by \d\d:\d\d \(overdue\)")

    def overdue() -> bool:
        desk.people.command(ANA, TRIAGE, "/support", "status")
        return any(promised.search(everything_in(m)) for m in desk.people.messages(ANA, TRIAGE))

    until(desk, overdue, "the overdue promise")
