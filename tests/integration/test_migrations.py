"""The migrations and the models give the same tables, on both databases."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy import text as sql

from bot.jobs import Deliver, JoinPeople, React, ReceiveEvent, Refresh, ReviewModes
from storage.addresses import Address, own_address
from storage.database import migrations, open_engine, upgrade
from storage.errors import DatabaseNewerError
from storage.job_encoding import decode
from storage.migrations import __main__ as program
from storage.migrations.tables import is_ours, metadata
from storage.transaction import Storage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata()))


def test_an_upgraded_database_has_what_the_models_describe_and_nothing_else(engine: Engine) -> None:
    assert differences(engine) == []


def test_the_comparison_sees_what_is_missing_and_what_is_too_much(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sql("DROP TABLE channel_slots"))
        connection.execute(sql("CREATE TABLE left_over (id INTEGER)"))
    assert {(change[0], change[1].name) for change in differences(engine)} == {
        ("add_table", "channel_slots"),
        ("remove_table", "left_over"),
    }


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()
    upgrade(engine)
    assert inspect(engine).get_table_names() == before


def test_several_processes_may_upgrade_at_once(empty_engine: Engine) -> None:
    url = empty_engine.url.render_as_string(hide_password=False)
    code = f"from storage.database import open_engine, upgrade; upgrade(open_engine({url!r}))"
    processes = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]
    try:
        assert [process.wait(30) for process in processes] == [0, 0, 0]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert differences(empty_engine) == []


def test_a_database_of_a_newer_version_is_left_alone_with_a_word_on_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewerError, match=r"newer Footbridge \(version 9999\)\. Install that version"):
        upgrade(engine)


def test_an_upgrade_that_fails_half_way_leaves_the_database_as_it_was(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    source = Path(program.__file__).parent
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((source / name).read_text())
    (folder / "versions" / "0001_half.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '0001', None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    raise KeyError('stop')\n"
    )
    config = migrations(empty_engine)
    config.set_main_option("script_location", str(folder))
    monkeypatch.setattr("storage.database.migrations", lambda engine: config)
    with pytest.raises(KeyError):
        upgrade(empty_engine)
    assert [name for name in inspect(empty_engine).get_table_names() if is_ours(name, "table", {})] == []


def test_the_versions_form_one_line() -> None:
    script = ScriptDirectory.from_config(migrations())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_program_writes_a_version_from_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((Path(program.__file__).parent / name).read_text())

    def elsewhere(engine: Engine | None = None) -> object:
        config = migrations(engine)
        config.set_main_option("script_location", str(folder))
        return config

    monkeypatch.setattr("storage.database.migrations", elsewhere)
    monkeypatch.setattr(program, "migrations", elsewhere)
    monkeypatch.setattr(program, "VERSIONS", folder / "versions")
    assert program.main(["initial"]) == 0
    assert program.main(["initial"]) == 0
    written = list((folder / "versions").glob("*.py"))
    assert [path.name for path in written] == ["0001_all_tables.py"]
    text = written[0].read_text()
    assert all(f"op.create_table('{table}'" in text for table in metadata().tables)
    assert "storage" not in text.partition('"""\n')[2]
    assert program.main(["revision", "nothing new"]) == 0
    assert (folder / "versions" / "0002_nothing_new.py").exists()
    assert program.main([]) == 2
    assert "python -m storage.migrations" in capsys.readouterr().err


def test_sqlite_looks_after_foreign_keys_again_after_an_upgrade(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.execute(sql("PRAGMA foreign_keys")).scalar() == 1
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    engine.dispose()


def test_what_the_first_version_held_is_kept_by_the_second(empty_engine: Engine) -> None:
    command.upgrade(migrations(empty_engine), "0001")
    with empty_engine.begin() as connection:
        connection.execute(
            sql(
                "INSERT INTO conversations (id, channel_id, thread_ts, customer_id, contact_id, status, opened_at, "
                "last_message_at, reopened) VALUES (1, 'C1', '1.0', 'acme', 'U1', 'answered', :now, :now, 0)"
            ),
            {"now": "2026-11-22 10:00:00+00"},
        )
        connection.execute(
            sql(
                "INSERT INTO answers (id, conversation_id, message_id, question, outcome, reason, mode, state, frame, "
                "closing, parts, citations, near, confidence, created_at, edited) VALUES (1, 1, 1, 'How?', 'answered', "
                "'quoted', 'auto', 'sent', 'So:', '', '[]', '[]', '[]', 0.8, :now, :no)"
            ),
            {"now": "2026-11-22 10:00:00+00", "no": False},
        )
    upgrade(empty_engine)
    with Storage(empty_engine).reading() as tx:
        kept = tx.answers.get(1)
        assert (kept.question, kept.options, kept.drafted) == ("How?", [], None)


def test_people_who_were_met_before_the_directory_was_stored_are_kept_as_active(empty_engine: Engine) -> None:
    command.upgrade(migrations(empty_engine), "0002")
    with empty_engine.begin() as connection:
        connection.execute(
            sql(
                "INSERT INTO people (user_id, team_id, name, email, tz, is_bot, seen_at) "
                "VALUES ('U1', 'T1', 'Maya', 'maya@a.example', 'UTC', :no, :now)"
            ),
            {"no": False, "now": "2026-11-22 10:00:00+00"},
        )
    upgrade(empty_engine)
    storage = Storage(empty_engine)
    with storage.transaction() as tx:
        maya = tx.people.get("U1")
        assert maya is not None and (maya.name, maya.email, maya.deactivated) == ("Maya", "maya@a.example", False)
        assert tx.people.without_deactivated(["U2", "U1"]) == ["U2", "U1"]
        assert tx.directory.number() == 0 and tx.directory.version() is None
        maya.deactivated = True
    with storage.reading() as tx:
        assert tx.people.without_deactivated(["U2", "U1"]) == ["U2"]


def test_a_directory_can_be_taken_back_to_the_version_before_it_and_made_again(engine: Engine) -> None:
    command.downgrade(migrations(engine), "0003")
    assert not {"customers", "directory_version"} & set(inspect(engine).get_table_names())
    upgrade(engine)
    assert differences(engine) == []


OLD_ROWS = (
    "INSERT INTO conversations (id, channel_id, thread_ts, customer_id, contact_id, status, opened_at, "
    "last_message_at, reopened) VALUES (1, 'C1', '1.0', 'acme', 'U1', 'with_people', :now, :now, 0), "
    "(2, 'C2', '1.0', 'other', 'U2', 'answered', :now, :now, 0)",
    "INSERT INTO messages (id, conversation_id, channel_id, ts, author_id, side, kind, in_thread, text, files, "
    "said_at) VALUES (1, 1, 'C1', '1.0', 'U1', 'contact', 'question', :no, 'How?', '[]', :now), "
    "(2, 1, 'C1', 'post:3', 'footbridge', 'bot', 'answer', :yes, 'So.', '[]', :now), "
    "(3, 1, 'C1', 'form:1', 'U1', 'contact', 'question', :yes, 'More', '[]', :now), "
    "(4, 1, 'C1', 'choice:1', 'U1', 'contact', 'follow_up', :yes, 'This', '[]', :now), "
    "(5, 1, 'C1', '1.5', 'U9', 'ours', 'reply', :yes, 'I look.', '[]', :now), "
    "(6, 2, 'C2', '1.0', 'U2', 'contact', 'question', :no, 'And here?', '[]', :now)",
    "INSERT INTO tickets (id, conversation_id, customer_id, title, reason, status, priority, opened_at, "
    "first_response_due, resolution_due, reopened, new_messages) VALUES (1, 1, 'acme', 'How?', 'r', 'escalated', "
    "'normal', :now, :now, :now, 0, 1)",
    "INSERT INTO escalations (id, ticket_id, team_id, channel_id, severity, summary, status, opened_by, opened_at) "
    "VALUES (1, 1, 'erp', 'C9', 'sev1', 's', 'open', 'U9', :now)",
    "INSERT INTO posts (id, kind, subject_id, channel_id, thread_ts, ts, revision, created_at) VALUES "
    "(3, 'answer', 1, 'C1', '1.0', '1.2', 0, :now), (4, 'ticket', 1, 'C8', NULL, NULL, 0, :now)",
    "INSERT INTO answers (id, conversation_id, message_id, question, outcome, reason, mode, state, frame, closing, "
    "parts, citations, near, options, confidence, created_at, edited) VALUES (1, 1, 1, 'How?', 'answered', 'quoted', "
    "'auto', 'sent', 'So:', '', '[]', '[]', '[]', '[]', 0.8, :now, :no)",
    "INSERT INTO leanings (answer_id, article_id, checksum) VALUES (1, 'a', 'x')",
    "INSERT INTO receipts (id, at, decision, reason, channel_id, ts, conversation_id, details) VALUES "
    "(1, :now, 'answered', 'quoted', 'C1', '1.0', 1, '{}'), (2, :now, 'handed_over', 'did_not_help', 'C1', 'form:1', "
    "1, '{}'), (3, :now, 'noted', 'pressed', NULL, NULL, 1, '{}')",
    "INSERT INTO mode_changes (id, channel_id, at, before, after, cause, state, configured, evidence) VALUES "
    "(1, 'C1', :now, 'suggest', 'auto', 'chosen', 'done', 'suggest', '{}')",
)


def test_what_the_second_version_held_is_kept_by_the_third(empty_engine: Engine) -> None:
    command.upgrade(migrations(empty_engine), "0002")
    with empty_engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(sql(statement), {"now": "2026-11-22 10:00:00+00", "no": False, "yes": True})
    upgrade(empty_engine)
    with Storage(empty_engine).reading() as tx:
        thread = Address("slack", "C1", "1.0")
        conversation = tx.conversations.of_thread(thread)
        assert conversation is not None and conversation.id == 1
        assert tx.addresses.get(conversation.place_id) == thread.whole
        assert [m.text for m in tx.conversations.messages(1)] == ["How?", "So.", "More", "This", "I look."]
        assert tx.conversations.message_at(own_address("post", 3)).text == "So."
        assert tx.conversations.message_at(own_address("form", 1)).text == "More"
        assert tx.conversations.message_at(own_address("choice", 1)).text == "This"
        assert tx.conversations.message_at(Address("slack", "C2", "1.0")).text == "And here?"
        assert [(one.person_id, one.side) for one in tx.conversations.participants(1)] == [
            ("U1", "contact"),
            ("U9", "ours"),
        ]
        ticket = tx.tickets.of_conversation(1)
        assert ticket is not None and tx.tickets.conversations_of(ticket.id) == [1]
        assert tx.addresses.get(tx.escalations.open_of_ticket(1).place_id) == Address("slack", "C9")
        sent, waiting = tx.posts.get(3), tx.posts.get(4)
        assert (
            tx.addresses.get(sent.address_id) == Address("slack", "C1", "1.2")
            and sent.thread_id == conversation.thread_id
        )
        assert (waiting.address_id, tx.addresses.get(waiting.place_id)) == (None, Address("slack", "C8"))
        assert [receipt.decision for receipt in tx.receipts.at(thread)] == ["answered"]
        assert [receipt.decision for receipt in tx.receipts.at(own_address("form", 1))] == ["handed_over"]
        assert tx.answers.dependencies(1) == {"a": "x"}
        assert tx.channel_modes.last_done(conversation.place_id).after == "auto"


def test_jobs_that_the_second_version_queued_are_understood() -> None:
    assert decode(Deliver, '{"post_id": 3, "channel_id": "C1"}') == Deliver(3, "C1")
    assert Address.from_key(decode(Deliver, '{"post_id": 3, "channel_id": "C1"}').place) == Address("slack", "C1")
    assert decode(Refresh, '{"post_id": 3, "channel_id": "C1", "revision": 2}') == Refresh(3, "C1", 2)
    reaction = decode(React, '{"channel_id": "C1", "ts": "1.0", "name": "eyes", "remove": false}')
    assert Address.from_key(reaction.address) == Address("slack", "C1", "1.0")
    assert decode(ReviewModes, '{"channel_id": "", "occasion": "x"}') == ReviewModes("", "x")
    assert decode(JoinPeople, '{"channel_id": "C1", "user_ids": ["U1"]}') == JoinPeople("C1", ("U1",))
    assert decode(ReceiveEvent, '{"event_id": "E1:again", "payload": {}}') == ReceiveEvent("E1:again", {})
