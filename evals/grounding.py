"""Measures the checks on a draft: do they agree with people, do inventions fall? `python -m evals.grounding`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bot.contents.answers import Claim, Draft
from bot.verification.grounding import check, judge
from bot.verification.normalise import support
from knowledge.documents import Hit, Passage

INVENTED = "Refunds are paid to your bank account on request, without questions."
FAITHFUL, UNFAITHFUL = 3.5, 2.5  # mean judgement of two or three people, from 1 (no) to 4 (yes)


@dataclass(frozen=True)
class Answered:
    """A model's answer that people judged, as a draft whose claims quote the best sentence of their best passage."""

    draft: Draft
    hits: tuple[Hit, ...]
    faithful: float
    support: float
    reference_judge: float | None


@dataclass(frozen=True)
class Agreement:
    """How the checks and people compare. `auroc` is for the share of supported words, `judge_auroc` for the data set's
    own language-model judge (RAGAS faithfulness) on the same answers."""

    answers: int
    faithful: int
    unfaithful: int
    auroc: float
    judge_auroc: float
    faithful_standing: float
    unfaithful_standing: float


@dataclass(frozen=True)
class Tried:
    """A kind of claim, made from people's own answers: how many there were, and how many stood."""

    name: str
    wanted: str
    total: int
    stood: int

    @property
    def share(self) -> float:
        return self.stood / max(self.total, 1)


def sentences_of(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if len(piece.split()) >= 3]


def passage(passage_id: str, title: str, text: str) -> Passage:
    return Passage(passage_id, passage_id, title, (), text, "public", None, 0)


def judged_answers(path: Path, *, every: int = 1) -> list[Answered]:
    """Every n-th of the answers of `human-judged-mtrag`, if it had passages to lean on."""
    data = json.loads(path.read_text("utf-8"))
    documents = {each["document_id"]: each for each in data["documents"]}
    tasks = {each["task_id"]: each for each in data["tasks"]}
    answered = []
    for evaluation in data["evaluations"][::every]:
        found = [documents[context["document_id"]] for context in tasks[evaluation["task_id"]]["contexts"]]
        passages = [passage(each["document_id"], each.get("title", ""), each["text"]) for each in found]
        claims = [_quoting(sentence, passages) for sentence in sentences_of(evaluation["model_response"])]
        if not passages or not claims:
            continue
        notes = evaluation["annotations"]
        whole = "\n".join(f"{each.title}\n{each.text}" for each in passages)
        answered.append(
            Answered(
                Draft(True, tuple(claims)),
                tuple(Hit(each, 1.0, 1.0, 1.0) for each in passages),
                mean(int(note["value"]) for note in notes["faithfulness"].values()),
                support(evaluation["model_response"], whole),
                notes["rl_f"]["composite"]["value"],
            )
        )
    return answered


def _quoting(sentence: str, passages: Sequence[Passage]) -> Claim:
    """A sentence of an answer as its writer would cite it at best: nearest passage, nearest sentence there."""
    if not passages:
        return Claim(sentence, "", "")
    best = max(passages, key=lambda each: support(sentence, f"{each.title}\n{each.text}"))
    quotes = sentences_of(best.text) or [best.text]
    return Claim(sentence, best.id, max(quotes, key=lambda quote: support(sentence, quote)))


def agreement(answers: Sequence[Answered]) -> Agreement:
    good = [each for each in answers if each.faithful >= FAITHFUL]
    bad = [each for each in answers if each.faithful < UNFAITHFUL]
    return Agreement(
        len(answers),
        len(good),
        len(bad),
        auroc([each.support for each in good], [each.support for each in bad]),
        auroc([each.reference_judge or 0 for each in good], [each.reference_judge or 0 for each in bad]),
        _standing(good),
        _standing(bad),
    )


def _standing(answers: Sequence[Answered]) -> float:
    return mean(check(each.draft, each.hits).stands for each in answers)


def auroc(high: Sequence[float], low: Sequence[float]) -> float:
    """How often a value of `high` is above one of `low`; ties count half."""
    above = sum((one > other) + (one == other) / 2 for one in high for other in low)
    return above / max(len(high) * len(low), 1)


@dataclass(frozen=True)
class Marked:
    """A question of `answer-sentences-clapnq`: its passage, the sentence people marked, and the answer they wrote."""

    passage: Passage
    quote: str
    answer: str
    others: tuple[str, ...]


def marked_answers(path: Path) -> list[Marked]:
    marked = []
    for line in path.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        source, output = row["passages"][0], row["output"][0]
        chosen = output["selected_sentences"]
        answer = next(iter(sentences_of(output["answer"])), "")
        quotes = [each for each in chosen if len(each.split()) >= 4]
        if not answer or not quotes:
            continue
        best = max(quotes, key=lambda quote: support(answer, quote))
        others = tuple(each for each in source["sentences"] if each not in chosen and len(each.split()) >= 6)
        marked.append(Marked(passage(row["id"], source["title"], source["text"]), best, answer, others))
    return marked


def tried(marked: Sequence[Marked]) -> list[Tried]:
    """People's answers as claims: as they are, and spoilt in the ways that models spoil them."""
    following = [*marked[1:], *marked[:1]]
    pairs = list(zip(marked, following, strict=True))
    digits = [each for each in marked if re.search(r"\d", each.answer)]
    far = [each for each in marked if each.others]
    return [
        _try("the answer with the marked sentence", "stands", marked, lambda m: Claim(m.answer, m.passage.id, m.quote)),
        _try("another question's answer, real quote", "falls", marked,
             lambda m: Claim(dict(pairs)[m].answer, m.passage.id, m.quote)),
        _try("a number changed, real quote", "falls", digits,
             lambda m: Claim(_miscounted(m.answer), m.passage.id, m.quote)),
        _try("a sentence of policy added, real quote", "falls", marked,
             lambda m: Claim(INVENTED, m.passage.id, m.quote)),
        _try("the answer with a quote from elsewhere in the passage", "falls if unlike", far,
             lambda m: Claim(m.answer, m.passage.id, min(m.others, key=lambda other: support(m.answer, other)))),
        _try("a quote that stands nowhere", "falls", marked,
             lambda m: Claim(m.answer, m.passage.id, f"{m.quote.split()[0]} as our own experts always say {m.quote}")),
    ]  # fmt: skip


def _miscounted(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 7), text, count=1)


def _try(name: str, wanted: str, marked: Iterable[Marked], make: Callable[[Marked], Claim]) -> Tried:
    verdicts = [judge(make(each), {each.passage.id: each.passage}).reason == "" for each in marked]
    return Tried(name, wanted, len(verdicts), sum(verdicts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    arguments = parser.parse_args()
    judged = arguments.data / "human-judged-mtrag/reference_subset_with_human_evaluations.json"
    marked = arguments.data / "answer-sentences-clapnq/dev_answerable.jsonl"
    for path in (judged, marked):
        if not path.is_file():
            print(f"There is no file {path}; say with --data where the data sets are.")
            return 2
    found = agreement(judged_answers(judged))
    print(f"{found.answers} answers judged by people, {found.faithful} faithful, {found.unfaithful} not")
    print(f"  supported words, AUROC            {found.auroc:.3f}")
    print(f"  a language model as judge, AUROC  {found.judge_auroc:.3f}")
    print(f"  faithful answers that stand       {found.faithful_standing:.1%}")
    print(f"  unfaithful answers that stand     {found.unfaithful_standing:.1%}")
    print("claims made from people's own answers")
    for each in tried(marked_answers(marked)):
        print(f"  {each.name:55}{each.wanted:>16}{each.total:6}  stood {each.share:6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
