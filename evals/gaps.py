"""Measure whether questions with the same meaning are grouped together: `python -m evals.gaps --data DIR`.

The questions are real and labelled by people: Banking77 (77 intents) and IT tickets (8 broad categories). The samples
are like the questions of a month at a desk: many subjects, with a few questions each.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.insights.clusters import THRESHOLD, group
from knowledge.embeddings import Vectors, normalise
from knowledge.local_embeddings import LocalEmbeddings

THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SAMPLES = 5


@dataclass(frozen=True)
class Shape:
    """The shape of a sample: the number of subjects, and the least and the most questions of each."""

    name: str
    file: str
    subjects: int
    least: int
    most: int


SHAPES = (
    Shape("banking77, a month: 30 intents, 1-8 each", "intents-banking77/test.csv", 30, 1, 8),
    Shape("banking77, a quarter: 77 intents, 5-15 each", "intents-banking77/test.csv", 77, 5, 15),
    Shape("IT tickets: 8 categories, 20 each", "tickets-it/test.jsonl", 8, 20, 20),
)


@dataclass(frozen=True)
class Metrics:
    """Means over the samples. `groups` is the number of groups found, `subjects` the true number.

    `rand` is the Rand index, adjusted for chance.
    """

    set: str
    way: str
    threshold: float
    subjects: float
    groups: float
    rand: float
    v_measure: float
    homogeneity: float
    completeness: float
    seconds: float


def load(path: Path) -> dict[str, list[str]]:
    """Read a data set: label -> its texts, in the order of the file."""
    texts: dict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines) if path.suffix == ".csv" else map(json.loads, lines):
            texts[row["category"]].append(row["text"])
    return dict(texts)


def sample(texts: dict[str, list[str]], shape: Shape, seed: int) -> list[tuple[str, str]]:
    """Draw a sample: pairs of label and text in random order. The same seed gives the same sample."""
    dice = random.Random(seed)
    chosen = dice.sample(sorted(texts), min(shape.subjects, len(texts)))
    rows = [
        (label, text)
        for label in chosen
        for text in dice.sample(texts[label], min(dice.randint(shape.least, shape.most), len(texts[label])))
    ]
    dice.shuffle(rows)
    return rows


def by_words(texts: Sequence[str]) -> Vectors:
    """Return TF-IDF vectors, the baseline without a model."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    return normalise(np.asarray(TfidfVectorizer(sublinear_tf=True).fit_transform(texts).todense()))


def measure(
    shape: Shape,
    texts: dict[str, list[str]],
    ways: Mapping[str, Callable[[Sequence[str]], Vectors]],
    seeds: Sequence[int],
) -> list[Metrics]:
    """Measure every way of embedding with every threshold."""
    rows = []
    for way, embed in ways.items():
        prepared = []
        for seed in seeds:
            drawn = sample(texts, shape, seed)
            began = time.perf_counter()
            vectors = embed([text for _, text in drawn])
            prepared.append(([label for label, _ in drawn], vectors, time.perf_counter() - began))
        rows += [_average(shape, way, threshold, prepared) for threshold in THRESHOLDS]
    return rows


def _average(shape: Shape, way: str, threshold: float, prepared: Sequence[tuple[list[str], Vectors, float]]) -> Metrics:
    from sklearn import metrics  # noqa: PLC0415

    measured = []
    for truth, vectors, embedding_seconds in prepared:
        began = time.perf_counter()
        labels = group(vectors, threshold)
        seconds = embedding_seconds + time.perf_counter() - began
        homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(truth, labels)
        rand = metrics.adjusted_rand_score(truth, labels)
        measured.append((len(set(truth)), len(set(labels)), rand, v_measure, homogeneity, completeness, seconds))
    return Metrics(
        shape.name, way, threshold, *(round(float(mean(column)), 3) for column in zip(*measured, strict=True))
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the tables were printed, 2 if the data cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evals.gaps", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="number of samples to average over")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first sample")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args(arguments)
    missing = [shape.file for shape in SHAPES if not (options.data / shape.file).is_file()]
    if missing:
        print(
            f"{options.data} does not contain {', '.join(missing)}. Give the folder of the data sets with --data.",
            file=sys.stderr,
        )
        return 2
    ways = {"meaning": LocalEmbeddings().embed, "words": by_words}
    group(np.eye(2, dtype=np.float32))  # loads the library, whose loading time is not to be measured
    rows: list[Metrics] = []
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Grouping", total=len(SHAPES))
        for shape in SHAPES:
            seeds = range(options.seed, options.seed + options.samples)
            rows += measure(shape, load(options.data / shape.file), ways, seeds)
            shown.advance(task)
    _print_tables(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 0


def _print_tables(rows: Sequence[Metrics]) -> None:
    console = Console()
    for name in dict.fromkeys(row.set for row in rows):
        table = Table("", "at", "groups", "rand", "V", "homog.", "compl.", "seconds", title=name)
        for row in rows:
            if row.set == name:
                mark = " *" if row.threshold == THRESHOLD and row.way == "meaning" else ""
                shares = (row.rand, row.v_measure, row.homogeneity, row.completeness)
                table.add_row(
                    row.way,
                    f"{row.threshold:.2f}{mark}",
                    f"{row.groups:.0f} of {row.subjects:.0f}",
                    *(f"{share:.3f}" for share in shares),
                    f"{row.seconds:.2f}",
                )
        console.print(table)
    console.print("rand: Rand index adjusted for chance. *: the threshold in use (bot/insights/clusters.py).")


if __name__ == "__main__":
    sys.exit(main())
