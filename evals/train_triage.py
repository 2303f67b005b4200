"""Fits the classifier of triage: `python -m evals.train_triage --data DIR [--out FILE] [--left-out]`.

It learns from the sets in DIR (see evals/messages.py), the questions in evals/questions and demo, our own labelled
messages (evals/labelled) and the closed list. `--left-out` measures every set with weights that were fitted without it,
and asks a sample of each for real. Sets named in NEVER_FITTED, and half of the products in priorities.jsonl, are for
measuring alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from bot.triage.model import Head, TriageModel, Weights, save_weights, what_is_read
from bot.triage.whole_messages import Meaning, listed_texts
from evals.data_sets import ROOT, tracked
from evals.indexing import rows_of
from evals.messages import Labelled, labelled, sampled
from evals.triage import ask, corpus_in, measure, open_corpus, rates, show
from knowledge.embeddings import Embeddings, Vectors
from knowledge.local_embeddings import packaged_embeddings

Numbers = NDArray[np.float64]
LABELLED = ROOT / "evals/labelled"
OWN, LISTED = "labelled/messages", "closed list"
NEVER_FITTED = (
    "labelled/unseen_messages",
    "multi-turn-mtrag/all_without_fiqa",
    "intents-banking77/test",
    "tickets-it/test",
)
SEED, MOST, WEIGHT = 11, 2000, 600.0
"""Of each set so many messages are read, drawn by the seed; together they weigh no more than WEIGHT."""
OWN_WEIGHT, LISTED_WEIGHT, FOLDS, ASKED = 3.0, 5.0, 8, 150
SHY = {"silence": 1.0, "social": 0.05, "person": 1.0, "complaint": 1.0, "danger": 1.0, "attack": 1.0}
"""How freely weights may follow the messages (scikit-learn's C). Of 0.05 to 10 the smallest told small talk of a set
that was left out best from the questions of others."""
FALSE_ALARMS = {
    "silence": 0.015,
    "social": 0.02,
    "person": 0.015,
    "complaint": 0.02,
    "danger": 0.001,
    "attack": 0.004,
}
DOUBTED = {"social": 0.1}
"""How many real messages of sets that were left out may be taken for it, or be doubted: the bars follow from this."""
NO_SENTENCES = frozenset({"tickets-it/train"})
"""Its words stand in no order, as nobody writes them: they are learned from, and no bar is set by them."""
_OWN_KIND = {
    **dict.fromkeys(("thanks", "small_talk", "solved", "withdrawn"), "social"),
    "off_topic": "everyday",
    "person_request": "person",
    "complaint": "complaint",
    "danger": "danger",
    "attack": "attack",
}
_WHAT = {
    "small talk": "social",
    "off topic": "everyday",
    "errand": "everyday",
    "attack": "attack",
    "question": "matter",
}
# What each head says yes to. Silence is for what needs nothing; everyday life (weather, recipes) is asked back.
_YES = {
    "silence": {"social"},
    "social": {"social", "everyday"},
    "person": {"person"},
    "complaint": {"complaint"},
    "danger": {"danger"},
    "attack": {"attack"},
}
_SAID_BY_ALL: tuple[Meaning, ...] = ("greeting", "thanks", "goodbye", "acknowledgement", "solved", "withdrawn")


@dataclass(frozen=True)
class Sample:
    """A message to learn from: the set it is of (`source`), what it is (see _YES), and how much it weighs."""

    text: str
    source: str
    what: str
    kind: str
    weight: float
    fold: int


class Kept:
    """Embeddings that keep every vector: the same messages are judged by many weights."""

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


def sets_in(data: Path) -> dict[str, list[Labelled]]:
    """Every set that is known here: those in `data`, the repository's questions and our own messages."""
    sets = labelled(data) | labelled(LABELLED)
    sets["demo/questions"] = labelled(ROOT / "demo")["demo/questions"]
    for path in sorted((ROOT / "evals/questions").glob("*.jsonl")):
        sets[f"questions/{path.stem}"] = [Labelled(row["text"], "question") for row in rows_of(path)]
    return {name: sampled(messages, MOST, SEED) for name, messages in sets.items()}


def folds_of(sets: Mapping[str, Sequence[Labelled]]) -> dict[str, int]:
    """Set -> the fold in which it is left out; sets of one origin (a folder) are left out together."""
    origins = sorted({_origin(name) for name in sets})
    return {name: origins.index(_origin(name)) % FOLDS for name in sets}


def _origin(name: str) -> str:
    return name if name.startswith("questions/") else name.rsplit("/", 1)[0]


def samples_of(sets: Mapping[str, Sequence[Labelled]]) -> list[Sample]:
    """What is learned from; in each fold one company of our own messages is left out, too."""
    folds = folds_of(sets)
    samples = [Sample(phrase, LISTED, "social", "", 1.0, -1) for phrase in listed_texts(_SAID_BY_ALL)] + [
        Sample(phrase, LISTED, "person", "", 1.0, -1) for phrase in listed_texts(("person",))
    ]
    companies = list(dict.fromkeys(row["company"] for row in rows_of(LABELLED / "messages.jsonl")))
    for row in rows_of(LABELLED / "messages.jsonl"):
        what = _OWN_KIND.get(row["kind"], "matter")
        samples.append(Sample(row["text"], OWN, what, row["kind"], OWN_WEIGHT, companies.index(row["company"]) % FOLDS))
    for name, messages in sets.items():
        if name in NEVER_FITTED or name == OWN:
            continue
        weight = min(1.0, WEIGHT / len(messages))
        for message in messages:
            samples.append(Sample(message.text, name, _WHAT[message.wanted], "", weight, folds[name]))
    return samples


def fit_heads(samples: Sequence[Sample], vectors: Numbers) -> dict[str, Head]:
    """The heads that answer yes or no, fitted on (n, dimensions) `vectors` of `samples`."""
    weights = np.array([sample.weight for sample in samples])
    listed = np.array([sample.source == LISTED for sample in samples])
    heads = {}
    for name, shy in SHY.items():
        right = np.array([sample.what in _YES[name] for sample in samples])
        shares = weights.copy()
        if name == "silence":
            # The closed list was vouched for by people, in languages that the sets do not speak.
            shares[listed] *= LISTED_WEIGHT
        elif name != "social":
            # Rare among so many: together they weigh a quarter of what would balance the others.
            shares[right] *= shares[~right].sum() / shares[right].sum() / 4
        heads[name] = _yes_or_no(vectors, right, shares, shy)
    return heads


def _yes_or_no(vectors: Numbers, right: NDArray[np.bool_], weights: Numbers, shy: float) -> Head:
    model = LogisticRegression(C=shy, max_iter=3000).fit(vectors, right, sample_weight=weights)
    row = np.asarray(model.coef_[0])
    return Head(("yes", "no"), np.stack([row, np.zeros_like(row)]), np.array([float(model.intercept_[0]), 0.0]))


def fit_choice(vectors: Numbers, labels: Sequence[str], shy: float = 1.0) -> Head:
    """A head that chooses among the labels."""
    model = LogisticRegression(C=shy, max_iter=3000, class_weight="balanced").fit(vectors, np.array(labels))
    return Head(tuple(map(str, model.classes_)), np.asarray(model.coef_), np.asarray(model.intercept_))


def bars_for(samples: Sequence[Sample], left_out: Mapping[str, Numbers]) -> dict[str, tuple[float, float]]:
    """Head -> (bar, doubt): the probability that only so many real messages of left-out sets reach, sets alike."""
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
    """The weights to ship, and for each fold those that were fitted without it (with the same bars)."""
    rows = tracked(
        "Embedding", [sample.text for sample in samples], lambda text: embeddings.embed([what_is_read(text)])
    )
    vectors = np.asarray(np.concatenate(rows), dtype=np.float64)
    folds = np.array([sample.fold for sample in samples])
    kinds = choices(samples, vectors, embeddings)
    without = []
    left_out = {head: np.zeros(len(samples)) for head in SHY}
    for fold in range(FOLDS):
        kept, out = folds != fold, folds == fold
        heads = fit_heads([sample for sample, keep in zip(samples, kept, strict=True) if keep], vectors[kept])
        for name, head in heads.items():
            left_out[name][out] = head.probabilities(vectors[out].astype(np.float32))[:, 0]
        without.append(heads)
    bars = bars_for(samples, left_out)
    shipped = _weights(fit_heads(samples, vectors), bars, kinds, embeddings.name)
    return shipped, [_weights(heads, bars, kinds, embeddings.name) for heads in without]


def choices(samples: Sequence[Sample], vectors: Numbers, embeddings: Embeddings) -> dict[str, Head]:
    """The heads that choose: question, problem or request; impact and urgency from 1 to 3."""
    chosen = [at for at, sample in enumerate(samples) if sample.kind in ("question", "problem", "request")]
    heads = {"matter": fit_choice(vectors[chosen], [samples[at].kind for at in chosen])}
    rows = [row for row in rows_of(LABELLED / "priorities.jsonl") if row["use"] == "fit"]
    read = np.asarray(embeddings.embed([what_is_read(row["text"]) for row in rows]), dtype=np.float64)
    for name in ("impact", "urgency"):
        heads[name] = fit_choice(read, [str(row[name]) for row in rows])
    return heads


def _weights(
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
    """The command line; 0 when it was fitted, 2 when there is nothing to fit on."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.train_triage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    parser.add_argument("--out", type=Path, help="write the weights here")
    parser.add_argument("--left-out", action="store_true", help="measure each set with weights fitted without it")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    parser.add_argument("--index", type=Path, help="keep the index of the articles here for the next run")
    given = parser.parse_args(arguments)
    if not given.data.is_dir() or not labelled(given.data):
        print(f"{given.data} holds no set that is known here; see evals/messages.py.", file=sys.stderr)
        return 2
    sets = sets_in(given.data)
    samples = samples_of(sets)
    embeddings = Kept(packaged_embeddings())
    shipped, without = train(samples, embeddings)
    show_heads(samples, shipped, without, embeddings)
    if given.out:
        save_weights(shipped, given.out)
        print(f"Wrote {given.out} (version {shipped.version}, for {shipped.encoder}).")
    if given.left_out:
        report = left_out_report(sets, shipped, without, embeddings, given.data, given.index)
        if given.json:
            given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def show_heads(samples: Sequence[Sample], shipped: Weights, without: Sequence[Weights], embeddings: Embeddings) -> None:
    """How much of each kind is found in companies that were left out, and how exact the choices are."""
    table = Table("our own messages, company left out", "found", "of", "bar")
    for name in SHY:
        mine = [sample for sample in samples if sample.source == OWN and sample.what in _YES[name]]
        found = [
            without[s.fold].heads[name].probabilities(embeddings.embed([what_is_read(s.text)]))[0, 0] for s in mine
        ]
        bar = shipped.heads[name].bar
        table.add_row(name, f"{np.mean(np.array(found) >= bar):.2f}", str(len(mine)), f"{bar:.3f}")
    Console().print(table)
    rows = [row for row in rows_of(LABELLED / "priorities.jsonl") if row["use"] != "fit"]
    judged = TriageModel(shipped, lambda: embeddings).judge([row["text"] for row in rows]) or []
    for name in ("impact", "urgency"):
        off = np.array([abs(int(one.best(name)) - row[name]) for one, row in zip(judged, rows, strict=True)])
        right, far = np.mean(off == 0), np.mean(off == 2)
        print(f"{name}, products left out: {right:.2f} right, {far:.2f} off by two, of {len(off)}")


def left_out_report(
    sets: Mapping[str, Sequence[Labelled]],
    shipped: Weights,
    without: Sequence[Weights],
    embeddings: Embeddings,
    data: Path,
    index: Path | None,
) -> dict[str, object]:
    """Every set by weights that never saw it: how its messages are taken, and what comes of a sample of them."""
    folds = folds_of(sets)
    models = [TriageModel(weights, lambda: embeddings) for weights in without]
    last = TriageModel(shipped, lambda: embeddings)
    left = [name for name in sets if name != OWN]
    model_of: Callable[[str], TriageModel] = lambda name: last if name in NEVER_FITTED else models[folds[name]]  # noqa: E731
    measured = [measure({name: sets[name]}, model_of(name))[0] for name in left]
    corpus = corpus_in(data)
    if corpus is not None:
        with tempfile.TemporaryDirectory() as spare, open_corpus(index or Path(spare), corpus) as knowledge:
            for one in measured:
                most = None if one.name.startswith("labelled/") else ASKED
                ask(one, sampled(list(sets[one.name]), most, SEED), knowledge, model_of(one.name))
    found = rates(measured)
    show(measured, found, corpus)
    return {"sets": {one.name: {"counts": one.counts, "ways": one.ways} for one in measured}, "rates": found}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
