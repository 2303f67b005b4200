"""Opens, upgrades and owns the one SQL database; it must not know any table or what is kept in it."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

SQLITE_BUSY_SECONDS = 30
POSTGRES_CONNECT_SECONDS = 10
MIGRATION_LOCK = 5_146_301_177  # any constant that no other program on the server uses

EXAMPLE_URLS = "sqlite:////path/to/footbridge.db or postgresql://user:password@host:5432/database"

# Names are fixed so that a migration can refer to a constraint on both databases.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table module derives from."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in and out, on both databases; a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; every stored time is aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite hands back what was stored without its zone; what was stored is UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: A column of lists and dicts: JSON text on SQLite, JSONB on PostgreSQL; None is SQL NULL.
JsonColumn = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class StorageError(Exception):
    """Something is wrong with the database; the text says what to do. `retry`: later may work."""

    retry = False
    retry_after: float | None = None


class DatabaseUrlError(StorageError):
    """The address is not one we can use."""


class DatabaseLoginError(StorageError):
    """The server refuses the user or the password, or has no such database."""


class DatabaseNewerError(StorageError):
    """The database was upgraded by a newer Footbridge."""


class DatabaseUnavailableError(StorageError):
    """The file cannot be opened, or the server cannot be reached."""

    retry = True


class DiskFullError(StorageError):
    """There is no room left where the database lives."""

    retry = True


class DatabaseBusyError(StorageError):
    """Another Footbridge is running on the same SQLite file. `pid` is its process id, or None if unknown."""

    def __init__(self, path: str, pid: int | None) -> None:
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"Footbridge is already running on {path} ({who}). Stop that one first, "
            "or use PostgreSQL (FOOTBRIDGE_DATABASE_URL=postgresql://...) to run several."
        )


def open_engine(url: str) -> Engine:
    """Open the database at `url` and try it once. SQLite files and their folder are created when absent.

    Raises DatabaseUrlError, DatabaseLoginError, DatabaseUnavailableError or DiskFullError.
    """
    parsed = _parse(url)
    # `hide_parameters`: what customers wrote must not reach the log by way of a driver's error.
    if parsed.get_backend_name() == "sqlite":
        _make_folder(parsed)
        engine = create_engine(
            parsed,
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkout", _hurry_sqlite)
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
        raise explain(error, parsed) from error
    return engine


def shared(engine: Engine) -> dict[str, Any]:
    """A place for what belongs to one open database and lives as long: the same for an engine and its views.

    "engine" is the engine as `open_engine` returned it.
    """
    place: dict[str, Any] = engine.get_execution_options()["footbridge_shared"]
    return place


def writing(engine: Engine) -> Engine:
    """The same engine and pool, for transactions that read and then write what they read.

    On SQLite they take the write lock at their beginning, so nothing changes between the two, and what they
    commit survives a loss of power; so does everything that was committed before.
    """
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """The same engine and pool, for transactions that only read: on SQLite one unchanging view."""
    return engine.execution_options(sqlite_begin="DEFERRED")


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest version; several replicas may call it at once.

    Raises DatabaseNewerError when the database is ahead of this code, and what `open_engine` raises.
    """
    try:
        if engine.dialect.name != "postgresql":
            _upgrade(engine)
            return
        # CREATE TABLE from several replicas races on PostgreSQL: the first one works, the others wait for it.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
            # Asked for again and again: a statement that waits would hold up an index that is being built.
            while not lock.execute(sql("SELECT pg_try_advisory_lock(:key)"), {"key": MIGRATION_LOCK}).scalar():
                time.sleep(0.2)
            try:
                _upgrade(engine)
            finally:
                lock.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
    except DBAPIError as error:
        raise explain(error, engine.url) from error


def migrations(engine: Engine | None = None) -> Config:
    """Alembic's configuration, made here instead of in an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


@contextmanager
def own_database(url: str) -> Iterator[None]:
    """Hold the database for one running bot. On SQLite a second one gets DatabaseBusyError(pid).

    Other commands may still open the database. PostgreSQL may be shared, so there it does nothing.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    _make_folder(parsed)
    path = str(parsed.database)
    # A lock of SQLite's own: it works on every system, and ends with its process, however that ends.
    try:
        lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _unavailable(parsed, str(error)) from error
    try:
        _take(lock, path)
        yield
    finally:
        lock.close()


def explain(error: DBAPIError, url: URL) -> StorageError:
    """The StorageError that tells a person what to do about a driver's error at `url`."""
    said = str(error.orig).strip()
    code = getattr(error.orig, "sqlstate", None) or ""
    place = url.render_as_string(hide_password=True)
    lowered = said.lower()
    if "disk is full" in lowered or code in {"53100", "53200"} or "no space left" in lowered:
        return DiskFullError(f"There is no room left for {place}. Free some space; what was saved is safe.")
    if (
        code in {"28P01", "28000"}
        or "authentication failed" in lowered
        or "no password supplied" in lowered
        or ("role" in lowered and "does not exist" in lowered)
    ):
        return DatabaseLoginError(
            f"The server of {place} refuses the user or the password. Check FOOTBRIDGE_DATABASE_URL "
            "(special characters in a password are written %40 for @, %2F for / and so on)."
        )
    if "disk i/o error" in lowered:
        return DiskFullError(
            f"{place} cannot be written (disk I/O error). Check its disk: the room left, the quota, its health. "
            "What was saved is safe."
        )
    if code == "3D000" or ("database" in lowered and "does not exist" in lowered):
        return DatabaseLoginError(f"{place}: the server has no such database. Create it first.")
    if "file is not a database" in lowered or "malformed" in lowered:
        unusable = DatabaseUnavailableError(
            f"{url.database} is not a SQLite database, or is damaged. Point FOOTBRIDGE_DATABASE_URL to "
            "another file, or put a backup in its place; it was left as it is."
        )
        unusable.retry = False
        return unusable
    return _unavailable(url, said.splitlines()[0] if said else type(error.orig).__name__)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url.strip())
        backend = parsed.get_backend_name()
        if backend == "postgres":  # the name that some hosts hand out
            parsed, backend = parsed.set(drivername="postgresql"), "postgresql"
        if backend in {"sqlite", "postgresql"}:
            parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise DatabaseUrlError(f"The database's address cannot be read. Write {EXAMPLE_URLS}.") from error
    place = parsed.render_as_string(hide_password=True)
    if backend not in {"sqlite", "postgresql"}:
        raise DatabaseUrlError(f"{place}: only SQLite and PostgreSQL are supported. Write {EXAMPLE_URLS}.")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}:
        raise DatabaseUrlError(f"{place}: name no driver. Write {EXAMPLE_URLS}.")
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DatabaseUrlError(f"{place}: a database in memory would lose everything. Write {EXAMPLE_URLS}.")
    return parsed


def _make_folder(url: URL) -> None:
    try:
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unavailable(url, error.strerror or str(error)) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Writers wait for each other from their first write on, instead of failing half-way.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    # The durable engine's notes on its jobs do not wait for the disk: it would only begin a job again that it
    # had begun or ended. Each of our own transactions does wait, and takes all that came before with it.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _hurry_sqlite(connection: sqlite3.Connection, _record: Any, _proxy: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("sqlite_begin")
    if how == "IMMEDIATE":
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
    if how in {"IMMEDIATE", "DEFERRED"}:
        connection.exec_driver_sql(f"BEGIN {how}")


def is_current(engine: Engine) -> bool:
    """Whether the tables are those of this code. It changes nothing; raises what `upgrade` raises."""
    try:
        return _versions(engine) == set(ScriptDirectory.from_config(migrations(engine)).get_heads())
    except DBAPIError as error:
        raise explain(error, engine.url) from error


def _upgrade(engine: Engine) -> None:
    _versions(engine)
    command.upgrade(migrations(engine), "heads")


def _versions(engine: Engine) -> set[str]:
    """The versions that the database has. Raises DatabaseNewerError when this code does not know one."""
    script = ScriptDirectory.from_config(migrations(engine))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if unknown := [head for head in current if head not in known]:
        raise DatabaseNewerError(
            f"{engine.url.render_as_string(hide_password=True)} was upgraded by a newer Footbridge "
            f"(version {', '.join(unknown)}). Install that one again, or restore the backup from before it."
        )
    return set(current)


def _take(lock: sqlite3.Connection, path: str) -> None:
    try:
        lock.execute("CREATE TABLE IF NOT EXISTS owner (pid INTEGER)")
        lock.execute("BEGIN IMMEDIATE")
        lock.execute("DELETE FROM owner")
        lock.execute("INSERT INTO owner VALUES (?)", (os.getpid(),))
        lock.execute("COMMIT")
        # Held until closed. Readers are let in, so that the next one can be told who holds it.
        lock.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise _unavailable(make_url(f"sqlite:///{path}.lock"), str(error)) from error
        row = lock.execute("SELECT pid FROM owner").fetchone()
        raise DatabaseBusyError(path, row[0] if row else None) from error


def _unavailable(url: URL, reason: str) -> StorageError:
    place = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        advice = "Check that its folder exists and that this user may write there"
    else:
        advice = "Check the host and the port, and that the server runs and accepts connections from here"
    return DatabaseUnavailableError(f"{place} cannot be opened ({reason}). {advice}.")
