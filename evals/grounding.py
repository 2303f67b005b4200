"""Measure the checks of a model's draft: whether they agree with people's judgement, and whether they find inventions.

`python -m evals.grounding --data DIR`
"""

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
FAITHFUL, UNFAITHFUL = 3.5, 2.5  # limits for the mean judgement of two or three people, from 1 (no) to 4 (yes)


@dataclass(frozen=True)
class Answered:
    """A model's answer that people judged, as a draft. Each claim quotes the sentence that supports it best.

    `faithful` is the mean judgement of people, `support` the share of words that the passages support, and
    `reference_judge` the judgement of the data set's language model (0..1).
    """

    draft: Draft
    hits: tuple[Hit, ...]
    faithful: float
    support: float
    reference_judge: float | None


@dataclass(frozen=True)
class Agreement:
    """How well the checks agree with people.

    `auroc` is that of the share of supported words, `judge_auroc` that of the data set's language model as a judge
    (RAGAS faithfulness) for the same answers. The other shares are of answers that pass all checks.
    """

    answers: int
    faithful: int
    unfaithful: int
    auroc: float
    judge_auroc: float
    faithful_passing: float
    unfaithful_passing: float


@dataclass(frozen=True)
class ClaimKind:
    """A kind of claim made from people's answers: how many there were, and how many passed the check.

    `wanted` says what should happen.
    """

    name: str
    wanted: str
    total: int
    passed: int

    @property
    def share(self) -> float:
        return self.passed / max(self.total, 1)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of three or more words."""
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if len(piece.split()) >= 3]


def make_passage(passage_id: str, title: str, text: str) -> Passage:
    """Return a public passage, without headings and position."""
    return Passage(passage_id, passage_id, title, (), text, "public", None, 0)


def judged_answers(path: Path, *, every: int = 1) -> list[Answered]:
    """Read every n-th answer of `human-judged-mtrag`; answers without passages are left out."""
    data = json.loads(path.read_text("utf-8"))
    documents = {each["document_id"]: each for each in data["documents"]}
    tasks = {each["task_id"]: each for each in data["tasks"]}
    answered = []
    for evaluation in data["evaluations"][::every]:
        found = [documents[context["document_id"]] for context in tasks[evaluation["task_id"]]["contexts"]]
        passages = [make_passage(each["document_id"], each.get("title", ""), each["text"]) for each in found]
        claims = [_make_claim(sentence, passages) for sentence in sentences_of(evaluation["model_response"])]
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


def _make_claim(sentence: str, passages: Sequence[Passage]) -> Claim:
    """Return a sentence of an answer as a claim that quotes the most similar sentence of the most similar passage."""
    if not passages:
        return Claim(sentence, "", "")
    best = max(passages, key=lambda each: support(sentence, f"{each.title}\n{each.text}"))
    quotes = sentences_of(best.text) or [best.text]
    return Claim(sentence, best.id, max(quotes, key=lambda quote: support(sentence, quote)))


def measure_agreement(answers: Sequence[Answered]) -> Agreement:
    """Compare the checks with people's judgement."""
    good = [each for each in answers if each.faithful >= FAITHFUL]
    bad = [each for each in answers if each.faithful < UNFAITHFUL]
    return Agreement(
        len(answers),
        len(good),
        len(bad),
        auroc([each.support for each in good], [each.support for each in bad]),
        auroc([each.reference_judge or 0 for each in good], [each.reference_judge or 0 for each in bad]),
        _passing_share(good),
        _passing_share(bad),
    )


def _passing_share(answers: Sequence[Answered]) -> float:
    return mean(check(each.draft, each.hits).stands for each in answers)


def auroc(high: Sequence[float], low: Sequence[float]) -> float:
    """Return how often a value of `high` is greater than one of `low`; ties count as half."""
    above = sum((one > other) + (one == other) / 2 for one in high for other in low)
    return above / max(len(high) * len(low), 1)


@dataclass(frozen=True)
class Marked:
    """A question of `answer-sentences-clapnq`: its passage, a sentence that people marked, and the answer they wrote.

    `others` are sentences of the passage that nobody marked.
    """

    passage: Passage
    quote: str
    answer: str
    others: tuple[str, ...]


def marked_answers(path: Path) -> list[Marked]:
    """Read the questions with a written answer and a marked sentence."""
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
        marked.append(Marked(make_passage(row["id"], source["title"], source["text"]), best, answer, others))
    return marked


def try_claims(marked: Sequence[Marked]) -> list[ClaimKind]:
    """Check people's answers as claims: unchanged, and with the errors that models make."""
    following = [*marked[1:], *marked[:1]]
    pairs = list(zip(marked, following, strict=True))
    digits = [each for each in marked if re.search(r"\d", each.answer)]
    far = [each for each in marked if each.others]
    return [
        _try("the answer with the marked sentence", "passes", marked, lambda m: Claim(m.answer, m.passage.id, m.quote)),
        _try("another question's answer, real quote", "fails", marked,
             lambda m: Claim(dict(pairs)[m].answer, m.passage.id, m.quote)),
        _try("a number changed, real quote", "fails", digits,
             lambda m: Claim(_change_number(m.answer), m.passage.id, m.quote)),
        _try("a sentence of policy added, real quote", "fails", marked,
             lambda m: Claim(INVENTED, m.passage.id, m.quote)),
        _try("the answer with a quote from elsewhere in the passage", "fails if different", far,
             lambda m: Claim(m.answer, m.passage.id, min(m.others, key=lambda other: support(m.answer, other)))),
        _try("a quote that is not in the passage", "fails", marked,
             lambda m: Claim(m.answer, m.passage.id, f"{m.quote.split()[0]} as our own experts always say {m.quote}")),
    ]  # fmt: skip


def _change_number(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 7), text, count=1)


def _try(name: str, wanted: str, marked: Iterable[Marked], make: Callable[[Marked], Claim]) -> ClaimKind:
    verdicts = [judge(make(each), {each.passage.id: each.passage}).reason == "" for each in marked]
    return ClaimKind(name, wanted, len(verdicts), sum(verdicts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    arguments = parser.parse_args()
    judged = arguments.data / "human-judged-mtrag/reference_subset_with_human_evaluations.json"
    marked = arguments.data / "answer-sentences-clapnq/dev_answerable.jsonl"
    for path in (judged, marked):
        if not path.is_file():
            print(f"There is no file {path}. Give the folder of the data sets with --data.")
            return 2
    found = measure_agreement(judged_answers(judged))
    print(f"{found.answers} answers judged by people, {found.faithful} faithful, {found.unfaithful} not")
    print(f"  supported words, AUROC            {found.auroc:.3f}")
    print(f"  a language model as judge, AUROC  {found.judge_auroc:.3f}")
    print(f"  faithful answers that pass        {found.faithful_passing:.1%}")
    print(f"  unfaithful answers that pass      {found.unfaithful_passing:.1%}")
    print("claims made from people's own answers")
    for each in try_claims(marked_answers(marked)):
        print(f"  {each.name:55}{each.wanted:>16}{each.total:6}  passed {each.share:6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
