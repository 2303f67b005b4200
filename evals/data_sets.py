"""Reads labelled questions and the articles they are asked of; every evaluation takes them from here."""

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
from evals.indexing import opened, rows_of
from knowledge.documents import PUBLIC, Article, article
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources import folder as markdown_folder

T = TypeVar("T")
R = TypeVar("R")

ROOT = Path(__file__).parents[1]
AUDIENCES = frozenset({PUBLIC})


@dataclass(frozen=True, slots=True)
class Question:
    """A labelled question; `relevant` is article id -> grade, empty when nothing answers it.

    `first` is what was asked before it, "" when it begins a conversation; `facts` must stand in a right answer, and
    `extracts` are sentences of the articles that people marked as the answer.
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
    """Articles and the questions asked of them."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Question, ...]

    def limited(self, limit: int | None, seed: int) -> DataSet:
        """At most `limit` of its questions, drawn by `seed`; all of them, in order, without a limit."""
        if limit is None or limit >= len(self.questions):
            return self
        drawn = sorted(random.Random(seed).sample(range(len(self.questions)), limit))
        return replace(self, questions=tuple(self.questions[at] for at in drawn))


def load(folder: Path) -> DataSet:
    """What is in `folder`; OSError, KeyError or ValueError when that is no data set.

    It holds `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`, maybe `answerable`, `first`,
    `facts`) and `qrels.tsv` (query-id, corpus-id, score) as in BEIR; or `dev_answerable.jsonl` as in CLAPnq.
    """
    if (folder / "dev_answerable.jsonl").exists():
        return _clapnq(folder)
    articles = tuple(
        article(id=row["_id"], title=row.get("title") or "", body=row["text"], source=f"{folder}/{row['_id']}")
        for row in rows_of(folder / "corpus.jsonl")
    )
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        question, page, grade = line.split("\t")
        if grade.strip().lstrip("-").isdigit() and int(grade) > 0:  # the first line names the columns
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
        for row in rows_of(folder / "queries.jsonl")
    )
    return DataSet(folder.resolve().name, articles, questions)


def demo() -> DataSet:
    """The demo's articles and the questions written for them."""
    reading = markdown_folder.read([ROOT / "demo/articles"], audience=PUBLIC)
    ids = {Path(page.source).stem: page.id for page in reading.articles}
    questions = tuple(
        Question(row["id"], row["text"], bool(row["article"]), {ids[row["article"]]: 1} if row["article"] else {})
        for row in rows_of(ROOT / "demo/questions.jsonl")
        if row.get("kind") != "small_talk"
    )
    return DataSet("demo", reading.articles, questions)


def folders_of(config: Config) -> tuple[Article, ...]:
    """The articles in every folder that a footbridge.yaml names, each for its audience."""
    entries = [entry for entry in config.knowledge if isinstance(entry, FolderEntry)]
    return tuple(
        page for entry in entries for page in markdown_folder.read([entry.path], audience=entry.audience).articles
    )


def _clapnq(folder: Path) -> DataSet:
    """Questions with a passage each that answers them, or looks as if it did; every passage is an article."""
    articles: dict[str, Article] = {}
    questions = []
    for name, answerable in (("dev_answerable", True), ("dev_unanswerable", False)):
        for row in rows_of(folder / f"{name}.jsonl"):
            pages = [_wiki(page, folder) for page in _listed(row["passages"])]
            articles |= {page.id: page for page in pages}
            relevant = {page.id: 1 for page in pages} if answerable else {}
            marked = [each["selected_sentences"] for each in _listed(row["output"]) if each.get("selected_sentences")]
            sentences = tuple(marked[0]) if marked and answerable else ()
            questions.append(Question(str(row["id"]), row["input"], answerable, relevant, extracts=sentences))
    return DataSet("clapnq", tuple(articles.values()), tuple(questions))


def _listed(value: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = ast.literal_eval(value) if isinstance(value, str) else value
    return listed


def _wiki(page: Mapping[str, str], folder: Path) -> Article:
    digest = hashlib.sha256(f"{page['title']}\n{page['text']}".encode()).hexdigest()[:16]
    return article(id=digest, title=page["title"], body=page["text"], source=f"{folder}/{digest}")


@contextmanager
def indexed(data: DataSet, place: Path | None = None) -> Iterator[KnowledgeBase]:
    """A knowledge base that holds the articles: kept in `place`, else gone at the end. Shows its progress."""
    roots = {str(Path(page.source).parent) for page in data.articles}
    with TemporaryDirectory() as spare, opened(place or Path(spare), data.articles, *roots) as knowledge:
        yield knowledge


def tracked(what: str, items: Sequence[T], work: Callable[[T], R]) -> list[R]:
    """`work` done on every item, with a progress bar."""
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=len(items))
        done = []
        for item in items:
            done.append(work(item))
            shown.advance(task)
        return done
