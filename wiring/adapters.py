"""Makes from the settings what commands and the running desk work with: storage, search index, model, gate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.directory import configuration_file
from bot.directory.stored_directory import StoredDirectory
from bot.errors import BotError
from bot.ports import Directory
from bot.settings.config import Config
from bot.settings.environment import Settings
from knowledge.errors import KnowledgeError
from knowledge.vocabulary import EMPTY, Vocabulary
from storage.database import open_engine, upgrade
from storage.errors import StorageError
from storage.jobs import JobLog
from storage.transaction import Storage

if TYPE_CHECKING:
    from bot.answering.gate import Gate
    from bot.articles.sources import SourceContext
    from bot.ports import ChatModel
    from knowledge.embeddings import Embeddings
    from knowledge.knowledge_base import KnowledgeBase

# Errors whose text tells the operator what to do.
EXPECTED: tuple[type[Exception], ...] = (BotError, KnowledgeError, StorageError, OSError)


def read_settings(*, needs_slack: bool = False) -> Settings:
    return Settings.from_env(os.environ, needs_slack=needs_slack)


def open_jobs() -> JobLog:
    engine = open_engine(read_settings().database_url)
    upgrade(engine)
    return JobLog(engine)


@contextmanager
def open_storage(given: Settings) -> Iterator[tuple[Storage, JobLog]]:
    engine = open_engine(given.database_url)
    try:
        upgrade(engine)
        yield Storage(engine), JobLog(engine)
    finally:
        engine.dispose()


@contextmanager
def open_directory(given: Settings | None = None) -> Iterator[Directory]:
    """The stored configuration, for a command of its own."""
    with open_storage(given or read_settings()) as (storage, _):
        yield StoredDirectory(storage, SystemClock())


def read_configuration(given: Settings, storage: Storage) -> Config:
    """The stored configuration; footbridge.yaml is applied when there is none yet."""
    directory = StoredDirectory(storage, SystemClock())
    if not directory.version().number:
        configuration_file.apply_at_start(given.config, directory=directory)
    return directory.current()


def tell_unapplied(given: Settings, storage: Storage) -> str:
    """A sentence for who reads a command's result, when footbridge.yaml says something else than what was used."""
    directory = StoredDirectory(storage, SystemClock())
    if not given.config.exists() or configuration_file.is_applied(given.config, directory=directory):
        return ""
    return (
        f" {given.config} has changed since it was last applied, and this used the stored configuration: "
        "`python app.py config apply` shows what would change."
    )


def open_embeddings(given: Settings) -> Embeddings:
    from knowledge.local_embeddings import LocalEmbeddings, packaged_embeddings
    from knowledge.openai_embeddings import OpenAIEmbeddings

    if given.embeddings == "openai":
        return OpenAIEmbeddings(
            api_key=given.openai_api_key or "none",
            model=given.embedding_model,
            base_url=given.openai_base_url,
            timeout=given.model_timeout_seconds,
        )
    return LocalEmbeddings(given.embeddings_folder) if given.embeddings_folder else packaged_embeddings()


def open_knowledge(
    given: Settings, vocabulary: Callable[[], Vocabulary] = lambda: EMPTY, trial: Path | None = None
) -> KnowledgeBase:
    """The index at work, or one in the folder `trial` that nobody else has."""
    from knowledge.knowledge_base import KnowledgeBase

    return KnowledgeBase.open(
        trial or given.home / "index",
        open_embeddings(given),
        None if trial is not None else given.chroma_url,
        vocabulary=vocabulary,
    )


def open_chat_model(given: Settings, draft_rules: str | None = None) -> ChatModel | None:
    if not given.has_model:
        return None
    from bot.integrations.openai_chat import OpenAIChat

    return OpenAIChat(
        api_key=given.openai_api_key,
        base_url=given.openai_base_url,
        model=given.chat_model,
        timeout_seconds=given.model_timeout_seconds,
        draft_rules=draft_rules,
    )


def read_gate(given: Settings) -> Gate:
    """The gate that was fitted for this desk, else the one that comes with Footbridge."""
    from bot.answering import gate as gates

    own = given.home / "gate.json"
    return gates.load_gate(own if own.exists() else gates.SHIPPED)


def source_context(given: Settings) -> SourceContext:
    from bot.articles.sources import SourceContext

    return SourceContext(cache=given.home / "repositories", environ=os.environ)
