"""Fit the triage classifier: `python -m evals.train_triage --data DIR [--out FILE] [--left-out]`.

It is fitted on the sets in DIR (see evals/messages.py), the questions in evals/questions and demo, our own labelled
messages (evals/labelled) and the closed list. `--left-out` measures every set with weights that were fitted without it,
and also asks the desk a sample of its messages. The sets in NEVER_FITTED, and half of the products in priorities.jsonl,
are used only for measuring.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from bot.triage.model import Head, TriageModel, Weights, save_weights, what_is_read
from evals.data_sets import map_with_progress
from evals.indexing import read_rows
from evals.messages import Labelled, draw_sample, read_messages
from evals.triage import ask, corpus_in, measure, open_corpus, print_tables, rates
from evals.triage_samples import (
    FOLDS,
    LABELLED,
    LISTED,
    NEVER_FITTED,
    OWN,
    SEED,
    Sample,
    assign_folds,
    load_sets,
    make_samples,
)
from knowledge.embeddings import Embeddings, Vectors
from knowledge.local_embeddings import packaged_embeddings

Numbers = NDArray[np.float64]
LISTED_WEIGHT = 5.0
"""Weight of the phrases of the closed list for the head "silence"."""
SAMPLE_SIZE = 150
"""Number of messages of each set that the desk is asked."""
REGULARISATION = {"silence": 1.0, "social": 0.05, "person": 1.0, "complaint": 1.0, "danger": 1.0, "attack": 1.0}
"""Inverse strength of the regularisation (scikit-learn's C) for each head. Of the values from 0.05 to 10, the smallest
was the best at separating the small talk of a set that was left out from questions."""
FALSE_ALARMS = {
    "silence": 0.015,
    "social": 0.02,
    "person": 0.015,
    "complaint": 0.02,
    "danger": 0.001,
    "attack": 0.004,
}
DOUBTED = {"social": 0.1}
"""The share of real messages of left-out sets that a head may accept by mistake, or that it may doubt. The bars are set
to these shares."""
NO_SENTENCES = frozenset({"tickets-it/train"})
"""Sets whose texts are words without an order. They are used for fitting, but not for setting the bars."""
# The classes that each head accepts. "everyday" is about everyday life (weather, recipes); it is not silenced.
KINDS_OF_HEAD = {
    "silence": {"social"},
    "social": {"social", "everyday"},
    "person": {"person"},
    "complaint": {"complaint"},
    "danger": {"danger"},
    "attack": {"attack"},
}


class VectorCache:
    """Embeddings that keep every vector, because the same messages are judged with many weights."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._rows: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._embeddings.name

    @property
    def dimensions(self) -> int:
        return self._embeddings.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            if text not in self._rows:
                self._rows[text] = self._embeddings.embed([text])[0]
        return np.stack([self._rows[text] for text in texts])


def fit_heads(samples: Sequence[Sample], vectors: Numbers) -> dict[str, Head]:
    """Fit the heads that decide yes or no. `vectors` are those of `samples`, shape (n, dimensions)."""
    weights = np.array([sample.weight for sample in samples])
    listed = np.array([sample.source == LISTED for sample in samples])
    heads = {}
    for name, c in REGULARISATION.items():
        right = np.array([sample.what in KINDS_OF_HEAD[name] for sample in samples])
        shares = weights.copy()
        if name == "silence":
            # The closed list was checked by people, and has languages that are missing from the sets.
            shares[listed] *= LISTED_WEIGHT
        elif name != "social":
            # Rare classes get a quarter of the weight of all other messages together.
            shares[right] *= shares[~right].sum() / shares[right].sum() / 4
        heads[name] = _fit_yes_or_no(vectors, right, shares, c)
    return heads


def _fit_yes_or_no(vectors: Numbers, right: NDArray[np.bool_], weights: Numbers, c: float) -> Head:
    model = LogisticRegression(C=c, max_iter=3000).fit(vectors, right, sample_weight=weights)
    row = np.asarray(model.coef_[0])
    return Head(("yes", "no"), np.stack([row, np.zeros_like(row)]), np.array([float(model.intercept_[0]), 0.0]))


def fit_choice(vectors: Numbers, labels: Sequence[str], c: float = 1.0) -> Head:
    """Fit a head that chooses one of the labels."""
    model = LogisticRegression(C=c, max_iter=3000, class_weight="balanced").fit(vectors, np.array(labels))
    return Head(tuple(map(str, model.classes_)), np.asarray(model.coef_), np.asarray(model.intercept_))


def bars_for(samples: Sequence[Sample], left_out: Mapping[str, Numbers]) -> dict[str, tuple[float, float]]:
    """Return head -> (bar, doubt): the probabilities that only the allowed share of real messages reaches.

    The messages are from left-out sets, and all sets count the same.
    """
    counted = np.array([s.what == "matter" and s.fold >= 0 and s.source not in NO_SENTENCES for s in samples])
    sizes = {name: sum(sample.source == name for sample in samples) for name in {s.source for s in samples}}
    shares = np.array([1 / sizes[sample.source] for sample in samples])[counted]
    bars = {}
    for head, allowed in FALSE_ALARMS.items():
        found = left_out[head][counted]
        order = np.argsort(-found)
        above = np.cumsum(shares[order]) / shares.sum()
        at_bar, at_doubt = (np.searchsorted(above, share) for share in (allowed, DOUBTED.get(head, allowed)))
        bars[head] = float(found[order][at_bar]), float(found[order][at_doubt])
    return bars


def train(samples: Sequence[Sample], embeddings: Embeddings) -> tuple[Weights, list[Weights]]:
    """Return the weights to ship, and for each fold the weights fitted without it, with the same bars."""
    rows = map_with_progress(
        "Embedding", [sample.text for sample in samples], lambda text: embeddings.embed([what_is_read(text)])
    )
    vectors = np.asarray(np.concatenate(rows), dtype=np.float64)
    folds = np.array([sample.fold for sample in samples])
    kinds = fit_choices(samples, vectors, embeddings)
    without = []
    left_out = {head: np.zeros(len(samples)) for head in REGULARISATION}
    for fold in range(FOLDS):
        kept, out = folds != fold, folds == fold
        heads = fit_heads([sample for sample, keep in zip(samples, kept, strict=True) if keep], vectors[kept])
        for name, head in heads.items():
            left_out[name][out] = head.probabilities(vectors[out].astype(np.float32))[:, 0]
        without.append(heads)
    bars = bars_for(samples, left_out)
    shipped = _make_weights(fit_heads(samples, vectors), bars, kinds, embeddings.name)
    return shipped, [_make_weights(heads, bars, kinds, embeddings.name) for heads in without]


def fit_choices(samples: Sequence[Sample], vectors: Numbers, embeddings: Embeddings) -> dict[str, Head]:
    """Fit the heads that choose: question, problem or request; impact and urgency from 1 to 3."""
    chosen = [at for at, sample in enumerate(samples) if sample.kind in ("question", "problem", "request")]
    heads = {"matter": fit_choice(vectors[chosen], [samples[at].kind for at in chosen])}
    rows = [row for row in read_rows(LABELLED / "priorities.jsonl") if row["use"] == "fit"]
    read = np.asarray(embeddings.embed([what_is_read(row["text"]) for row in rows]), dtype=np.float64)
    for name in ("impact", "urgency"):
        heads[name] = fit_choice(read, [str(row[name]) for row in rows])
    return heads


def _make_weights(
    heads: Mapping[str, Head], bars: Mapping[str, tuple[float, float]], chosen: Mapping[str, Head], encoder: str
) -> Weights:
    barred = {name: Head(head.labels, head.weights, head.bias, *bars[name]) for name, head in heads.items()}
    every = {**barred, **chosen}
    digest = hashlib.sha256()
    for name in sorted(every):
        digest.update(
            name.encode() + np.round(every[name].weights, 3).tobytes() + np.round(every[name].bias, 3).tobytes()
        )
    return Weights(digest.hexdigest()[:8], encoder, every)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the classifier was fitted, 2 if there is nothing to fit on."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.train_triage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    parser.add_argument("--out", type=Path, help="write the weights to this file")
    parser.add_argument("--left-out", action="store_true", help="measure each set with weights fitted without it")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--index", type=Path, help="keep the index of the articles in this folder for the next run")
    options = parser.parse_args(arguments)
    if not options.data.is_dir() or not read_messages(options.data):
        print(
            f"{options.data} contains no known data set. The known files are listed in evals/messages.py.",
            file=sys.stderr,
        )
        return 2
    sets = load_sets(options.data)
    samples = make_samples(sets)
    embeddings = VectorCache(packaged_embeddings())
    shipped, without = train(samples, embeddings)
    print_heads(samples, shipped, without, embeddings)
    if options.out:
        save_weights(shipped, options.out)
        print(f"Wrote {options.out} (version {shipped.version}, for {shipped.encoder}).")
    if options.left_out:
        report = measure_left_out(sets, shipped, without, embeddings, options.data, options.index)
        if options.json:
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def print_heads(
    samples: Sequence[Sample], shipped: Weights, without: Sequence[Weights], embeddings: Embeddings
) -> None:
    """Print the recall of each head for left-out companies, and the accuracy of the choices for left-out products."""
    table = Table("our own messages, company left out", "recall", "of", "bar")
    for name in REGULARISATION:
        mine = [sample for sample in samples if sample.source == OWN and sample.what in KINDS_OF_HEAD[name]]
        found = [
            without[s.fold].heads[name].probabilities(embeddings.embed([what_is_read(s.text)]))[0, 0] for s in mine
        ]
        bar = shipped.heads[name].bar
        table.add_row(name, f"{np.mean(np.array(found) >= bar):.2f}", str(len(mine)), f"{bar:.3f}")
    Console().print(table)
    rows = [row for row in read_rows(LABELLED / "priorities.jsonl") if row["use"] != "fit"]
    judged = TriageModel(shipped, lambda: embeddings).judge([row["text"] for row in rows]) or []
    for name in ("impact", "urgency"):
        off = np.array([abs(int(one.best(name)) - row[name]) for one, row in zip(judged, rows, strict=True)])
        right, far = np.mean(off == 0), np.mean(off == 2)
        print(f"{name}, products left out: {right:.2f} right, {far:.2f} off by two, of {len(off)}")


def measure_left_out(
    sets: Mapping[str, Sequence[Labelled]],
    shipped: Weights,
    without: Sequence[Weights],
    embeddings: Embeddings,
    data: Path,
    index: Path | None,
) -> dict[str, object]:
    """Measure every set with weights that were fitted without it, and print the tables of `evals.triage`."""
    folds = assign_folds(sets)
    models = [TriageModel(weights, lambda: embeddings) for weights in without]
    last = TriageModel(shipped, lambda: embeddings)
    left = [name for name in sets if name != OWN]
    model_of: Callable[[str], TriageModel] = lambda name: last if name in NEVER_FITTED else models[folds[name]]  # noqa: E731
    measured = [measure({name: sets[name]}, model_of(name))[0] for name in left]
    corpus = corpus_in(data)
    if corpus is not None:
        with tempfile.TemporaryDirectory() as spare, open_corpus(index or Path(spare), corpus) as knowledge:
            for one in measured:
                most = None if one.name.startswith("labelled/") else SAMPLE_SIZE
                ask(one, draw_sample(list(sets[one.name]), most, SEED), knowledge, model_of(one.name))
    found = rates(measured)
    print_tables(measured, found, corpus)
    return {"sets": {one.name: {"counts": one.counts, "ways": one.ways} for one in measured}, "rates": found}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
