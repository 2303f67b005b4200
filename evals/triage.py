"""Measure triage, alone and together with the search and the gate: `python app.py eval triage --data DIR`.

DIR is a data set or a folder of data sets; `evals/messages.py` lists the known files. With a `corpus.jsonl` in DIR (or
in its folder `help-centre`), the desk is also asked a sample of the messages: was small talk answered, a question
called off topic, or a clear question asked back?
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from bot.answering import gate
from bot.answering.finding import AnswerRequest, find_answer
from bot.contents.conversations import TranscriptLine
from bot.settings.config import Policies
from bot.triage.classify import SILENT_KINDS, Triage, classify
from bot.triage.known_names import KnownNames, names_one_of
from bot.triage.model import TriageModel, shipped_model
from evals.indexing import open_knowledge_base, read_rows
from evals.messages import WANTED, Labelled, draw_sample, read_messages
from knowledge.documents import PUBLIC, article
from knowledge.knowledge_base import KnowledgeBase

KINDS = (
    "question", "problem", "request", "follow_up", "off_topic", "unclear", "thanks", "small_talk", "solved",
    "withdrawn", "empty", "complaint", "maybe_complaint", "person_request", "maybe_person", "attack",
)  # fmt: skip
SILENT = tuple(kind for kind in KINDS if kind in SILENT_KINDS)
WAYS = ("silent", "answered", "asked back", "off topic", "person")
SAMPLE_SIZE = 250
"""Number of messages of each set that the desk is asked, without --limit."""
BARS = {
    "answered_by_mistake": 0.02,
    "questions_taken_for_small_talk": 0.0,
    "small_talk_that_gets_a_person": 0.1,
    "questions_called_off_topic": 0.02,
    "answerable_asked_back": 0.03,
}
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_PRECISION = Policies().precision
_GATE = gate.load_gate()


@dataclass
class Measured:
    """The results of one set. `counts` maps label -> kind from triage -> number, and `ways` label -> outcome -> number.

    `answerable` counts the outcomes of answerable questions.
    """

    name: str
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    ways: dict[str, Counter[str]] = field(default_factory=dict)
    answerable: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(counted.total() for counted in self.counts.values())

    def share(self, *kinds: str) -> float:
        """Return the share of all messages that triage classified as one of `kinds`, from 0 to 1."""
        return sum(counted[kind] for counted in self.counts.values() for kind in kinds) / max(self.total, 1)


def measure(sets: Mapping[str, Sequence[Labelled]], model: TriageModel) -> list[Measured]:
    """Run triage on the messages of all sets."""
    measured = []
    for name, messages in sets.items():
        one = Measured(name)
        for message in messages:
            kind = classify_message(message, model).kind
            one.counts.setdefault(message.wanted, Counter())[kind] += 1
        measured.append(one)
    return measured


def classify_message(message: Labelled, model: TriageModel) -> Triage:
    """Classify a message, with the product's names if the set has them."""
    names = KnownNames(names_product=lambda words: names_one_of(words, message.names))
    return classify(message.text, in_thread=message.in_thread, model=model, names=names)


def ask(measured: Measured, messages: Iterable[Labelled], knowledge: KnowledgeBase, model: TriageModel) -> None:
    """Ask the desk each message, and count the outcomes."""
    for message in messages:
        way = _find_outcome(message, classify_message(message, model), knowledge)
        measured.ways.setdefault(message.wanted, Counter())[way] += 1
        if message.answerable and message.wanted == "question":
            measured.answerable[way] += 1


def _find_outcome(message: Labelled, triage: Triage, knowledge: KnowledgeBase) -> str:
    if triage.may_be_silent:
        return "silent"
    conversation = [TranscriptLine("Customer", "contact", message.text, _AT)]
    if message.first:
        conversation = [
            TranscriptLine("Customer", "contact", message.first, _AT),
            TranscriptLine("Footbridge", "bot", "Here it is.", _AT),
            *conversation,
        ]
    asked = AnswerRequest(
        talk=tuple(conversation), kind=triage.kind, audiences=frozenset({PUBLIC}), precision=_PRECISION
    )
    finding = find_answer(asked, knowledge, None, _GATE)
    if finding.reason == "off_topic":
        return "off topic"
    return {"answered": "answered", "asked_back": "asked back"}.get(finding.outcome, "person")


def rates(measured: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Return the rates that have a limit: the rate, of how many messages, and whether the limit is met.

    A rate without any messages is left out.
    """
    found: dict[str, dict[str, Any]] = {}

    def rate(name: str, wrong: int, of: int) -> None:
        if of:
            found[name] = {"rate": round(wrong / of, 4), "of": of, "bar": BARS[name], "met": wrong / of <= BARS[name]}

    taken = _sum_counts(measured, "counts", "question", "errand")
    rate("questions_taken_for_small_talk", sum(taken[kind] for kind in SILENT), taken.total())
    idle = _sum_counts(measured, "ways", "small talk", "off topic")
    rate("answered_by_mistake", idle["answered"], idle.total())
    real = _sum_counts(measured, "ways", "question")
    chat = _sum_counts(measured, "ways", "small talk")
    rate("small_talk_that_gets_a_person", chat["person"], chat.total())
    rate("questions_called_off_topic", real["off topic"], real.total())
    clear = sum((one.answerable for one in measured), Counter[str]())
    rate("answerable_asked_back", clear["asked back"], clear.total())
    return found


def _sum_counts(measured: Sequence[Measured], what: str, *wanted: str) -> Counter[str]:
    tables: list[dict[str, Counter[str]]] = [getattr(one, what) for one in measured]
    return sum((table[each] for table in tables for each in wanted if each in table), Counter[str]())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the tables were printed, 2 if there is nothing to measure."""
    options = _make_parser().parse_args(arguments)
    sets = read_messages(options.data) if options.data.is_dir() else {}
    if not sets:
        print(
            f"{options.data} contains no known data set. The known files are listed in evals/messages.py.",
            file=sys.stderr,
        )
        return 2
    messages = {name: draw_sample(rows, options.limit, options.seed) for name, rows in sets.items()}
    model = shipped_model()
    measured = measure(messages, model)
    corpus = corpus_in(options.data, options.corpus)
    if corpus is not None:
        with tempfile.TemporaryDirectory() as spare, open_corpus(options.index or Path(spare), corpus) as knowledge:
            console = Console(stderr=True)
            for one in track(measured, "Asking the desk", console=console, transient=True):
                ask(one, draw_sample(messages[one.name], options.limit or SAMPLE_SIZE, options.seed), knowledge, model)
    found = rates(measured)
    print_tables(measured, found, corpus)
    if options.json:
        options.json.write_text(
            json.dumps(_make_report(options.data, measured, found), indent=2) + "\n", encoding="utf-8"
        )
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
        plot(measured, options.plots / "triage-confusion.png")
    return 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python app.py eval triage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="a folder of data sets, or a single one")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--plots", type=Path, help="also draw the confusion matrix into this folder, as PNG")
    parser.add_argument("--limit", type=int, help="use only N messages of each set")
    parser.add_argument("--seed", type=int, default=7, help="seed for choosing them")
    parser.add_argument("--corpus", type=Path, help="folder with a corpus.jsonl to answer from")
    parser.add_argument("--index", type=Path, help="keep the index in this folder for the next run")
    return parser


def corpus_in(data: Path, named: Path | None = None) -> Path | None:
    """Return the folder with the articles to answer from, or None."""
    places = [named] if named else [data, data / "help-centre", data.parent / "help-centre"]
    return next((place for place in places if (place / "corpus.jsonl").is_file()), None)


def open_corpus(index: Path, corpus: Path) -> KnowledgeBase:
    """Open a knowledge base with the articles in `corpus`, with its index in the folder `index`."""
    articles = [
        article(id=row["_id"], title=row.get("title", ""), body=row["text"], source=f"{corpus}/{row['_id']}")
        for row in read_rows(corpus / "corpus.jsonl")
    ]
    return open_knowledge_base(index, articles, str(corpus))


def print_tables(measured: Sequence[Measured], found: Mapping[str, Mapping[str, Any]], corpus: Path | None) -> None:
    console = Console(width=max(Console().width, 170))
    shown = [kind for kind in KINDS if any(one.share(kind) for one in measured)]
    heads = [Column(kind.replace("_", "\n"), no_wrap=True) for kind in shown]
    first = (Column("set", no_wrap=True), Column("label", no_wrap=True), "n", Column("silence", no_wrap=True))
    table = Table(*first, *heads, title="How triage classifies messages")
    for one in measured:
        for wanted, counted in one.counts.items():
            shares = [counted[kind] / counted.total() for kind in shown]
            silence = sum(counted[kind] for kind in SILENT) / counted.total()
            cells = (f"{share:.1%}" if share else "" for share in shares)
            table.add_row(one.name, wanted, str(counted.total()), f"{silence:.2%}", *cells)
    console.print(table)
    if corpus is not None:
        ends = Table("set", "label", "n", *WAYS, title=f"What the desk does with them, with the articles of {corpus}")
        for one in measured:
            for wanted, counted in one.ways.items():
                cells = (f"{counted[way] / counted.total():.1%}" if counted[way] else "" for way in WAYS)
                ends.add_row(one.name, wanted, str(counted.total()), *cells)
        console.print(ends)
    for name, row in found.items():
        verdict = "met" if row["met"] else "NOT MET"
        console.print(f"{name.replace('_', ' ')}: {row['rate']:.2%} of {row['of']} (limit {row['bar']:.0%}, {verdict})")


def _make_report(data: Path, measured: Sequence[Measured], found: Mapping[str, Any]) -> dict[str, Any]:
    sets = {
        one.name: {"counts": one.counts, "ways": one.ways, "total": one.total, "answerable": one.answerable}
        for one in measured
    }
    confusion = {wanted: dict(counted) for wanted in WANTED if (counted := _sum_counts(measured, "counts", wanted))}
    return {"set": data.resolve().name, "sets": sets, "confusion": confusion, "rates": found}


def plot(measured: Sequence[Measured], path: Path) -> None:
    """Draw the confusion matrix: labels against the kinds from triage, as shares of each row."""
    # matplotlib takes seconds to import, and only plots need it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = [(wanted, counted) for wanted in WANTED if (counted := _sum_counts(measured, "counts", wanted))]
    shares = [[counted[kind] / counted.total() for kind in KINDS] for _, counted in rows]
    figure = Figure(figsize=(10, 1.6 + 0.7 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(KINDS)), [kind.replace("_", " ") for kind in KINDS], rotation=35, ha="right")
    axes.set_yticks(range(len(rows)), [f"{wanted} (n = {counted.total()})" for wanted, counted in rows])
    for y, row in enumerate(shares):
        for x, share in enumerate(row):
            if share >= 0.0005:
                axes.text(x, y, f"{share:.1%}", ha="center", va="center", color="white" if share > 0.5 else "black")
    axes.set_title("Labels of the messages (rows), and the kinds that triage finds")
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
