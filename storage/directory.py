"""The directory: the company, its colleagues, teams and customers, their channels, and the desk's policies.

Customers, colleagues, teams, tiers and severities that are removed stay as rows with `inactive_since`, because past
conversations, open tickets and running escalations still refer to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Float, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.addresses import Address
from storage.database import Base, JsonColumn, UtcDateTime


class DirectoryVersion(Base):
    """The only row counts changes: a snapshot with a smaller `number` is out of date.

    `checksum` is the checksum of the configuration file that was applied last.
    """

    __tablename__ = "directory_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checksum: Mapped[str | None]


class StoredCompany(Base):
    """The only row describes our company and has the settings of the whole desk."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    team_ids: Mapped[list[str]] = mapped_column(JsonColumn)
    timezone: Mapped[str]
    language: Mapped[str]
    help_centre: Mapped[str | None]
    calendar: Mapped[str | None]
    triage_kind: Mapped[str]
    triage_address: Mapped[str]
    vocabulary: Mapped[str | None]


class StoredColleague(Base):
    """A colleague with a role on the desk; `id` is the Slack user id."""

    __tablename__ = "colleagues"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JsonColumn)
    teams: Mapped[list[str]] = mapped_column(JsonColumn)
    digest_at: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredTeam(Base):
    """A team with its escalation channel. `on_call` lists the people in the order in which they are called."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    channel_kind: Mapped[str]
    address: Mapped[str]
    on_call: Mapped[list[str]] = mapped_column(JsonColumn)
    handles: Mapped[str]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredCustomer(Base):
    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    tier: Mapped[str]
    timezone: Mapped[str]
    language: Mapped[str | None]
    success_manager: Mapped[str | None]
    calendar: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredChannel(Base):
    """A customer's channel. No two active customers have the same channel; a former customer keeps its own."""

    __tablename__ = "customer_channels"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    channel_kind: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int]
    mode: Mapped[str | None]
    highest_mode: Mapped[str]
    precision: Mapped[float | None] = mapped_column(Float(53))
    language: Mapped[str | None]


class CustomerMark(Base):
    """What identifies a customer's contacts. `kind`: `slack_team` or `email_domain`."""

    __tablename__ = "customer_marks"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(index=True)


class CustomerFact(Base):
    """A fact about a customer that engineers should know."""

    __tablename__ = "customer_facts"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    value: Mapped[str]


class StoredTier(Base):
    __tablename__ = "tiers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    first_response_minutes: Mapped[float] = mapped_column(Float(53))
    resolution_hours: Mapped[float] = mapped_column(Float(53))
    calendar: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredSeverity(Base):
    __tablename__ = "severities"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    label: Mapped[str]
    update_every_minutes: Mapped[float] = mapped_column(Float(53))
    ask_before_minutes: Mapped[float] = mapped_column(Float(53))
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredPolicy(Base):
    """One policy that was set. A policy without a row has the default of the running version."""

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JsonColumn)


class StoredCalendar(Base):
    """Working hours: `hours` maps weekday -> list of `HH:MM-HH:MM`, local time; `holidays` are country codes."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    timezone: Mapped[str]
    hours: Mapped[dict[str, list[str]]] = mapped_column(JsonColumn)
    holidays: Mapped[list[str]] = mapped_column(JsonColumn)


class StoredSource(Base):
    """A source of articles as written in footbridge.yaml. It contains no secret, only the name of its variable."""

    __tablename__ = "knowledge_sources"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[dict[str, Any]] = mapped_column(JsonColumn)


@dataclass(frozen=True)
class DirectoryRows:
    """All rows of a directory, each list in order. Rows without `inactive_since` are in use."""

    company: list[StoredCompany]
    colleagues: list[StoredColleague] = field(default_factory=list)
    teams: list[StoredTeam] = field(default_factory=list)
    customers: list[StoredCustomer] = field(default_factory=list)
    channels: list[StoredChannel] = field(default_factory=list)
    marks: list[CustomerMark] = field(default_factory=list)
    facts: list[CustomerFact] = field(default_factory=list)
    tiers: list[StoredTier] = field(default_factory=list)
    severities: list[StoredSeverity] = field(default_factory=list)
    policies: list[StoredPolicy] = field(default_factory=list)
    calendars: list[StoredCalendar] = field(default_factory=list)
    sources: list[StoredSource] = field(default_factory=list)


_KEPT_WHEN_REMOVED: tuple[type[Any], ...] = (StoredColleague, StoredTeam, StoredCustomer, StoredTier, StoredSeverity)
_OF_CUSTOMERS: tuple[type[Any], ...] = (StoredChannel, CustomerMark, CustomerFact)
_REPLACED: tuple[type[Any], ...] = (StoredPolicy, StoredCalendar, StoredSource)
# The tables with channels, and their columns for the channel's kind and address.
_PLACES: dict[type[Any], tuple[str, str]] = {
    StoredChannel: ("channel_kind", "address"),
    StoredTeam: ("channel_kind", "address"),
    StoredCompany: ("triage_kind", "triage_address"),
}


class Directory:
    def __init__(self, session: Session) -> None:
        self._session = session

    def number(self) -> int:
        """Return how often the directory has changed; 0 if none was stored yet."""
        return self._session.scalar(select(DirectoryVersion.number).where(DirectoryVersion.id == 1)) or 0

    def version(self) -> DirectoryVersion | None:
        return self._session.get(DirectoryVersion, 1)

    def lock(self) -> DirectoryVersion:
        """Return the current version, and lock the directory against changes until this transaction ends."""
        locked = select(DirectoryVersion).where(DirectoryVersion.id == 1).with_for_update()
        found = self._session.scalars(locked.execution_options(populate_existing=True)).first()
        if found is not None:
            return found
        try:
            with self._session.begin_nested():
                self._session.add(DirectoryVersion(id=1))
        except IntegrityError:
            pass  # another process was first
        return self._session.scalars(locked.execution_options(populate_existing=True)).one()

    def rows(self) -> DirectoryRows:
        """Return everything stored. It takes several queries, so on PostgreSQL compare `number` before and after."""
        kinds = {
            "company": StoredCompany,
            "colleagues": StoredColleague,
            "teams": StoredTeam,
            "customers": StoredCustomer,
            "channels": StoredChannel,
            "marks": CustomerMark,
            "facts": CustomerFact,
            "tiers": StoredTier,
            "severities": StoredSeverity,
            "policies": StoredPolicy,
            "calendars": StoredCalendar,
            "sources": StoredSource,
        }
        return DirectoryRows(**{name: self._all(kind) for name, kind in kinds.items()})

    def replace(self, rows: DirectoryRows, at: datetime) -> None:
        """Store these rows as the directory. Rows that are not among them are deleted, or inactive since `at`."""
        customer_ids = [row.id for row in rows.customers]
        for kind in _OF_CUSTOMERS:
            self._session.execute(delete(kind).where(kind.customer_id.in_(customer_ids)))
        for kind in _REPLACED:
            self._session.execute(delete(kind))
        present = {(type(row), _key(row)) for name in fields(rows) for row in getattr(rows, name.name)}
        for kind in _KEPT_WHEN_REMOVED:
            for row in self._all(kind):
                if row.inactive_since is None and (kind, _key(row)) not in present:
                    row.inactive_since = at
        for name in fields(rows):
            for row in getattr(rows, name.name):
                # Kept rows may exist already; all other rows have just been deleted.
                self._session.merge(row) if isinstance(
                    row, (*_KEPT_WHEN_REMOVED, StoredCompany)
                ) else self._session.add(row)
        self._session.flush()

    def move_place(self, before: Address, after: Address, at: datetime) -> bool:
        """Replace a channel's address everywhere, because it got a new id. Return False if it is unknown."""
        if not any(self._has(kind, before) for kind in _PLACES):
            return False
        version = self.lock()
        for kind in _PLACES:
            of_kind, address = (getattr(kind, name) for name in _PLACES[kind])
            there = of_kind == before.kind, address == before.place
            if kind is StoredChannel and self._has(kind, after):
                self._session.execute(delete(kind).where(*there))  # the new channel was already added
            else:
                moved = update(kind).where(*there)
                self._session.execute(moved.values({of_kind: after.kind, address: after.place}))
        version.number += 1
        version.changed_at = at
        self._session.flush()
        self._session.expire_all()
        return True

    def _has(self, kind: type[Any], place: Address) -> bool:
        of_kind, address = (getattr(kind, name) for name in _PLACES[kind])
        found = select(address).where(of_kind == place.kind, address == place.place).limit(1)
        return self._session.scalar(found) is not None

    def _all(self, kind: type[Any]) -> list[Any]:
        order = [kind.position] if "position" in kind.__mapper__.columns else []
        query = select(kind).order_by(*order, *kind.__mapper__.primary_key)
        # populate_existing: read rows again that were already read in this transaction.
        found: Sequence[Any] = self._session.scalars(query.execution_options(populate_existing=True)).all()
        return list(found)


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(row.__mapper__.primary_key_from_instance(row))
