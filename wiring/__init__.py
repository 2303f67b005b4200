"""Wires the commands of the command line: settings -> adapters -> tools -> doors. Only app.py and tests import it.

What a command needs is read in when the command is called, so that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.cli import ProgressCall, Wiring
from handlers.doctor import Verdict
from handlers.previews import Preview, WhatIf
from wiring.adapters import EXPECTED, open_directory, open_jobs, read_settings
from wiring.evaluations import EVALUATIONS

if TYPE_CHECKING:
    from bot.articles.sources import Report


def command_line() -> Wiring:
    """What stands behind each command."""
    return Wiring(
        run=_run,
        check=_check,
        ingest=_ingest,
        jobs=open_jobs,
        demo=_demo,
        evaluate=EVALUATIONS,
        preview=_preview,
        directory=open_directory,
        config_file=lambda: read_settings().config,
        expected=EXPECTED,
    )


def _run() -> None:
    from wiring.running import run

    run()


def _check() -> Sequence[Verdict]:
    from wiring.checks import check

    return check()


def _ingest(paths: Sequence[Path], audience: str | None, progress: ProgressCall) -> tuple[Report, str]:
    from wiring.ingest import ingest

    return ingest(paths, audience, progress)


def _preview(what: WhatIf, progress: ProgressCall) -> Preview:
    from wiring.previews import preview

    return preview(what, progress)


def _demo(kb: Path | None, port: int, home: Path | None) -> None:
    from demo.start import start

    start(kb, port, home)
