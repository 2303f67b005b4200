"""Measures how well questions find their articles: by words, by vectors, by both, and with the second look.

python app.py eval retrieval --data DIR [--limit N] [--seed N] [--json FILE] [--plots DIR] [--index DIR]

DIR holds `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` as in BEIR. `hybrid` is what customers meet.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from evals.data_sets import AUDIENCES, DataSet, Question, load, tracked
from knowledge import chunking
from knowledge.documents import PUBLIC, Reading
from knowledge.embeddings import Embeddings
from knowledge.ingestion import apply_changes, plan_changes
from knowledge.keyword_index import KeywordIndex
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.reranking import LateInteraction
from knowledge.retrieval import Retriever
from knowledge.vector_index import VectorIndex

_DEEP = 10
DRAWN = ("hit@1", "recall@5", "mrr@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages over the questions that have an answer; milliseconds of one search."""

    way: str
    hit_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    p50_ms: float
    p95_ms: float


def figures(
    way: str, ranked: Mapping[str, Sequence[str]], questions: Iterable[Question], ms: Sequence[float]
) -> Figures:
    """The figures of one way of searching, from each question's article ids, best first."""
    rows = [_one(ranked[each.id][:_DEEP], each.relevant) for each in questions if each.relevant]
    means = np.mean(rows, axis=0) if rows else np.zeros(5)
    p50, p95 = np.percentile(ms, [50, 95])
    return Figures(way, *(round(float(value), 3) for value in (*means, p50, p95)))


def _one(found: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, ...]:
    hit = float(bool(found) and found[0] in relevant)
    recalls = (len(set(found[:depth]) & set(relevant)) / len(relevant) for depth in (5, 10))
    mrr = next((1 / (at + 1) for at, page in enumerate(found) if page in relevant), 0.0)
    gain = sum(relevant.get(page, 0) / math.log2(at + 2) for at, page in enumerate(found))
    best = sum(grade / math.log2(at + 2) for at, grade in enumerate(sorted(relevant.values(), reverse=True)[:_DEEP]))
    return (hit, *recalls, mrr, gain / best)


def measure(data: DataSet, index: VectorIndex, model: Embeddings, late: LateInteraction | None) -> list[Figures]:
    """Searches every question in every way. `index` must hold the articles already."""
    keywords = KeywordIndex(index.passages())
    without, whole = Retriever(model, index, keywords), Retriever(model, index, keywords, late=late)

    def by_words(question: Question) -> list[str]:
        scores = keywords.scores(question.text, AUDIENCES)
        return _articles_of(sorted(scores, key=lambda each: (-scores[each], each)))

    def by_vectors(question: Question) -> list[str]:
        near = index.nearest(model.embed([question.text])[0], PUBLIC, 50)
        return _articles_of(sorted(near, key=lambda each: (-near[each], each)))

    def found_by(retriever: Retriever) -> Callable[[Question], list[str]]:
        return lambda question: _articles_of(
            hit.passage.id for hit in retriever.search(question.text, AUDIENCES, limit=_DEEP)
        )

    ways = {"words": by_words, "vectors": by_vectors, "both, one look": found_by(without), "hybrid": found_by(whole)}
    return [_timed(way, search, data.questions) for way, search in ways.items()]


def _articles_of(passage_ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each.rpartition("#")[0] for each in passage_ids))


def _timed(way: str, search: Callable[[Question], list[str]], questions: Sequence[Question]) -> Figures:
    taken = []

    def timed(question: Question) -> list[str]:
        start = time.perf_counter()
        found = search(question)
        taken.append((time.perf_counter() - start) * 1_000)
        return found

    found = tracked(f"Searching ({way})", questions, timed)
    return figures(way, {question.id: each for question, each in zip(questions, found, strict=True)}, questions, taken)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the table was printed, 2 when the data cannot be read."""
    parser = argparse.ArgumentParser(
        prog="app.py eval retrieval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus and the questions")
    parser.add_argument("--limit", type=int, help="ask only N questions, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plots", type=Path, help="also draw them into this folder")
    parser.add_argument("--index", type=Path, help="keep the index here, so that the next run need not embed")
    given = parser.parse_args(arguments)
    try:
        data = load(given.data).limited(given.limit, given.seed)
    except (OSError, KeyError, ValueError) as error:
        print(f"The data in {given.data} cannot be read: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as spare:
        rows = measured(data, given.index or Path(spare))
    _show(data, rows)
    if given.json:
        report = {"set": data.name, "configurations": {row.way: _named(row) for row in rows}}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if given.plots:
        from evals.plots import bars  # noqa: PLC0415 - matplotlib takes seconds to load

        drawn = {row.way: {name: _named(row)[name] for name in DRAWN} for row in rows}
        bars(drawn, given.plots / f"retrieval-{data.name}.png", f"{data.name}: which articles are found")
    return 0


def measured(data: DataSet, place: Path) -> list[Figures]:
    """The figures of every way, with an index in `place` (made first where it is missing)."""
    model = LocalEmbeddings()
    late = LateInteraction(model, place / "states")
    index = VectorIndex.in_folder(place, f"{model.name}.cut{chunking.VERSION}")
    try:
        root = tuple({str(Path(page.source).parent) for page in data.articles})
        changes = plan_changes(Reading(data.articles, (), root), index.known())
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("Reading in the articles", total=len(changes.to_write))
            apply_changes(changes, index, late, lambda done, total, title: shown.update(task, completed=done))
        return measure(data, index, model, late)
    finally:
        index.close()


def _named(row: Figures) -> dict[str, float]:
    """A row under the names that such figures usually have: `hit@1`, `ndcg@10`, `p50_ms`."""
    return {name.replace("_at_", "@"): value for name, value in asdict(row).items() if name != "way"}


def _show(data: DataSet, rows: Sequence[Figures]) -> None:
    asked = sum(bool(each.relevant) for each in data.questions)
    heads = ("hit@1", "recall@5", "recall@10", "MRR@10", "nDCG@10", "p50 ms", "p95 ms")
    table = Table("", *heads, title=f"{data.name}: {asked} questions, {len(data.articles)} articles")
    for row in rows:
        shares = (row.hit_at_1, row.recall_at_5, row.recall_at_10, row.mrr_at_10, row.ndcg_at_10)
        table.add_row(row.way, *(f"{share:.3f}" for share in shares), f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
