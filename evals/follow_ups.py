"""Measure whether a follow-up finds the same articles as the complete question.

`python -m evals.follow_ups --data DIR`. The follow-ups are the queries with `first` in DIR and the folders in it, the
questions of a help centre split after their first sentence, and the demo's `follow_ups.jsonl`. MTRAG's conversations
(`multi-turn-mtrag` in DIR) are searched in the passages of all its tasks.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.answering.clarifying import question_back
from bot.contents.conversations import TranscriptLine
from bot.triage.classify import classify
from bot.triage.list_references import numbered_list
from bot.triage.model import shipped_model
from bot.triage.standalone_question import standalone_question
from evals.indexing import open_knowledge_base, read_rows
from knowledge.documents import PUBLIC, Article, article
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources import folder

DEMO = Path(__file__).parents[1] / "demo"
TOLERANCE = 0.05
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_AUDIENCES = frozenset({PUBLIC})
_SENTENCE_END = re.compile(r"(?<=[.!?,])\s+")


@dataclass(frozen=True)
class Pair:
    """A follow-up `text`, the question asked before it, the complete question, and the articles that answer it.

    `shown` are the titles that were shown as the answer to the first question, if the data set has them.
    """

    first: str
    text: str
    whole: str
    relevant: frozenset[str]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metrics:
    """The share of follow-ups whose article was found, or the recall for MTRAG, for each way of asking.

    `last`: only the last message. `stand_alone`: the question that the desk makes from the thread. `whole`: the
    complete question.
    """

    name: str
    measure: str
    n: int
    last: float
    stand_alone: float
    whole: float

    @property
    def holds(self) -> bool:
        """Whether the desk's question loses at most `TOLERANCE` against the complete question."""
        return self.stand_alone >= self.whole - TOLERANCE


def pairs_of(data: Path) -> list[Pair]:
    """Read the pairs of a data set: its queries with `first`, or if there are none its questions split in two."""
    relevant: dict[str, set[str]] = {}
    for line in (data / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, page, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(page)
    rows = [row for row in read_rows(data / "queries.jsonl") if row["_id"] in relevant]
    follow_ups = [
        Pair(
            row["first"],
            row["text"],
            row.get("whole") or f"{row['first']}\n{row['text']}",
            frozenset(relevant[row["_id"]]),
        )
        for row in rows
        if row.get("first")
    ]
    return follow_ups or [
        pair for row in rows if (pair := _split_question(row["text"], frozenset(relevant[row["_id"]])))
    ]


def _split_question(text: str, relevant: frozenset[str]) -> Pair | None:
    first, *rest = _SENTENCE_END.split(text)
    long_enough = len(first.split()) > 2 and len(" ".join(rest).split()) > 2
    return Pair(first, " ".join(rest), text, relevant) if long_enough else None


def demo_pairs() -> list[Pair]:
    """Read the demo's follow-ups."""
    return [
        Pair(row["first"], row["text"], row["whole"], frozenset({row["article"]}), tuple(row.get("shown", ())))
        for row in read_rows(DEMO / "follow_ups.jsonl")
    ]


def measure(name: str, pairs: Sequence[Pair], knowledge: KnowledgeBase) -> Metrics:
    """Measure hit@1 for the last message alone, for the question made from the thread, and for the complete one."""
    hits = Counter[str]()
    for pair in track(pairs, f"Asking {name}", console=Console(stderr=True), transient=True):
        ways = {"last": pair.text, "stand_alone": _make_stand_alone(pair, knowledge), "whole": pair.whole}
        for way, asked in ways.items():
            hits[way] += bool(set(_search_articles(knowledge, asked)[:1]) & pair.relevant)
    return Metrics(
        name, "hit@1", len(pairs), *(_share(hits[way], len(pairs)) for way in ("last", "stand_alone", "whole"))
    )


def _make_stand_alone(pair: Pair, knowledge: KnowledgeBase) -> str:
    """Return the question that the desk makes from the thread, in which it has answered the first message."""
    found = [hit.passage.title for hit in knowledge.search(pair.first, _AUDIENCES)[:3]]
    shown = numbered_list(pair.shown or list(dict.fromkeys(found)))
    return standalone_question([_line("contact", pair.first), _line("bot", shown), _line("contact", pair.text)])


def measure_mtrag(tasks: Sequence[Mapping[str, Any]], ids: Mapping[str, str], knowledge: KnowledgeBase) -> Metrics:
    """Measure the recall of each task's passages among the first five, for tasks with an earlier question."""
    recalls: dict[str, list[float]] = {"last": [], "stand_alone": [], "whole": []}
    followed = [task for task in tasks if task["passages"] and len(_user_messages(task)) > 1]
    for task in track(followed, "Asking MTRAG", console=Console(stderr=True), transient=True):
        relevant = {ids[_key(passage)] for passage in task["passages"]}
        users = _user_messages(task)
        for way, asked in (
            ("last", users[-1]),
            ("stand_alone", standalone_question(_transcript(task))),
            ("whole", "\n".join(users)),
        ):
            found = set(_search_articles(knowledge, asked)[:5])
            recalls[way].append(len(found & relevant) / len(relevant))
    means = (_share(sum(values), len(values)) for values in recalls.values())
    return Metrics("multi-turn-mtrag", "recall@5", len(followed), *means)


def asked_back(tasks: Sequence[Mapping[str, Any]], knowledge: KnowledgeBase) -> dict[str, tuple[int, int]]:
    """Return, for each of MTRAG's answerabilities, how many tasks the desk asks back, and how many tasks there are."""
    counted: dict[str, tuple[int, int]] = {}
    for task in track(tasks, "Asking back", console=Console(stderr=True), transient=True):
        question = standalone_question(_transcript(task))
        kind = classify(_user_messages(task)[-1], in_thread=len(_user_messages(task)) > 1, model=shipped_model()).kind
        back = question_back(question, kind, knowledge.search(question, _AUDIENCES), 0)
        yes, of = counted.get(task["answerability"], (0, 0))
        counted[task["answerability"]] = yes + (back is not None), of + 1
    return counted


def _transcript(task: Mapping[str, Any]) -> list[TranscriptLine]:
    return [_line("contact" if turn["speaker"] == "user" else "bot", turn["text"]) for turn in task["turns"]]


def _user_messages(task: Mapping[str, Any]) -> list[str]:
    return [turn["text"] for turn in task["turns"] if turn["speaker"] == "user"]


def _line(side: str, text: str) -> TranscriptLine:
    return TranscriptLine(side, side, text, _AT)


def _search_articles(knowledge: KnowledgeBase, asked: str) -> list[str]:
    return list(dict.fromkeys(hit.passage.article_id for hit in knowledge.search(asked, _AUDIENCES)))


def _share(part: float, of: int) -> float:
    return round(part / max(of, 1), 3)


def _key(passage: Mapping[str, Any]) -> str:
    return f"{passage.get('title', '')}\n{passage['text']}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the table was printed, 2 if there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m evals.follow_ups", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of data sets, or a single one")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder for the next run")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        print(f"There is no folder {options.data}. Give the folder of the data sets with --data.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as spare:
        metrics, back = _measure_all(options.data, options.index or Path(spare))
    table = Table(
        "set", "measure", "n", "last message", "made from the thread", "complete question", f"within {TOLERANCE}"
    )
    for row in metrics:
        shares = (f"{share:.3f}" for share in (row.last, row.stand_alone, row.whole))
        table.add_row(row.name, row.measure, str(row.n), *shares, "yes" if row.holds else "NO")
    Console().print(table)
    for name, (yes, of) in back.items():
        print(f"MTRAG {name}: {yes} of {of} asked back")
    if options.json:
        report = {"follow_ups": [asdict(row) | {"holds": row.holds} for row in metrics], "asked_back": back}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _measure_all(data: Path, index: Path) -> tuple[list[Metrics], dict[str, tuple[int, int]]]:
    metrics: list[Metrics] = []
    back: dict[str, tuple[int, int]] = {}
    demo = list(folder.read([DEMO / "articles"], audience=PUBLIC).articles)
    with open_knowledge_base(index / "demo", demo, "demo") as knowledge:
        metrics.append(measure("demo", demo_pairs(), knowledge))
    for each in sorted({data, *(path.parent for path in data.glob("*/qrels.tsv"))}):
        if (each / "qrels.tsv").is_file() and (pairs := pairs_of(each)):
            articles = [_make_article(row, str(each)) for row in read_rows(each / "corpus.jsonl")]
            with open_knowledge_base(index / each.name, articles, str(each)) as knowledge:
                metrics.append(measure(each.name, pairs, knowledge))
    mtrag = next(
        (place for place in (data, data / "multi-turn-mtrag") if (place / "all_without_fiqa.jsonl").is_file()), None
    )
    if mtrag is not None:
        tasks = read_rows(mtrag / "all_without_fiqa.jsonl")
        passages = {_key(passage): passage for task in tasks for passage in task["passages"]}
        ids = {key: f"p{number}" for number, key in enumerate(passages)}
        articles = [
            article(id=ids[key], title=one.get("title") or "", body=one["text"], source=f"mtrag/{ids[key]}")
            for key, one in passages.items()
        ]
        with open_knowledge_base(index / "mtrag", articles, "mtrag") as knowledge:
            metrics.append(measure_mtrag(tasks, ids, knowledge))
            back = asked_back(tasks, knowledge)
    return metrics, back


def _make_article(row: Mapping[str, Any], root: str) -> Article:
    return article(id=row["_id"], title=row.get("title", ""), body=row["text"], source=f"{root}/{row['_id']}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
