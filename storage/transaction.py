"""Transactions over all tables and the job queue: either everything is stored or nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from storage.addresses import Addresses
from storage.answers import Answers
from storage.articles import Articles
from storage.channel_modes import ChannelModes
from storage.conversations import Conversations
from storage.corrections import Corrections
from storage.database import reading, writing
from storage.directory import Directory
from storage.errors import DatabaseUnavailableError, explain_error
from storage.escalations import Escalations
from storage.feedback import FeedbackRepository
from storage.jobs import JobQueue
from storage.people import People
from storage.posts import Posts
from storage.queue import Queue
from storage.receipts import Receipts
from storage.reports import Reports
from storage.secrets import Secrets
from storage.tickets import Tickets
from storage.trials import Trials


class Transaction:
    """Access to all tables, by subject. Rows can still be read after the transaction has ended."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._emitted: deque[Any] = deque()

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self._session)

    @cached_property
    def people(self) -> People:
        return People(self._session)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self._session)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self._session)

    @cached_property
    def answers(self) -> Answers:
        return Answers(self._session)

    @cached_property
    def tickets(self) -> Tickets:
        return Tickets(self._session)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self._session)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(self._session)

    @cached_property
    def posts(self) -> Posts:
        return Posts(self._session)

    @cached_property
    def feedback(self) -> FeedbackRepository:
        return FeedbackRepository(self._session)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self._session)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self._session)

    @cached_property
    def corrections(self) -> Corrections:
        return Corrections(self._session)

    @cached_property
    def channel_modes(self) -> ChannelModes:
        return ChannelModes(self._session)

    @cached_property
    def trials(self) -> Trials:
        return Trials(self._session)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self._session)

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self._session)

    @cached_property
    def jobs(self) -> JobQueue:
        return JobQueue(self._session)

    def flush(self) -> None:
        """Send the changes to the database, without committing them."""
        self._session.flush()

    def add(self, row: Any) -> None:
        """Add a new row to its table and give it its id."""
        self._session.add(row)
        self._session.flush()

    def emit(self, event: Any) -> None:
        """Emit an event. Its subscribers are called before this transaction ends."""
        self._emitted.append(event)

    def publish(self, react: Publish) -> None:
        """Call `react` with every emitted event in order, then with the events emitted meanwhile."""
        while self._emitted:
            react(self, self._emitted.popleft())


#: Calls the subscribers of an event, inside the transaction in which it was emitted.
Publish = Callable[[Transaction, Any], None]


def expect_no_event(tx: Transaction, event: Any) -> None:
    """A `Publish` for programs that emit no events. Raises LookupError."""
    raise LookupError(f"{type(event).__name__} was emitted, but this Storage was opened without subscribers")


class Storage:
    """Opens transactions on one engine. They raise `storage.errors.StorageError` if the database fails."""

    def __init__(self, engine: Engine, publish: Publish = expect_no_event) -> None:
        self.engine = engine
        self.publish = publish
        self._writing = writing(engine)
        self._reading = reading(engine)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: it commits at the end, and rolls back on any exception, also one of a subscriber."""
        with self._explain_errors(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            tx = Transaction(session)
            yield tx
            tx.publish(self.publish)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that only reads: changes in it are not stored."""
        with self._explain_errors(), Session(self._reading, expire_on_commit=False) as session:
            yield Transaction(session)

    @contextmanager
    def _explain_errors(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise DatabaseUnavailableError(
                "All connections to the database are in use. Footbridge tries again."
            ) from error
        except DBAPIError as error:
            raise explain_error(error, self.engine.url) from error
