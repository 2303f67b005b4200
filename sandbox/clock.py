"""The workspace's clock. It can be moved or frozen without changing the time of the machine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class SandboxClock:
    """Real time plus an offset in seconds, or a frozen moment."""

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
        """Set the current time to `moment` (unix seconds)."""
        self.offset = moment - time.time()
        if self.frozen_at is not None:
            self.frozen_at = moment

    def set_frozen(self, frozen: bool) -> None:
        """Freeze the clock, or let it run on from the moment at which it was frozen."""
        if frozen and self.frozen_at is None:
            self.frozen_at = self.now()
        elif not frozen and self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None

    def reset(self) -> None:
        """Return to real time, or to the offset that the sandbox was started with."""
        self.offset = self.start_offset
        self.frozen_at = None

    def next_ts(self) -> str:
        """A new Slack `ts`: unique, and rising as long as the clock is not moved back."""
        moment = self.now()
        stamp = (int(moment), int((moment % 1) * 1_000_000))
        if stamp <= self._last and self._last[0] - stamp[0] <= 1:
            micro = self._last[1] + 1
            stamp = (self._last[0] + micro // 1_000_000, micro % 1_000_000)
        self._last = stamp
        return f"{stamp[0]}.{stamp[1]:06d}"
