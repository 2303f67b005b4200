"""Read labelled messages from folders of data sets.

These files are known, in the folder itself and in the folders below it:

    queries.jsonl, questions.jsonl   `text`; optional: `kind` or `intent`, `answerable`, `first` (for a follow-up)
    in_scope.jsonl out_of_scope.jsonl small_talk.jsonl   `text`; optional: `intent`
    train.csv test.csv               `text` (customers' questions)
    train.jsonl test.jsonl           `text` (tickets)
    all_without_fiqa.jsonl           `turns`: the user's last message is used, with the one before as `first`
    messages.jsonl unseen_messages.jsonl   our own: `text`, `kind`; optional: `in_thread`, `company` (*companies.jsonl)
    injections.jsonl                 `text`, `label` (malicious or benign), `channel`
    sysprompt_extraction_attacks.json   lists of attacks
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Wanted = Literal["question", "errand", "small talk", "off topic", "attack"]
WANTED: tuple[Wanted, ...] = ("question", "errand", "small talk", "off topic", "attack")
"""What a message is. An errand asks a voice assistant to do something: neither small talk nor a support question."""

_LABELS: dict[str, Wanted] = {
    **dict.fromkeys(
        ("small_talk", "smalltalk", "chitchat", "greeting", "goodbye", "thanks", "thank_you"), "small talk"
    ),
    **dict.fromkeys(("off_topic", "out_of_scope", "oos"), "off topic"),
    **dict.fromkeys(("attack", "injection", "malicious"), "attack"),
    "benign": "question",
    **dict.fromkeys(("solved", "withdrawn"), "small talk"),
}
# Intents of CLINC150 that are support questions, by the groups of its authors (banking, cards, work, devices).
_SUPPORT_INTENTS = frozenset(
    """
    account_blocked application_status apr balance bill_balance bill_due card_declined change_language
    change_user_name confirm_reservation credit_limit credit_limit_change credit_score damaged_card direct_deposit
    exchange_rate expiration_date freeze_account improve_credit_score income insurance insurance_change interest_rate
    international_fees lost_luggage min_payment new_card order_checks order_status pay_bill payday pin_change
    pto_balance pto_request pto_request_status pto_used redeem_rewards replacement_card_duration report_fraud
    report_lost_card reset_settings rewards_balance rollover_401k routing schedule_meeting spending_history sync_device
    taxes transactions transfer travel_notification user_name w2
    """.split()  # noqa: SIM905
)
# Intents for a voice assistant (yes, no, perhaps, cancel), which are not questions.
_LEFT_OUT_INTENTS = frozenset({"yes", "no", "maybe", "repeat", "cancel"})
_NOT_A_MESSAGE = "editorial = chitchat"  # a line of small-talk-ms that is a label


@dataclass(frozen=True)
class Labelled:
    """A message and its label `wanted`.

    `first` is the message before it in its thread, or "". `answerable` is None if the set does not say it. `kind` is
    the label in the file. `names` are the names of the product, if the set has them.
    """

    text: str
    wanted: Wanted
    first: str = ""
    answerable: bool | None = None
    kind: str = ""
    names: tuple[str, ...] = ()
    threaded: bool = False

    @property
    def in_thread(self) -> bool:
        """Whether the message is a reply in a thread."""
        return self.threaded or bool(self.first)


def read_messages(data: Path) -> dict[str, list[Labelled]]:
    """Return set name -> its messages, for every known file in `data` and in two levels of folders below it."""
    sets: dict[str, list[Labelled]] = {}
    for pattern in ("*", "*/*", "*/*/*"):
        for path in sorted(data.glob(pattern)):
            reader = _READERS.get(path.name)
            if reader is None or not path.is_file():
                continue
            folder = path.parent.relative_to(data).as_posix()
            name = f"{path.parent.name or data.resolve().name if folder == '.' else folder}/{path.stem}"
            if messages := list(reader(path)):
                sets[name] = messages
    return sets


def draw_sample(messages: list[Labelled], limit: int | None, seed: int) -> list[Labelled]:
    """Return at most `limit` messages, chosen by `seed`, in their original order."""
    if limit is None or len(messages) <= limit:
        return messages
    chosen = sorted(random.Random(seed).sample(range(len(messages)), limit))
    return [messages[at] for at in chosen]


def _iterate_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _queries(path: Path) -> Iterator[Labelled]:
    for row in _iterate_rows(path):
        label = str(row.get("kind") or row.get("intent") or "question").lower()
        answerable = row["article"] is not None if "article" in row else row.get("answerable")
        yield Labelled(row["text"], _LABELS.get(label, "question"), row.get("first", ""), answerable, label)


def _in_scope(path: Path) -> Iterator[Labelled]:
    for row in _iterate_rows(path):
        if row.get("intent") not in _LEFT_OUT_INTENTS:
            yield Labelled(row["text"], "question" if row.get("intent", "") in _SUPPORT_INTENTS | {""} else "errand")


def _all(wanted: Wanted) -> Callable[[Path], Iterator[Labelled]]:
    def read(path: Path) -> Iterator[Labelled]:
        yield from (Labelled(row["text"], wanted) for row in _iterate_rows(path) if row["text"] != _NOT_A_MESSAGE)

    return read


def _own(path: Path) -> Iterator[Labelled]:
    companies = path.with_name(path.name.replace("messages", "companies"))
    names = {row["company"]: tuple(row["names"]) for row in _iterate_rows(companies)} if companies.exists() else {}
    for row in _iterate_rows(path):
        yield Labelled(
            row["text"],
            _LABELS.get(row["kind"], "question"),
            kind=row["kind"],
            names=names.get(row["company"], ()),
            threaded=bool(row.get("in_thread")),
        )


def _turns(path: Path) -> Iterator[Labelled]:
    for row in _iterate_rows(path):
        *before, last = [turn["text"] for turn in row["turns"] if turn["speaker"] == "user"]
        yield Labelled(last, "question", before[-1] if before else "")


def _table(path: Path) -> Iterator[Labelled]:
    with path.open(encoding="utf-8", newline="") as rows:
        yield from (Labelled(row["text"], "question") for row in csv.DictReader(rows) if row.get("text"))


def _injections(path: Path) -> Iterator[Labelled]:
    for row in _iterate_rows(path):
        if row.get("channel", "user_input") == "user_input":
            yield Labelled(row["text"], _LABELS.get(str(row.get("label", "malicious")), "attack"))


def _attacks(path: Path) -> Iterator[Labelled]:
    for texts in json.loads(path.read_text(encoding="utf-8")).values():
        yield from (Labelled(text, "attack") for text in texts)


_READERS: dict[str, Callable[[Path], Iterator[Labelled]]] = {
    "queries.jsonl": _queries,
    "questions.jsonl": _queries,
    "in_scope.jsonl": _in_scope,
    "out_of_scope.jsonl": _all("off topic"),
    "small_talk.jsonl": _all("small talk"),
    "train.jsonl": _all("question"),
    "test.jsonl": _all("question"),
    "all_without_fiqa.jsonl": _turns,
    "messages.jsonl": _own,
    "unseen_messages.jsonl": _own,
    "train.csv": _table,
    "test.csv": _table,
    "injections.jsonl": _injections,
    "sysprompt_extraction_attacks.json": _attacks,
}
