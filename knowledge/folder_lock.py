"""A lock that lets only one process use a folder. A folder that is already locked is an error; there is no waiting."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.errors import IndexBusyError, IndexUnavailableError


class FolderLock:
    """A lock on `folder`, held until `close()` or the end of the process.

    Raises IndexBusyError if another process holds the lock, and IndexUnavailableError if the folder cannot be used.
    The operating system releases the lock with the open file, so a crash leaves none behind. The process id in the
    file is only for people to read.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "owner.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise IndexUnavailableError(
                f"The index folder {folder} cannot be used ({error.strerror}). "
                "Choose a folder that this user may write to."
            ) from error
        if not _try_lock(self._file):
            pid = _read_owner(self._file)
            os.close(self._file)
            raise IndexBusyError(_describe_owner(folder, pid), pid=pid)
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def close(self) -> None:
        """Release the lock. Calling this twice does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _read_owner(file: int) -> int | None:
    try:
        written = os.read(file, 20)
    except OSError:
        return None
    return int(written) if written.isdigit() else None


def _describe_owner(folder: Path, pid: int | None) -> str:
    if pid == os.getpid():
        return f"The index in {folder} is already open in this process. Use the open one."
    who = f"the process {pid}" if pid else "another process"
    return (
        f"The index in {folder} is in use by {who}, and only one process may use it at a time. "
        "Stop that process, or run a Chroma server and set its URL for all of them."
    )
