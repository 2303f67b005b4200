"""Ask questions as people really type them: with typing errors, and in other languages than the articles.

python -m evals.rough [--data DIR] [--seed N]    DIR as for `app.py eval retrieval`; without it, the demo's questions

Every question gets one typing error (two letters swapped, one left out, or one doubled) in its longest word of at least
six letters. The questions in other languages are those of demo/other_languages.jsonl; the demo's articles are English.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering.gate import load_gate as load_gate
from bot.settings.config import Policies
from evals.answer_metrics import report
from evals.answers import Desk
from evals.data_sets import ROOT, DataSet, Question, load, load_demo, map_with_progress, open_index
from knowledge.knowledge_base import KnowledgeBase

_LONG = re.compile(r"[^\W\d_]{6,}")


def add_typing_error(text: str, rng: random.Random) -> str:
    """Return the text with one typing error in its longest word, or unchanged if no word is long enough."""
    words = sorted(_LONG.finditer(text), key=lambda found: -len(found[0]))
    if not words:
        return text
    word, start = words[0][0], words[0].start()
    at = rng.randrange(1, len(word) - 2)
    variants = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
    )
    return text[:start] + rng.choice(variants) + text[start + len(word) :]


def other_languages(articles: DataSet) -> dict[str, DataSet]:
    """Return language -> the same articles with the questions in this language."""
    ids = {Path(page.source).stem: page.id for page in articles.articles}
    asked: dict[str, list[Question]] = {}
    for line in (ROOT / "demo/other_languages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        question = Question(row["text"], row["text"], True, {ids[row["article"]]: 1})
        asked.setdefault(row["language"], []).append(question)
    return {language: replace(articles, questions=tuple(questions)) for language, questions in asked.items()}


def add_row(name: str, data: DataSet, knowledge: KnowledgeBase, table: Table) -> None:
    desk = Desk(knowledge, load_gate(), Policies().precision)
    judged = map_with_progress(f"Asking {name}", data.questions, desk.ask)
    found = report(name, judged)
    answerable = [each for each in judged if each.question.answerable]
    first = sum(
        bool(each.draft.hits) and each.draft.hits[0].passage.article_id in each.question.relevant for each in answerable
    )
    table.add_row(
        name, str(len(answerable)), f"{first / len(answerable):.3f}", f"{found.coverage:.3f}", f"{found.precision:.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.rough", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--index", type=Path, help="keep the index in this folder for the next run")
    options = parser.parse_args(arguments)
    data = load(options.data) if options.data else load_demo()
    rng = random.Random(options.seed)
    misspelt = replace(
        data, questions=tuple(replace(each, text=add_typing_error(each.text, rng)) for each in data.questions)
    )
    table = Table("questions", "answerable", "right article first", "coverage", "precision")
    with open_index(data, options.index) as knowledge:
        add_row(f"{data.name}, as written", data, knowledge, table)
        add_row(f"{data.name}, one typing error each", misspelt, knowledge, table)
        if options.data is None:
            for language, questions in other_languages(data).items():
                add_row(f"{data.name}, in {language}", questions, knowledge, table)
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
