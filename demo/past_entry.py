"""One conversation of the demo's history, and how its messages and receipts are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.settings.config import Config
from demo.duration import parse_duration
from storage.conversations import Conversation, Message
from storage.transaction import Transaction

BOT = "U0BOT"


@dataclass
class PastEntry:
    """An entry of history.yaml.

    `titles` maps the id of each article to its title. `messages` collects the messages of the pretend Slack's history,
    of all entries; their number makes each message id unique.
    """

    entry: Mapping[str, Any]
    asked_at: datetime
    config: Config
    titles: Mapping[str, str]
    messages: list[dict[str, Any]]
    page_url: str

    def at(self, after: str | None) -> datetime:
        """Return the time a duration such as `15m` after the question."""
        return self.asked_at + parse_duration(after) if after else self.asked_at

    def add_slack_message(
        self, user: str, at: datetime, text: str, thread: str | None, reactions: Mapping[str, Any] | None = None
    ) -> str:
        """Add a message to the pretend Slack's history, and return its ts."""
        ts = f"{at.timestamp():.0f}.{len(self.messages) + 100:06d}"
        message: dict[str, Any] = {"channel": self.entry["channel"], "user": user, "ts": ts, "text": text}
        if thread:
            message["thread"] = thread
        if reactions:
            message["reactions"] = reactions
        self.messages.append(message)
        return ts


def store_message(tx: Transaction, conversation: Conversation, user: str, side: str, text: str, ts: str) -> Message:
    """Store a message that was sent in a conversation in Slack at `ts`."""
    thread = tx.addresses.get(conversation.thread_id)
    return tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=tx.addresses.id_of(thread.at(ts)),
            author_id=user,
            side=side,
            text=text,
            in_thread=ts != thread.item,
            said_at=datetime.fromtimestamp(float(ts), conversation.opened_at.tzinfo),
        )
    )


def add_receipt(
    tx: Transaction,
    conversation_id: int,
    at: datetime,
    decision: str,
    reason: str,
    address_id: int | None = None,
    **details: Any,
) -> None:
    """Store the receipt of a past decision. It has no scores and versions, which do not exist for the history."""
    tx.receipts.add(at, decision, reason, address_id=address_id, conversation_id=conversation_id, **details)
