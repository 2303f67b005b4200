"""`python app.py ...` as a process of its own that does not have to import everything first.

A server process imports what the program needs, once, and forks a copy of itself for each command. The copy is a real
process: it has its own environment, files and exit code, it takes signals, and it can be killed.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.desk import PRELOADED_MODULES

ROOT = Path(__file__).parents[2]


class WarmProcess:
    """`python app.py WORDS` with what it says written to the files `out` and `err`; to be used like a Popen."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["app", *PRELOADED_MODULES])
        self._words = words
        self._process = context.Process(target=_run, args=(list(words), dict(environment), out, err))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(["app.py", *self._words], timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _run(words: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """What the forked process does: becomes what `python app.py WORDS` is from its first line on."""
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(opened, stream.fileno())
        os.close(opened)
        stream.reconfigure(encoding="utf-8", line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    # An interpreter reads this when it starts, and this one has started already.
    if environment.get("PYTHONWARNINGS") == "error::ResourceWarning":
        warnings.simplefilter("error", ResourceWarning)
    os.chdir(ROOT)
    sys.argv = ["app.py", *words]
    runpy.run_path("app.py", run_name="__main__")
