"""Sets up the log: one line an event, with ids and never a customer's words."""

from __future__ import annotations

import logging
import sys

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
                structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty() if colours is None else colours),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        # These log message bodies or addresses at their lower levels.
        logging.getLogger(name).setLevel(logging.WARNING)
