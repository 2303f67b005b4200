"""Open a knowledge base with the articles of a data set, and show a progress bar."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bot.settings.environment import Settings
from knowledge.documents import Article, Reading
from knowledge.embeddings import Embeddings
from knowledge.ingestion import plan_changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.openai_embeddings import OpenAIEmbeddings


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def configured_embeddings() -> Embeddings:
    """Return the embeddings configured by FOOTBRIDGE_EMBEDDINGS, so that the evaluation uses the same as the desk."""
    settings = Settings.from_env(os.environ, needs_slack=False)
    if settings.embeddings != "openai":
        return LocalEmbeddings(settings.embeddings_folder)
    return OpenAIEmbeddings(
        api_key=settings.openai_api_key or "none",
        model=settings.embedding_model,
        base_url=settings.openai_base_url,
        timeout=settings.model_timeout_seconds,
    )


def open_knowledge_base(index: Path, articles: Sequence[Article], *roots: str) -> KnowledgeBase:
    """Open the knowledge base in the folder `index` with exactly these articles. Unchanged ones are not embedded again.

    `roots` are the folders that the articles are from.
    """
    knowledge = KnowledgeBase.open(index, configured_embeddings())
    changes = plan_changes(Reading(tuple(articles), (), roots), knowledge.known())
    if changes.to_write or changes.removed:
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("Embedding the articles", total=len(changes.to_write))
            knowledge.update(changes, lambda done, total, title: shown.update(task, completed=done))
    return knowledge
