"""Ask labelled questions as customers do, and judge the answers: right, wrong, or not answered.

python app.py eval answers --data DIR [--limit N] [--seed N] [--precision 0.95] [--json FILE] [--plots DIR] [--model]

An answer is right if its first source is an article that answers the question, and if it contains the question's
`facts`, if there are any. An answer to an unanswerable question is wrong. A question with `first` is asked as a
follow-up to it. `--model` uses the model configured by OPENAI_API_KEY or OPENAI_BASE_URL; without it, answers are
sentences of the articles.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from evals.answer_metrics import Judged, Report, as_json, extracts, report
from evals.data_sets import AUDIENCES, Question, load, map_with_progress, open_index
from knowledge.knowledge_base import KnowledgeBase

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """What answers the questions: the articles, the gate, the target precision, and a model or None."""

    knowledge: KnowledgeBase
    gate: Gate
    precision: float
    chat_model: ChatModel | None = None

    def ask(self, question: Question) -> Judged:
        """Ask a question and judge the answer."""
        started = time.perf_counter()
        draft = self._draft_answer(question)
        seconds = time.perf_counter() - started
        sure = draft.confidence >= self.gate.bar(self.precision)
        return Judged(question, draft, sure, _is_right(question, draft), seconds)

    def _draft_answer(self, question: Question) -> Finding:
        conversation: list[TranscriptLine] = []
        if question.first:
            conversation = [TranscriptLine("Customer", "contact", question.first, AT)]
            before = self._find_answer(
                conversation, classify(question.first, in_thread=False, model=shipped_model()).kind
            )
            answer = "\n\n".join(part.text for part in before.parts) or "A person of ours looks at it."
            conversation.append(TranscriptLine("Footbridge", "bot", answer, AT + timedelta(seconds=5)))
        triage = classify(question.text, in_thread=bool(conversation), model=shipped_model())
        if triage.may_be_silent:
            return Finding("silent", triage.kind, question.text)
        kind = "follow_up" if conversation and depends_on_earlier(question.text) else triage.kind
        return self._find_answer(
            [*conversation, TranscriptLine("Customer", "contact", question.text, AT + timedelta(minutes=1))], kind
        )

    def _find_answer(self, conversation: Sequence[TranscriptLine], kind: str) -> Finding:
        # The target precision is 0 here, so that one run gives the results for every threshold.
        return find_answer(
            AnswerRequest(tuple(conversation), kind, AUDIENCES, 0.0), self.knowledge, self.chat_model, self.gate
        )


def _is_right(question: Question, draft: Finding) -> bool:
    if draft.outcome != "answered" or not draft.citations or draft.citations[0].article_id not in question.relevant:
        return False
    text = " ".join(normalise(part.text)[0] for part in draft.parts)
    return all(normalise(fact)[0] in text for fact in question.facts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Return 0 if the table was printed, 2 if the data cannot be read."""
    options = _make_parser().parse_args(arguments)
    try:
        data = load(options.data).limited(options.limit, options.seed)
    except (OSError, KeyError, ValueError) as error:
        print(
            f"The data in {options.data} cannot be read: {error}. The README (Measure it) says what it must contain.",
            file=sys.stderr,
        )
        return 2
    with open_index(data, options.index) as knowledge:
        desk = Desk(knowledge, load_gate(options.gate), options.precision, _make_model() if options.model else None)
        judged = map_with_progress(f"Asking {data.name}", data.questions, desk.ask)
    found = report(data.name, judged)
    _print_report(found, judged, desk)
    if options.show:
        _print_wrong_answers(judged)
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=2) + "\n", encoding="utf-8")
    if options.plots:
        _draw_plots(found, options.plots)
    return 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py eval answers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus and the questions")
    parser.add_argument("--limit", type=int, help="ask only N questions, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", type=float, default=Policies().precision, help="target precision (0 to 1)")
    parser.add_argument("--gate", type=Path, default=SHIPPED, help="a gate file to use instead of the packaged one")
    parser.add_argument("--model", action="store_true", help="let the configured model write the answers")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--plots", type=Path, help="also draw the plots into this folder")
    parser.add_argument("--index", type=Path, help="keep the index in this folder for the next run")
    parser.add_argument("--show", action="store_true", help="also list every wrong answer")
    return parser


def _draw_plots(found: Report, folder: Path) -> None:
    from evals.plots import precision_coverage, reliability  # noqa: PLC0415 - matplotlib takes seconds to load

    curve, bins = folder / f"coverage-{found.name}.png", folder / f"reliability-{found.name}.png"
    precision_coverage(found.curve, (found.coverage, found.precision), curve, f"{found.name}: when to answer")
    reliability(found.reliability, bins, f"{found.name}: is the gate well calibrated?")


def _make_model() -> ChatModel:
    settings = Settings.from_env(os.environ, needs_slack=False)
    return OpenAIChat(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        model=settings.chat_model,
        timeout_seconds=settings.model_timeout_seconds,
    )


def _print_report(found: Report, judged: Sequence[Judged], desk: Desk) -> None:
    answerable = sum(each.question.answerable for each in judged)
    table = Table(title=f"{found.name}: {answerable} answerable questions, {len(judged) - answerable} unanswerable")
    rows = {
        "right answers": str(found.right),
        "wrong answers": str(found.wrong),
        "not answered": f"{found.abstained} (asked back {found.asked_back}, silent {found.silent})",
        "precision (share of the answers that are right)": f"{found.precision:.3f} (target {desk.precision:.2f})",
        "coverage (share of the answerable questions that are answered)": f"{found.coverage:.3f}",
        "coverage at a precision of 0.95, by the curve": f"{found.coverage_at_95:.3f}",
        "area under the curve": f"{found.area:.3f}",
        "AUROC, answerable against unanswerable": "-" if found.auroc is None else f"{found.auroc:.3f}",
        "sentences without support in a source": f"{found.unsupported} of {found.sentences} parts",
        "milliseconds, median and 95th percentile": f"{found.p50_ms:.0f}, {found.p95_ms:.0f}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console = Console(width=120)
    console.print(table)
    index = str(desk.knowledge.version()["made_with"])
    if index != desk.gate.made_with:
        console.print(
            f"The gate was fitted for {desk.gate.made_with}, but this index is {index}: its probabilities are not "
            "reliable here. Fit a gate for it: app.py eval calibrate."
        )
    if (marked := extracts(judged)) is not None:
        number, held, recall, precision = marked
        console.print(
            f"Compared with the sentences that people marked ({number} answers): {held:.0%} contain a marked sentence; "
            f"they contain {recall:.0%} of the marked words, and {precision:.0%} of their words were marked."
        )


def _print_wrong_answers(judged: Sequence[Judged]) -> None:
    table = Table("question", "answered from", "probability", "right articles")
    for each in sorted(judged, key=lambda one: -one.probability):
        if each.answered and not each.right:
            wanted = ", ".join(each.question.relevant) or "none (unanswerable)"
            table.add_row(each.question.text, each.draft.citations[0].title, f"{each.probability:.2f}", wanted)
    Console(width=160).print(table)


if __name__ == "__main__":
    raise SystemExit(main())
