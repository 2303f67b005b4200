"""Read data sets: labelled questions, and the articles that they are asked about."""

from __future__ import annotations

import ast
import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress

from bot.settings.config import Config
from bot.settings.knowledge_entries import FolderEntry
from evals.indexing import open_knowledge_base, read_rows
from knowledge.documents import PUBLIC, Article, article
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources import folder as markdown_folder

T = TypeVar("T")
R = TypeVar("R")

ROOT = Path(__file__).parents[1]
AUDIENCES = frozenset({PUBLIC})


@dataclass(frozen=True, slots=True)
class Question:
    """A labelled question. `relevant` maps the id of each article that answers it to a grade.

    `first` is the question asked before it, or "" if it begins a conversation. A right answer contains all `facts`.
    `extracts` are the sentences that people marked as the answer.
    """

    id: str
    text: str
    answerable: bool
    relevant: Mapping[str, int]
    first: str = ""
    facts: tuple[str, ...] = ()
    extracts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSet:
    """Articles, and labelled questions about them."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Question, ...]

    def limited(self, limit: int | None, seed: int) -> DataSet:
        """Return the set with at most `limit` of its questions, chosen by `seed`; with all if `limit` is None."""
        if limit is None or limit >= len(self.questions):
            return self
        drawn = sorted(random.Random(seed).sample(range(len(self.questions)), limit))
        return replace(self, questions=tuple(self.questions[at] for at in drawn))


def load(folder: Path) -> DataSet:
    """Read the data set in `folder`. Raises OSError, KeyError or ValueError if it is not a data set.

    It contains `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`, optionally `answerable`,
    `first`, `facts`) and `qrels.tsv` (query-id, corpus-id, score) as in BEIR; or `dev_answerable.jsonl` as in CLAPnq.
    """
    if (folder / "dev_answerable.jsonl").exists():
        return _load_clapnq(folder)
    articles = tuple(
        article(id=row["_id"], title=row.get("title") or "", body=row["text"], source=f"{folder}/{row['_id']}")
        for row in read_rows(folder / "corpus.jsonl")
    )
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        question, page, grade = line.split("\t")
        if grade.strip().lstrip("-").isdigit() and int(grade) > 0:  # the first line has the column names
            relevant.setdefault(question, {})[page] = int(grade)
    questions = tuple(
        Question(
            id=row["_id"],
            text=row["text"],
            answerable=bool(row.get("answerable", row["_id"] in relevant)),
            relevant=relevant.get(row["_id"], {}),
            first=row.get("first") or "",
            facts=tuple(row.get("facts") or ()),
        )
        for row in read_rows(folder / "queries.jsonl")
    )
    return DataSet(folder.resolve().name, articles, questions)


def load_demo() -> DataSet:
    """Return the demo's articles and questions."""
    reading = markdown_folder.read([ROOT / "demo/articles"], audience=PUBLIC)
    ids = {Path(page.source).stem: page.id for page in reading.articles}
    questions = tuple(
        Question(row["id"], row["text"], bool(row["article"]), {ids[row["article"]]: 1} if row["article"] else {})
        for row in read_rows(ROOT / "demo/questions.jsonl")
        if row.get("kind") != "small_talk"
    )
    return DataSet("demo", reading.articles, questions)


def read_folders(config: Config) -> tuple[Article, ...]:
    """Read the articles of all folders in footbridge.yaml, each with its audience."""
    entries = [entry for entry in config.knowledge if isinstance(entry, FolderEntry)]
    return tuple(
        page for entry in entries for page in markdown_folder.read([entry.path], audience=entry.audience).articles
    )


def _load_clapnq(folder: Path) -> DataSet:
    """Read CLAPnq: each question has one passage that answers it or seems to. Each passage becomes an article."""
    articles: dict[str, Article] = {}
    questions = []
    for name, answerable in (("dev_answerable", True), ("dev_unanswerable", False)):
        for row in read_rows(folder / f"{name}.jsonl"):
            pages = [_make_article(page, folder) for page in _parse_list(row["passages"])]
            articles |= {page.id: page for page in pages}
            relevant = {page.id: 1 for page in pages} if answerable else {}
            marked = [
                each["selected_sentences"] for each in _parse_list(row["output"]) if each.get("selected_sentences")
            ]
            sentences = tuple(marked[0]) if marked and answerable else ()
            questions.append(Question(str(row["id"]), row["input"], answerable, relevant, extracts=sentences))
    return DataSet("clapnq", tuple(articles.values()), tuple(questions))


def _parse_list(value: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = ast.literal_eval(value) if isinstance(value, str) else value
    return listed


def _make_article(page: Mapping[str, str], folder: Path) -> Article:
    digest = hashlib.sha256(f"{page['title']}\n{page['text']}".encode()).hexdigest()[:16]
    return article(id=digest, title=page["title"], body=page["text"], source=f"{folder}/{digest}")


@contextmanager
def open_index(data: DataSet, place: Path | None = None) -> Iterator[KnowledgeBase]:
    """Open a knowledge base with the articles, in the folder `place` or in a temporary one. Shows a progress bar."""
    roots = {str(Path(page.source).parent) for page in data.articles}
    with TemporaryDirectory() as spare, open_knowledge_base(place or Path(spare), data.articles, *roots) as knowledge:
        yield knowledge


def map_with_progress(what: str, items: Sequence[T], work: Callable[[T], R]) -> list[R]:
    """Return `work(item)` for every item, with a progress bar."""
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=len(items))
        done = []
        for item in items:
            done.append(work(item))
            shown.advance(task)
        return done
