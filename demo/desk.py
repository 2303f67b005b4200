"""Footbridge as the demo starts it: reads in the program while the world is being made, and runs it when told to."""

from __future__ import annotations

import runpy
import sys
from importlib import import_module
from pathlib import Path

# What `app.py run` imports; most of the time that a start takes goes into these.
AHEAD = (
    "wiring.running",
    "knowledge.knowledge_base",
    "onnxruntime",
    "tokenizers",
)


def main() -> None:
    """Waits for a line on standard input; an input that ends without one means that there will be nothing to run."""
    for name in AHEAD:
        import_module(name)
    if sys.stdin.readline():
        program = Path(__file__).parents[1] / "app.py"
        sys.argv = [str(program), "run"]
        runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    main()
