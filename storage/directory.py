"""The directory: reads and replaces the rows about the company, its colleagues, teams, customers and policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.addresses import Address
from storage.directory_tables import (
    CustomerFact,
    CustomerMark,
    DirectoryVersion,
    StoredCalendar,
    StoredChannel,
    StoredColleague,
    StoredCompany,
    StoredCustomer,
    StoredPolicy,
    StoredSeverity,
    StoredSource,
    StoredTeam,
    StoredTier,
)


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
