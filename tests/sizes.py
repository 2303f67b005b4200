"""Lists files past 300 lines and functions past 40: `make sizes`.

What is longer for a reason says so in the file: `# Long: WHY` in a line of its own (for the file), or in the function.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def main() -> None:
    found = []
    for room in ("app.py", "bot", "demo", "handlers", "knowledge", "sandbox", "storage", "wiring", "evals"):
        for path in [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py")):
            if {"versions", "tests"} & set(path.parts):
                continue
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT)
            own_reason = any(line.startswith("# Long: ") for line in text.splitlines())
            if (lines := text.count("\n")) > LONGEST_FILE and not own_reason:
                found.append(f"{name}: {lines} lines")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or node.lineno) - node.lineno + 1
                    if length > LONGEST_FUNCTION and "# Long: " not in (ast.get_source_segment(text, node) or ""):
                        found.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    sys.stdout.write("\n".join(found or ["No file and no function is long."]) + "\n")


if __name__ == "__main__":
    main()
