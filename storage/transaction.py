"""One transaction over everything remembered and queued: all of it happens, or nothing; business code never commits."""

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
from storage.database import DatabaseUnavailableError, explain, reading, writing
from storage.directory import Directory
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
    """What is remembered, by subject; rows stay usable after it ends."""

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
        """Sends what changed to the database, still inside the transaction."""
        self._session.flush()

    def add(self, row: Any) -> None:
        """Adds a new row of any table, so that it has its id."""
        self._session.add(row)
        self._session.flush()

    def emit(self, event: Any) -> None:
        """Says that something happened; who reacts to it does so before this transaction ends."""
        self._emitted.append(event)

    def publish(self, react: Publish) -> None:
        """Hands every emitted event to `react`, in order, and those that it causes after them."""
        while self._emitted:
            react(self, self._emitted.popleft())


#: Calls whoever reacts to an event, inside the transaction in which it happened.
Publish = Callable[[Transaction, Any], None]


def expect_no_event(tx: Transaction, event: Any) -> None:
    """For programs in which nothing happens that anybody reacts to."""
    raise LookupError(f"{type(event).__name__} happened, but this Storage was opened without subscribers")


class Storage:
    """Opens transactions on one engine.

    Raises storage.database.StorageError, which says what to do, when the database refuses.
    """

    def __init__(self, engine: Engine, publish: Publish = expect_no_event) -> None:
        self.engine = engine
        self.publish = publish
        self._writing = writing(engine)
        self._reading = reading(engine)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commits at the end, rolls back on any error, also one of those who react to its events."""
        try:
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                tx = Transaction(session)
                yield tx
                tx.publish(self.publish)
        except PoolTimeout as error:
            raise DatabaseUnavailableError("Every connection to the database is busy; this is tried again.") from error
        except DBAPIError as error:
            raise explain(error, self.engine.url) from error

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """For looking only: what is changed in it is not kept."""
        try:
            with Session(self._reading, expire_on_commit=False) as session:
                yield Transaction(session)
        except PoolTimeout as error:
            raise DatabaseUnavailableError("Every connection to the database is busy; this is tried again.") from error
        except DBAPIError as error:
            raise explain(error, self.engine.url) from error
