"""The shape that all sources have: told what was found the last time, they read again. It reads nothing itself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from knowledge.documents import BrokenPage, Reading

Progress = Callable[[int, int | None, str], None]
"""Called with pages done, pages to do when that is known, and what was done last."""


def silent(done: int, total: int | None, what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier reading left: the source's own state, and the pages whose articles are still held."""

    state: Mapping[str, Any] = field(default_factory=dict)
    held: Collection[str] = frozenset()


NOTHING = Before()


class Source(Protocol):
    """Where articles come from.

    `read` raises nothing for what lies outside: a page that cannot be read is a `BrokenPage` and keeps its article,
    and a source that cannot be read at all is one BrokenPage and no root, so that nothing of it is removed.
    """

    @property
    def key(self) -> str:
        """What its state is kept under: the same as long as it is the same source."""
        ...

    def read(self, before: Before, progress: Progress) -> Reading: ...


class Unreadable(Exception):
    """A page or a source that cannot be read, with the reason and what to do; it becomes a `BrokenPage`."""

    def __init__(self, reason: str, what_to_do: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.what_to_do = what_to_do

    def at(self, path: str) -> BrokenPage:
        return BrokenPage(path, self.reason, self.what_to_do)
