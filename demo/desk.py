"""The process in which the demo runs Footbridge. It imports the code first, and starts when it is told to."""

from __future__ import annotations

import runpy
import sys
from importlib import import_module
from pathlib import Path

# The slowest imports of `app.py run`. They are done while the demo prepares its data.
PRELOADED_MODULES = (
    "wiring.running",
    "knowledge.knowledge_base",
    "onnxruntime",
    "tokenizers",
)


def main() -> None:
    """Run Footbridge after a line on standard input; if the input ends without a line, exit."""
    for name in PRELOADED_MODULES:
        import_module(name)
    if sys.stdin.readline():
        program = Path(__file__).parents[1] / "app.py"
        sys.argv = [str(program), "run"]
        runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    main()
