"""What an operator types and reads: `check`, `ingest` and `jobs`, as real processes over real files."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import RunningSandbox, start
from tests.fakes.desk_process import ROOT, Said, Shop, demo_workspace
from tests.fakes.running_desk import BRIGHT, TRIAGE, free_port

ARTICLE = "# Renewal reminders\n\nOpen *Settings, Renewals* and choose how many days ahead a reminder is sent.\n"
PARTS = ["settings", "configuration", "articles", "slack", "database", "index", "model"]


@pytest.fixture(scope="module")
def slack() -> Iterator[RunningSandbox]:
    with start(demo_workspace()) as sandbox:
        yield sandbox


@pytest.fixture
def shop(tmp_path: Path, slack: RunningSandbox) -> Shop:
    return Shop(tmp_path, slack)


def verdicts(said: Said) -> dict[str, tuple[str, str]]:
    """Each part with its verdict and all that was said about it."""
    assert "Traceback" not in said.all, said.all
    found: dict[str, tuple[str, str]] = {}
    name = ""
    for line in said.out.splitlines():
        if line[:14].strip():
            name = line[:14].strip()
            found[name] = (line[15:29].strip(), line[30:])
        else:
            found[name] = (found[name][0], f"{found[name][1]}\n{line.strip()}")
    return found


def test_help_says_what_each_command_does(shop: Shop) -> None:
    said = shop.type("--help")
    assert said.code == 0
    for command in ("run", "check", "ingest", "jobs", "demo", "eval"):
        assert f" {command} " in said.out


def test_check_finds_a_whole_desk_in_order(shop: Shop) -> None:
    shop.write("renewals.md", ARTICLE)
    assert shop.type("ingest").code == 0
    said = shop.type("check")
    found = verdicts(said)
    assert said.code == 0, said.all
    assert list(found) == PARTS
    assert {verdict for verdict, _ in found.values()} == {"fine"}
    assert "has all scopes" in found["slack"][1] and "Socket Mode is allowed" in found["slack"][1]
    assert "1 articles" in found["index"][1]


def test_the_demo_grants_exactly_the_scopes_that_the_manifest_asks_for() -> None:
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(demo_workspace()["app"]["scopes"]) == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_check_says_of_every_part_how_to_mend_it_though_all_of_them_are_wrong(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.config.write_text("company:\n  name: Ours\ntriage_channel: nowhere\ncustomrs: []\n", encoding="utf-8")
    dead = f"http://127.0.0.1:{free_port()}"
    said = shop.type("check", FOOTBRIDGE_DATABASE_URL="mysql://db", OPENAI_BASE_URL=f"{dead}/v1")
    found = verdicts(said)
    assert said.code == 1
    assert list(found) == PARTS
    assert "SLACK_BOT_TOKEN is missing" in found["settings"][1] and "SLACK_SIGNING_SECRET" in found["settings"][1]
    where = str(shop.config)
    assert f"{where}, line 1: company.team_ids: is missing" in found["configuration"][1]
    assert f"{where}, line 3: triage_channel" in found["configuration"][1]
    assert f"{where}, line 4: customrs: is not a setting we know" in found["configuration"][1]
    assert "postgresql://user:password@host" in found["database"][1]
    assert "app.py ingest FOLDER" in found["index"][1]
    assert dead in found["model"][1] and "Check OPENAI_BASE_URL" in found["model"][1]
    assert found["slack"][0] == found["articles"][0] == "not looked at"
    assert {found[part][0] for part in ("settings", "configuration", "database", "index", "model")} == {"wrong"}


def test_check_names_the_scopes_that_the_app_lacks(tmp_path: Path) -> None:
    workspace = demo_workspace()
    workspace["app"]["scopes"] = [s for s in workspace["app"]["scopes"] if s not in ("users:read", "reactions:write")]
    with start(workspace) as poor:
        said = Shop(tmp_path, poor).type("check")
    verdict, words = verdicts(said)["slack"]
    assert (said.code, verdict) == (1, "wrong")
    assert "lacks the scopes reactions:write, users:read." in words and "reinstall" in words
    # It looked, and made or upgraded no table.
    with sqlite3.connect(tmp_path / "home" / "footbridge.db") as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    database.close()


def test_check_says_which_tokens_to_copy_again(shop: Shop) -> None:
    said = shop.type("check", SLACK_BOT_TOKEN="xoxb-of-yesterday", SLACK_APP_TOKEN="xapp-of-yesterday")
    verdict, words = verdicts(said)["slack"]
    assert (said.code, verdict) == (1, "wrong")
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth). Copy it again" in words
    assert "Slack refuses SLACK_APP_TOKEN (invalid_auth). Copy it again" in words


def test_ingest_reads_only_what_changed_and_counts_it(shop: Shop) -> None:
    for name in ("one", "two", "three"):
        shop.write(f"{name}.md", ARTICLE.replace("Renewal", name.title()))
    first = shop.type("ingest", str(shop.articles))
    assert first.code == 0, first.all
    assert "3 new, 0 changed, 0 moved, 0 removed, 0 unchanged, 0 could not be read" in first.out
    assert first.out.splitlines()[1:] == ["New:", *(f"  {name} reminders" for name in ("One", "Three", "Two"))]
    shop.write("one.md", ARTICLE.replace("Renewal", "One, again"))
    shop.write("four.md", "# Four\n\nSome words about four.\n")
    (shop.articles / "two.md").unlink()
    second = shop.type("ingest", str(shop.articles))
    assert "1 new, 1 changed, 0 moved, 1 removed, 1 unchanged, 0 could not be read" in second.out
    assert second.out.splitlines()[1:] == [
        "New:",
        "  Four",
        "Changed:",
        "  One, again reminders",
        "Removed:",
        "  Two reminders",
    ]
    assert "The index is up to date." in second.out
    before = sorted((path, path.stat().st_mtime_ns) for path in shop.articles.rglob("*"))
    third = shop.type("ingest", str(shop.articles))
    assert "0 new, 0 changed, 0 moved, 0 removed, 3 unchanged, 0 could not be read" in third.out
    assert before == sorted((path, path.stat().st_mtime_ns) for path in shop.articles.rglob("*"))


def test_ingest_names_each_page_that_it_cannot_read_and_says_what_to_do(shop: Shop) -> None:
    shop.write("good.md", ARTICLE)
    shop.write("empty.md", "")
    shop.write("price-list.pdf", "%PDF")
    shop.write("broken.md", "---\ntitle: a: b\n---\nwords")
    (shop.articles / "picture.md").write_bytes(b"\x89PNG\x00\x00")
    (shop.articles / "latin.md").write_bytes("Grüße".encode("latin-1"))
    (shop.articles / "gone.md").symlink_to(shop.articles / "nowhere.md")
    said = shop.type("ingest")
    assert said.code == 0, said.all
    assert "1 new, 0 changed, 0 moved, 0 removed, 0 unchanged, 6 could not be read" in said.out
    told = {line.split(": ")[0].strip(): line for line in said.out.splitlines() if ".md:" in line or ".pdf:" in line}
    assert {Path(path).name for path in told} == {
        "empty.md",
        "price-list.pdf",
        "broken.md",
        "picture.md",
        "latin.md",
        "gone.md",
    }
    advice = {"empty": "delete the file", "price-list": "save it again", "picture": "plain text in UTF-8"}
    advice |= {"latin": "encoding UTF-8", "gone": "Check that it exists", "broken": "in quotes"}
    for name, words in advice.items():
        assert words in next(line for path, line in told.items() if Path(path).stem == name)


def test_a_page_that_breaks_keeps_what_was_read_before(shop: Shop) -> None:
    page = shop.write("renewals.md", ARTICLE)
    assert shop.type("ingest").code == 0
    page.write_bytes(b"\x00\x01")
    assert "0 removed, 0 unchanged, 1 could not be read" in shop.type("ingest").out
    with sqlite3.connect(shop.home / "footbridge.db") as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    database.close()


def test_a_missing_folder_or_an_unknown_audience_changes_nothing(shop: Shop) -> None:
    shop.write("renewals.md", ARTICLE)
    assert shop.type("ingest").code == 0
    said = shop.type("ingest", str(shop.folder / "artcles"), str(shop.articles), "--audience", "customer:nobody")
    assert said.code == 2
    assert said.out == "" and "Traceback" not in said.err
    assert (
        f"{shop.folder / 'artcles'}: there is no such folder or file. Check the path; nothing was changed." in said.err
    )
    assert "'customer:nobody' is no audience we know; there are public, internal, customer:brightwater" in said.err
    shop.articles.rename(shop.folder / "moved")
    said = shop.type("ingest")
    assert said.code == 2 and "nothing was changed" in said.err
    with sqlite3.connect(shop.home / "footbridge.db") as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    database.close()


def test_while_the_desk_works_ingest_leaves_the_index_to_it(shop: Shop, slack: RunningSandbox) -> None:
    people = slack.client
    question = "How long are quokka statements kept?"
    with shop.running() as desk:
        shop.write("quokka.md", "# Quokka statements\n\nQuokka statements are kept for 17 months.\n")
        said = shop.type("ingest")
        assert said.code == 0, said.all
        assert "1 new" in said.out
        assert f"Process {desk.process.pid} has the index open" in said.out
        desk.wait_for(lambda: desk.jobs("RefreshIndex", "done"), "the index to be up to date")
        asked = people.say("U0MAYA", BRIGHT, question)
        answer = people.wait_for_message("U0MAYA", BRIGHT, "17 months", asked, seconds=20)
        assert f"{shop.url}articles/" in json.dumps(answer["blocks"])


def test_jobs_shows_what_was_given_up_and_tries_it_again(shop: Shop, slack: RunningSandbox) -> None:
    people = slack.client
    people.post("/sandbox/membership", **{"as": "U0ANA", "channel": TRIAGE, "user": "U0BOT", "join": False})
    question = "Can Tallyworks print a purple giraffe on our invoices?"
    with shop.running() as desk:
        people.say("U0DEREK", BRIGHT, question)
        desk.wait_for(lambda: desk.jobs("Deliver", "failed"), "a card that cannot be delivered")
        said = shop.type("jobs", "failed")
        assert said.code == 0, said.all
        assert "1 failed" in said.out and "not_in_channel" in said.out
        assert "giraffe" not in said.all, "a customer's words are not for the terminal"
        key = desk.jobs("Deliver", "failed")[0]
        assert key in said.out
        assert "1 jobs were given up" in verdicts(shop.type("check"))["database"][1]
        people.post("/sandbox/membership", **{"as": "U0ANA", "channel": TRIAGE, "user": "U0BOT", "join": True})
        again = shop.type("jobs", "retry", key)
        assert (again.code, again.out.strip()) == (0, f"{key} is queued again.")
        people.wait_for(
            lambda: any("giraffe" in json.dumps(m) for m in people.messages("U0ANA", TRIAGE)), 20, "the card"
        )
    assert "0 failed" in shop.type("jobs").out


def test_jobs_says_what_it_does_not_know(shop: Shop) -> None:
    unknown = shop.type("jobs", "retry", "Deliver:99:C0")
    assert unknown.code == 2 and "There is no failed job 'Deliver:99:C0'" in unknown.err
    assert "Traceback" not in unknown.all
    wrong = shop.type("jobs", "explode")
    assert wrong.code == 2 and "none of show, failed, waiting, retry" in " ".join(wrong.err.split())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(shop: Shop) -> None:
    locked = shop.articles / "locked"
    locked.mkdir()
    locked.chmod(0)
    said = shop.type("ingest")
    locked.chmod(0o700)
    assert "locked: The folder cannot be opened" in said.out
