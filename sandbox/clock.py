"""The workspace's time, which people may move or freeze; it never touches the machine's own clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class SandboxClock:
    """Real time plus an offset in seconds, or a moment that stands still."""

    offset: float = 0.0
    frozen_at: float | None = None
    start_offset: float = field(default=0.0, kw_only=True)
    _last: tuple[int, int] = field(default=(0, 0), kw_only=True)

    def now(self) -> float:
        """Unix seconds in the workspace."""
        return self.frozen_at if self.frozen_at is not None else time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move forward (or back, when negative)."""
        self.set(self.now() + seconds)

    def set(self, moment: float) -> None:
        """Make it `moment` (unix seconds) now."""
        self.offset = moment - time.time()
        if self.frozen_at is not None:
            self.frozen_at = moment

    def freeze(self, still: bool) -> None:
        """Stand still, or run on from where it stands."""
        if still and self.frozen_at is None:
            self.frozen_at = self.now()
        elif not still and self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None

    def reset(self) -> None:
        """Back to the time at which the sandbox was started."""
        self.offset = self.start_offset
        self.frozen_at = None

    def next_ts(self) -> str:
        """A fresh Slack ts. Never the same twice, and rising while the clock is not moved back."""
        moment = self.now()
        stamp = (int(moment), int((moment % 1) * 1_000_000))
        if stamp <= self._last and self._last[0] - stamp[0] <= 1:
            micro = self._last[1] + 1
            stamp = (self._last[0] + micro // 1_000_000, micro % 1_000_000)
        self._last = stamp
        return f"{stamp[0]}.{stamp[1]:06d}"
