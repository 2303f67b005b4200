"""What the worker needs: a table of jobs, a database, and signs of life where several replicas share one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

WORK, POSTS = "work", "posts"


class Workflow(Protocol):
    """A row of the table of jobs; `bot.workflows.JobRow` is the real one."""

    @property
    def job(self) -> Any:
        """The job's class: its name is the workflow's, its `queue` is WORK or POSTS."""
        ...

    @property
    def retries(self) -> int:
        """How often it is tried again after an error that says `retry = True`."""
        ...


class Presence(Protocol):
    """A replica's sign of life in a database that several share."""

    def confirm(self) -> bool:
        """Whether we are still known to be alive."""
        ...

    def dead(self) -> AbstractContextManager[list[str]]:
        """The names of those that are not, kept from others until the block ends."""
        ...


class WorkerStorage(Protocol):
    """What the worker needs of the database; `storage.jobs.WorkerStorage` is the real one."""

    application: str
    application_version: str
    partitioned: frozenset[str]

    @property
    def engine(self) -> Any: ...
    @property
    def shared_by_replicas(self) -> bool: ...
    def when_queued(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]: ...
    def decode(self, job_type: type, text: str) -> Any: ...
    def tries(self, key: str) -> int: ...
    def reserve_slot(self, channel_id: str) -> float: ...
    def alive(self, executor_id: str) -> AbstractContextManager[Presence]: ...
