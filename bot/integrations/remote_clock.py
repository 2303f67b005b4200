"""Follows the clock of another server, so that a demonstration's time can be moved; never needed in earnest."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import httpx2

log = logging.getLogger(__name__)


class RemoteClock:
    """`url` answers GET with JSON `{"offset": seconds}`; it is asked every `every_seconds`, its last word stands."""

    def __init__(self, url: str, *, every_seconds: float = 0.5) -> None:
        self._url = url
        self._every = every_seconds
        self._offset = timedelta()
        self._stop = threading.Event()
        self._client = httpx2.Client(timeout=2.0)
        self.refresh()
        self._thread = threading.Thread(target=self._follow, name="borrowed-clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def refresh(self) -> None:
        """Asks once; a server that does not answer changes nothing."""
        try:
            self._offset = timedelta(seconds=float(self._client.get(self._url).json()["offset"]))
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("the clock could not be read", extra={"error": type(error).__name__})

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=3)
        self._client.close()

    def _follow(self) -> None:
        while not self._stop.wait(self._every):
            self.refresh()
