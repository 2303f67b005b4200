"""`app.py eval`: the programs in `evals/`, each read in only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module


def evaluation(name: str) -> Callable[[Sequence[str]], int]:
    """One of the programs in `evals/`, read in only when it is asked for."""

    def run(arguments: Sequence[str]) -> int:
        code: int = import_module(f"evals.{name}").main(arguments)
        return code

    return run


EVALUATIONS = {name: evaluation(name) for name in ("retrieval", "answers", "triage", "safety", "calibrate", "modes")}
