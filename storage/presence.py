"""Which workers are alive, when several replicas work on one PostgreSQL database."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.errors import StorageError, explain_error
from storage.jobs import status_table


class NameTakenError(StorageError):
    """Another process is working on this database under the same name."""


class Presence:
    """Shows that a replica is alive, by a PostgreSQL advisory lock that ends with the process's session."""

    def __init__(self, engine: Engine, executor_id: str) -> None:
        self._engine = engine
        self._id = executor_id
        self._connection: Connection | None = None

    def confirm(self) -> bool:
        """Take our lock, or check that we still hold it; return whether we do. Raises StorageError on failure."""
        try:
            if self._connection is not None:
                self._connection.execute(sql("SELECT 1"))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if _try_lock(connection, self._id):
                self._connection = connection
                return True
            connection.close()
            return False
        except DBAPIError as error:
            self.end()
            raise explain_error(error, self._engine.url) from error

    @contextmanager
    def dead(self) -> Iterator[list[str]]:
        """Yield the ids of replicas that own running jobs but are not alive. Their locks are held for the block."""
        held: list[str] = []
        if self._connection is None:
            yield held
            return
        query = (
            f"SELECT DISTINCT executor_id FROM {status_table(self._connection)} "
            "WHERE status = 'PENDING' AND executor_id IS NOT NULL AND executor_id <> :me"
        )
        try:
            owners = self._connection.execute(sql(query), {"me": self._id}).scalars().all()
            held.extend(owner for owner in owners if _try_lock(self._connection, owner))
            try:
                yield held
            finally:
                for owner in held:
                    self._connection.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": _lock_key(owner)})
        except DBAPIError as error:
            self.end()  # closing the session releases all its locks
            raise explain_error(error, self._engine.url) from error

    def end(self) -> None:
        """Release the lock at once; after only closing the connection the server may hold it a little longer."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(SQLAlchemyError):
            connection.execute(sql("SELECT pg_advisory_unlock_all()"))
        connection.invalidate()
        connection.close()


def _lock_key(executor_id: str) -> int:
    digest = hashlib.sha256(f"footbridge worker {executor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _try_lock(connection: Connection, executor_id: str) -> bool:
    return bool(connection.execute(sql("SELECT pg_try_advisory_lock(:key)"), {"key": _lock_key(executor_id)}).scalar())
