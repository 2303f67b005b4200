"""Ask labelled questions as customers, through the pretend Slack and a complete desk, and print the answers.

python -m evals.through_slack --data DIR [--limit 20] [--home HOME]    DIR has articles/, queries.jsonl and qrels.tsv
python -m evals.through_slack --demo [--limit 40]

With --home the search index is kept in HOME, so that a second run does not read the articles again.
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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from rich.console import Console
from rich.progress import track
from rich.table import Table

from sandbox import SandboxClient, start

ROOT = Path(__file__).parents[1]
CHANNEL, TRIAGE, OURS, THEIRS = "C0ASK", "C0TRIAGE", "T0HOME", "T0ASKERS"
HELP_CENTRE = "https://help.example/articles"
LINK = re.compile(r"/articles/([^\s|>\"')\]]+)")
READY_SECONDS, ANSWER_SECONDS = 900, 30


@dataclass(frozen=True)
class Question:
    """A question, and the articles that answer it, as ids or as paths below the folder; empty for none."""

    text: str
    articles: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """The result of one question. `verdict`: right, wrong, handed over, rightly handed over, or no answer."""

    question: str
    answer: str
    cited: str
    verdict: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    options = _make_parser().parse_args(arguments)
    articles, questions = _load_demo() if options.demo else _load_data(options.data)
    questions = questions[: options.limit]
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.home or Path(temporary)).resolve()
        with _start_desk(home, articles, len(questions)) as people:
            names = _article_names(home / "footbridge.db", articles)
            asked = [
                _ask(people, number, question, names)
                for number, question in enumerate(track(questions, "Asking", console=Console(stderr=True)))
            ]
    _print_results(asked)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in asked], indent=2), encoding="utf-8")
    return 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path)
    source.add_argument("--demo", action="store_true")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--json", type=Path, help="write every question and answer to this file")
    return parser


def _load_data(data: Path) -> tuple[Path, list[Question]]:
    missing = [name for name in ("articles", "queries.jsonl", "qrels.tsv") if not (data / name).exists()]
    if missing:
        raise SystemExit(f"{data} does not contain {', '.join(missing)}. What it must contain: --help.")
    return data / "articles", _read_questions(data / "queries.jsonl", data / "qrels.tsv")


def _read_questions(questions: Path, qrels: Path) -> list[Question]:
    """Read the questions, answerable and unanswerable ones mixed, so that a short run has both."""
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
    for number, question in enumerate(each for offset in range(step) for each in answerable[offset::step]):
        mixed.append(question)
        if number % 4 == 3 and others:
            mixed.append(others.pop(0))
    return mixed + others


def _load_demo() -> tuple[Path, list[Question]]:
    rows = [json.loads(line) for line in (ROOT / "demo/questions.jsonl").read_text(encoding="utf-8").splitlines()]
    return ROOT / "demo/articles", [
        Question(row["text"], frozenset([row["article"]] if row["article"] else []))
        for row in rows
        if row.get("kind") != "small_talk"
    ]


def _make_config(articles: Path) -> dict[str, Any]:
    channels = [{"id": CHANNEL, "mode": "auto"}]
    customer = {"id": "askers", "name": "Askers", "tier": "standard", "team_ids": [THEIRS], "channels": channels}
    return {
        # The same URL in all runs; with another one, every article would seem changed.
        "company": {"name": "Vendor", "team_ids": [OURS], "timezone": "UTC", "help_centre": HELP_CENTRE},
        "triage_channel": TRIAGE,
        "customers": [customer],
        "knowledge": [{"path": str(articles.resolve()), "audience": "public"}],
    }


def _make_workspace(askers: int) -> dict[str, Any]:
    """Return a workspace with one person for each question, so that no question looks like a part of another one."""
    people = [
        {"id": asker_id(n), "team": THEIRS, "name": f"asker{n}", "real_name": f"Sam Asker{n}"} for n in range(askers)
    ]
    members = ["U0BOT", *(person["id"] for person in people)]
    return {
        "team": {"id": OURS, "name": "Vendor", "domain": "vendor"},
        "teams": [{"id": THEIRS, "name": "Askers", "domain": "askers"}],
        "users": [{"id": "U0ANA", "team": OURS, "name": "ana", "real_name": "Ana"}, *people],
        "channels": [
            {"id": CHANNEL, "name": "ask", "members": members, "shared_with": [THEIRS]},
            {"id": TRIAGE, "name": "triage", "members": ["U0ANA", "U0BOT"]},
        ],
    }


@contextmanager
def _start_desk(home: Path, articles: Path, askers: int) -> Iterator[SandboxClient]:
    """Start a desk with these articles in a process of its own. Of an earlier run, only the index is kept."""
    home.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        (home / f"footbridge.db{suffix}").unlink(missing_ok=True)
    (home / "footbridge.yaml").write_text(json.dumps(_make_config(articles)), encoding="utf-8")
    port = _find_free_port()
    with start(_make_workspace(askers)) as sandbox:
        environment = os.environ | {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
            "SLACK_APP_TOKEN": "xapp-sandbox-app",
            "FOOTBRIDGE_HOME": str(home),
            "FOOTBRIDGE_CONFIG": str(home / "footbridge.yaml"),
            "FOOTBRIDGE_DATABASE_URL": f"sqlite:///{home / 'footbridge.db'}",
            "FOOTBRIDGE_PORT": str(port),
            "FOOTBRIDGE_LOG_LEVEL": "error",
        }
        desk = subprocess.Popen([sys.executable, "app.py", "run"], cwd=ROOT, env=environment)
        try:
            _wait_until_ready(desk, port)
            yield sandbox.client
        finally:
            desk.terminate()
            desk.wait(timeout=30)


def asker_id(number: int) -> str:
    return f"U0ASK{number:03d}"


def _wait_until_ready(desk: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and desk.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except HTTPError as not_yet:
            not_yet.close()
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    raise SystemExit("The desk was not ready in time. Its output above may say why.")


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _article_names(database: Path, folder: Path) -> dict[str, frozenset[str]]:
    """Return article id -> the names that a data set may use for it: its id, and its path below the folder."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT id, source FROM articles").fetchall()
    root = folder.resolve()
    return {article: frozenset({article, str(Path(source).relative_to(root))}) for article, source in rows}


def _ask(people: SandboxClient, number: int, question: Question, names: Mapping[str, frozenset[str]]) -> Asked:
    who = asker_id(number)
    started = time.monotonic()
    asked = people.say(who, CHANNEL, question.text)
    reply: dict[str, Any] | None = None
    while reply is None and time.monotonic() - started < ANSWER_SECONDS:
        thread = people.messages(who, CHANNEL, asked)
        reply = thread[1] if len(thread) > 1 else None
        time.sleep(0.02)
    seconds = time.monotonic() - started
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


def _print_results(asked: Sequence[Asked]) -> None:
    console = Console(width=200)
    table = Table("question", "answer", "cited article", "verdict", "seconds")
    for each in asked:
        lines = [line for line in each.answer.splitlines()[1:] if line.strip()]
        table.add_row(each.question[:70], " ".join(lines)[:90], each.cited[:40], each.verdict, f"{each.seconds:.2f}")
    console.print(table)
    counts = Counter(each.verdict for each in asked)
    seconds = sorted(each.seconds for each in asked)
    console.print(", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    at_95 = seconds[round(0.95 * (len(seconds) - 1))]
    console.print(
        f"seconds to the answer: median {statistics.median(seconds):.2f}, 95th percentile {at_95:.2f}, "
        f"maximum {seconds[-1]:.2f}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    sys.exit(main())
