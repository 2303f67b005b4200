"""Measure how well the search finds the articles for questions: by words, by vectors, by both, and with reranking.

python app.py eval retrieval --data DIR [--limit N] [--seed N] [--json FILE] [--plots DIR] [--index DIR]

DIR contains `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` as in BEIR. `hybrid` is the search that the desk uses.
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

from evals.data_sets import AUDIENCES, DataSet, Question, load, map_with_progress
from knowledge import chunking
from knowledge.documents import PUBLIC, Reading
from knowledge.embeddings import Embeddings
from knowledge.ingestion import apply_changes, plan_changes
from knowledge.keyword_index import KeywordIndex
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.reranking import LateInteraction
from knowledge.retrieval import Retriever
from knowledge.vector_index import VectorIndex

_DEPTH = 10
DRAWN = ("hit@1", "recall@5", "mrr@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over the answerable questions, and the time of one search in milliseconds."""

    way: str
    hit_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    p50_ms: float
    p95_ms: float


def compute_metrics(
    way: str, ranked: Mapping[str, Sequence[str]], questions: Iterable[Question], ms: Sequence[float]
) -> Metrics:
    """Compute the metrics of one way of searching. `ranked` maps question id -> article ids, best first."""
    rows = [_question_metrics(ranked[each.id][:_DEPTH], each.relevant) for each in questions if each.relevant]
    means = np.mean(rows, axis=0) if rows else np.zeros(5)
    p50, p95 = np.percentile(ms, [50, 95])
    return Metrics(way, *(round(float(value), 3) for value in (*means, p50, p95)))


def _question_metrics(found: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, ...]:
    hit = float(bool(found) and found[0] in relevant)
    recalls = (len(set(found[:depth]) & set(relevant)) / len(relevant) for depth in (5, 10))
    mrr = next((1 / (at + 1) for at, page in enumerate(found) if page in relevant), 0.0)
    gain = sum(relevant.get(page, 0) / math.log2(at + 2) for at, page in enumerate(found))
    best = sum(grade / math.log2(at + 2) for at, grade in enumerate(sorted(relevant.values(), reverse=True)[:_DEPTH]))
    return (hit, *recalls, mrr, gain / best)


def measure(data: DataSet, index: VectorIndex, model: Embeddings, late: LateInteraction | None) -> list[Metrics]:
    """Search every question in every way. `index` must already contain the articles."""
    keywords = KeywordIndex(index.passages())
    plain, reranking = Retriever(model, index, keywords), Retriever(model, index, keywords, late=late)

    def by_words(question: Question) -> list[str]:
        scores = keywords.scores(question.text, AUDIENCES)
        return _articles_of(sorted(scores, key=lambda each: (-scores[each], each)))

    def by_vectors(question: Question) -> list[str]:
        near = index.nearest(model.embed([question.text])[0], PUBLIC, 50)
        return _articles_of(sorted(near, key=lambda each: (-near[each], each)))

    def found_by(retriever: Retriever) -> Callable[[Question], list[str]]:
        return lambda question: _articles_of(
            hit.passage.id for hit in retriever.search(question.text, AUDIENCES, limit=_DEPTH)
        )

    ways = {
        "words": by_words,
        "vectors": by_vectors,
        "both, not reranked": found_by(plain),
        "hybrid": found_by(reranking),
    }
    return [_measure_way(way, search, data.questions) for way, search in ways.items()]


def _articles_of(passage_ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each.rpartition("#")[0] for each in passage_ids))


def _measure_way(way: str, search: Callable[[Question], list[str]], questions: Sequence[Question]) -> Metrics:
    taken = []

    def timed(question: Question) -> list[str]:
        start = time.perf_counter()
        found = search(question)
        taken.append((time.perf_counter() - start) * 1_000)
        return found

    found = map_with_progress(f"Searching ({way})", questions, timed)
    return compute_metrics(
        way, {question.id: each for question, each in zip(questions, found, strict=True)}, questions, taken
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the table was printed, 2 if the data cannot be read."""
    parser = argparse.ArgumentParser(
        prog="app.py eval retrieval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus and the questions")
    parser.add_argument("--limit", type=int, help="ask only N questions, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--plots", type=Path, help="also draw them into this folder")
    parser.add_argument("--index", type=Path, help="keep the index in this folder for the next run")
    options = parser.parse_args(arguments)
    try:
        data = load(options.data).limited(options.limit, options.seed)
    except (OSError, KeyError, ValueError) as error:
        print(
            f"The data in {options.data} cannot be read: {error}. The README (Measure it) says what it must contain.",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory() as spare:
        rows = measure_all_ways(data, options.index or Path(spare))
    _print_table(data, rows)
    if options.json:
        report = {"set": data.name, "configurations": {row.way: _as_json(row) for row in rows}}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if options.plots:
        from evals.plots import bars  # noqa: PLC0415 - matplotlib takes seconds to load

        drawn = {row.way: {name: _as_json(row)[name] for name in DRAWN} for row in rows}
        bars(drawn, options.plots / f"retrieval-{data.name}.png", f"{data.name}: which articles are found")
    return 0


def measure_all_ways(data: DataSet, place: Path) -> list[Metrics]:
    """Return the metrics of every way of searching, with an index in the folder `place`, which is made if missing."""
    model = LocalEmbeddings()
    late = LateInteraction(model, place / "states")
    index = VectorIndex.in_folder(place, f"{model.name}.cut{chunking.VERSION}")
    try:
        root = tuple({str(Path(page.source).parent) for page in data.articles})
        changes = plan_changes(Reading(data.articles, (), root), index.known())
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("Embedding the articles", total=len(changes.to_write))
            apply_changes(changes, index, late, lambda done, total, title: shown.update(task, completed=done))
        return measure(data, index, model, late)
    finally:
        index.close()


def _as_json(row: Metrics) -> dict[str, float]:
    """Return the metrics with their usual names: `hit@1`, `ndcg@10`, `p50_ms`."""
    return {name.replace("_at_", "@"): value for name, value in asdict(row).items() if name != "way"}


def _print_table(data: DataSet, rows: Sequence[Metrics]) -> None:
    asked = sum(bool(each.relevant) for each in data.questions)
    heads = ("hit@1", "recall@5", "recall@10", "MRR@10", "nDCG@10", "p50 ms", "p95 ms")
    table = Table("", *heads, title=f"{data.name}: {asked} questions, {len(data.articles)} articles")
    for row in rows:
        shares = (row.hit_at_1, row.recall_at_5, row.recall_at_10, row.mrr_at_10, row.ndcg_at_10)
        table.add_row(row.way, *(f"{share:.3f}" for share in shares), f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
