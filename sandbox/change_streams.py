"""Streams of changes for open pages. Each person is sent only the changes that they can see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.workspace_file import Json

# A page that falls this many changes behind is told to load everything again.
QUEUE_LENGTH = 500


class ChangeStreams:
    """The open streams, each with the person whose page it belongs to."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Queue[Json | None], str | None] = {}
        self._closed = False

    @contextmanager
    def subscribe(self, user: str | None) -> Iterator[asyncio.Queue[Json | None]]:
        """A queue of the changes that `user` can see (None: all changes); a None in the queue ends the stream."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(QUEUE_LENGTH)
        self._streams[queue] = user
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            del self._streams[queue]

    @property
    def has_subscribers(self) -> bool:
        """Is any page open?"""
        return bool(self._streams)

    def close(self) -> None:
        """End all streams, because the server stops."""
        self._closed = True
        for queue in self._streams:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    def publish(self, change: Json, can_see: Callable[[str], bool] | None = None) -> None:
        """Send `change` ({kind, ...}) to every stream whose person can see it."""
        for queue, user in self._streams.items():
            if can_see is not None and user is not None and not can_see(user):
                continue
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"kind": "reset"})
            else:
                queue.put_nowait(change)
