"""Receipts: why Footbridge answered, stayed silent, handed over or sent something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.addresses import Address, AddressRow, matches
from storage.database import Base, JsonColumn, UtcDateTime


class Receipt(Base):
    """The record of one decision. `decision` is a fixed word, `reason` a sentence, `details` the ids and scores that it
    was based on, without anybody's text. `address_id` is the address of the message that it was about.
    """

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    ticket_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)


class Receipts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        at: datetime,
        decision: str,
        reason: str,
        *,
        address_id: int | None = None,
        conversation_id: int | None = None,
        ticket_id: int | None = None,
        **details: Any,
    ) -> Receipt:
        receipt = Receipt(
            at=at,
            decision=decision,
            reason=reason,
            address_id=address_id,
            conversation_id=conversation_id,
            ticket_id=ticket_id,
            details=details,
        )
        self._session.add(receipt)
        return receipt

    def get(self, receipt_id: int) -> Receipt | None:
        return self._session.get(Receipt, receipt_id)

    def at(self, address: Address) -> Sequence[Receipt]:
        """Return the decisions about one message, oldest first."""
        return self._session.scalars(
            select(Receipt)
            .join(AddressRow, AddressRow.id == Receipt.address_id)
            .where(*matches(address))
            .order_by(Receipt.id)
        ).all()

    def of_conversation(self, conversation_id: int) -> Sequence[Receipt]:
        return self._session.scalars(
            select(Receipt).where(Receipt.conversation_id == conversation_id).order_by(Receipt.id)
        ).all()
