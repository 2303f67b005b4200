"""How a background job is stored: its fields as JSON."""

import json
from dataclasses import fields
from typing import Any, ClassVar, Protocol, TypeVar, get_origin, get_type_hints

J = TypeVar("J", bound="QueuedJob")


class QueuedJob(Protocol):
    """A job that can be queued: a frozen dataclass whose fields can be written as JSON."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    queue: ClassVar[str]

    @property
    def key(self) -> str:
        """Identifies the job: queueing the same key twice gives one job."""
        ...

    @property
    def partition(self) -> str | None:
        """For queues in PARTITIONED: jobs of the same partition (a channel) run one at a time."""
        ...

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Convert the fields of a job that an earlier version of Footbridge queued."""
        ...


def encode(job: QueuedJob) -> str:
    """Return the job's fields as JSON. It is ASCII, so that half a surrogate pair in a message cannot break it.

    Raises ValueError if a field cannot be written as JSON.
    """
    try:
        return json.dumps({field.name: getattr(job, field.name) for field in fields(job)}, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{type(job).__name__}: the fields of a job must be JSON ({error})") from error


def decode(job_type: type[J], text: str) -> J:
    """Return the job that `encode` wrote. Raises ValueError if the fields do not fit its class any more."""
    hints = get_type_hints(job_type)
    values = job_type.from_earlier_version(json.loads(text))
    for name, value in values.items():
        if isinstance(value, list) and get_origin(hints.get(name)) is tuple:
            values[name] = tuple(value)
    try:
        return job_type(**values)
    except TypeError as error:
        raise ValueError(f"a queued {job_type.__name__} does not fit this version of it") from error
