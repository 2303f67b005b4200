"""`config apply`, `config diff`, `config show` and `check` as an operator types them, beside a desk or without one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings.config_file import parse
from sandbox import RunningSandbox, start
from tests.fakes.desk_process import ROOT, Shop, demo_workspace
from tests.fakes.running_desk import TRIAGE, everything_in


@pytest.fixture(scope="module")
def slack() -> Iterator[RunningSandbox]:
    with start(demo_workspace()) as sandbox:
        yield sandbox


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """No Slack: these commands never talk to it."""
    return Shop(tmp_path)


def changed(shop: Shop, **changes: Any) -> None:
    """Changes the file at its top level."""
    shop.config.write_text(yaml.safe_dump(yaml.safe_load(shop.config.read_text()) | changes), encoding="utf-8")


def answered(shop: Shop, answer: str, *words: str) -> tuple[int, str]:
    """What a command says to somebody at a terminal who answers its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "app.py", *words],
        cwd=ROOT,
        env=shop.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, said


def test_apply_shows_what_changes_and_stores_it(shop: Shop) -> None:
    first = shop.type("config", "apply", "--yes")
    assert first.code == 0, first.all
    assert "Customer Brightwater Foods (brightwater) added: tier enterprise, channel C0BRIGHT" in first.out
    assert "Stored. A running Footbridge works with it from now on." in first.out
    again = shop.type("config", "apply")
    assert (again.code, again.out) == (0, "Nothing would change.\n")


def test_a_dry_run_and_a_diff_store_nothing(shop: Shop) -> None:
    assert shop.type("config", "apply", "--yes").code == 0
    changed(shop, triage_channel="C0OTHER")
    line = "The desk: triage_channel C0TRIAGE -> C0OTHER\n"
    dry = shop.type("config", "apply", "--dry-run")
    assert (dry.code, dry.out) == (0, line)
    diff = shop.type("config", "diff")
    assert (diff.code, diff.out) == (1, line)
    assert "triage_channel: C0TRIAGE" in shop.type("config", "show").out
    assert shop.type("config", "apply", "--yes").code == 0
    assert shop.type("config", "diff").code == 0


def test_nobody_is_asked_where_nobody_can_answer(shop: Shop) -> None:
    refused = shop.type("config", "apply")
    assert refused.code == 2
    assert "Nothing was changed: nobody can be asked here. Add --yes" in refused.err
    assert "No configuration is stored yet" in shop.type("config", "show").err


def test_at_a_terminal_the_answer_decides(shop: Shop) -> None:
    code, said = answered(shop, "n", "config", "apply")
    assert code == 1 and "Nothing was changed." in said, said
    assert shop.type("config", "show").code == 2
    code, said = answered(shop, "y", "config", "apply")
    assert code == 0 and "Stored." in said, said
    changed(shop, triage_channel="C0OTHER")
    code, said = answered(shop, "y", "config", "apply")
    assert code == 0 and "Store this change?" in said, said
    assert "triage_channel: C0OTHER" in shop.type("config", "show").out


def test_show_prints_a_file_that_changes_nothing_and_holds_no_secret(shop: Shop, tmp_path: Path) -> None:
    changed(
        shop,
        knowledge=[{"kind": "git", "url": "https://x.example/a.git", "audience": "public", "token_from": "GIT_TOKEN"}],
    )
    assert shop.type("config", "apply", "--yes").code == 0
    shown = shop.type("config", "show", GIT_TOKEN="hush", SLACK_BOT_TOKEN="xoxb-hush")
    assert shown.code == 0 and "hush" not in shown.all
    assert "token_from: GIT_TOKEN" in shown.out
    parse(shown.out)
    copy = tmp_path / "copy.yaml"
    copy.write_text(shown.out, encoding="utf-8")
    assert shop.type("config", "diff", str(copy)).out == "Nothing would change.\n"


def test_every_mistake_is_named_and_nothing_is_stored(shop: Shop) -> None:
    assert shop.type("config", "apply", "--yes").code == 0
    changed(shop, triage_channel="nowhere", colour="blue")
    for words in (("apply", "--yes"), ("apply", "--dry-run"), ("diff",)):
        said = shop.type("config", *words)
        assert said.code == 2 and "Traceback" not in said.all
        assert "triage_channel" in said.err and "colour: is not a setting we know" in said.err
    assert "triage_channel: C0TRIAGE" in shop.type("config", "show").out


def test_check_says_whether_the_file_is_what_the_desk_works_with(shop: Shop) -> None:
    def said() -> str:
        out = shop.type("check").out
        return out[out.index("configuration") : out.index("articles")]

    assert "It is applied when Footbridge starts." in said()
    assert shop.type("config", "apply", "--yes").code == 0
    assert "12 people, as applied." in said()
    changed(shop, triage_channel="C0OTHER")
    told = said()
    assert "It is not applied yet: `python app.py config apply` does that." in told
    assert "The desk: triage_channel C0TRIAGE -> C0OTHER" in told


def test_reading_articles_uses_what_is_stored_and_says_so_when_the_file_differs(shop: Shop) -> None:
    shop.write("one.md", "# One\n\nWords about one.\n")
    assert "The index is up to date.\n" in shop.type("ingest").out
    changed(shop, knowledge=[])
    said = shop.type("ingest")
    assert said.code == 0 and "0 removed, 1 unchanged" in said.out
    assert "has changed since it was last applied" in said.out
    assert shop.type("config", "apply", "--yes").code == 0
    assert "has changed since" not in shop.type("ingest", str(shop.articles)).out


def test_a_desk_starts_with_a_mistake_in_its_file_and_tells_its_people(tmp_path: Path, slack: RunningSandbox) -> None:
    shop = Shop(tmp_path, slack)
    shop.write("one.md", "# One\n\nWords about one.\n")
    assert shop.type("config", "apply", "--yes").code == 0
    changed(shop, customrs=[])
    with shop.running() as desk:
        assert "the configuration was not applied" in desk.said
        assert "customrs: is not a setting we know; check the spelling" in desk.said

        def told() -> bool:
            seen = map(everything_in, slack.client.messages("U0ANA", TRIAGE))
            return any("footbridge.yaml has a mistake, so it was not applied" in one for one in seen)

        slack.client.wait_for(told, 20, "a notice in triage")
