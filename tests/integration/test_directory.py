"""The directory in the database: what is stored comes back the same, counts at once everywhere, and loses no name."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, event
from sqlalchemy import text as sql

from bot.clock import SystemClock
from bot.directory.configuration_file import as_yaml
from bot.directory.stored_directory import StoredDirectory
from bot.errors import BadRequest, ConfigurationError
from bot.ports import Directory
from bot.settings.config import Config
from bot.settings.config_file import load, parse
from storage.database import open_engine, upgrade
from storage.jobs import JobLog
from storage.transaction import Storage
from tests.fakes.directory_in_memory import DirectoryInMemory
from tests.fakes.random_configs import config_trees
from tests.fakes.slack_addresses import at

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo" / "footbridge.yaml"


def demo(**changes: Any) -> Config:
    """The demo's configuration, with changes at its top level."""
    return parse(yaml.safe_dump(yaml.safe_load(DEMO.read_text(encoding="utf-8")) | changes))


def without(config: Config, section: str, entry_id: str) -> Config:
    tree = yaml.safe_load(as_yaml(config))
    tree[section] = [entry for entry in tree[section] if entry["id"] != entry_id]
    return parse(yaml.safe_dump(tree))


@pytest.fixture
def stored(engine: Engine) -> StoredDirectory:
    return StoredDirectory(Storage(engine), SystemClock())


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def directory(request: pytest.FixtureRequest) -> Iterator[Directory]:
    """The fake and the real one, which must be told apart by nothing."""
    if request.param == "memory":
        yield DirectoryInMemory()
        return
    engine = open_engine(request.getfixturevalue(f"{request.param}_url"))
    upgrade(engine)
    yield StoredDirectory(Storage(engine), SystemClock())
    engine.dispose()


# -- the contract


def test_nothing_is_stored_at_first(directory: Directory) -> None:
    assert directory.version().number == 0
    with pytest.raises(ConfigurationError, match="No configuration is stored yet"):
        directory.current()


def test_what_is_applied_is_what_counts_from_then_on(directory: Directory) -> None:
    config = demo()
    assert {change.how for change in directory.apply(config, checksum="abc")} == {"added"}
    assert directory.current() == config
    assert (directory.version().number, directory.version().checksum) == (1, "abc")


def test_applying_the_same_again_changes_nothing(directory: Directory) -> None:
    directory.apply(demo(), checksum="abc")
    assert directory.apply(demo()) == ()
    assert (directory.version().number, directory.version().checksum) == (1, "abc")


def test_the_order_of_entries_counts_though_no_entry_changed(directory: Directory) -> None:
    directory.apply(demo())
    turned = demo(people=list(reversed(yaml.safe_load(DEMO.read_text())["people"])))
    assert directory.apply(turned) == ()
    assert directory.current() == turned


def test_a_change_says_what_was_and_what_is(directory: Directory) -> None:
    directory.apply(demo())
    (change,) = directory.apply(demo(triage_channel="C0OTHER"))
    assert (change.how, change.section, change.field) == ("changed", "desk", "triage_channel")
    assert (change.before, change.after) == ("C0TRIAGE", "C0OTHER")


def test_contradictions_are_refused_before_anything_is_stored(directory: Directory) -> None:
    directory.apply(demo())
    wrong = demo().model_copy(update={"teams": []})
    with pytest.raises(ConfigurationError, match="there is no team 'erp-integration'"):
        directory.apply(wrong)
    assert directory.current() == demo()
    assert directory.version().number == 1


def test_who_looked_at_an_older_version_is_told_that_it_has_changed(directory: Directory) -> None:
    directory.apply(demo())
    directory.apply(demo(triage_channel="C0OTHER"), on_top_of=1)
    with pytest.raises(BadRequest, match="changed the configuration in the meantime"):
        directory.apply(demo(), on_top_of=1)
    assert directory.current().triage_channel == "C0OTHER"


def test_a_customer_who_is_taken_out_keeps_the_name_and_loses_the_channel(directory: Directory) -> None:
    directory.apply(demo())
    directory.apply(without(demo(knowledge=[]), "customers", "oakline"))
    config = directory.current()
    gone = config.customer("oakline")
    assert gone is not None and gone.name == "Oakline Studio"
    assert config.customer_at(at("C0OAKLINE")) is None
    assert "oakline" not in [customer.id for customer in config.customers]
    directory.apply(demo())
    served = directory.current().customer_at(at("C0OAKLINE"))
    assert served is not None and served.id == "oakline"
    assert directory.current().former.customers == {}


# -- what only the real one can show


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('directory')}/footbridge.db")
    upgrade(engine)
    yield Storage(engine)
    engine.dispose()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tree=config_trees())
def test_every_configuration_comes_back_as_it_was_whatever_was_stored_before(
    tree: dict[str, Any], one_database: Storage
) -> None:
    directory = StoredDirectory(one_database, SystemClock())
    config = parse(yaml.safe_dump(tree, allow_unicode=True))
    directory.apply(config)
    assert directory.current().model_dump() == config.model_dump()
    # Somebody else, who has seen none of it.
    another = StoredDirectory(one_database, SystemClock()).current()
    assert another.model_dump() == config.model_dump()
    assert directory.apply(parse(as_yaml(another))) == (), "what `config show` prints is the same configuration"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=config_trees())
def test_an_empty_database_gives_back_exactly_what_it_was_given(
    tree: dict[str, Any], stored: StoredDirectory, engine: Engine
) -> None:
    with engine.begin() as connection:
        for table in ("customers", "teams", "colleagues", "tiers", "severities"):
            connection.execute(sql(f"DELETE FROM {table}"))
    config = parse(yaml.safe_dump(tree, allow_unicode=True))
    stored.apply(config)
    assert stored.current() == config


def test_a_look_at_what_has_not_changed_reads_one_number(stored: StoredDirectory, engine: Engine) -> None:
    stored.apply(demo())
    stored.current()
    asked: list[str] = []
    listener = lambda *given: asked.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    first, second = stored.current(), stored.current()
    event.remove(engine, "before_cursor_execute", listener)
    assert first is second
    selects = [statement for statement in asked if not statement.startswith("BEGIN")]
    assert ["directory_version" in statement for statement in selects] == [True, True]


def test_what_another_process_applies_is_seen_at_the_next_look(
    stored: StoredDirectory, engine: Engine, tmp_path: Path
) -> None:
    stored.apply(demo())
    assert stored.current().policies.settle_seconds == 0.6
    changed = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    changed["policies"]["settle_seconds"] = 5
    changed["customers"][0]["channels"].append({"id": "C0NEW", "mode": "suggest"})
    file = tmp_path / "footbridge.yaml"
    file.write_text(yaml.safe_dump(changed), encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "app.py", "config", "apply", "--yes", str(file)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "FOOTBRIDGE_DATABASE_URL": engine.url.render_as_string(hide_password=False)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "Brightwater Foods: channel C0NEW added" in said.stdout
    config = stored.current()
    assert config.policies.settle_seconds == 5
    served = config.customer_at(at("C0NEW"))
    assert served is not None and served.id == "brightwater"


def test_readers_and_writers_at_once_see_whole_configurations_only(engine: Engine) -> None:
    """Every version names its number in three tables; no reader may see two of them mixed."""

    def numbered(number: int) -> Config:
        tree = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
        tree["company"]["name"] = tree["customers"][0]["name"] = tree["teams"][0]["name"] = f"Number {number}"
        return parse(yaml.safe_dump(tree))

    versions = [numbered(number) for number in range(8)]
    directory = StoredDirectory(Storage(engine), SystemClock())
    directory.apply(versions[0])
    done, mixed, seen = threading.Event(), [], set()

    def read() -> None:
        own = StoredDirectory(Storage(engine), SystemClock())
        while not done.is_set():
            for one in (directory, own):
                config = one.current()
                names = {config.company.name, config.customers[0].name, config.teams[0].name}
                seen.update(names)
                if len(names) > 1:
                    mixed.append(names)

    def write(several: list[Config]) -> None:
        for config in several:
            StoredDirectory(Storage(engine), SystemClock()).apply(config)

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(versions[at::2],)) for at in range(2)]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert mixed == []
    assert directory.current().company.name in {"Number 6", "Number 7"}
    assert directory.version().number >= 8


def test_a_failure_half_way_leaves_what_was(stored: StoredDirectory, engine: Engine) -> None:
    stored.apply(demo())
    with engine.begin() as connection:
        connection.execute(sql("DROP TABLE knowledge_sources"))
    with pytest.raises(Exception, match="knowledge_sources"):
        stored.apply(demo(triage_channel="C0OTHER", knowledge=[]))
    with engine.connect() as connection:
        assert connection.execute(sql("SELECT triage_address FROM company")).scalar() == "C0TRIAGE"
        assert connection.execute(sql("SELECT number FROM directory_version")).scalar() == 1


def test_what_old_tickets_refer_to_keeps_its_name_and_its_times(stored: StoredDirectory) -> None:
    full = demo()
    stored.apply(full)
    tree = yaml.safe_load(as_yaml(full))
    tree["knowledge"], tree["customers"] = [], [tree["customers"][0]]
    tree["people"] = [one | {"teams": []} for one in tree["people"] if one["id"] != "U0LEA"]
    tree["teams"] = []
    del tree["policies"]["tiers"]["starter"], tree["policies"]["severities"]["sev3"]
    stored.apply(parse(yaml.safe_dump(tree)))
    config = stored.current()
    oakline = config.customer("oakline")
    assert oakline is not None and config.tier_of(oakline) == full.policies.tiers["starter"]
    assert config.severity("sev3") == full.policies.severities["sev3"]
    team = config.team("erp-integration")
    assert team is not None and team.name == "ERP Integration"
    assert config.colleague("U0LEA") is None, "who left has no role any more"
    assert config.former.people["U0LEA"].name == "Lea Marchetti"
    assert config.severity("sev9") is None


def test_a_running_desk_reads_sources_and_links_anew_when_they_changed(stored: StoredDirectory, engine: Engine) -> None:
    stored.apply(demo())
    assert JobLog(engine).pending() == [], "at first there is nothing to do anew"
    stored.apply(demo(triage_channel="C0OTHER"))
    assert JobLog(engine).pending() == []
    company = yaml.safe_load(DEMO.read_text())["company"] | {"help_centre": "https://elsewhere.example"}
    stored.apply(demo(knowledge=[], company=company))
    assert [job.name for job in JobLog(engine).pending()] == ["ReadSources", "RefreshIndex"]


def test_what_this_version_cannot_read_is_named_and_can_be_replaced(stored: StoredDirectory, engine: Engine) -> None:
    stored.apply(demo())
    with engine.begin() as connection:
        connection.execute(sql("UPDATE customers SET timezone = 'Mars/Olympus' WHERE id = 'kestrel'"))
    fresh = StoredDirectory(Storage(engine), SystemClock())
    with pytest.raises(ConfigurationError, match=r"customers\.2\.timezone: .*Mars/Olympus"):
        fresh.current()
    fresh.apply(demo())
    assert fresh.current() == demo()


def test_a_former_entry_that_this_version_cannot_read_stops_nobody(stored: StoredDirectory, engine: Engine) -> None:
    stored.apply(demo())
    stored.apply(without(demo(knowledge=[]), "customers", "oakline"))
    with engine.begin() as connection:
        connection.execute(sql("UPDATE customers SET timezone = 'Mars/Olympus' WHERE id = 'oakline'"))
    assert StoredDirectory(Storage(engine), SystemClock()).current().customer("oakline") is None


def test_the_time_of_a_change_is_kept(stored: StoredDirectory) -> None:
    before = datetime.now(UTC)
    stored.apply(load(DEMO))
    changed_at = stored.version().changed_at
    assert changed_at is not None and before <= changed_at <= datetime.now(UTC)
