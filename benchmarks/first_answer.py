"""Measure how long a customer waits: from pressing Enter on the demo's page until the answer is shown in the thread.

python -m benchmarks.first_answer [--questions 30]

It starts the demo on free ports, opens its page in Chromium and asks questions as customers, one after another.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.triage.classify import classify
from bot.triage.model import shipped_model
from bot.triage.standalone_question import depends_on_earlier
from sandbox import SandboxClient

ROOT = Path(__file__).parents[1]
CUSTOMERS = (("U0MAYA", "C0BRIGHT"), ("U0IMOGEN", "C0KESTREL"), ("U0DEREK", "C0BRIGHT"), ("U0JONAS", "C0KESTREL"))
TIMEOUT_MS = 30_000
QUESTION_KINDS = ("question", "problem", "request")

RECORD_ENTER = """() => addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.enterAt = performance.now();
}, true)"""
SECONDS_TO_ANSWER = """(ts) => {
  const rows = document.querySelectorAll(".thread li.message");
  return rows.length > 1 && rows[0].dataset.ts === ts && (performance.now() - window.enterAt) / 1000;
}"""


@dataclass(frozen=True)
class WaitingTime:
    """Waiting time for one answer, in seconds. Each part begins where the previous one ends."""

    acknowledged: float  # the event is stored and acknowledged to Slack
    answered: float  # waiting for the rest of the question, searching, choosing the sentences
    posted: float  # the answer is in Slack
    shown: float  # the page shows it
    all: float  # from pressing Enter to the answer on the screen


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=30)
    wanted = parser.parse_args(arguments).questions
    questions = _read_questions()[:wanted]
    with tempfile.TemporaryDirectory() as folder, _start_demo(Path(folder)) as url, _start_browser() as browser:
        people = SandboxClient(url)
        pages = [_open_page(browser, url, who, channel) for who, channel in CUSTOMERS]
        waited = [
            _ask(pages[number % len(pages)], question, people)
            for number, question in enumerate(track(questions, "Asking", console=Console(stderr=True)))
        ]
        people.close()
    _print_table(waited)
    return 0


def _read_questions() -> list[str]:
    """Return the demo's answerable questions, without follow-ups, which would be answered in another thread."""
    lines = (ROOT / "demo/questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["article"] and not row.get("kind")]
    return [row["text"] for row in rows if _is_first_question(row["text"])]


def _is_first_question(text: str) -> bool:
    return classify(text, in_thread=False, model=shipped_model()).kind in QUESTION_KINDS and not depends_on_earlier(
        text
    )


@contextmanager
def _start_demo(folder: Path) -> Iterator[str]:
    """Start the demo as `make demo` does; yield the URL of its page."""
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", "app.py", "demo", "--port", "0", "--home", str(folder / "home")],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    try:
        while (ready := re.search(r"Open (http://\S+) ", log.read_text(encoding="utf-8"))) is None:
            if process.poll() is not None:
                raise SystemExit(log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        yield ready[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextmanager
def _start_browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("There is no Chromium on this machine. Install one (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def _open_page(browser: Browser, url: str, who: str, channel: str) -> Page:
    page = browser.new_page()
    page.goto(f"{url}?{urlencode({'as': who, 'channel': channel, 'panel': 'none'})}")
    page.wait_for_selector("body[data-ready]")
    page.evaluate(RECORD_ENTER)
    return page


def _ask(page: Page, question: str, people: SandboxClient) -> WaitingTime:
    before = max((entry["n"] for entry in people.traffic()), default=0)
    field = page.get_by_role("main").get_by_role("combobox")
    field.fill(question)
    field.press("Enter")
    row = page.get_by_role("main").locator("li.message").filter(has_text=question[:60]).last
    ts = str(row.get_attribute("data-ts"))
    row.hover()
    row.get_by_role("button", name="Reply in thread").first.click()
    try:
        seen = float(page.wait_for_function(SECONDS_TO_ANSWER, arg=ts, timeout=TIMEOUT_MS).json_value())
    except TimeoutError as error:
        raise SystemExit(f"No answer was posted in the thread of: {question}") from error
    return _split_time(people.traffic(since=before), float(ts), ts, seen)


def _split_time(traffic: Sequence[Mapping[str, Any]], asked: float, ts: str, seen: float) -> WaitingTime:
    """Split the waiting time by what the pretend Slack recorded: the acknowledgement, and the post of the answer.

    The message's ts is the time at which the page's request arrived, a few milliseconds after Enter.
    """
    event = next(e for e in traffic if e["kind"] == "event" and e["request"]["event"].get("ts") == ts)
    post = next(e for e in traffic if e["name"] == "chat.postMessage" and e["request"].get("thread_ts") == ts)
    received = post["at"] - post["ms"] / 1000
    return WaitingTime(
        event["at"] - asked, received - event["at"], post["at"] - received, seen - (post["at"] - asked), seen
    )


def _print_table(waited: Sequence[WaitingTime]) -> None:
    load = os.getloadavg()[0]
    busy = f"load average {load:.1f} on {os.cpu_count()} cores" + (": a busy machine" if load > 1.5 else "")
    table = Table("seconds", "median", "95th percentile", "maximum", caption=f"{len(waited)} questions; {busy}")
    for name, column in zip(
        (each.name for each in fields(WaitingTime)), zip(*map(astuple, waited), strict=True), strict=True
    ):
        values = sorted(column)
        at_95 = values[round(0.95 * (len(values) - 1))]
        table.add_row(name, f"{statistics.median(values):.2f}", f"{at_95:.2f}", f"{values[-1]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
