"""Measures what a customer waits for: from pressing Enter in the demo's page to the answer standing in the thread.

python -m benchmarks.first_answer [--questions 30]

Starts the demo on free ports, opens its page in a real Chromium and asks as customers, one question after another.
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
ASKERS = (("U0MAYA", "C0BRIGHT"), ("U0IMOGEN", "C0KESTREL"), ("U0DEREK", "C0BRIGHT"), ("U0JONAS", "C0KESTREL"))
PATIENCE_MS = 30_000
OPENS = ("question", "problem", "request")

NOTE_ENTER = """() => addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.enterAt = performance.now();
}, true)"""
SECONDS_TO_ANSWER = """(ts) => {
  const rows = document.querySelectorAll(".thread li.message");
  return rows.length > 1 && rows[0].dataset.ts === ts && (performance.now() - window.enterAt) / 1000;
}"""


@dataclass(frozen=True)
class Waited:
    """Seconds of one question; each part begins where the one before it ended."""

    acknowledged: float  # the event is stored, and Slack knows
    answered: float  # waited for the rest of the question, searched, chose the sentences
    posted: float  # the answer is in Slack
    shown: float  # the page shows it
    all: float  # from pressing Enter to the answer on the screen


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=30)
    wanted = parser.parse_args(arguments).questions
    questions = _answerable()[:wanted]
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as url, _browser() as browser:
        people = SandboxClient(url)
        pages = [_open(browser, url, who, channel) for who, channel in ASKERS]
        waited = [
            _ask(pages[number % len(pages)], question, people)
            for number, question in enumerate(track(questions, "Asking", console=Console(stderr=True)))
        ]
        people.close()
    _print(waited)
    return 0


def _answerable() -> list[str]:
    """Questions that stand alone: one that leans on what was said before is answered in that thread, with it."""
    lines = (ROOT / "demo/questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["article"] and not row.get("kind")]
    return [row["text"] for row in rows if _opens(row["text"])]


def _opens(text: str) -> bool:
    return classify(text, in_thread=False, model=shipped_model()).kind in OPENS and not depends_on_earlier(text)


@contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """The demo as `make demo` starts it; its page's address."""
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
def _browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("There is no Chromium on this machine. Install one (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def _open(browser: Browser, url: str, who: str, channel: str) -> Page:
    page = browser.new_page()
    page.goto(f"{url}?{urlencode({'as': who, 'channel': channel, 'panel': 'none'})}")
    page.wait_for_selector("body[data-ready]")
    page.evaluate(NOTE_ENTER)
    return page


def _ask(page: Page, question: str, people: SandboxClient) -> Waited:
    before = max((entry["n"] for entry in people.traffic()), default=0)
    field = page.get_by_role("main").get_by_role("combobox")
    field.fill(question)
    field.press("Enter")
    row = page.get_by_role("main").locator("li.message").filter(has_text=question[:60]).last
    ts = str(row.get_attribute("data-ts"))
    row.hover()
    row.get_by_role("button", name="Reply in thread").first.click()
    try:
        seen = float(page.wait_for_function(SECONDS_TO_ANSWER, arg=ts, timeout=PATIENCE_MS).json_value())
    except TimeoutError as error:
        raise SystemExit(f"Nobody answered in its thread: {question}") from error
    return _parts(people.traffic(since=before), float(ts), ts, seen)


def _parts(traffic: Sequence[Mapping[str, Any]], asked: float, ts: str, seen: float) -> Waited:
    """What the pretend Slack noted about the question: when it was acknowledged, and when the answer came and was in.

    Its message's ts is the moment at which the page's request reached it, a few milliseconds after Enter.
    """
    event = next(e for e in traffic if e["kind"] == "event" and e["request"]["event"].get("ts") == ts)
    post = next(e for e in traffic if e["name"] == "chat.postMessage" and e["request"].get("thread_ts") == ts)
    came = post["at"] - post["ms"] / 1000
    return Waited(event["at"] - asked, came - event["at"], post["at"] - came, seen - (post["at"] - asked), seen)


def _print(waited: Sequence[Waited]) -> None:
    load = os.getloadavg()[0]
    busy = f"load average {load:.1f} on {os.cpu_count()} cores" + (": a busy machine" if load > 1.5 else "")
    table = Table("seconds", "median", "95th percentile", "most", caption=f"{len(waited)} questions; {busy}")
    for name, column in zip(
        (each.name for each in fields(Waited)), zip(*map(astuple, waited), strict=True), strict=True
    ):
        figures = sorted(column)
        at_95 = figures[round(0.95 * (len(figures) - 1))]
        table.add_row(name, f"{statistics.median(figures):.2f}", f"{at_95:.2f}", f"{figures[-1]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
