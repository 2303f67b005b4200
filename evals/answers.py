"""Asks labelled questions as customers would and judges what they would read: right, wrong, or an honest no.

python app.py eval answers --data DIR [--limit N] [--seed N] [--precision 0.95] [--json FILE] [--plots DIR] [--model]

Right: the first source is an article that answers the question, and the answer has its `facts` where it names some.
What is answered though nothing answers it is wrong. A question with `first` is asked as a follow-up to it. `--model`
asks the model that OPENAI_API_KEY or OPENAI_BASE_URL names; without it answers are sentences of the articles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bot.answering.finding import AnswerRequest, Finding, find_answer
from bot.answering.gate import SHIPPED, Gate
from bot.answering.gate import load_gate as load_gate
from bot.contents.conversations import TranscriptLine
from bot.integrations.openai_chat import OpenAIChat
from bot.ports import ChatModel
from bot.settings.config import Policies
from bot.settings.environment import Settings
from bot.triage.classify import classify
from bot.triage.model import shipped_model
from bot.triage.standalone_question import depends_on_earlier
from bot.verification.normalise import normalise
from evals.bearing_out import unsupported
from evals.data_sets import AUDIENCES, DataSet, Question, indexed, load, tracked
from knowledge.knowledge_base import KnowledgeBase

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
BINS = 8


@dataclass(frozen=True)
class Judged:
    """What came of one question. `draft` is what would be read if the gate let everything pass; `sure` its word."""

    question: Question
    draft: Finding
    sure: bool
    right: bool
    seconds: float

    @property
    def answered(self) -> bool:
        return self.draft.outcome == "answered" and self.sure

    @property
    def probability(self) -> float:
        """How likely right, by the gate; 0 when nothing was drafted."""
        return self.draft.confidence if self.draft.outcome == "answered" else 0.0


@dataclass(frozen=True)
class Desk:
    """What answers: the articles, the gate and the precision that is wanted, and the model if there is one."""

    knowledge: KnowledgeBase
    gate: Gate
    precision: float
    chat_model: ChatModel | None = None

    def ask(self, question: Question) -> Judged:
        started = time.perf_counter()
        draft = self._find(question)
        seconds = time.perf_counter() - started
        sure = draft.confidence >= self.gate.bar(self.precision)
        return Judged(question, draft, sure, _is_right(question, draft), seconds)

    def _find(self, question: Question) -> Finding:
        talk: list[TranscriptLine] = []
        if question.first:
            talk = [TranscriptLine("Customer", "contact", question.first, AT)]
            before = self._answered(talk, classify(question.first, in_thread=False, model=shipped_model()).kind)
            said = "\n\n".join(part.text for part in before.parts) or "A person of ours looks at it."
            talk.append(TranscriptLine("Footbridge", "bot", said, AT + timedelta(seconds=5)))
        triage = classify(question.text, in_thread=bool(talk), model=shipped_model())
        if triage.may_be_silent:
            return Finding("silent", triage.kind, question.text)
        kind = "follow_up" if talk and depends_on_earlier(question.text) else triage.kind
        return self._answered(
            [*talk, TranscriptLine("Customer", "contact", question.text, AT + timedelta(minutes=1))], kind
        )

    def _answered(self, talk: Sequence[TranscriptLine], kind: str) -> Finding:
        # Without a bar: every threshold is judged from one run.
        return find_answer(AnswerRequest(tuple(talk), kind, AUDIENCES, 0.0), self.knowledge, self.chat_model, self.gate)


def _is_right(question: Question, draft: Finding) -> bool:
    if draft.outcome != "answered" or not draft.citations or draft.citations[0].article_id not in question.relevant:
        return False
    said = " ".join(normalise(part.text)[0] for part in draft.parts)
    return all(normalise(fact)[0] in said for fact in question.facts)


@dataclass(frozen=True)
class Report:
    """All shares 0..1; counts of questions. `curve` is (coverage, precision) from the surest answer on."""

    name: str
    coverage: float
    precision: float
    auroc: float | None
    right: int
    wrong: int
    abstained: int
    asked_back: int
    silent: int
    unsupported: int
    sentences: int
    area: float
    coverage_at_95: float
    curve: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, int], ...]
    p50_ms: float
    p95_ms: float


def report(name: str, judged: Sequence[Judged]) -> Report:
    answerable = sum(each.question.answerable for each in judged)
    given = [each for each in judged if each.answered]
    right = sum(each.right for each in given)
    parts = [part for each in given for part in each.draft.parts]
    curve = _curve(judged, answerable)
    milliseconds = [each.seconds * 1_000 for each in judged]
    return Report(
        name=name,
        coverage=sum(each.question.answerable for each in given) / max(1, answerable),
        precision=right / len(given) if given else 1.0,
        auroc=_auroc(judged),
        right=right,
        wrong=len(given) - right,
        abstained=len(judged) - len(given),
        asked_back=sum(each.draft.outcome == "asked_back" for each in judged),
        silent=sum(each.draft.outcome == "silent" for each in judged),
        unsupported=sum(len(unsupported(each.draft)) for each in given),
        sentences=len(parts),
        area=_area(curve),
        coverage_at_95=max((coverage for coverage, precision in curve if precision >= 0.95), default=0.0),
        curve=curve,
        reliability=_reliability(judged),
        p50_ms=statistics.median(milliseconds),
        p95_ms=float(np.percentile(milliseconds, 95)),
    )


def _curve(judged: Sequence[Judged], answerable: int) -> tuple[tuple[float, float], ...]:
    """(share of the answerable questions that are answered, share of the answers that are right), surest first."""
    drafted = sorted((each for each in judged if each.draft.outcome == "answered"), key=lambda each: -each.probability)
    points, covered, right = [], 0, 0
    for number, each in enumerate(drafted, 1):
        covered += each.question.answerable
        right += each.right
        points.append((round(covered / max(1, answerable), 4), round(right / number, 4)))
    return tuple(points)


def _area(curve: Sequence[tuple[float, float]]) -> float:
    """The mean precision over all coverages; what is never covered counts 0."""
    area = before = 0.0
    for coverage, precision in curve:
        area += (coverage - before) * precision
        before = coverage
    return area


def _auroc(judged: Sequence[Judged]) -> float | None:
    """How often an answerable question is surer than one that is not; None when all are of one kind."""
    have: NDArray[np.float64] = np.array([each.probability for each in judged if each.question.answerable])
    lack: NDArray[np.float64] = np.array([each.probability for each in judged if not each.question.answerable])
    if not len(have) or not len(lack):
        return None
    wins = (have[:, None] > lack[None, :]) + 0.5 * (have[:, None] == lack[None, :])
    return float(wins.mean())


def _reliability(judged: Sequence[Judged]) -> tuple[tuple[float, float, int], ...]:
    """(mean probability, share that was right, number) of equally large groups, least sure first."""
    drafted = sorted((each for each in judged if each.draft.outcome == "answered"), key=lambda each: each.probability)
    groups = np.array_split(np.arange(len(drafted)), min(BINS, max(1, len(drafted))))
    return tuple(
        (
            round(float(np.mean([drafted[at].probability for at in group])), 4),
            round(float(np.mean([drafted[at].right for at in group])), 4),
            len(group),
        )
        for group in groups
        if len(group)
    )


def extracts(judged: Sequence[Judged]) -> tuple[int, float, float, float] | None:
    """How answers compare with the sentences that people marked as the answer; None where nobody marked any.

    (Answers compared, share that hold a marked sentence, share of the marked words that they hold, share of their words
    that were marked.)
    """
    rows = []
    for each in judged:
        if not each.question.extracts or not each.answered or not each.right:
            continue
        said = set(normalise(" ".join(part.text for part in each.draft.parts))[0].split())
        marked = [set(normalise(sentence)[0].split()) for sentence in each.question.extracts]
        every = set().union(*marked)
        held = any(len(sentence & said) >= 0.9 * len(sentence) for sentence in marked)
        rows.append((held, len(every & said) / max(1, len(every)), len(every & said) / max(1, len(said))))
    if not rows:
        return None
    held, recall, precision = np.mean(rows, axis=0)
    return len(rows), float(held), float(recall), float(precision)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the table was printed, 2 when the data cannot be read."""
    parser = argparse.ArgumentParser(
        prog="app.py eval answers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus and the questions")
    parser.add_argument("--limit", type=int, help="ask only N questions, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", type=float, default=Policies().precision, help="the share that shall be right")
    parser.add_argument("--gate", type=Path, default=SHIPPED, help="a fitted gate in place of the one that comes along")
    parser.add_argument("--model", action="store_true", help="let the configured model write the answers")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plots", type=Path, help="also draw curve and reliability into this folder")
    parser.add_argument("--index", type=Path, help="keep the index here, so that the next run need not embed")
    parser.add_argument("--show", action="store_true", help="also list every wrong answer")
    given = parser.parse_args(arguments)
    try:
        data = load(given.data).limited(given.limit, given.seed)
    except (OSError, KeyError, ValueError) as error:
        print(f"The data in {given.data} cannot be read: {error}", file=sys.stderr)
        return 2
    with indexed(data, given.index) as knowledge:
        desk = Desk(knowledge, load_gate(given.gate), given.precision, _model() if given.model else None)
        judged = tracked(f"Asking {data.name}", data.questions, desk.ask)
    found = report(data.name, judged)
    _show(found, judged, desk, data)
    if given.show:
        _show_wrong(judged)
    if given.json:
        given.json.write_text(json.dumps(_named(found), indent=2) + "\n", encoding="utf-8")
    if given.plots:
        from evals.plots import precision_coverage, reliability  # noqa: PLC0415 - matplotlib takes seconds to load

        chosen = (found.coverage, found.precision)
        precision_coverage(
            found.curve, chosen, given.plots / f"coverage-{data.name}.png", f"{data.name}: when to answer"
        )
        reliability(
            found.reliability, given.plots / f"reliability-{data.name}.png", f"{data.name}: is the gate honest?"
        )
    return 0


def _model() -> ChatModel:
    settings = Settings.from_env(os.environ, needs_slack=False)
    return OpenAIChat(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        model=settings.chat_model,
        timeout_seconds=settings.model_timeout_seconds,
    )


def _named(found: Report) -> dict[str, object]:
    return {
        "set": found.name,
        "coverage": round(found.coverage, 4),
        "precision": round(found.precision, 4),
        "auroc": None if found.auroc is None else round(found.auroc, 4),
        "right": found.right,
        "wrong": found.wrong,
        "abstained": found.abstained,
        "asked_back": found.asked_back,
        "silent": found.silent,
        "unsupported": found.unsupported,
        "area": round(found.area, 4),
        "coverage_at_95": round(found.coverage_at_95, 4),
        "p50_ms": round(found.p50_ms, 1),
        "p95_ms": round(found.p95_ms, 1),
        "curve": [list(point) for point in found.curve],
        "reliability": [list(group) for group in found.reliability],
    }


def _show(found: Report, judged: Sequence[Judged], desk: Desk, data: DataSet) -> None:
    answerable = sum(each.question.answerable for each in judged)
    table = Table(title=f"{found.name}: {answerable} questions with an answer, {len(judged) - answerable} without")
    rows = {
        "answered, and right": str(found.right),
        "answered, and wrong": str(found.wrong),
        "not answered": f"{found.abstained} (asked back {found.asked_back}, silent {found.silent})",
        "precision (answers that are right)": f"{found.precision:.3f} ({desk.precision:.2f} wanted)",
        "coverage (answerable questions that are answered)": f"{found.coverage:.3f}",
        "coverage at a precision of .95, by the curve": f"{found.coverage_at_95:.3f}",
        "area under the curve": f"{found.area:.3f}",
        "AUROC, answerable or not": "-" if found.auroc is None else f"{found.auroc:.3f}",
        "sentences that nothing bears out": f"{found.unsupported} of {found.sentences} parts",
        "milliseconds, median and 95th percentile": f"{found.p50_ms:.0f}, {found.p95_ms:.0f}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console = Console(width=120)
    console.print(table)
    index = str(desk.knowledge.version()["made_with"])
    if index != desk.gate.made_with:
        console.print(
            f"The gate was fitted for {desk.gate.made_with}, this index is {index}: its word is a guess here."
        )
    if (marked := extracts(judged)) is not None:
        number, held, recall, precision = marked
        console.print(
            f"Against the sentences that people marked ({number} answers): {held:.0%} hold a marked sentence, "
            f"{recall:.0%} of the marked words, {precision:.0%} of their own words were marked."
        )


def _show_wrong(judged: Sequence[Judged]) -> None:
    table = Table("question", "answered from", "sure", "should be")
    for each in sorted(judged, key=lambda one: -one.probability):
        if each.answered and not each.right:
            wanted = ", ".join(each.question.relevant) or "nothing answers it"
            table.add_row(each.question.text, each.draft.citations[0].title, f"{each.probability:.2f}", wanted)
    Console(width=160).print(table)


if __name__ == "__main__":
    raise SystemExit(main())
