"""The demo's footbridge.yaml with changes, for desks of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DEMO = Path(__file__).parents[2] / "demo"
# How long a desk waits for more words before it answers. Nobody who reads along has to keep up with a test.
SETTLE_SECONDS = 0.05


def changed_config(
    folder: Path,
    *,
    modes: Mapping[str, str] | None = None,
    knowledge: list[dict[str, str]] | None = None,
    settle_seconds: float = SETTLE_SECONDS,
) -> Path:
    """Writes it into `folder`: `modes` by channel, and `knowledge` sources (the demo's articles when None)."""
    config: dict[str, Any] = yaml.safe_load((DEMO / "footbridge.yaml").read_text(encoding="utf-8"))
    for customer in config["customers"]:
        for channel in customer["channels"]:
            channel["mode"] = (modes or {}).get(channel["id"], channel["mode"])
    if knowledge is None:
        knowledge = [source | {"path": str(DEMO / source["path"])} for source in config["knowledge"]]
    config["knowledge"] = knowledge
    config["policies"]["settle_seconds"] = settle_seconds
    path = folder / "footbridge.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path
