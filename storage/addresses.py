"""Addresses: where a channel or a message is, in the ids of Slack, of a mailbox and so on. One table holds them all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from sqlalchemy import ColumnElement, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base

#: Slack; also the kind of all jobs and rows of earlier versions, which supported nothing else.
SLACK = "slack"
#: Text from Footbridge's own forms and buttons, or that Footbridge posts itself.
FOOTBRIDGE = "footbridge"


@dataclass(frozen=True)
class Address:
    """The address of a channel or a message. `kind` is the kind of channel.

    `place` is the channel, the mailbox or the like, and `item` a message in it, or "" for the place itself. Only the
    door for this kind of channel interprets `place` and `item`.
    """

    kind: str
    place: str
    item: str = ""

    @property
    def key(self) -> str:
        """The address as one string, for jobs and links. `from_key` parses it."""
        where = f"{self.kind}:{quote(self.place, safe='@.-_')}"
        return f"{where}/{quote(self.item, safe='@.-_')}" if self.item else where

    @classmethod
    def from_key(cls, key: str) -> Address:
        """Parse a `key`. One without a kind, as earlier versions queued it, is a Slack channel."""
        kind, colon, rest = key.partition(":")
        if not colon:
            return cls(SLACK, key)
        place, _, item = rest.partition("/")
        return cls(kind, unquote(place), unquote(item))

    @property
    def whole(self) -> Address:
        """The address of the place, without the item."""
        return replace(self, item="")

    def at(self, item: str) -> Address:
        """Return the address of a message in this place."""
        return replace(self, item=item)


def own_address(what: str, number: int) -> Address:
    """Return the address of a text of Footbridge's own, for example `own_address("post", 12)`."""
    return Address(FOOTBRIDGE, what, str(number))


class AddressRow(Base):
    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    place: Mapped[str]
    item: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("kind", "place", "item"),)


def matches(address: Address) -> tuple[ColumnElement[bool], ...]:
    """Return the SQL conditions for the row of this address."""
    return AddressRow.kind == address.kind, AddressRow.place == address.place, AddressRow.item == address.item


class Addresses:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Address] = {}

    def get(self, address_id: int) -> Address:
        """Return the address with this id. Raises LookupError if there is none."""
        if address_id not in self._known:
            row = self._session.get(AddressRow, address_id)
            if row is None:
                raise LookupError(f"no address {address_id}")
            self._known[address_id] = Address(row.kind, row.place, row.item)
        return self._known[address_id]

    def find(self, address: Address) -> int | None:
        """Return the id of an address, or None if it is not stored."""
        return self._session.scalar(select(AddressRow.id).where(*matches(address)))

    def move(self, before: Address, after: Address) -> None:
        """Move all addresses of a place to another one, because a channel has got a new id.

        An address that is already stored at the new place keeps its row. References to its old row are changed to it,
        unless the reference must be unique and is taken.
        """
        stored = self._at_place(after)
        for item, address_id in self._at_place(before).items():
            if item in stored:
                self._replace_references(address_id, stored[item])
            else:
                moved = update(AddressRow).where(AddressRow.id == address_id)
                self._session.execute(moved.values(kind=after.kind, place=after.place))
        self._known.clear()
        self._session.expire_all()

    def _at_place(self, place: Address) -> dict[str, int]:
        rows = select(AddressRow.item, AddressRow.id).where(
            AddressRow.kind == place.kind, AddressRow.place == place.place
        )
        return {item: address_id for item, address_id in self._session.execute(rows)}

    def _replace_references(self, before: int, after: int) -> None:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if any(key.target_fullname == "addresses.id" for key in column.foreign_keys):
                    taken = select(column).where(column == after).limit(1)
                    if not (column.unique and self._session.scalar(taken)):
                        references = update(table).where(column == before)
                        self._session.execute(references.values({column.name: after}))

    def id_of(self, address: Address) -> int:
        """Return the id of an address; store it if it is new. Several transactions may do this at the same time."""
        found = self.find(address)
        if found is None:
            values = {"kind": address.kind, "place": address.place, "item": address.item}
            postgresql = self._session.get_bind().dialect.name == "postgresql"
            insert = insert_on_postgresql if postgresql else insert_on_sqlite
            self._session.execute(insert(AddressRow).values(values).on_conflict_do_nothing())
            found = self.find(address)
        if found is None:
            raise LookupError(f"{address.key} could not be stored")
        self._known[found] = address
        return found
