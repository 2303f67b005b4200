"""Copy an index for a trial, so that the index in use is not changed."""

import shutil
from pathlib import Path

from knowledge.errors import IndexBusyError, IndexUnavailableError
from knowledge.folder_lock import FolderLock


def copy_index(folder: Path, to: Path) -> bool:
    """Copy the index in `folder` to `to`. Return False if there is none or another process is using it.

    Without a copy, a trial starts empty and embeds every passage again: slower, with the same result.
    """
    if not folder.is_dir():
        return False
    try:
        lock = FolderLock(folder)
    except (IndexBusyError, IndexUnavailableError):
        return False
    try:
        shutil.copytree(folder, to, ignore=shutil.ignore_patterns("owner.lock"), dirs_exist_ok=True)
    finally:
        lock.close()
    return True
