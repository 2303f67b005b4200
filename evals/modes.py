"""Show what the rules of earned modes require, and how often they err on simulated channels of known precision.

`python -m evals.modes [--data DIR]`. With DIR it also measures how well a person's own answer shows whether a draft in
shadow mode was right, with the data set `human-judged-mtrag/` in DIR. No desk is needed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import NormalDist, mean, median
from typing import Any

from bot.answering.judgement import SAYS_OTHER, SAYS_THE_SAME, Judgement, likeness
from bot.modes import rules
from bot.modes.rules import Standing
from bot.settings.config import Mode
from bot.texts.language import content_words

START = datetime(2026, 1, 1, tzinfo=UTC)
JUDGED = (10, 15, 20, 25, 30, 35, 40, 45, 50)
SHARES = (0.99, 0.98, 0.97, 0.95, 0.93, 0.90, 0.85, 0.80, 0.70)
REFERENCE = "human-judged-mtrag/reference_subset_with_human_evaluations.json"


# --- how many right answers are needed -------------------------------------------------------------------------------


def most_wrong(judged: int, wanted: float, bound: Callable[[int, int], float]) -> int | None:
    """Return how many of `judged` answers may be wrong while the lower bound is at least `wanted`; None for never."""
    allowed = [wrong for wrong in range(judged + 1) if bound(judged - wrong, judged) >= wanted]
    return max(allowed) if allowed else None


def at_confidence(confidence: float) -> Callable[[int, int], float]:
    """Return a function (right, judged) -> the lower bound at this confidence."""
    z = -NormalDist().inv_cdf(confidence)
    return lambda right, judged: rules.wilson(right, judged, z)


def table_of_needed(wanted: float) -> str:
    """Return a table of how many of n judged answers must be right, by our rule and by stricter ones."""
    strict, strictest = at_confidence(0.95), at_confidence(0.975)
    lines = [
        f"Right answers needed for auto with a target precision of {wanted:.0%}",
        "",
        "| judged | by the rule | at 95 %, one side | at 95 %, two sides | demoted below |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for judged in JUDGED:
        enough = judged >= rules.FEWEST["auto"]
        ours = _least_right(judged, most_wrong(judged, wanted, rules.lower_bound)) if enough else "too few"
        others = [_least_right(judged, most_wrong(judged, wanted, bound)) for bound in (strict, strictest)]
        stays = min(right for right in range(judged + 1) if rules.upper_bound(right, judged) >= wanted)
        lines.append(f"| {judged} | {ours} | {others[0]} | {others[1]} | {stays if enough else 'too few'} |")
    faultless = [
        next(n for n in range(1, 1000) if bound(n, n) >= wanted) for bound in (rules.lower_bound, strict, strictest)
    ]
    summary = f"Faultless answers that the bounds alone require: {faultless[0]}, {faultless[1]} and {faultless[2]}"
    return "\n".join([*lines, "", f"{summary}; the rule never requires fewer than {rules.FEWEST['auto']}."])


def _least_right(judged: int, wrong: int | None) -> str:
    return "never" if wrong is None else str(judged - wrong)


# --- how often the rules err -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Simulation:
    """One simulated channel: after how many judged drafts auto was proposed, and its answers until the mode fell."""

    proposed_after: int | None
    alone: int = 0
    wrong: int = 0
    fell: bool = False


def simulate_channel(share: float, wanted: float, drafts: int, alone: int, chance: random.Random) -> Simulation:
    """Simulate a channel whose answers are right with the probability `share`. Proposals are accepted at once."""
    standing = Standing("suggest", "auto", wanted)
    for number in range(drafts):
        standing = replace(
            standing, judged=(*standing.judged, _make_judgement(number, "suggest", chance.random() < share))
        )
        if rules.has_earned(standing):
            break
    else:
        return Simulation(None)
    before, wrong = len(standing.judged), 0
    standing = replace(standing, mode="auto", earned=True)
    for number in range(alone):
        right = chance.random() < share
        wrong += not right
        standing = replace(standing, judged=(*standing.judged, _make_judgement(before + number, "auto", right)))
        if rules.why_it_falls(standing):
            return Simulation(before, number + 1, wrong, True)
    return Simulation(before, alone, wrong)


def _make_judgement(number: int, mode: Mode, right: bool) -> Judgement:
    at = START + timedelta(hours=number)
    return Judgement(number, at, at, mode, "solved" if right else "not_quite")


def table_of_errors(wanted: float, *, channels: int, drafts: int, alone: int, seed: int) -> str:
    """Return a table of what happens to channels of known precision, with `drafts` drafts and then `alone` answers."""
    lines = [
        f"{channels} simulated channels each, target {wanted:.0%}: proposed within {drafts} judged drafts, then up to "
        f"{alone} judged answers in auto",
        "",
        "| truly right | proposed | after, median | taken back | after, median | wrong until then, mean |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for share in SHARES:
        chance = random.Random(f"{seed}:{share}")
        lives = [simulate_channel(share, wanted, drafts, alone, chance) for _ in range(channels)]
        proposed = [one for one in lives if one.proposed_after is not None]
        fell = [one for one in proposed if one.fell]
        lines.append(
            f"| {share:.0%} | {len(proposed) / channels:.0%} "
            f"| {median(one.proposed_after or 0 for one in proposed) if proposed else 0:.0f} "
            f"| {len(fell) / max(1, len(proposed)):.0%} | {median(one.alone for one in fell) if fell else 0:.0f} "
            f"| {mean(one.wrong for one in proposed) if proposed else 0:.1f} |"
        )
    return "\n".join(lines)


# --- whether a person's own answer shows that a draft was right -----------------------------------------------------


def table_of_likeness(path: Path, seed: int) -> str:
    """Return a table of how similar a person's answer is to drafts for the same question, and for other questions."""
    data = json.loads(path.read_text(encoding="utf-8"))
    tasks = {task["task_id"]: task for task in data["tasks"] if task["Answerability"] == ["ANSWERABLE"]}
    texts = {document["document_id"]: document["text"] for document in data["documents"]}
    answers: dict[str, dict[str, str]] = {task: {} for task in tasks}
    for one in data["evaluations"]:
        if one["task_id"] in tasks and len((one["model_response"] or "").split()) > 12:
            answers[one["task_id"]][one["model_id"]] = one["model_response"]
    people = {task: by["reference"] for task, by in answers.items() if "reference" in by}
    chance = random.Random(seed)
    others = {task: _other_questions(task, tasks, people, chance) for task in people}
    quotes = {task: _make_quoted_draft(tasks[task], texts) for task in people}
    pairs = {
        "a model's draft for the same question": [
            (text, people[task]) for task in people for who, text in answers[task].items() if who != "reference"
        ],
        "a quoted draft for the same question": [(quotes[task], people[task]) for task in people],
        "a quoted draft for another question of the subject": [
            (quotes[other], people[task]) for task in people for other in others[task]
        ],
    }
    lines = ["| a person's answer compared with | pairs | judged the same | judged different | not judged |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for name, these in pairs.items():
        alike = [likeness(*pair) for pair in these]
        same, other = (
            mean(value >= SAYS_THE_SAME for value in alike),
            mean(value < SAYS_OTHER for value in alike),
        )
        lines.append(f"| {name} | {len(these)} | {same:.0%} | {other:.0%} | {1 - same - other:.0%} |")
    return "\n".join(lines)


def _other_questions(
    task: str, tasks: dict[str, dict[str, Any]], people: dict[str, str], chance: random.Random
) -> Sequence[str]:
    """Return up to four questions of other conversations about the same documents."""
    conversation, subject = task.partition("<")[0], tasks[task]["Collection"]
    fitting = [one for one in people if one.partition("<")[0] != conversation and tasks[one]["Collection"] == subject]
    return chance.sample(fitting, min(4, len(fitting)))


def _make_quoted_draft(task: dict[str, Any], texts: dict[str, str]) -> str:
    """Return the three sentences of the passages that share the most words with the question, as a draft."""
    asked = set(content_words(task["input"][-1]["text"]))
    sentences = [
        sentence
        for context in task["contexts"]
        for sentence in re.split(r"(?<=[.!?])\s+", texts[context["document_id"]])
        if len(sentence.split()) > 5
    ]
    return " ".join(sorted(sentences, key=lambda sentence: -len(asked & set(content_words(sentence))))[:3])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.modes", description=__doc__)
    parser.add_argument("--precision", type=float, default=0.95, help="target precision (0 to 1)")
    parser.add_argument("--channels", type=int, default=400, help="simulated channels for each precision")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, help=f"a folder that contains {REFERENCE}")
    options = parser.parse_args(arguments)
    if not 0 < options.precision < 1:
        parser.error("--precision is a share between 0 and 1, like 0.95")
    print(table_of_needed(options.precision), end="\n\n")
    print(table_of_errors(options.precision, channels=options.channels, drafts=100, alone=200, seed=options.seed))
    if options.data is not None:
        path = options.data / REFERENCE
        if not path.exists():
            parser.error(f"{path}: there is no such file; give the folder of the data sets with --data")
        print(f"\n{table_of_likeness(path, options.seed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
