"""A lock that lets only one running Footbridge use a SQLite database."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from storage.database import make_folder, parse_url
from storage.errors import DatabaseBusyError, unavailable_error


@contextmanager
def lock_database(url: str) -> Iterator[None]:
    """Lock a SQLite database for one running bot; a second one gets DatabaseBusyError.

    Other commands may still open the database. On PostgreSQL several may run, so nothing is locked.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    make_folder(parsed)
    path = str(parsed.database)
    # A lock of SQLite itself works on every system, and ends with the process, even after a crash.
    try:
        lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise unavailable_error(parsed, str(error)) from error
    try:
        _take_lock(lock, path)
        yield
    finally:
        lock.close()


def _take_lock(lock: sqlite3.Connection, path: str) -> None:
    try:
        lock.execute("CREATE TABLE IF NOT EXISTS owner (pid INTEGER)")
        lock.execute("BEGIN IMMEDIATE")
        lock.execute("DELETE FROM owner")
        lock.execute("INSERT INTO owner VALUES (?)", (os.getpid(),))
        lock.execute("COMMIT")
        # This transaction stays open until the lock is closed. Others can read the pid meanwhile.
        lock.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise unavailable_error(make_url(f"sqlite:///{path}.lock"), str(error)) from error
        row = lock.execute("SELECT pid FROM owner").fetchone()
        raise DatabaseBusyError(path, row[0] if row else None) from error
