"""Every manager gets the day before on one page, at their local hour, once, with figures that can be trusted."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    IMOGEN,
    JOMAR,
    JONAS,
    MAYA,
    MIRA,
    TOM,
    card,
    clock_moved,
    escalated,
    escalation_of,
    jobs_done,
    person_wanted,
    press,
    resolved,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2027, 3, 2, 10, 0, tzinfo=BERLIN)
HOUR = 3600
TUESDAY, WEDNESDAY = "Tuesday, 2 March 2027", "Wednesday, 3 March 2027"


def at(desk: Desk, day: int, hour: int, minute: int) -> None:
    """Moves everybody's clock to that time in Berlin in March 2027."""
    clock_moved(desk, now=datetime(2027, 3, day, hour, minute, tzinfo=BERLIN).timestamp())


def digests(desk: Desk, day: str) -> list[dict[str, Any]]:
    """Mira's direct messages from Footbridge about that day."""
    direct = desk.people.messages(MIRA, "U0BOT")
    return [message for message in direct if f"The desk on {day}" in everything_in(message)]


def digest(desk: Desk, day: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = until(desk, lambda: digests(desk, day), f"the digest of {day}")
    return found[0]


def fields(message: dict[str, Any]) -> dict[str, str]:
    """The figures by their names."""
    cells = [field["text"] for block in message["blocks"] for field in block.get("fields", [])]
    return {name.strip("*"): value for name, _, value in (cell.partition("\n") for cell in cells)}


@dataclass
class Counted:
    """The day's figures, counted straight from the tables and not by the code under test."""

    asked: int
    alone: int
    opened: int
    resolved: int
    escalated: int
    open_now: int
    responses: list[float]
    responses_in_time: int
    responses_missed: int
    resolutions: list[float]
    resolutions_in_time: int
    resolutions_missed: int


def counted(desk: Desk, day: datetime) -> Counted:
    start = day.replace(hour=0, minute=0)
    inside = tuple(
        moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S.000000")
        for moment in (start, start.replace(day=day.day + 1))
    )
    path = desk.storage.engine.url.database
    assert path is not None

    def rows(query: str, times: int = 1) -> list[tuple[Any, ...]]:
        with sqlite3.connect(path) as connection:
            found = connection.execute(query, inside * times).fetchall()
        connection.close()
        return found

    took = "(julianday({}) - julianday(opened_at)) * 86400"
    in_day = ">= ? AND {0} < ?"
    responses = rows(
        f"SELECT {took.format('first_response_at')}, first_response_at <= first_response_due FROM tickets "
        f"WHERE opened_at {in_day.format('opened_at')} AND first_response_at IS NOT NULL"
    )
    resolutions = rows(
        f"SELECT {took.format('resolved_at')}, resolved_at <= resolution_due FROM tickets "
        f"WHERE resolved_at {in_day.format('resolved_at')}"
    )

    def missed(due: str, done: str) -> int:
        late = rows(f"SELECT {done} FROM tickets WHERE {due} {in_day.format(due)}")
        return sum(when is None or when >= inside[1] for (when,) in late)

    def number(query: str) -> int:
        return int(rows(query)[0][0])

    asked = f"FROM conversations WHERE opened_at {in_day.format('opened_at')}"
    return Counted(
        asked=number(f"SELECT count(*) {asked}"),
        alone=number(
            f"SELECT count(*) {asked} AND taken_over_at IS NULL AND id NOT IN (SELECT conversation_id FROM tickets) "
            "AND id IN (SELECT conversation_id FROM answers WHERE outcome = 'answered' AND state = 'sent')"
        ),
        opened=number(f"SELECT count(*) FROM tickets WHERE opened_at {in_day.format('opened_at')}"),
        resolved=len(resolutions),
        escalated=number(f"SELECT count(*) FROM escalations WHERE opened_at {in_day.format('opened_at')}"),
        open_now=number("SELECT count(*) FROM tickets WHERE status != 'resolved' AND ? < ?"),
        responses=[seconds for seconds, _ in responses],
        responses_in_time=sum(in_time for _, in_time in responses),
        responses_missed=missed("first_response_due", "first_response_at"),
        resolutions=[seconds for seconds, _ in resolutions],
        resolutions_in_time=sum(in_time for _, in_time in resolutions),
        resolutions_missed=missed("resolution_due", "resolved_at"),
    )


@dataclass
class Days:
    """What happened on Tuesday, and what Mira could read of it on Wednesday morning."""

    waiting: int
    escalated: int
    before_the_hour: list[dict[str, Any]]
    message: dict[str, Any]
    real: Counted


@pytest.fixture(scope="module")
def days(desk: Desk) -> Days:
    """One question answered, one by a person, one resolved, one escalated, one that nobody looked at."""
    at(desk, 2, 10, 0)
    digest(desk, "Monday, 1 March 2027")
    asked = desk.ask(MAYA, BRIGHT, "How can I merge two entries of the same vendor?")
    desk.reply_to(MAYA, BRIGHT, asked, "Select Merge")
    thread, number = person_wanted(desk, IMOGEN, KESTREL, "Do you have an office near Felixstowe harbour?")
    clock_moved(desk, advance=4 * 60)
    desk.people.say(JOMAR, KESTREL, "Not yet, Imogen, London is the nearest.", thread_ts=thread)
    card(desk, number, "Claimed by <@U0JOMAR>")
    _, done = person_wanted(desk, JONAS, KESTREL, "What is the name of your first customer?")
    clock_moved(desk, advance=2 * HOUR)
    resolved(desk, done, cause="Curiosity", fix="Told him", words="It was a bakery, Jonas.")
    card(desk, done, "Resolved")
    _, waiting = person_wanted(desk, DEREK, BRIGHT, "May we paint our forklifts in your colours?")
    _, hard = person_wanted(desk, MAYA, BRIGHT, "NetSuite bills of our Dublin office come without their tax lines.")
    press(desk, TOM, ERP, escalated(desk, hard, severity="sev3"), "escalation.take")
    at(desk, 3, 8, 29)
    jobs_done(desk)
    before = digests(desk, TUESDAY)
    at(desk, 3, 8, 30)
    message, real = digest(desk, TUESDAY), counted(desk, DAY)
    at(desk, 4, 8, 30)
    digest(desk, WEDNESDAY)
    jobs_done(desk)
    return Days(waiting, hard, before, message, real)


def test_the_day_arrives_next_morning_at_the_managers_hour_and_once(desk: Desk, days: Days) -> None:
    assert days.before_the_hour == []
    assert len(digests(desk, TUESDAY)) == 1
    assert len(digests(desk, WEDNESDAY)) == 1


def test_its_figures_match_the_tables_and_say_whether_targets_are_met(days: Days) -> None:
    shown, real = fields(days.message), days.real
    assert (real.asked, real.alone, real.opened, real.resolved, real.escalated) == (5, 1, 4, 1, 1)
    assert shown["Questions"] == "5"
    assert shown["Answered without a person"] == "1 of 5 (20%)\ntarget at least 40 %, *not met*"
    assert shown["Tickets opened / resolved"] == "4 / 1"
    assert shown["Open now"] == str(real.open_now)
    assert shown["Escalated"] == "1 of 5 (20%)\ntarget under 10 %, *not met*"
    assert (real.responses_in_time, len(real.responses), real.responses_missed) == (1, 2, 2)
    assert shown["First response"] == (
        f"median {median(real.responses) / 60:.0f} min, 1 of 4 in time\ntarget all in their customer's time, *not met*"
    )
    assert (real.resolutions_in_time, len(real.resolutions), real.resolutions_missed) == (1, 1, 3)
    assert shown["Time to resolve"] == (
        f"median {median(real.resolutions) / 3600:.1f} h, 1 of 4 in time\n"
        "target all in their customer's time, *not met*"
    )


def test_it_names_what_ages_what_is_escalated_what_is_promised_and_what_no_article_answered(
    desk: Desk, days: Days
) -> None:
    said = everything_in(days.message)
    assert "Mira" in said
    assert "Waiting longest" in said
    assert f"*#{days.waiting}*" in said
    assert f"{escalation_of(desk, days.escalated).id}* NetSuite bills of our Dublin office" in said
    assert "with <@U0TOM>" in said
    assert re.search(rf"A person answers Brightwater Foods on #{days.waiting}: by .*\(overdue\)", said)
    assert f"A status update on #{days.escalated}: by" in said
    assert "Questions that no article answered" in said
    assert "Do you have an office near Felixstowe harbour?" in said


@pytest.mark.usefixtures("days")
def test_its_picture_can_be_downloaded_and_says_the_same_in_words(desk: Desk) -> None:
    message = digest(desk, WEDNESDAY)
    picture = next(block for block in message["blocks"] if block["type"] == "image")
    assert "Tue 2: 5 questions, 1 answered without people, 4 tickets" in picture["alt_text"]
    address = f"{desk.url}files/{picture['slack_file']['id']}/digest.png"
    with httpx2.Client(trust_env=False) as client:
        answer = client.get(address, params={"as": MIRA})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(answer.content) > 5_000


@pytest.mark.usefixtures("days")
def test_nobody_else_gets_a_digest(desk: Desk) -> None:
    for who in (ANA, TOM, "U0HENRIK"):
        assert "The desk on" not in str(desk.people.messages(who, "U0BOT"))


@pytest.mark.usefixtures("days")
def test_a_manager_asks_for_today_at_any_moment_and_nobody_else_reads_it(desk: Desk) -> None:
    person_wanted(desk, IMOGEN, KESTREL, "Do you sing at your company parties?")
    desk.settle()
    before = [everything_in(message) for message in desk.people.messages(ANA, TRIAGE)]
    desk.people.command(MIRA, TRIAGE, "/support", "digest")

    def answered() -> str | None:
        seen = [everything_in(m) for m in desk.people.messages(MIRA, TRIAGE) if m.get("is_ephemeral")]
        return next((words for words in seen if "The desk on Thursday, 4 March 2027" in words), None)

    words = until(desk, answered, "today's digest")
    assert "Promised today" in words
    assert "First response none yet" in words, "what may still be answered in time is not late"
    assert [everything_in(message) for message in desk.people.messages(ANA, TRIAGE)] == before
