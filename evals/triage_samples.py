"""The labelled messages that the triage classifier is fitted on, with their weights and cross-validation folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.triage.whole_messages import Meaning, listed_texts
from evals.data_sets import ROOT
from evals.indexing import read_rows
from evals.messages import Labelled, draw_sample, read_messages

LABELLED = ROOT / "evals/labelled"
OWN, LISTED = "labelled/messages", "closed list"
NEVER_FITTED = (
    "labelled/unseen_messages",
    "multi-turn-mtrag/all_without_fiqa",
    "intents-banking77/test",
    "tickets-it/test",
)
SEED, FOLDS = 11, 8
LARGEST_SET, LARGEST_WEIGHT = 2000, 600.0
"""At most this many messages of a set are used, chosen by SEED, and this is the largest total weight of a set."""
OWN_WEIGHT = 3.0
"""Weight of each of our own messages."""
_CLASS_OF_KIND = {
    **dict.fromkeys(("thanks", "small_talk", "solved", "withdrawn"), "social"),
    "off_topic": "everyday",
    "person_request": "person",
    "complaint": "complaint",
    "danger": "danger",
    "attack": "attack",
}
_CLASS_OF_LABEL = {
    "small talk": "social",
    "off topic": "everyday",
    "errand": "everyday",
    "attack": "attack",
    "question": "matter",
}
_SOCIAL_MEANINGS: tuple[Meaning, ...] = ("greeting", "thanks", "goodbye", "acknowledgement", "solved", "withdrawn")


@dataclass(frozen=True)
class Sample:
    """A message to fit the classifier on, from the set `source`.

    `what` is its class (see `train_triage.KINDS_OF_HEAD`), `kind` the label of our own messages, and `fold` the fold in
    which it is left out, or -1.
    """

    text: str
    source: str
    what: str
    kind: str
    weight: float
    fold: int


def load_sets(data: Path) -> dict[str, list[Labelled]]:
    """Read all sets: those in `data`, the questions in this repository, and our own labelled messages."""
    sets = read_messages(data) | read_messages(LABELLED)
    sets["demo/questions"] = read_messages(ROOT / "demo")["demo/questions"]
    for path in sorted((ROOT / "evals/questions").glob("*.jsonl")):
        sets[f"questions/{path.stem}"] = [Labelled(row["text"], "question") for row in read_rows(path)]
    return {name: draw_sample(messages, LARGEST_SET, SEED) for name, messages in sets.items()}


def assign_folds(sets: Mapping[str, Sequence[Labelled]]) -> dict[str, int]:
    """Return set -> the fold in which it is left out. Sets of the same origin (a folder) are left out together."""
    origins = sorted({_origin(name) for name in sets})
    return {name: origins.index(_origin(name)) % FOLDS for name in sets}


def _origin(name: str) -> str:
    return name if name.startswith("questions/") else name.rsplit("/", 1)[0]


def make_samples(sets: Mapping[str, Sequence[Labelled]]) -> list[Sample]:
    """Return the messages to fit on. In each fold some companies of our own messages are left out as well."""
    folds = assign_folds(sets)
    samples = [Sample(phrase, LISTED, "social", "", 1.0, -1) for phrase in listed_texts(_SOCIAL_MEANINGS)] + [
        Sample(phrase, LISTED, "person", "", 1.0, -1) for phrase in listed_texts(("person",))
    ]
    companies = list(dict.fromkeys(row["company"] for row in read_rows(LABELLED / "messages.jsonl")))
    for row in read_rows(LABELLED / "messages.jsonl"):
        what = _CLASS_OF_KIND.get(row["kind"], "matter")
        samples.append(Sample(row["text"], OWN, what, row["kind"], OWN_WEIGHT, companies.index(row["company"]) % FOLDS))
    for name, messages in sets.items():
        if name in NEVER_FITTED or name == OWN:
            continue
        weight = min(1.0, LARGEST_WEIGHT / len(messages))
        for message in messages:
            samples.append(Sample(message.text, name, _CLASS_OF_LABEL[message.wanted], "", weight, folds[name]))
    return samples
