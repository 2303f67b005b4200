"""Opens a knowledge base over the articles of a data set, with a progress bar; it measures nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from knowledge.base import KnowledgeBase
from knowledge.documents import Article, Reading
from knowledge.embeddings import LocalEmbeddings
from knowledge.ingestion import plan


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def opened(index: Path, articles: Sequence[Article], root: str) -> KnowledgeBase:
    """The knowledge base in the folder `index`, with exactly these articles; what it holds already is not read anew."""
    knowledge = KnowledgeBase.open(index, LocalEmbeddings())
    changes = plan(Reading(tuple(articles), (), (root,)), knowledge.known())
    if changes.to_write or changes.removed:
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("Embedding the articles", total=len(changes.to_write))
            knowledge.update(changes, lambda done, total, title: shown.update(task, completed=done))
    return knowledge
