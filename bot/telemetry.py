"""Sets up logging: one line for each event, with ids and never a customer's words."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

import structlog

QUIET = ("httpx", "httpx2", "chromadb", "alembic", "slack_bolt", "slack_sdk", "uvicorn.access", "openai", "dbos")


def set_up(level: str, *, colours: bool | None = None) -> None:
    """Send every log line to standard error.

    `level`: debug, info, warning or error. `colours`: None for colours only on a terminal.
    """
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
                    colors=sys.stderr.isatty() if colours is None else colours, exception_formatter=_format_exception
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


def _format_exception(out: TextIO, raised: structlog.typing.ExcInfo) -> None:
    """Write an exception's traceback and class. Its text is written only for our own errors.

    The text of other errors may quote the input, and the default formatter prints local variables: both may hold
    customers' words.
    """
    kind, error, trace = raised
    out.write("\n" + "".join(traceback.format_tb(trace)) + kind.__name__)
    if hasattr(error, "retry"):
        out.write(f": {error}")
