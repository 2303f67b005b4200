"""Gathers every table module of `storage`, and tells our tables from the durable engine's."""

import importlib
import pkgutil
from typing import Any, Literal

from sqlalchemy import JSON, MetaData

import storage
from storage.database import Base, UtcDateTime
from storage.jobs import engine_tables


def metadata() -> MetaData:
    """The tables as the models describe them: every module of `storage` has been imported."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            importlib.import_module(f"storage.{module.name}")
    return Base.metadata


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Alembic's `include_name`: on SQLite the durable engine's tables stand beside ours."""
    return kind != "table" or name not in engine_tables()


def render(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Alembic's `render_item`: migrations stand alone, so they name SQLAlchemy's types, not ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON) and "postgresql" in item._variant_mapping:
        # Alembic's own rendering of this one names a class that it does not import.
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False
