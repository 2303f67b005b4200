"""A Storage whose events reach their subscribers, as in a running desk."""

from __future__ import annotations

from sqlalchemy import Engine

from bot.settings.config import Config
from bot.workflows import publisher
from storage.transaction import Storage


def desk_storage(engine: Engine, config: Config) -> Storage:
    return Storage(engine, publisher(lambda: config))
