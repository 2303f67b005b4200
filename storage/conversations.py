"""Remembers conversations (customer threads) and every message said in them, edits and deletions included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class Conversation(Base):
    """One customer thread. `status`: open, answered, with_people or solved.

    `taken_over_at` is when a person of ours first wrote in it: from then on Footbridge keeps quiet. `link` is Slack's
    permalink of the thread.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(index=True)
    thread_ts: Mapped[str]
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

    __table_args__ = (UniqueConstraint("channel_id", "thread_ts"),)


class Message(Base):
    """One message. `side` is contact, ours, bot or inside (an escalation's thread); `text` is None once deleted.

    `kind` is what triage took it for: question, thanks, small_talk, ... Words that Footbridge posts for somebody have a
    `ts` of "post:<id>" (they are ours before Slack has them), words from a form "form:<id>".
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    escalation_id: Mapped[int | None] = mapped_column(index=True)
    channel_id: Mapped[str]
    ts: Mapped[str]
    author_id: Mapped[str]
    side: Mapped[str]
    kind: Mapped[str] = mapped_column(default="question")
    in_thread: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("channel_id", "ts"),)


class Conversations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_channel(self, channel_id: str) -> None:
        """Until the transaction ends nobody else decides about this channel; on SQLite there is one writer anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(channel_id, 0))))

    def add(self, conversation: Conversation) -> Conversation:
        self._session.add(conversation)
        self._session.flush()
        return conversation

    def get(self, conversation_id: int) -> Conversation:
        """Raises LookupError when there is none."""
        found = self._session.get(Conversation, conversation_id)
        if found is None:
            raise LookupError(f"no conversation {conversation_id}")
        return found

    def of_thread(self, channel_id: str, ts: str) -> Conversation | None:
        """The conversation whose thread `ts` is, or one of whose top-level messages it is."""
        found = self._session.scalar(
            select(Conversation).where(Conversation.channel_id == channel_id, Conversation.thread_ts == ts)
        )
        if found is not None:
            return found
        message = self.message_at(channel_id, ts)
        return self._session.get(Conversation, message.conversation_id) if message and message.conversation_id else None

    def latest_by(self, channel_id: str, contact_id: str, since: datetime) -> Conversation | None:
        """The contact's newest conversation in the channel with a message of theirs at or after `since`."""
        return self._session.scalar(
            select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(
                Conversation.channel_id == channel_id,
                Conversation.contact_id == contact_id,
                Message.author_id == contact_id,
                Message.said_at >= since,
            )
            .order_by(Conversation.id.desc())
            .limit(1)
        )

    def latest_in(self, channel_id: str, limit: int) -> Sequence[Conversation]:
        """The channel's conversations in which something was said last, newest first."""
        return self._session.scalars(
            select(Conversation)
            .where(Conversation.channel_id == channel_id)
            .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
            .limit(limit)
        ).all()

    def add_message(self, message: Message) -> Message:
        self._session.add(message)
        self._session.flush()
        return message

    def message(self, message_id: int) -> Message | None:
        return self._session.get(Message, message_id)

    def message_at(self, channel_id: str, ts: str) -> Message | None:
        return self._session.scalar(select(Message).where(Message.channel_id == channel_id, Message.ts == ts))

    def messages(self, conversation_id: int) -> Sequence[Message]:
        """What was said and not deleted, oldest first."""
        return self._session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.deleted_at.is_(None))
            .order_by(Message.said_at, Message.id)
        ).all()

    def inside(self, escalation_id: int) -> Sequence[Message]:
        """What was said in an escalation's thread and not deleted, oldest first."""
        return self._session.scalars(
            select(Message)
            .where(Message.escalation_id == escalation_id, Message.deleted_at.is_(None))
            .order_by(Message.said_at, Message.id)
        ).all()
