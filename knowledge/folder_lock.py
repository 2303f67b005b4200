"""Keeps a folder for one process at a time. It never waits: a folder that is taken is an error."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.errors import IndexBusyError, IndexUnavailableError


class FolderLock:
    """Held from construction to `close()`, or until the process ends in whatever way.

    IndexBusyError names the owner when somebody else holds it. The lock lies on an open file, so no
    crash leaves a stale one behind; the number written in the file is for people to read.
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
        if not _locked(self._file):
            pid = _owner(self._file)
            os.close(self._file)
            raise IndexBusyError(_busy(folder, pid), pid=pid)
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def close(self) -> None:
        """Give the folder back; closing twice is fine."""
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

    def _locked(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _owner(file: int) -> int | None:
    try:
        written = os.read(file, 20)
    except OSError:
        return None
    return int(written) if written.isdigit() else None


def _busy(folder: Path, pid: int | None) -> str:
    if pid == os.getpid():
        return f"The index in {folder} is open in this process already. Use the one that is open."
    who = f"the process {pid}" if pid else "another process"
    return (
        f"The index in {folder} belongs to {who}, and only one process may use it at a time. "
        "Stop that process, or run a Chroma server and set its address for all of them."
    )
