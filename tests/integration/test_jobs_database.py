"""The database opens, says clearly why it does not, keeps times in UTC, and is owned by one bot on SQLite."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, String, create_engine, make_url
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from storage.database import JsonColumn, UtcDateTime, open_engine, reading, writing
from storage.database_lock import lock_database
from storage.errors import (
    DatabaseBusyError,
    DatabaseLoginError,
    DatabaseUnavailableError,
    DatabaseUrlError,
    DiskFullError,
    explain_error,
)

ROOT = Path(__file__).parents[2]


class Shelf(DeclarativeBase):
    """Tables of this test alone."""


class Note(Shelf):
    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)


@pytest.fixture
def shelf(engine: Engine) -> Engine:
    Shelf.metadata.create_all(engine)
    return engine


def test_times_come_back_aware_and_in_utc_whatever_zone_they_had(shelf: Engine) -> None:
    noon_in_tokyo = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with Session(shelf) as session, session.begin():
        session.add_all([Note(name="tokyo", at=noon_in_tokyo), Note(name="never", at=None)])
    with Session(shelf) as session:
        found = session.get_one(Note, "tokyo").at
        assert found == noon_in_tokyo
        assert found is not None
        assert found.utcoffset() == timedelta()
        assert session.get_one(Note, "never").at is None
        assert session.query(Note).where(Note.at < noon_in_tokyo + timedelta(seconds=1)).count() == 1
        assert session.query(Note).where(Note.at < noon_in_tokyo).count() == 0


def test_a_time_without_a_zone_is_refused(shelf: Engine) -> None:
    with Session(shelf) as session:
        session.add(Note(name="naive", at=datetime(2026, 7, 1)))  # noqa: DTZ001
        with pytest.raises(Exception, match="has no time zone"):
            session.flush()


def test_lists_and_dicts_are_kept_and_nothing_is_null(shelf: Engine) -> None:
    facts = {"erp": "Ledger 9", "tags": ["a", "ü"], "deep": {"n": 1.5, "none": None}}
    with Session(shelf) as session, session.begin():
        session.add_all([Note(name="full", facts=facts), Note(name="empty", facts=None)])
    with Session(shelf) as session:
        assert session.get_one(Note, "full").facts == facts
        assert [note.name for note in session.query(Note).where(Note.facts.is_(None))] == ["empty"]


def test_writers_on_sqlite_see_what_the_one_before_has_written(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    Shelf.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Note(name="counter", facts={"n": 0}))

    def count() -> None:
        for _ in range(20):
            with Session(writing(engine)) as session, session.begin():
                note = session.get_one(Note, "counter")
                assert note.facts is not None
                note.facts = {"n": note.facts["n"] + 1}

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.get_one(Note, "counter").facts == {"n": 80}
    engine.dispose()


def test_a_reader_on_sqlite_has_one_view_and_holds_up_no_writer(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    Shelf.metadata.create_all(engine)
    with Session(reading(engine)) as reader:
        assert reader.query(Note).count() == 0
        with Session(writing(engine)) as writer, writer.begin():
            writer.add(Note(name="new"))
        assert reader.query(Note).count() == 0
    with Session(reading(engine)) as reader:
        assert reader.query(Note).count() == 1
    engine.dispose()


def test_our_own_transactions_wait_for_the_disk_and_the_engines_notes_do_not(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    normal, full = 1, 2
    for _ in range(2):
        with writing(engine).begin() as connection:
            assert connection.execute(sql("PRAGMA synchronous")).scalar() == full
        with engine.begin() as connection:
            assert connection.execute(sql("PRAGMA synchronous")).scalar() == normal
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not valid"),
        ("footbridge.db", "is not valid"),
        ("sqlite://", "would be lost at the end"),
        ("sqlite:///:memory:", "would be lost at the end"),
        ("mysql://me:secret@host/db", "only SQLite and PostgreSQL"),
        ("postgresql+psycopg2://me:secret@host/db", "driver is not supported"),
        ("postgresql://me:secret@host:port/db", "is not valid"),
    ],
)
def test_an_address_that_cannot_be_used_says_how_to_write_one(url: str, said: str) -> None:
    with pytest.raises(DatabaseUrlError, match=said) as caught:
        open_engine(url)
    assert "postgresql://user:password@host" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_short_name_that_some_hosts_hand_out_is_understood(postgres_url: str) -> None:
    engine = open_engine(postgres_url.replace("postgresql://", "postgres://"))
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a/b/footbridge.db")
    engine.dispose()
    assert (tmp_path / "a/b/footbridge.db").exists()


def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("x")
    with pytest.raises(DatabaseUnavailableError, match="Check that its folder exists"):
        open_engine(f"sqlite:///{tmp_path}/in-the-way/footbridge.db")
    with pytest.raises(DatabaseUnavailableError, match="cannot be opened"):
        open_engine(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 200)
    with pytest.raises(DatabaseUnavailableError, match="not a SQLite database") as caught:
        open_engine(f"sqlite:///{file}")
    assert caught.value.retry is False
    assert file.read_text().startswith("Dear Sir")


def test_a_full_disk_is_called_that_and_may_be_tried_again(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    Shelf.metadata.create_all(engine)
    with engine.connect() as connection:
        pages = connection.execute(sql("PRAGMA page_count")).scalar()
        connection.execute(sql(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(DBAPIError) as caught:
            connection.execute(Note.__table__.insert(), {"name": "long", "facts": {"words": "x" * 100_000}})
    error = explain_error(caught.value, engine.url)
    assert isinstance(error, DiskFullError)
    assert error.retry
    assert "Free some space" in str(error)
    assert "xxx" not in str(caught.value)
    engine.dispose()


def test_a_server_that_is_not_there_says_what_to_check() -> None:
    with pytest.raises(DatabaseUnavailableError, match="Check the host and the port") as caught:
        open_engine("postgresql://me:secret@127.0.0.1:1/footbridge")
    assert "secret" not in str(caught.value)
    assert caught.value.retry


@pytest.mark.postgres
def test_a_missing_database_or_user_is_told_apart_from_a_missing_server(postgres_url: str) -> None:
    url = make_url(postgres_url)
    with pytest.raises(DatabaseLoginError, match="no such database"):
        open_engine(url.set(database="nothing_here").render_as_string(hide_password=False))
    with pytest.raises(DatabaseLoginError, match="rejected the user or the password"):
        open_engine(url.set(username="nobody").render_as_string(hide_password=False))


@pytest.mark.postgres
def test_a_wrong_password_is_called_that(postgres_url: str, postgres_server: Any) -> None:
    administrator = create_engine(postgres_server.get_uri(), isolation_level="AUTOCOMMIT")
    rules = Path(postgres_server.pgdata) / "pg_hba.conf"
    before = rules.read_text()
    name = f"clerk_{os.getpid()}"
    with administrator.connect() as connection:
        connection.execute(sql(f"CREATE ROLE {name} LOGIN PASSWORD 'right'"))
        rules.write_text(f"local all {name} scram-sha-256\n{before}")
        connection.execute(sql("SELECT pg_reload_conf()"))
    try:
        url = make_url(postgres_url).set(username=name, password="wrong")
        with pytest.raises(DatabaseLoginError, match="rejected the user or the password") as caught:
            open_engine(url.render_as_string(hide_password=False))
        assert "wrong@" not in str(caught.value)
        assert "wrong:" not in str(caught.value)
        open_engine(url.set(password="right").render_as_string(hide_password=False)).dispose()
    finally:
        rules.write_text(before)
        with administrator.connect() as connection:
            connection.execute(sql("SELECT pg_reload_conf()"))
            connection.execute(sql(f"DROP ROLE {name}"))
        administrator.dispose()


def test_a_second_bot_on_the_same_file_is_told_who_has_it_and_other_commands_are_not_disturbed(
    sqlite_url: str,
) -> None:
    holding = f"""
import sys
from storage.database_lock import lock_database
with lock_database({sqlite_url!r}):
    print("mine", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", holding], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"mine\n"
        with pytest.raises(DatabaseBusyError, match="already running") as caught, lock_database(sqlite_url):
            pass
        assert caught.value.pid == first.pid
        engine = open_engine(sqlite_url)
        with engine.begin() as connection:
            connection.execute(sql("CREATE TABLE ingested (id INTEGER)"))
        engine.dispose()
        first.kill()
    with lock_database(sqlite_url):
        pass


def test_the_lock_ends_with_its_block_and_leaves_the_database_alone(sqlite_url: str) -> None:
    for _ in range(2):
        with lock_database(sqlite_url), pytest.raises(DatabaseBusyError), lock_database(sqlite_url):
            pass
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


@pytest.mark.postgres
def test_several_bots_may_share_postgresql(postgres_url: str) -> None:
    with lock_database(postgres_url), lock_database(postgres_url):
        engine = open_engine(postgres_url)
        engine.dispose()


def test_now_is_kept_to_the_microsecond(shelf: Engine) -> None:
    now = datetime.now(UTC)
    with Session(shelf) as session, session.begin():
        session.add(Note(name="now", at=now))
    with Session(shelf) as session:
        assert session.get_one(Note, "now").at == now
