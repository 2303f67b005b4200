"""The exceptions of the database. Each message says what happened and what to do."""

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError


class StorageError(Exception):
    """Base class of the database's exceptions. `retry` is True if trying again later may help.

    `retry_after` is the recommended time to wait in seconds, if known.
    """

    retry = False
    retry_after: float | None = None


class DatabaseUrlError(StorageError):
    """The database URL cannot be used."""


class DatabaseLoginError(StorageError):
    """The server rejected the user or the password, or has no database with this name."""


class DatabaseNewerError(StorageError):
    """The database was upgraded by a newer Footbridge."""


class DatabaseUnavailableError(StorageError):
    """The file cannot be opened, or the server cannot be reached."""

    retry = True


class DiskFullError(StorageError):
    """The disk of the database is full or cannot be written."""

    retry = True


class DatabaseBusyError(StorageError):
    """Another Footbridge is running on the same SQLite file. `pid` is its process id, or None if unknown."""

    def __init__(self, path: str, pid: int | None) -> None:
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"Footbridge is already running on {path} ({who}). Stop that process first, "
            "or use PostgreSQL (FOOTBRIDGE_DATABASE_URL=postgresql://...) to run several."
        )


def explain_error(error: DBAPIError, url: URL) -> StorageError:
    """Return the StorageError for an exception of the database driver at `url`, with advice for the reader."""
    message = str(error.orig).strip()
    code = getattr(error.orig, "sqlstate", None) or ""
    place = url.render_as_string(hide_password=True)
    lowered = message.lower()
    if "disk is full" in lowered or code in {"53100", "53200"} or "no space left" in lowered:
        return DiskFullError(f"There is no space left for {place}. Free some space. What was saved is safe.")
    if (
        code in {"28P01", "28000"}
        or "authentication failed" in lowered
        or "no password supplied" in lowered
        or ("role" in lowered and "does not exist" in lowered)
    ):
        return DatabaseLoginError(
            f"The server of {place} rejected the user or the password. Check FOOTBRIDGE_DATABASE_URL "
            "(write special characters in a password as %40 for @, %2F for / and so on)."
        )
    if "disk i/o error" in lowered:
        return DiskFullError(
            f"{place} cannot be written (disk I/O error). Check the disk: its free space, quota and health. "
            "What was saved is safe."
        )
    if code == "3D000" or ("database" in lowered and "does not exist" in lowered):
        return DatabaseLoginError(f"{place}: the server has no such database. Create it first.")
    if "file is not a database" in lowered or "malformed" in lowered:
        unusable = DatabaseUnavailableError(
            f"{url.database} is not a SQLite database, or it is damaged. Set FOOTBRIDGE_DATABASE_URL to "
            "another file, or replace it by a backup. The file was not changed."
        )
        unusable.retry = False
        return unusable
    return unavailable_error(url, message.splitlines()[0] if message else type(error.orig).__name__)


def unavailable_error(url: URL, reason: str) -> StorageError:
    """Return the error for a database that cannot be opened or reached."""
    place = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        advice = "Check that its folder exists and that this user may write there"
    else:
        advice = "Check the host and the port, and that the server is running and accepts connections from this machine"
    return DatabaseUnavailableError(f"{place} cannot be opened ({reason}). {advice}.")
