"""Sets up the log: one line an event, with ids and never a customer's words."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

import structlog

QUIET = ("httpx", "httpx2", "chromadb", "alembic", "slack_bolt", "slack_sdk", "uvicorn.access", "openai", "dbos")


def set_up(level: str, *, colours: bool | None = None) -> None:
    """Sends every log line to standard error. `level`: debug, info, warning or error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty() if colours is None else colours, exception_formatter=_without_words
                ),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        # These log message bodies or addresses at their lower levels.
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_words(out: TextIO, raised: structlog.typing.ExcInfo) -> None:
    """Where an exception came from and what it is called; its text only if it is ours: others quote what they choke on.

    The renderer's own way would print every local variable, and with them what customers wrote.
    """
    kind, error, trace = raised
    out.write("\n" + "".join(traceback.format_tb(trace)) + kind.__name__)
    if hasattr(error, "retry"):
        out.write(f": {error}")
