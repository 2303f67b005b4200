"""Measures how well questions find their articles, by words, by vectors and by both. It changes nothing.

Reads a folder with `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`, maybe
`answerable`) and `qrels.tsv` (query-id, corpus-id, score), as in BEIR.
"""

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

from knowledge import chunking
from knowledge.documents import PUBLIC, Article, Reading, article
from knowledge.embeddings import Embeddings, LocalEmbeddings
from knowledge.ingestion import apply, plan
from knowledge.keyword_index import KeywordIndex
from knowledge.retrieval import Retriever
from knowledge.vector_index import VectorIndex

BAR = 0.65
"""The fused score from which a question is answered."""
_AUDIENCES = frozenset({PUBLIC})
_DEEP = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the data set; `relevant` is article id -> grade, empty when nothing answers it."""

    id: str
    text: str
    answerable: bool
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages over the questions that have an answer; milliseconds of one search."""

    way: str
    hit_at_1: float
    recall_at_5: float
    mrr_at_10: float
    ndcg_at_10: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What answering from `BAR` upwards would do, with the best fused score of each question."""

    auroc: float
    answered: float
    answered_right: float
    let_through: float


def load(folder: Path) -> tuple[list[Article], list[Question]]:
    """The articles and questions in `folder`; OSError, KeyError or ValueError when it holds something else."""
    articles = [
        article(id=row["_id"], title=row.get("title", ""), body=row["text"], source=f"{folder}/{row['_id']}")
        for row in _rows(folder / "corpus.jsonl")
    ]
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, page, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(question, {})[page] = int(grade)
    questions = [
        Question(row["_id"], row["text"], bool(row.get("answerable", True)), relevant.get(row["_id"], {}))
        for row in _rows(folder / "queries.jsonl")
    ]
    return articles, questions


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def figures(
    way: str, ranked: Mapping[str, Sequence[str]], questions: Iterable[Question], ms: Sequence[float]
) -> Figures:
    """The figures of one way of searching, from each question's article ids, best first."""
    rows = [_one(ranked[each.id][:_DEEP], each.relevant) for each in questions if each.relevant]
    hit, recall, mrr, ndcg = np.mean(rows, axis=0) if rows else (0.0, 0.0, 0.0, 0.0)
    p50, p95 = np.percentile(ms, [50, 95])
    return Figures(way, *(round(float(value), 3) for value in (hit, recall, mrr, ndcg, p50, p95)))


def _one(found: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, float, float, float]:
    hit = float(bool(found) and found[0] in relevant)
    recall = len(set(found[:5]) & set(relevant)) / len(relevant)
    mrr = next((1 / (at + 1) for at, page in enumerate(found) if page in relevant), 0.0)
    gain = sum(relevant.get(page, 0) / math.log2(at + 2) for at, page in enumerate(found))
    best = sum(grade / math.log2(at + 2) for at, grade in enumerate(sorted(relevant.values(), reverse=True)[:_DEEP]))
    return hit, recall, mrr, gain / best


def bar(best: Mapping[str, tuple[float, str]], questions: Sequence[Question]) -> Bar | None:
    """What the bar does; None when every question has an answer. `best` is question id -> (score, article id)."""
    have = [each for each in questions if each.answerable and each.relevant]
    lack = [best[each.id][0] for each in questions if not each.answerable]
    if not have or not lack:
        return None
    above = [each for each in have if best[each.id][0] >= BAR]
    pairs = [(best[each.id][0] > other) + 0.5 * (best[each.id][0] == other) for each in have for other in lack]
    right = sum(best[each.id][1] in each.relevant for each in above)
    return Bar(
        auroc=round(sum(pairs) / len(pairs), 3),
        answered=round(len(above) / len(have), 3),
        answered_right=round(right / max(1, len(above)), 3),
        let_through=round(sum(score >= BAR for score in lack) / len(lack), 3),
    )


def measure(
    articles: Sequence[Article], questions: Sequence[Question], index: VectorIndex, embeddings: Embeddings
) -> tuple[list[Figures], Bar | None]:
    """Search every question in the three ways. `index` must hold the articles already."""
    keywords = KeywordIndex(index.passages())
    retriever = Retriever(embeddings, index, keywords)
    best: dict[str, tuple[float, str]] = {}

    def by_words(question: Question) -> list[str]:
        scores = keywords.scores(question.text, _AUDIENCES)
        return _articles_of(sorted(scores, key=lambda each: (-scores[each], each)))

    def by_vectors(question: Question) -> list[str]:
        near = index.nearest(embeddings.embed([question.text])[0], PUBLIC, 50)
        return _articles_of(sorted(near, key=lambda each: (-near[each], each)))

    def by_both(question: Question) -> list[str]:
        hits = retriever.search(question.text, _AUDIENCES, limit=_DEEP)
        best[question.id] = (hits[0].score, hits[0].passage.article_id) if hits else (0.0, "")
        return _articles_of([hit.passage.id for hit in hits])

    ways = [("words", by_words), ("vectors", by_vectors), ("hybrid", by_both)]
    rows = [_timed(way, search, questions) for way, search in ways]
    return rows, bar(best, questions)


def _articles_of(passage_ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each.rpartition("#")[0] for each in passage_ids))


def _timed(way: str, search: Callable[[Question], list[str]], questions: Sequence[Question]) -> Figures:
    ranked, taken = {}, []
    for question in questions:
        start = time.perf_counter()
        ranked[question.id] = search(question)
        taken.append((time.perf_counter() - start) * 1_000)
    return figures(way, ranked, questions, taken)


def main(arguments: Sequence[str]) -> int:
    """The command line; 0 when the table was printed, 2 when the data cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus and the questions")
    parser.add_argument("--limit", type=int, help="ask only the first N questions")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--index", type=Path, help="keep the index here, so that the next run need not embed")
    given = parser.parse_args(arguments)
    try:
        articles, questions = load(given.data)
    except (OSError, KeyError, ValueError) as error:
        print(f"The data in {given.data} cannot be read: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as spare:
        embeddings = LocalEmbeddings()
        made_with = f"{embeddings.name}.cut{chunking.VERSION}"
        index = VectorIndex.in_folder(given.index or Path(spare), made_with)
        try:
            _fill(index, articles, embeddings, str(given.data))
            rows, answering = measure(articles, questions[: given.limit], index, embeddings)
        finally:
            index.close()
    _show(rows, answering)
    if given.json:
        report = {"ways": [asdict(row) for row in rows], "bar": asdict(answering) if answering else None}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _fill(index: VectorIndex, articles: Sequence[Article], embeddings: Embeddings, root: str) -> None:
    changes = plan(Reading(tuple(articles), (), (root,)), index.known())
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Embedding the articles", total=len(changes.to_write))
        apply(changes, index, embeddings, lambda done, total, title: shown.update(task, completed=done))


def _show(rows: Sequence[Figures], answering: Bar | None) -> None:
    table = Table("", "hit@1", "recall@5", "MRR@10", "nDCG@10", "p50 ms", "p95 ms")
    for row in rows:
        shares = (row.hit_at_1, row.recall_at_5, row.mrr_at_10, row.ndcg_at_10)
        table.add_row(row.way, *(f"{share:.3f}" for share in shares), f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")
    console = Console()
    console.print(table)
    if answering is not None:
        console.print(
            f"Answering from {BAR} upwards: {answering.answered:.0%} of the answerable questions, "
            f"{answering.answered_right:.0%} of them from a right article; {answering.let_through:.0%} of the "
            f"unanswerable ones let through. AUROC {answering.auroc:.3f}."
        )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
