"""The tables of all modules of `storage`, for Alembic, without those of DBOS."""

import importlib
import pkgutil
from typing import Any, Literal

from sqlalchemy import JSON, MetaData

import storage
from storage.database import Base, UtcDateTime
from storage.jobs import engine_tables


def metadata() -> MetaData:
    """Return all our tables, after importing every module of `storage`."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            importlib.import_module(f"storage.{module.name}")
    return Base.metadata


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Alembic's `include_name`: return whether a table is ours. On SQLite, DBOS's tables are in the same schema."""
    return kind != "table" or name not in engine_tables()


def render(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Alembic's `render_item`: write SQLAlchemy's types instead of ours, so that migrations do not import our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON) and "postgresql" in item._variant_mapping:
        # Alembic's own rendering uses a class without importing it.
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False
