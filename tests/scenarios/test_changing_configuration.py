"""What is changed while the desk works counts at once: channels, people, hours, sources; and nothing breaks of old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.directory.configuration_file import as_yaml
from bot.settings.config_file import parse
from tests.fakes.changed_config import changed_config
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    LEA,
    MAYA,
    MIRA,
    RENEE,
    TOM,
    card,
    clock_moved,
    escalated,
    escalation_of,
    person_wanted,
    resolved,
    ticket,
    until,
)
from tests.fakes.running_desk import BRIGHT, OAKLINE, OLAF, TRIAGE, Desk, everything_in, running_desk
from tests.fakes.slack_addresses import at

ROOT = Path(__file__).parents[2]
NEW, GUEST = "C0BRIGHT2", "U0GUEST"
TRIP = "# Quokka statements\n\nQuokka statements are kept for 17 months.\n"


def prepare(workspace: dict[str, Any]) -> None:
    """A second channel with Brightwater that nobody has configured, and a guest of theirs in our own workspace."""
    bright = next(channel for channel in workspace["channels"] if channel["id"] == BRIGHT)
    workspace["channels"].append(
        {"id": NEW, "name": "ext-brightwater-2", "members": [ANA, MAYA, "U0BOT"], "shared_with": ["T0BRIGHT"]}
    )
    workspace["users"].append(
        {"id": GUEST, "team": "T0HOME", "name": "kim", "real_name": "Kim Guest", "email": "kim@brightwater.example"}
    )
    bright["members"].append(GUEST)
    next(user for user in workspace["users"] if user["id"] == TOM)["deleted"] = True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changing")


@pytest.fixture(scope="module")
def desk(home: Path, index: Path) -> Iterator[Desk]:
    with running_desk(home, index, config=changed_config(home, modes={OAKLINE: "auto"}), change=prepare) as running:
        yield running


def change(desk: Desk, edit: Callable[[dict[str, Any]], object]) -> None:
    """Changes the stored configuration, as another process would."""
    tree = yaml.safe_load(as_yaml(desk.config))
    edit(tree)
    desk.directory.apply(parse(yaml.safe_dump(tree, sort_keys=False)))


def entry(tree: dict[str, Any], section: str, entry_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in tree[section] if one["id"] == entry_id)
    return found


def test_a_channel_that_was_added_a_moment_ago_is_answered_without_a_restart(desk: Desk, home: Path) -> None:
    question = "How do I start a sync of our ERP by hand?"
    first = desk.ask(MAYA, NEW, question)
    notice = desk.card(ANA, TRIAGE, "which belongs to no customer in footbridge.yaml")
    assert "`python app.py config apply`" in everything_in(notice)
    desk.settle()
    assert desk.thread(MAYA, NEW, first) == []

    file = home / "footbridge.yaml"
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    entry(tree, "customers", "brightwater")["channels"].append({"id": NEW, "mode": "auto"})
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "app.py", "config", "apply", "--yes"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "FOOTBRIDGE_HOME": str(home), "FOOTBRIDGE_CONFIG": str(file)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"Brightwater Foods: channel {NEW} added" in said.stdout, said.stderr

    again = desk.ask(MAYA, NEW, question)
    assert "Sync now" in everything_in(desk.reply_to(MAYA, NEW, again))


def test_a_contact_who_never_wrote_may_press(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I start a sync of our ERP by hand?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    with desk.storage.reading() as tx:
        assert tx.people.get(GUEST) is None
    desk.press(GUEST, BRIGHT, answer, "answer.solved")
    until(desk, lambda: "answer.solved" not in json.dumps(desk.reply_to(MAYA, BRIGHT, asked)), "the press to count")
    with desk.storage.reading() as tx:
        conversation = tx.conversations.of_thread(at(BRIGHT, asked))
        assert conversation is not None and conversation.status == "solved"
        kim = tx.people.get(GUEST)
        assert kim is not None and kim.name == "Kim Guest"


def test_a_press_is_answered_in_time_though_slack_is_slow_to_say_who_it_is(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I start a sync of our ERP by hand?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    desk.people.set_faults(slow_ms={"method": "users.info", "ms": 8000})
    try:
        pressed = desk.people.click(DEREK, BRIGHT, answer["ts"], "answer.solved")
    finally:
        desk.people.set_faults(slow_ms=[])
    assert pressed["acked"], "Slack waits three seconds"
    until(desk, lambda: "answer.solved" not in json.dumps(desk.reply_to(MAYA, BRIGHT, asked)), "the press to count")


def test_the_companys_own_words_count_as_soon_as_their_file_is_named(desk: Desk, home: Path) -> None:
    def found() -> str:
        return typed(desk, ANA, "search zorbl")

    assert "renewal reminders are sent" not in found()
    (home / "words.txt").write_text("zorbl = renewal reminders\n", encoding="utf-8")
    change(desk, lambda tree: tree.update(vocabulary=str(home / "words.txt")))
    assert "renewal reminders are sent" in found()


def test_on_call_people_who_left_are_skipped_and_triage_hears_of_it(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "Can you send somebody to look at our purple giraffe?")
    root = escalated(desk, number)
    pack = desk.reply_to(LEA, ERP, root["ts"], "this one needs you")
    said = everything_in(pack)
    assert f"<@{LEA}>" in said or LEA in json.dumps(pack)
    assert TOM not in json.dumps(pack)
    notice = everything_in(desk.card(ANA, TRIAGE, "deactivated in Slack"))
    assert "On call for ERP Integration, but deactivated in Slack: Tom Brandvold (U0TOM)." in notice
    assert "Lea Marchetti was called instead." in notice and "`python app.py config apply`" in notice

    change(desk, lambda tree: entry(tree, "teams", "erp-integration").update(on_call=[LEA]))
    _, other = person_wanted(desk, MAYA, BRIGHT, "Would somebody paint our green elephant?")
    escalated(desk, other)
    desk.settle()
    notices = [m for m in desk.people.messages(ANA, TRIAGE) if "deactivated in Slack" in everything_in(m)]
    assert len(notices) == 1


def test_a_person_gets_a_role_and_loses_it(desk: Desk) -> None:
    refused = "This command is for people who work on the support desk."
    assert refused in typed(desk, OLAF, "list all")
    change(desk, lambda tree: tree["people"].append({"id": OLAF, "name": "Olaf Brenner", "roles": ["agent"]}))
    assert refused not in typed(desk, OLAF, "list all")
    change(desk, lambda tree: tree["people"].remove(entry(tree, "people", OLAF)))
    assert refused in typed(desk, OLAF, "list all")


def typed(desk: Desk, who: str, text: str) -> str:
    """Types the command in triage: what only this person reads then."""

    def read() -> list[str]:
        return [everything_in(m) for m in desk.people.messages(who, TRIAGE) if m.get("is_ephemeral")]

    before = len(read())
    desk.people.command(who, TRIAGE, "/support", text)
    found: list[str] = until(desk, lambda: read()[before:], f"an answer to {text!r}")
    return found[-1]


def test_the_hour_of_a_digest_counts_from_the_next_second(desk: Desk) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime.fromtimestamp(desk.people.get("/sandbox/clock")["now"], UTC).astimezone(berlin)
    noon = (now + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    # Else the digest of that day could come on the way to its noon.
    change(desk, lambda tree: entry(tree, "people", MIRA).pop("digest_at"))
    time.sleep(2)
    clock_moved(desk, now=noon.timestamp())
    change(desk, lambda tree: entry(tree, "people", MIRA).update(digest_at="12:20"))
    day = f"The desk on {noon - timedelta(days=1):%A}, {(noon - timedelta(days=1)).day} "

    def digests() -> list[dict[str, Any]]:
        return [m for m in desk.people.messages(MIRA, "U0BOT") if day in everything_in(m)]

    clock_moved(desk, advance=10 * 60)
    desk.settle()
    before = len(digests())
    clock_moved(desk, advance=11 * 60)
    until(desk, lambda: len(digests()) == 1, "the digest at its new hour")
    assert before == 0
    # Another hour on the same day brings no second one.
    change(desk, lambda tree: entry(tree, "people", MIRA).update(digest_at="12:40"))
    clock_moved(desk, advance=21 * 60)
    desk.settle()
    assert len(digests()) == 1


def test_a_source_that_is_added_is_read_and_one_that_is_taken_out_is_withdrawn(desk: Desk, home: Path) -> None:
    folder = home / "quokka"
    folder.mkdir()
    (folder / "quokka.md").write_text(TRIP, encoding="utf-8")
    source = {"kind": "folder", "path": str(folder), "audience": "public"}

    def stored() -> bool:
        with desk.storage.reading() as tx:
            return any(row.source.startswith(str(folder)) for row in tx.articles.all())

    change(desk, lambda tree: tree["knowledge"].append(source))
    until(desk, stored, "the article to be read")
    desk.settle(60)
    asked = desk.ask(MAYA, BRIGHT, "How long are quokka statements kept?")
    assert "17 months" in everything_in(desk.reply_to(MAYA, BRIGHT, asked))
    change(desk, lambda tree: tree["knowledge"].remove(next(s for s in tree["knowledge"] if s["path"] == str(folder))))
    until(desk, lambda: not stored(), "the article to be withdrawn")
    desk.settle(60)
    again = desk.ask(RENEE, OAKLINE, "How long are quokka statements kept?")
    desk.settle(60)
    assert not any("17 months" in everything_in(m) for m in desk.thread(RENEE, OAKLINE, again))


def test_a_customer_who_is_taken_out_is_still_seen_through(desk: Desk) -> None:
    """The ticket keeps its name and its people, updates come on time, and words go both ways until it is resolved."""
    asked, number = person_wanted(desk, RENEE, OAKLINE, "Could a person walk our orange penguin, please?")
    root = escalated(desk, number, team="subscriptions", severity="sev3")
    change(desk, leave_oakline)
    assert desk.config.customer_at(at(OAKLINE)) is None

    desk.people.say(RENEE, OAKLINE, "The penguin is getting impatient, by the way.", thread_ts=asked)
    carried = desk.reply_to("U0GRACE", "C0SUBS", root["ts"], "getting impatient")
    assert "Oakline Studio" in everything_in(carried)
    assert card(desk, number, "Oakline Studio")

    due = escalation_of(desk, number).next_update_at
    assert due is not None
    desk.people.set_clock(now=due.timestamp() + 60)
    desk.reply_to(RENEE, OAKLINE, asked, "Next update by", seconds=30)
    following = escalation_of(desk, number).next_update_at
    assert following is not None and following > due

    resolved(desk, number, cause="A penguin", fix="A walk", words="Your penguin was walked.")
    done = desk.reply_to(RENEE, OAKLINE, asked, "Your penguin was walked.")
    desk.press(RENEE, OAKLINE, done, "resolution.solved")
    until(desk, lambda: ticket(desk, number).confirmed, "the press of a former customer's contact")

    new = desk.ask(RENEE, OAKLINE, "And how do I start a sync by hand?")
    desk.card(ANA, TRIAGE, "Somebody from outside of Oakline Studio wrote in")
    desk.settle()
    assert desk.thread(RENEE, OAKLINE, new) == []


def leave_oakline(tree: dict[str, Any]) -> None:
    """Oakline, its tier, its articles and the mildest severity are taken out."""
    tree["customers"].remove(entry(tree, "customers", "oakline"))
    tree["knowledge"] = [source for source in tree["knowledge"] if source["audience"] != "customer:oakline"]
    del tree["policies"]["tiers"]["starter"], tree["policies"]["severities"]["sev3"]
