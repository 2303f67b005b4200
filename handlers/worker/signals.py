"""How the worker's threads hear of each other: a bell that ends a wait, and the jobs that are in hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WakeEvent(threading.Event):
    """The engine's stop sign for a queue's listener, whose wait also ends, unset, when somebody rings."""

    def __init__(self) -> None:
        super().__init__()
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def set(self) -> None:
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        self._rung.wait(timeout)
        self._rung.clear()
        return self.is_set()


class RunningJobs:
    """The keys of the jobs that are in hand."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._keys: list[str] = []

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        with self._changed:
            self._keys.append(key)
        try:
            yield
        finally:
            with self._changed:
                self._keys.remove(key)
                self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> list[str]:
        """The keys that are still in hand after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._keys, seconds)
            return list(self._keys)
