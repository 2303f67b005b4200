"""What the worker stores and reads besides its jobs: when a channel is free for the next post, and who is alive."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, Float, String
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, writing
from storage.errors import explain_error
from storage.job_encoding import J, decode
from storage.jobs import APPLICATION, APPLICATION_VERSION, PARTITIONED, JobRuntime, count_tries
from storage.presence import NameTakenError, Presence

SECONDS_BETWEEN_POSTS = 1.1


class ChannelSlot(Base):
    """When the next post to a channel may be sent. All replicas use the same row."""

    __tablename__ = "channel_slots"

    LONGEST = 64

    channel_id: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    next_at: Mapped[float] = mapped_column(Float(53))  # seconds since 1970


class WorkerStorage:
    """The worker's access to the database besides DBOS: slots for posts, numbers of tries, and who is alive."""

    application = APPLICATION
    application_version = APPLICATION_VERSION
    partitioned = PARTITIONED

    def __init__(self, engine: Engine, *, seconds_between_posts: float = SECONDS_BETWEEN_POSTS) -> None:
        self.engine = engine
        self._runtime = JobRuntime.of(engine)
        self._gap = seconds_between_posts

    @property
    def shared_by_replicas(self) -> bool:
        """Whether several replicas may work on this database."""
        return self.engine.dialect.name == "postgresql"

    def when_queued(self, call: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call `call` with the names of the queues whenever this process has queued jobs.

        Returns a function that ends this.
        """
        return self._runtime.listen(call)

    def decode(self, job_type: type[J], text: str) -> J:
        """Return the job that was queued. Raises ValueError if its fields do not fit its class any more."""
        return decode(job_type, text)

    def tries(self, key: str) -> int:
        """Return how often the job was started, including now. It is stored before the job starts."""
        found = self._runtime.client.list_workflows(workflow_ids=[key], load_input=False, load_output=False)
        return count_tries(found[0]) if found else 1

    def reserve_slot(self, channel_id: str) -> float:
        """Reserve the next free slot for a post to a channel; return the seconds to wait for it."""
        if self.engine.dialect.name == "postgresql":
            now, later = "extract(epoch FROM clock_timestamp())", "greatest"
        else:
            now, later = ":now", "max"
        # RETURNING, because the row count is not reliable with psycopg.
        statement = sql(
            f"INSERT INTO channel_slots (channel_id, next_at) VALUES (:channel, {now} + :gap) "
            f"ON CONFLICT (channel_id) DO UPDATE SET next_at = {later}(channel_slots.next_at, {now}) + :gap "
            f"RETURNING next_at - :gap - {now}"
        )
        # An address that is longer than the column is stored as its hash.
        short = len(channel_id) <= ChannelSlot.LONGEST
        name = channel_id if short else hashlib.sha256(channel_id.encode()).hexdigest()
        values: dict[str, Any] = {"channel": name, "gap": self._gap}
        if now == ":now":
            values["now"] = time.time()
        try:
            with writing(self.engine).begin() as connection:
                return max(0.0, float(connection.execute(statement, values).scalar_one()))
        except DBAPIError as error:
            raise explain_error(error, self.engine.url) from error

    @contextmanager
    def alive(self, executor_id: str) -> Iterator["Presence"]:
        """Be registered as alive under `executor_id` for the block. Raises NameTakenError if the id is in use."""
        presence = Presence(self.engine, executor_id)
        try:
            if self.shared_by_replicas and not presence.confirm():
                raise NameTakenError(
                    f"Another Footbridge is working on this database under the name {executor_id!r}. "
                    "Give each its own name, or wait a few seconds if that one was just stopped."
                )
            yield presence
        finally:
            presence.end()
