"""Conversations with customers, their participants and their messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.addresses import Address, AddressRow, matches, own_address
from storage.database import Base, JsonColumn, UtcDateTime
from storage.posts import Post


class Conversation(Base):
    """One thread with a customer, on any kind of channel. `status`: see bot/desk/lifecycle.py.

    `place_id` is the address of the channel, `thread_id` that of the thread's first message. `taken_over_at` is when a
    colleague first answered in it: from then on Footbridge does not answer. `link` is the thread's URL.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), unique=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    contact_id: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_over_by: Mapped[str | None]
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened: Mapped[int] = mapped_column(default=0)
    link: Mapped[str | None]


class Participant(Base):
    """A person who wrote in a conversation. `side`: contact or ours."""

    __tablename__ = "participants"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    side: Mapped[str]
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One message. `side`: contact, ours, bot or inside (in an escalation's thread). `text` is None once deleted.

    `kind` is the result of triage: question, thanks, small_talk, ... Text that Footbridge posts, or that somebody
    entered in a form, has an address of the kind "footbridge" (`storage.addresses.own_address`).
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    escalation_id: Mapped[int | None] = mapped_column(index=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), unique=True)
    author_id: Mapped[str]
    side: Mapped[str]
    kind: Mapped[str] = mapped_column(default="question")
    in_thread: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Conversations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_channel(self, place: Address) -> None:
        """Lock a channel until the transaction ends. On SQLite nothing is needed: only one transaction can write."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place.key, 0))))

    def add(self, conversation: Conversation) -> Conversation:
        self._session.add(conversation)
        self._session.flush()
        return conversation

    def get(self, conversation_id: int) -> Conversation:
        """Return the conversation with this id. Raises LookupError if there is none."""
        found = self._session.get(Conversation, conversation_id)
        if found is None:
            raise LookupError(f"no conversation {conversation_id}")
        return found

    def with_ids(self, ids: Iterable[int]) -> Sequence[Conversation]:
        """Return the conversations with these ids, in any order; missing ones are left out."""
        return self._session.scalars(select(Conversation).where(Conversation.id.in_(set(ids)))).all()

    def of_thread(self, thread: Address) -> Conversation | None:
        """Return the conversation whose thread starts with this message, or that contains it, or None."""
        found = self._session.scalar(
            select(Conversation).join(AddressRow, AddressRow.id == Conversation.thread_id).where(*matches(thread))
        )
        if found is not None:
            return found
        message = self.message_at(thread) or self._message_of_post(thread)
        return self._session.get(Conversation, message.conversation_id) if message and message.conversation_id else None

    def _message_of_post(self, address: Address) -> Message | None:
        """Return the message of the post at this address: an e-mail may reply to a post of ours."""
        post_id = self._session.scalar(
            select(Post.id).join(AddressRow, AddressRow.id == Post.address_id).where(*matches(address))
        )
        return self.message_at(own_address("post", post_id)) if post_id is not None else None

    def latest_by(self, place_id: int, contact_id: str, since: datetime) -> Conversation | None:
        """Return the contact's newest conversation in the channel with a message of theirs at or after `since`."""
        return self._session.scalar(
            select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(
                Conversation.place_id == place_id,
                Conversation.contact_id == contact_id,
                Message.author_id == contact_id,
                Message.said_at >= since,
            )
            .order_by(Conversation.id.desc())
            .limit(1)
        )

    def open_by(self, place_id: int, contact_id: str, since: datetime) -> Sequence[Conversation]:
        """Return the contact's open conversations in the channel with a message at or after `since`, newest first."""
        return self._session.scalars(
            select(Conversation)
            .where(
                Conversation.place_id == place_id,
                Conversation.contact_id == contact_id,
                Conversation.status.in_(("open", "answered", "with_people")),
                Conversation.last_message_at >= since,
            )
            .order_by(Conversation.id.desc())
        ).all()

    def latest_in(self, place_id: int, limit: int) -> Sequence[Conversation]:
        """Return the channel's conversations with the newest messages, newest first."""
        return self._session.scalars(
            select(Conversation)
            .where(Conversation.place_id == place_id)
            .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
            .limit(limit)
        ).all()

    def add_message(self, message: Message) -> Message:
        """Store a message. Its author becomes a participant of the conversation."""
        self._session.add(message)
        self._session.flush()
        key = (message.conversation_id, message.author_id)
        if message.conversation_id and message.side in ("contact", "ours") and not self._session.get(Participant, key):
            self._session.add(
                Participant(
                    conversation_id=message.conversation_id,
                    person_id=message.author_id,
                    side=message.side,
                    since=message.said_at,
                )
            )
            self._session.flush()
        return message

    def participants(self, conversation_id: int) -> Sequence[Participant]:
        """Return the people who wrote in the conversation, in the order in which they joined."""
        return self._session.scalars(
            select(Participant).where(Participant.conversation_id == conversation_id).order_by(Participant.since)
        ).all()

    def message(self, message_id: int) -> Message | None:
        return self._session.get(Message, message_id)

    def message_at(self, address: Address) -> Message | None:
        return self._session.scalar(
            select(Message).join(AddressRow, AddressRow.id == Message.address_id).where(*matches(address))
        )

    def messages(self, conversation_id: int) -> Sequence[Message]:
        """Return the messages of a conversation that are not deleted, oldest first."""
        return self._session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.deleted_at.is_(None))
            .order_by(Message.said_at, Message.id)
        ).all()

    def inside(self, escalation_id: int) -> Sequence[Message]:
        """Return the messages in an escalation's thread that are not deleted, oldest first."""
        return self._session.scalars(
            select(Message)
            .where(Message.escalation_id == escalation_id, Message.deleted_at.is_(None))
            .order_by(Message.said_at, Message.id)
        ).all()
