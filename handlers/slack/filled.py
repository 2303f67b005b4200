"""What somebody filled into a form of Slack's, by the ids of its inputs."""

from __future__ import annotations

from typing import Any

from handlers.slack.views import ids


class Filled:
    """Reads the state of a form that was sent; what was left empty is an empty text."""

    def __init__(self, view: dict[str, Any]) -> None:
        self._values: dict[str, dict[str, Any]] = (view.get("state") or {}).get("values") or {}

    def text(self, block_id: str) -> str:
        return str((self._values.get(block_id) or {}).get(ids.TEXT, {}).get("value") or "").strip()

    def choice(self, block_id: str) -> str:
        chosen = (self._values.get(block_id) or {}).get(ids.CHOICE, {}).get("selected_option") or {}
        return str(chosen.get("value") or "")
