"""Tells open pages what changed, each person only what that person may see. It keeps nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.workspace_file import Json

# A page that reads nothing for this long a row of changes is told to start anew.
QUEUE_LENGTH = 500


class Changes:
    """The open streams and who sits at each."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Queue[Json | None], str | None] = {}
        self._closed = False

    @contextmanager
    def stream(self, person: str | None) -> Iterator[asyncio.Queue[Json | None]]:
        """A queue of changes for `person` (None: for everybody's); a None in it is the end."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(QUEUE_LENGTH)
        self._streams[queue] = person
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            del self._streams[queue]

    @property
    def watched(self) -> bool:
        """Is any page open?"""
        return bool(self._streams)

    def close(self) -> None:
        """End all streams: the server stops."""
        self._closed = True
        for queue in self._streams:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    def tell(self, change: Json, may_see: Callable[[str], bool] | None = None) -> None:
        """Put `change` ({kind, ...}) on every stream whose person may see it."""
        for queue, person in self._streams.items():
            if may_see is not None and person is not None and not may_see(person):
                continue
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"kind": "reset"})
            else:
                queue.put_nowait(change)
