"""Records what the sandbox and the app exchange, for the inspector and for tests. Tokens are masked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.workspace_file import Json

KEEP = 2000
MAX_TEXT = 4000
_SECRET = re.compile(r"\b(xox[a-z]|xapp)-[\w-]+")


def mask_secrets(value: Any) -> Any:
    """A copy of a JSON value with tokens masked and very long strings cut."""
    if isinstance(value, dict):
        return {
            key: "***"
            if key in ("token", "verification_token", "signing_secret") and isinstance(one, str)
            else mask_secrets(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_secrets(one) for one in value]
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, str):
        text = _SECRET.sub(r"\1-***", value)
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + f"… ({len(text)} characters)"
    return value


class Traffic:
    """Numbered entries. `on_entry` is called with each new one."""

    def __init__(self, now: Callable[[], float], on_entry: Callable[[Json], None]) -> None:
        self._now = now
        self._on_entry = on_entry
        self._entries: deque[Json] = deque(maxlen=KEEP)
        self.last = 0

    def record(
        self,
        direction: str,
        kind: str,
        name: str,
        *,
        request: Any = None,
        response: Any = None,
        status: int | str | None = None,
        ms: float = 0.0,
    ) -> None:
        """Record one exchange. `direction`: to_bot or from_bot; `ms`: how long it took."""
        self.last += 1
        entry: Json = {
            "n": self.last,
            "at": self._now(),
            "direction": direction,
            "kind": kind,
            "name": name,
            "ms": round(ms, 1),
            "status": status,
            "request": mask_secrets(request),
            "response": mask_secrets(response),
        }
        self._entries.append(entry)
        self._on_entry(entry)

    def entries_since(self, number: int, limit: int, kind: str | None = None) -> list[Json]:
        """The newest `limit` entries after `number`, oldest first."""
        found = [one for one in self._entries if one["n"] > number and (kind is None or one["kind"] == kind)]
        return found[-limit:]

    def clear(self) -> None:
        """Remove all entries. The numbers continue."""
        self._entries.clear()
