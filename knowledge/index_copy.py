"""Copies an index to try something out on; the one that is at work is never written to, and never waited for."""

import shutil
from pathlib import Path

from knowledge.errors import IndexBusyError, IndexUnavailableError
from knowledge.folder_lock import FolderLock


def copy_index(folder: Path, to: Path) -> bool:
    """Copies the index in `folder` to `to`; False when there is none or somebody has it open.

    Without a copy a trial begins with nothing and embeds every passage anew: slower, with the same result.
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
