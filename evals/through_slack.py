"""Asks labelled questions as customers would, through a pretend Slack and a whole desk, and prints what came back.

python -m evals.through_slack --articles FOLDER --questions queries.jsonl --qrels qrels.tsv [--limit 20]
python -m evals.through_slack --demo [--limit 40]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console
from rich.progress import track
from rich.table import Table

from sandbox import start
from sandbox.client import SandboxClient

ROOT = Path(__file__).parents[1]
CHANNEL, TRIAGE, OURS, THEIRS = "C0ASK", "C0TRIAGE", "T0HOME", "T0ASKERS"
LINK = re.compile(r"/articles/([^\s|>\"')\]]+)")
READY_SECONDS, ANSWER_SECONDS = 900, 30


@dataclass(frozen=True)
class Question:
    """`articles` are the ids that answer it, by id or by path below the folder; empty when none does."""

    text: str
    articles: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """`verdict` is right, wrong, handed over, rightly handed over, or no answer."""

    question: str
    answer: str
    cited: str
    verdict: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    articles, questions = _demo() if given.demo else (given.articles, _labelled(given.questions, given.qrels))
    questions = questions[: given.limit]
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder), articles, len(questions)) as people:
        names = _article_names(Path(folder) / "footbridge.db", articles)
        asked = [
            _ask(people, number, question, names)
            for number, question in enumerate(track(questions, "Asking", console=Console(stderr=True)))
        ]
    _print(asked)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in asked], indent=2), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--qrels", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--json", type=Path)
    return parser


def _labelled(questions: Path, qrels: Path) -> list[Question]:
    """Answerable and unanswerable ones in turn, so that a short run has both."""
    right: dict[str, set[str]] = {}
    for line in qrels.read_text(encoding="utf-8").splitlines()[1:]:
        query, article, score = line.split("\t")
        if int(score) > 0:
            right.setdefault(query, set()).add(article)
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    answerable = [Question(row["text"], frozenset(right.get(row["_id"], set()))) for row in rows if row["answerable"]]
    others = [Question(row["text"], frozenset()) for row in rows if not row["answerable"]]
    step = max(1, len(answerable) // 16)
    mixed: list[Question] = []
    for number, question in enumerate(answerable[::step] + answerable[1::step]):
        mixed.append(question)
        if number % 4 == 3 and others:
            mixed.append(others.pop(0))
    return mixed


def _demo() -> tuple[Path, list[Question]]:
    rows = [json.loads(line) for line in (ROOT / "demo/questions.jsonl").read_text(encoding="utf-8").splitlines()]
    return ROOT / "demo/articles", [
        Question(row["text"], frozenset([row["article"]] if row["article"] else []))
        for row in rows
        if row.get("kind") != "small_talk"
    ]


@contextmanager
def _desk(home: Path, articles: Path, askers: int) -> Iterator[SandboxClient]:
    """A desk over those articles in a process of its own, with one asking person a question."""
    port = _free_port()
    config = {
        "company": {"name": "Vendor", "team_ids": [OURS], "timezone": "UTC"},
        "triage_channel": TRIAGE,
        "customers": [
            {
                "id": "askers",
                "name": "Askers",
                "tier": "standard",
                "team_ids": [THEIRS],
                "channels": [{"id": CHANNEL, "mode": "auto"}],
            }
        ],
        "knowledge": [{"path": str(articles.resolve()), "audience": "public"}],
    }
    (home / "footbridge.yaml").write_text(json.dumps(config), encoding="utf-8")
    people = [
        {"id": f"U0ASK{n:03d}", "team": THEIRS, "name": f"asker{n}", "real_name": f"Sam Asker{n}"}
        for n in range(askers)
    ]
    workspace = {
        "team": {"id": OURS, "name": "Vendor", "domain": "vendor"},
        "teams": [{"id": THEIRS, "name": "Askers", "domain": "askers"}],
        "users": [{"id": "U0ANA", "team": OURS, "name": "ana", "real_name": "Ana"}, *people],
        "channels": [
            {"id": CHANNEL, "name": "ask", "members": ["U0BOT", *(p["id"] for p in people)], "shared_with": [THEIRS]},
            {"id": TRIAGE, "name": "triage", "members": ["U0ANA", "U0BOT"]},
        ],
    }
    with start(workspace) as sandbox:
        environment = os.environ | {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
            "SLACK_APP_TOKEN": "xapp-sandbox-app",
            "FOOTBRIDGE_HOME": str(home),
            "FOOTBRIDGE_CONFIG": str(home / "footbridge.yaml"),
            "FOOTBRIDGE_PORT": str(port),
            "FOOTBRIDGE_LOG_LEVEL": "warning",
        }
        desk = subprocess.Popen([sys.executable, "app.py", "run"], cwd=ROOT, env=environment)
        try:
            _wait(desk, port)
            yield sandbox.people
        finally:
            desk.terminate()
            desk.wait(timeout=30)


def _wait(desk: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and desk.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The desk did not get ready; what it said is above.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _article_names(database: Path, folder: Path) -> dict[str, frozenset[str]]:
    """Every name that a data set may have for an article: its id, and its path below the folder."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT id, source FROM articles").fetchall()
    root = folder.resolve()
    return {article: frozenset({article, str(Path(source).relative_to(root))}) for article, source in rows}


def _ask(people: SandboxClient, number: int, question: Question, names: Mapping[str, frozenset[str]]) -> Asked:
    who = f"U0ASK{number:03d}"
    began = time.monotonic()
    asked = people.say(who, CHANNEL, question.text)
    reply: dict[str, Any] | None = None
    while reply is None and time.monotonic() - began < ANSWER_SECONDS:
        thread = people.messages(who, CHANNEL, asked)
        reply = thread[1] if len(thread) > 1 else None
        time.sleep(0.01)
    seconds = time.monotonic() - began
    if reply is None:
        return Asked(question.text, "", "", "no answer", seconds)
    cited = LINK.findall(json.dumps(reply["blocks"]))
    buttons = {element.get("action_id") for block in reply["blocks"] for element in block.get("elements", [])}
    if "answer.solved" not in buttons:
        return Asked(
            question.text, reply["text"], "", "handed over" if question.articles else "rightly handed over", seconds
        )
    first = cited[0] if cited else ""
    right = bool(names.get(first, frozenset()) & question.articles)
    return Asked(question.text, reply["text"], first, "right" if right else "wrong", seconds)


def _print(asked: Sequence[Asked]) -> None:
    console = Console(width=200)
    table = Table("question", "answer", "cited article", "verdict", "seconds")
    for each in asked:
        lines = [line for line in each.answer.splitlines()[1:] if line.strip()]
        table.add_row(each.question[:70], " ".join(lines)[:90], each.cited[:40], each.verdict, f"{each.seconds:.2f}")
    console.print(table)
    counts = {
        verdict: sum(each.verdict == verdict for each in asked) for verdict in dict.fromkeys(e.verdict for e in asked)
    }
    seconds = sorted(each.seconds for each in asked)
    console.print(", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    console.print(
        f"seconds to the answer: median {statistics.median(seconds):.2f}, "
        f"95th percentile {seconds[min(len(seconds) - 1, round(0.95 * (len(seconds) - 1)))]:.2f}, most {seconds[-1]:.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
