"""What is slow to make and the same for every test: made by the first process that needs it, kept until its sources
change."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from filelock import FileLock

CACHE = Path(__file__).parents[2] / ".pytest_cache" / "built"
"""It may be deleted: what is needed is made again."""
KEPT = 6
"""How many versions of a thing stay in the cache, so that changing to another branch and back makes nothing anew."""


def built_once(name: str, sources: Sequence[Path], build: Callable[[Path], object], cache: Path = CACHE) -> Path:
    """The folder that `build(folder)` filled for exactly these sources (files, or folders with all that is below them).

    Nobody may change what is in it: copy it. Several processes may ask at once; one of them builds, the others wait.
    """
    cache.mkdir(parents=True, exist_ok=True)
    made = cache / f"{name}-{fingerprint(sources)}"
    with FileLock(cache / f"{name}.lock"):
        if not made.exists():
            # Under another name until it is whole: what an interrupted process leaves is never taken for it.
            unfinished = Path(tempfile.mkdtemp(prefix=f"unfinished-{name}-", dir=cache))
            try:
                build(unfinished)
                unfinished.rename(made)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        made.touch()
        for old in sorted(cache.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return made


def fingerprint(sources: Sequence[Path]) -> str:
    """A short text that is the same for the same paths and contents."""
    digest = hashlib.sha256()
    for source in sources:
        for path in sorted(_files(source)):
            digest.update(f"{path}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    else:
        yield from (path for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc")
