"""The versions of the code, the prompts, the search index and the gate, as receipts store them."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.ports import KnowledgeBase
from bot.prompts import PROMPT_VERSION

ROOT = Path(__file__).parents[2]
DECIDING = ("bot", "knowledge")


@cache
def code_version() -> str:
    """The release and a fingerprint of the code, like `0.1.0+9f3a21c0`. Any change of the code changes it."""
    content = hashlib.blake2b(digest_size=4)
    for room in DECIDING:
        for path in sorted((ROOT / room).rglob("*.py")):
            content.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"{_release()}+{content.hexdigest()}"


def _release() -> str:
    try:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return "0"


def versions(knowledge: KnowledgeBase | None = None, gate: str | None = None) -> dict[str, Any]:
    """Return `code` and `prompt`; with a knowledge base also `index` (see its `version`), and with a gate `gate`."""
    made_by: dict[str, Any] = {"code": code_version(), "prompt": PROMPT_VERSION}
    if knowledge is not None:
        made_by["index"] = knowledge.version()
    return made_by | {"gate": gate} if gate is not None else made_by
