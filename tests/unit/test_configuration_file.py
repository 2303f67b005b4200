"""footbridge.yaml and the directory: what is applied at a start, what on request, and what a mistake does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.directory.configuration_file import apply_at_start, apply_plan, as_yaml, is_applied, plan_file
from bot.directory.vocabulary import VocabularyFile
from bot.errors import BadRequest, ConfigurationError
from bot.settings.config_file import load, parse
from tests.fakes.directory_in_memory import DirectoryInMemory

SMALL: dict[str, Any] = {
    "company": {"name": "Ours", "team_ids": ["T0HOME"]},
    "triage_channel": "C0TRIAGE",
    "customers": [{"id": "a", "name": "A Ltd", "tier": "standard", "channels": [{"id": "C1"}]}],
}


@pytest.fixture
def directory() -> DirectoryInMemory:
    return DirectoryInMemory()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "footbridge.yaml")


def written(path: Path, **changes: Any) -> Path:
    path.write_text(yaml.safe_dump(SMALL | changes), encoding="utf-8")
    return path


# -- at a start


def test_the_first_start_stores_the_file(
    file: Path, directory: DirectoryInMemory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert apply_at_start(file, directory=directory) == ()
    assert directory.current() == load(file)
    assert "configuration stored: 1 customers, 0 teams, 0 people" in caplog.messages


def test_a_start_with_the_same_file_leaves_what_commands_have_changed(file: Path, directory: DirectoryInMemory) -> None:
    apply_at_start(file, directory=directory)
    directory.apply(parse(yaml.safe_dump(SMALL | {"triage_channel": "C0OTHER"})))
    assert apply_at_start(file, directory=directory) == ()
    assert directory.current().triage_channel == "C0OTHER"


def test_a_start_with_a_changed_file_applies_it_and_logs_a_line_for_each_change(
    file: Path, directory: DirectoryInMemory, caplog: pytest.LogCaptureFixture
) -> None:
    apply_at_start(file, directory=directory)
    written(file, triage_channel="C0OTHER", policies={"settle_seconds": 2})
    caplog.set_level(logging.INFO)
    assert apply_at_start(file, directory=directory) == ()
    assert directory.current() == load(file)
    assert caplog.messages == [
        "configuration changed: desk: triage_channel C0TRIAGE -> C0OTHER",
        "configuration changed: policies: settle_seconds 0.6 -> 2",
    ]


def test_a_mistake_does_not_stop_a_desk_that_has_a_configuration(
    file: Path, directory: DirectoryInMemory, caplog: pytest.LogCaptureFixture
) -> None:
    apply_at_start(file, directory=directory)
    written(file, triage_channel="nowhere", customrs=[])
    mistakes = apply_at_start(file, directory=directory)
    assert len(mistakes) == 2
    assert any("customrs: is not a setting we know" in said for said in mistakes)
    assert directory.current().triage_channel == "C0TRIAGE"
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert all("the configuration was not applied:" in said for said in caplog.messages)


def test_a_corrected_file_is_applied_at_the_next_start(file: Path, directory: DirectoryInMemory) -> None:
    apply_at_start(file, directory=directory)
    file.write_text("company: [unclosed\n", encoding="utf-8")
    assert apply_at_start(file, directory=directory)
    written(file, triage_channel="C0OTHER")
    assert apply_at_start(file, directory=directory) == ()
    assert directory.current().triage_channel == "C0OTHER"


def test_a_mistake_in_the_very_first_file_is_an_error_since_nothing_could_work(
    file: Path, directory: DirectoryInMemory
) -> None:
    written(file, triage_channel="nowhere")
    with pytest.raises(ConfigurationError, match="triage_channel"):
        apply_at_start(file, directory=directory)
    assert directory.version().number == 0


def test_a_file_that_is_gone_is_no_mistake_once_it_was_stored(file: Path, directory: DirectoryInMemory) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        apply_at_start(file.with_name("other.yaml"), directory=directory)
    apply_at_start(file, directory=directory)
    file.unlink()
    assert apply_at_start(file, directory=directory) == ()


def test_a_file_in_another_folder_is_another_file_since_its_paths_are(
    file: Path, directory: DirectoryInMemory, tmp_path: Path
) -> None:
    written(file, knowledge=[{"path": "help", "audience": "public"}])
    apply_at_start(file, directory=directory)
    (tmp_path / "moved").mkdir()
    moved = file.rename(tmp_path / "moved" / "footbridge.yaml")
    assert not is_applied(moved, directory=directory)
    apply_at_start(moved, directory=directory)
    assert directory.current().knowledge[0].path == tmp_path / "moved" / "help"  # type: ignore[union-attr]


# -- on request


def test_a_plan_changes_nothing_until_it_is_applied(file: Path, directory: DirectoryInMemory) -> None:
    apply_at_start(file, directory=directory)
    written(file, triage_channel="C0OTHER")
    plan = plan_file(file, directory=directory)
    assert [change.field for change in plan.changes] == ["triage_channel"]
    assert directory.current().triage_channel == "C0TRIAGE"
    # What was looked at is applied, also when the file has been edited since.
    written(file, triage_channel="C0THIRD")
    apply_plan(plan, directory=directory)
    assert directory.current().triage_channel == "C0OTHER"
    assert not is_applied(file, directory=directory)


def test_a_plan_that_was_overtaken_is_refused(file: Path, directory: DirectoryInMemory) -> None:
    apply_at_start(file, directory=directory)
    plan = plan_file(written(file, triage_channel="C0OTHER"), directory=directory)
    directory.apply(parse(yaml.safe_dump(SMALL | {"triage_channel": "C0THIRD"})))
    with pytest.raises(BadRequest):
        apply_plan(plan, directory=directory)
    assert directory.current().triage_channel == "C0THIRD"


def test_another_file_does_not_count_as_the_desks_own(file: Path, directory: DirectoryInMemory, tmp_path: Path) -> None:
    apply_at_start(file, directory=directory)
    other = written(tmp_path / "other.yaml", triage_channel="C0OTHER")
    apply_plan(plan_file(other, directory=directory), directory=directory, is_own_file=False)
    assert apply_at_start(file, directory=directory) == ()
    assert directory.current().triage_channel == "C0OTHER", "a restart does not undo it"


def test_the_vocabulary_is_checked_before_it_is_relied_on(file: Path, directory: DirectoryInMemory) -> None:
    words = file.with_name("words.txt")
    written(file, vocabulary="words.txt")
    for wrong in (None, "one word\n"):
        if wrong is not None:
            words.write_text(wrong, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"words\.txt"):
            plan_file(file, directory=directory)
    words.write_text("2FA = two-step login\n", encoding="utf-8")
    plan_file(file, directory=directory)


def test_what_is_shown_is_a_file_that_gives_the_same_again(file: Path, directory: DirectoryInMemory) -> None:
    written(
        file,
        knowledge=[
            {"path": "help", "audience": "public"},
            {"kind": "git", "url": "https://x.example/a.git", "audience": "internal", "token_from": "GIT_TOKEN"},
        ],
        people=[{"id": "U1", "name": "Ana", "roles": ["agent"], "digest_at": "08:30"}],
        calendars={"office": {"timezone": "Europe/Oslo", "hours": {"monday": "09:00-17:00"}, "holidays": "NO"}},
        policies={"default_mode": "off"},
    )
    apply_at_start(file, directory=directory)
    shown = as_yaml(directory.current())
    assert parse(shown).model_dump() == directory.current().model_dump()
    assert "token_from: GIT_TOKEN" in shown


def test_what_is_shown_names_customers_who_are_no_longer_served(file: Path, directory: DirectoryInMemory) -> None:
    apply_at_start(file, directory=directory)
    apply_at_start(written(file, customers=[]), directory=directory)
    shown = as_yaml(directory.current())
    assert "# Customers who are no longer served:\n#   a: A Ltd\n" in shown
    assert parse(shown).customers == []


# -- the company's own words


def test_the_words_follow_the_file_and_its_name(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("TW = Tallyworks\n", encoding="utf-8")
    second.write_text("2FA = two-step login\n", encoding="utf-8")
    named: list[Path | None] = [None]
    words = VocabularyFile(lambda: named[0])
    assert words.current().groups == ()
    named[0] = first
    assert words.current().groups == (("TW", "Tallyworks"),)
    assert words.current() is words.current()
    first.write_text("TW = Tallyworks = the app\n", encoding="utf-8")
    assert words.current().groups == (("TW", "Tallyworks", "the app"),)
    named[0] = second
    assert words.current().groups == (("2FA", "two-step login"),)


def test_words_that_cannot_be_read_leave_the_ones_before_in_use_and_are_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "words.txt"
    file.write_text("TW = Tallyworks\n", encoding="utf-8")
    words = VocabularyFile(lambda: file)
    words.current()
    file.write_text("lonely\n", encoding="utf-8")
    for _ in range(3):
        assert words.current().groups == (("TW", "Tallyworks"),)
    file.unlink()
    assert words.current().groups == (("TW", "Tallyworks"),)
    assert len(caplog.messages) == 2
    assert "line 1 needs two or more words" in caplog.messages[0]
