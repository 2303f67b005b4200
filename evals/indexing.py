"""Opens a knowledge base over the articles of a data set, with a progress bar; it measures nothing."""

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


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def embeddings() -> Embeddings:
    """Those that FOOTBRIDGE_EMBEDDINGS and its neighbours name, so that what is measured is what a desk would use."""
    given = Settings.from_env(os.environ, needs_slack=False)
    if given.embeddings != "openai":
        return LocalEmbeddings(given.embeddings_folder)
    return OpenAIEmbeddings(
        api_key=given.openai_api_key or "none",
        model=given.embedding_model,
        base_url=given.openai_base_url,
        timeout=given.model_timeout_seconds,
    )


def opened(index: Path, articles: Sequence[Article], *roots: str) -> KnowledgeBase:
    """The knowledge base in the folder `index`, with exactly these articles; what it holds already is not read anew."""
    knowledge = KnowledgeBase.open(index, embeddings())
    changes = plan_changes(Reading(tuple(articles), (), roots), knowledge.known())
    if changes.to_write or changes.removed:
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("Embedding the articles", total=len(changes.to_write))
            knowledge.update(changes, lambda done, total, title: shown.update(task, completed=done))
    return knowledge
