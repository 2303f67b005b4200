"""The protocol that all sources of articles implement, and the exception for what cannot be read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from knowledge.documents import BrokenPage, Reading

Progress = Callable[[int, int | None, str], None]
"""Called with the number of pages read, the total number or None if unknown, and the name of the last page."""


def ignore_progress(done: int, total: int | None, what: str) -> None:
    """A `Progress` that does nothing."""


@dataclass(frozen=True, slots=True)
class PreviousReading:
    """What an earlier reading left: the state of the source, and the `source` of each article that is still stored."""

    state: Mapping[str, Any] = field(default_factory=dict)
    held: Collection[str] = frozenset()


NO_PREVIOUS_READING = PreviousReading()


class Source(Protocol):
    """A place where articles are read from.

    `read` does not raise for external failures. A page that cannot be read becomes a `BrokenPage`, and its stored
    article is kept. A source that cannot be read at all gives one BrokenPage and no root, so that nothing is removed.
    """

    @property
    def key(self) -> str:
        """Identifies the source. Its state is stored under this key."""
        ...

    def read(self, before: PreviousReading, progress: Progress) -> Reading: ...


class Unreadable(Exception):
    """A page or a source cannot be read. `reason` and `what_to_do` are sentences for the `BrokenPage` made from it."""

    def __init__(self, reason: str, what_to_do: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.what_to_do = what_to_do

    def at(self, path: str) -> BrokenPage:
        """Return the broken page for the page or source at `path`."""
        return BrokenPage(path, self.reason, self.what_to_do)
