"""Open and upgrade the SQL database (SQLite or PostgreSQL), and the column types that all tables share."""

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from storage.errors import DatabaseNewerError, DatabaseUrlError, explain_error, unavailable_error

SQLITE_BUSY_SECONDS = 30
POSTGRES_CONNECT_SECONDS = 10
MIGRATION_LOCK = 5_146_301_177  # an arbitrary number that no other program on the server uses

EXAMPLE_URLS = "sqlite:////path/to/footbridge.db or postgresql://user:password@host:5432/database"

# Fixed names, so that a migration can refer to a constraint on both databases.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base class of all tables."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A column of aware datetimes in UTC, on both databases. Storing a naive datetime raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; only aware times can be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite returns the stored time without a zone; it was stored in UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: A column of lists and dicts: JSON text on SQLite, JSONB on PostgreSQL; None is SQL NULL.
JsonColumn = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def open_engine(url: str) -> Engine:
    """Open the database at `url` and test the connection. A missing SQLite file and its folder are created.

    Raises DatabaseUrlError, DatabaseLoginError, DatabaseUnavailableError or DiskFullError.
    """
    parsed = parse_url(url)
    # `hide_parameters` keeps the text of customers out of the driver's error messages, and so out of the log.
    if parsed.get_backend_name() == "sqlite":
        make_folder(parsed)
        engine = create_engine(
            parsed,
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkout", _reset_synchronous)
    else:
        engine = create_engine(
            parsed,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": POSTGRES_CONNECT_SECONDS, "application_name": "footbridge"},
        )
    engine.update_execution_options(footbridge_shared={"engine": engine})
    try:
        with engine.connect() as connection:
            connection.execute(sql("SELECT 1"))
    except DBAPIError as error:
        engine.dispose()
        raise explain_error(error, parsed) from error
    return engine


def shared(engine: Engine) -> dict[str, Any]:
    """Return a dictionary that belongs to the open database. It is the same for an engine and for its `writing` and
    `reading` variants; "engine" is the one that `open_engine` returned.
    """
    values: dict[str, Any] = engine.get_execution_options()["footbridge_shared"]
    return values


def writing(engine: Engine) -> Engine:
    """Return the engine, with the same connection pool, for transactions that read and write.

    On SQLite they take the write lock at the beginning, so that nothing changes between reading and writing. What they
    commit, and everything committed before, survives a power failure.
    """
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """Return the engine, with the same pool, for transactions that only read. On SQLite they see one snapshot."""
    return engine.execution_options(sqlite_begin="DEFERRED")


def upgrade(engine: Engine) -> None:
    """Upgrade the tables to the newest version. Several replicas may call it at the same time.

    Raises DatabaseNewerError if the database is newer than this code, and the exceptions of `open_engine`.
    """
    try:
        if engine.dialect.name != "postgresql":
            _upgrade(engine)
            return
        # On PostgreSQL, concurrent CREATE TABLE statements fail: the first replica works and the others wait for it.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
            # Polling, because a statement that waits for the lock would block the building of an index.
            while not lock.execute(sql("SELECT pg_try_advisory_lock(:key)"), {"key": MIGRATION_LOCK}).scalar():
                time.sleep(0.2)
            try:
                _upgrade(engine)
            finally:
                lock.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
    except DBAPIError as error:
        raise explain_error(error, engine.url) from error


def migrations(engine: Engine | None = None) -> Config:
    """Return the configuration of Alembic, which has no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def parse_url(url: str) -> URL:
    """Return the parsed database URL. Raises DatabaseUrlError if it cannot be used."""
    try:
        parsed = make_url(url.strip())
        backend = parsed.get_backend_name()
        if backend == "postgres":  # some hosting providers write it this way
            parsed, backend = parsed.set(drivername="postgresql"), "postgresql"
        if backend in {"sqlite", "postgresql"}:
            parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise DatabaseUrlError(f"The database URL is not valid. Use {EXAMPLE_URLS}.") from error
    place = parsed.render_as_string(hide_password=True)
    if backend not in {"sqlite", "postgresql"}:
        raise DatabaseUrlError(f"{place}: only SQLite and PostgreSQL are supported. Use {EXAMPLE_URLS}.")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}:
        raise DatabaseUrlError(f"{place}: this driver is not supported. Use {EXAMPLE_URLS}.")
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DatabaseUrlError(f"{place}: a database in memory would be lost at the end. Use {EXAMPLE_URLS}.")
    return parsed


def make_folder(url: URL) -> None:
    """Create the folder of a SQLite database if it is missing. Raises DatabaseUnavailableError."""
    try:
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unavailable_error(url, error.strerror or str(error)) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Writers wait for each other at their first write, instead of failing half-way.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    # DBOS's own commits do not wait for the disk: after a power failure it would at most run a job again. Each of our
    # own transactions waits, which also writes everything committed before it.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _reset_synchronous(connection: sqlite3.Connection, _record: Any, _proxy: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("sqlite_begin")
    if how == "IMMEDIATE":
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
    if how in {"IMMEDIATE", "DEFERRED"}:
        connection.exec_driver_sql(f"BEGIN {how}")


def is_current(engine: Engine) -> bool:
    """Return whether the tables have the version of this code. Raises the exceptions of `upgrade`."""
    try:
        return _read_versions(engine) == set(ScriptDirectory.from_config(migrations(engine)).get_heads())
    except DBAPIError as error:
        raise explain_error(error, engine.url) from error


def _upgrade(engine: Engine) -> None:
    _read_versions(engine)
    command.upgrade(migrations(engine), "heads")


def _read_versions(engine: Engine) -> set[str]:
    """Return the versions of the database. Raises DatabaseNewerError if this code does not know one of them."""
    script = ScriptDirectory.from_config(migrations(engine))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if unknown := [head for head in current if head not in known]:
        raise DatabaseNewerError(
            f"{engine.url.render_as_string(hide_password=True)} was upgraded by a newer Footbridge "
            f"(version {', '.join(unknown)}). Install that version again, or restore a backup from before the upgrade."
        )
    return set(current)
