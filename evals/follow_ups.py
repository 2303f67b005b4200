"""Measures whether a follow-up finds what the same question would find when asked whole; it tunes nothing.

Pairs: queries with `first` in DIR (and in the folders below it), questions of a help centre cut after their first
sentence, and the demo's `follow_ups.jsonl`. MTRAG's conversations (`multi-turn-mtrag` in DIR) are searched over all
passages that its tasks came with. `python -m evals.follow_ups --data DIR`.
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
from evals.indexing import opened, rows_of
from knowledge.documents import PUBLIC, Article, article
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources import folder

DEMO = Path(__file__).parents[1] / "demo"
MAY_LOSE = 0.05
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_SEEN = frozenset({PUBLIC})
_CUT = re.compile(r"(?<=[.!?,])\s+")


@dataclass(frozen=True)
class Pair:
    """A follow-up: what was asked before it, what we showed then, the same question asked whole, and its articles."""

    first: str
    text: str
    whole: str
    relevant: frozenset[str]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """How often (or, for MTRAG, how much of) what is relevant was found, by how the question was asked."""

    name: str
    measure: str
    n: int
    last: float
    stand_alone: float
    whole: float

    @property
    def holds(self) -> bool:
        return self.stand_alone >= self.whole - MAY_LOSE


def pairs_of(data: Path) -> list[Pair]:
    """The pairs of a folder with `queries.jsonl` and `qrels.tsv`: those with `first`, else its questions cut in two."""
    relevant: dict[str, set[str]] = {}
    for line in (data / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, page, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(page)
    rows = [row for row in rows_of(data / "queries.jsonl") if row["_id"] in relevant]
    said = [
        Pair(
            row["first"],
            row["text"],
            row.get("whole") or f"{row['first']}\n{row['text']}",
            frozenset(relevant[row["_id"]]),
        )
        for row in rows
        if row.get("first")
    ]
    return said or [pair for row in rows if (pair := _cut(row["text"], frozenset(relevant[row["_id"]])))]


def _cut(text: str, relevant: frozenset[str]) -> Pair | None:
    first, *rest = _CUT.split(text)
    long_enough = len(first.split()) > 2 and len(" ".join(rest).split()) > 2
    return Pair(first, " ".join(rest), text, relevant) if long_enough else None


def demo_pairs() -> list[Pair]:
    return [
        Pair(row["first"], row["text"], row["whole"], frozenset({row["article"]}), tuple(row.get("shown", ())))
        for row in rows_of(DEMO / "follow_ups.jsonl")
    ]


def measure(name: str, pairs: Sequence[Pair], knowledge: KnowledgeBase) -> Figures:
    """hit@1 of the last message alone, of the question made from the thread, and of the whole question."""
    hits = Counter[str]()
    for pair in track(pairs, f"Asking {name}", console=Console(stderr=True), transient=True):
        ways = {"last": pair.text, "stand_alone": _in_thread(pair, knowledge), "whole": pair.whole}
        for way, asked in ways.items():
            hits[way] += bool(set(_articles(knowledge, asked)[:1]) & pair.relevant)
    return Figures(
        name, "hit@1", len(pairs), *(_share(hits[way], len(pairs)) for way in ("last", "stand_alone", "whole"))
    )


def _in_thread(pair: Pair, knowledge: KnowledgeBase) -> str:
    """The question as the desk makes it: after the first message stands what was shown, or what it found."""
    found = [hit.passage.title for hit in knowledge.search(pair.first, _SEEN)[:3]]
    shown = numbered_list(pair.shown or list(dict.fromkeys(found)))
    return standalone_question([_said("contact", pair.first), _said("bot", shown), _said("contact", pair.text)])


def measure_mtrag(tasks: Sequence[Mapping[str, Any]], ids: Mapping[str, str], knowledge: KnowledgeBase) -> Figures:
    """Recall of a task's passages among the first five, over the tasks with an earlier question."""
    recalls: dict[str, list[float]] = {"last": [], "stand_alone": [], "whole": []}
    followed = [task for task in tasks if task["passages"] and len(_asked_by_user(task)) > 1]
    for task in track(followed, "Asking MTRAG", console=Console(stderr=True), transient=True):
        relevant = {ids[_key(passage)] for passage in task["passages"]}
        users = _asked_by_user(task)
        for way, asked in (
            ("last", users[-1]),
            ("stand_alone", standalone_question(_talk(task))),
            ("whole", "\n".join(users)),
        ):
            found = set(_articles(knowledge, asked)[:5])
            recalls[way].append(len(found & relevant) / len(relevant))
    means = (_share(sum(values), len(values)) for values in recalls.values())
    return Figures("multi-turn-mtrag", "recall@5", len(followed), *means)


def asked_back(tasks: Sequence[Mapping[str, Any]], knowledge: KnowledgeBase) -> dict[str, tuple[int, int]]:
    """MTRAG's answerability -> how many of how many are asked back."""
    counted: dict[str, tuple[int, int]] = {}
    for task in track(tasks, "Asking back", console=Console(stderr=True), transient=True):
        question = standalone_question(_talk(task))
        kind = classify(_asked_by_user(task)[-1], in_thread=len(_asked_by_user(task)) > 1, model=shipped_model()).kind
        back = question_back(question, kind, knowledge.search(question, _SEEN), 0)
        yes, of = counted.get(task["answerability"], (0, 0))
        counted[task["answerability"]] = yes + (back is not None), of + 1
    return counted


def _talk(task: Mapping[str, Any]) -> list[TranscriptLine]:
    return [_said("contact" if turn["speaker"] == "user" else "bot", turn["text"]) for turn in task["turns"]]


def _asked_by_user(task: Mapping[str, Any]) -> list[str]:
    return [turn["text"] for turn in task["turns"] if turn["speaker"] == "user"]


def _said(side: str, text: str) -> TranscriptLine:
    return TranscriptLine(side, side, text, _AT)


def _articles(knowledge: KnowledgeBase, asked: str) -> list[str]:
    return list(dict.fromkeys(hit.passage.article_id for hit in knowledge.search(asked, _SEEN)))


def _share(part: float, of: int) -> float:
    return round(part / max(of, 1), 3)


def _key(passage: Mapping[str, Any]) -> str:
    return f"{passage.get('title', '')}\n{passage['text']}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the table was printed, 2 when there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m evals.follow_ups", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of data sets, or a single one")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--index", type=Path, help="keep the indexes below this folder for the next run")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"There is no folder {given.data}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as spare:
        figures, back = _all(given.data, given.index or Path(spare))
    table = Table("set", "measure", "n", "last message", "made from the thread", "asked whole", f"within {MAY_LOSE}")
    for row in figures:
        shares = (f"{share:.3f}" for share in (row.last, row.stand_alone, row.whole))
        table.add_row(row.name, row.measure, str(row.n), *shares, "yes" if row.holds else "NO")
    Console().print(table)
    for name, (yes, of) in back.items():
        print(f"MTRAG {name}: {yes} of {of} asked back")
    if given.json:
        report = {"follow_ups": [asdict(row) | {"holds": row.holds} for row in figures], "asked_back": back}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _all(data: Path, index: Path) -> tuple[list[Figures], dict[str, tuple[int, int]]]:
    figures: list[Figures] = []
    back: dict[str, tuple[int, int]] = {}
    demo = list(folder.read([DEMO / "articles"], audience=PUBLIC).articles)
    with opened(index / "demo", demo, "demo") as knowledge:
        figures.append(measure("demo", demo_pairs(), knowledge))
    for each in sorted({data, *(path.parent for path in data.glob("*/qrels.tsv"))}):
        if (each / "qrels.tsv").is_file() and (pairs := pairs_of(each)):
            articles = [_as_article(row, str(each)) for row in rows_of(each / "corpus.jsonl")]
            with opened(index / each.name, articles, str(each)) as knowledge:
                figures.append(measure(each.name, pairs, knowledge))
    mtrag = next(
        (place for place in (data, data / "multi-turn-mtrag") if (place / "all_without_fiqa.jsonl").is_file()), None
    )
    if mtrag is not None:
        tasks = rows_of(mtrag / "all_without_fiqa.jsonl")
        passages = {_key(passage): passage for task in tasks for passage in task["passages"]}
        ids = {key: f"p{number}" for number, key in enumerate(passages)}
        articles = [
            article(id=ids[key], title=one.get("title") or "", body=one["text"], source=f"mtrag/{ids[key]}")
            for key, one in passages.items()
        ]
        with opened(index / "mtrag", articles, "mtrag") as knowledge:
            figures.append(measure_mtrag(tasks, ids, knowledge))
            back = asked_back(tasks, knowledge)
    return figures, back


def _as_article(row: Mapping[str, Any], root: str) -> Article:
    return article(id=row["_id"], title=row.get("title", ""), body=row["text"], source=f"{root}/{row['_id']}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
