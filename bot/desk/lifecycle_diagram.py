"""Writes docs/lifecycle.md from the transition tables: `python -m bot.desk.lifecycle_diagram > docs/lifecycle.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bot.desk.transition import ANYONE, NEW, LifeCycle, Transition
from bot.desk.transitions import LIFE_CYCLES

INTRODUCTION = """\
# Life cycles

Made from the tables in `bot/desk/transitions.py` by `python -m bot.desk.lifecycle_diagram > docs/lifecycle.md`; a test
holds the two together. Every status in the database is written by `apply` in `bot/desk/lifecycle.py`, and nowhere
else.
"""


def draw() -> str:
    """Return the whole page as Markdown with Mermaid diagrams."""
    return "\n".join([INTRODUCTION, *(line for cycle in LIFE_CYCLES.values() for line in _section(cycle))])


def _section(cycle: LifeCycle) -> Iterator[str]:
    yield f"## {cycle.name}"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for transition in cycle.transitions:
        for before, after in transition.moves.items():
            if before != after:
                yield f"    {before or '[*]'} --> {after}: {_words(transition.verb)}"
    yield "```"
    yield ""
    yield "| verb | from | to | who may | must be given | event |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for transition in cycle.transitions:
        yield f"| {' | '.join(_row(transition))} |"
    yield ""


def _row(transition: Transition) -> tuple[str, ...]:
    who = "anyone" if transition.who == ANYONE else ", ".join(sorted(each.value for each in transition.who))
    sources = ", ".join(state if state != NEW else "(new)" for state in transition.moves)
    targets = ", ".join(dict.fromkeys(transition.moves.values()))
    event = f"`{transition.emits.__name__}`" if transition.emits else ""
    return _words(transition.verb), sources, targets, who, ", ".join(transition.needs), event


def _words(verb: str) -> str:
    return verb.replace("_", " ")


if __name__ == "__main__":
    sys.stdout.write(draw())
