"""Where things are, as the channels outside name them: the one table with ids of Slack, of a mailbox, and so on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from sqlalchemy import ColumnElement, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base

#: The kind of channel that jobs and rows of earlier versions, which knew no other, belong to.
SLACK = "slack"
#: Words that came in through Footbridge's own forms and buttons, or that it posts itself.
FOOTBRIDGE = "footbridge"


@dataclass(frozen=True)
class Address:
    """Where something is. `kind` names the kind of channel; only its door reads what `place` and `item` hold.

    `place` is where people talk (a channel of Slack, a mailbox), `item` one message there; "" is the place itself.
    """

    kind: str
    place: str
    item: str = ""

    @property
    def key(self) -> str:
        """The address as one string, for jobs and links; `from_key` reads it."""
        where = f"{self.kind}:{quote(self.place, safe='@.-_')}"
        return f"{where}/{quote(self.item, safe='@.-_')}" if self.item else where

    @classmethod
    def from_key(cls, key: str) -> Address:
        """A key without a kind is a channel of Slack's, as earlier versions queued it."""
        kind, colon, rest = key.partition(":")
        if not colon:
            return cls(SLACK, key)
        place, _, item = rest.partition("/")
        return cls(kind, unquote(place), unquote(item))

    @property
    def whole(self) -> Address:
        """The place, without the item."""
        return replace(self, item="")

    def at(self, item: str) -> Address:
        return replace(self, item=item)


def own(what: str, number: int) -> Address:
    """The address of words of Footbridge's own making: `own("post", 12)`."""
    return Address(FOOTBRIDGE, what, str(number))


class AddressRow(Base):
    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    place: Mapped[str]
    item: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("kind", "place", "item"),)


def is_at(address: Address) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a row of the table is that address."""
    return AddressRow.kind == address.kind, AddressRow.place == address.place, AddressRow.item == address.item


class Addresses:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Address] = {}

    def get(self, address_id: int) -> Address:
        """Raises LookupError when there is none."""
        if address_id not in self._known:
            row = self._session.get(AddressRow, address_id)
            if row is None:
                raise LookupError(f"no address {address_id}")
            self._known[address_id] = Address(row.kind, row.place, row.item)
        return self._known[address_id]

    def find(self, address: Address) -> int | None:
        """Its id; None when nothing is there."""
        return self._session.scalar(select(AddressRow.id).where(*is_at(address)))

    def move(self, before: Address, after: Address) -> None:
        """All that was at one place is at another from now on: a channel has got a new id.

        What is known at the new place already, such as a message that came in first, keeps its row; what referred to
        the old row of it refers to that one, unless something else does and only one may.
        """
        here = self._at_place(after)
        for item, address_id in self._at_place(before).items():
            if item in here:
                self._refer_to(here[item], instead_of=address_id)
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

    def _refer_to(self, address_id: int, *, instead_of: int) -> None:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if any(key.target_fullname == "addresses.id" for key in column.foreign_keys):
                    taken = select(column).where(column == address_id).limit(1)
                    if not (column.unique and self._session.scalar(taken)):
                        there = update(table).where(column == instead_of)
                        self._session.execute(there.values({column.name: address_id}))

    def id_of(self, address: Address) -> int:
        """Its id; stored when it is new. Several transactions may do this at once."""
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
