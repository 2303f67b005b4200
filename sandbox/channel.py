"""Channels and the messages in them."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from sandbox.workspace_file import Json


@dataclass
class Message:
    """One message: the fields of Slack's message object in `body`, everything else beside it."""

    channel: str
    ts: str
    body: Json
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_for: str | None = None  # the only person who sees it
    metadata: Json | None = None

    @property
    def thread_ts(self) -> str | None:
        found = self.body.get("thread_ts")
        return found if isinstance(found, str) else None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def author(self) -> str | None:
        found = self.body.get("user")
        return found if isinstance(found, str) else None


@dataclass
class Channel:
    """A public or private channel or an IM, with all its messages."""

    id: str
    name: str
    created: int
    creator: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    shared_with: list[str] = field(default_factory=list)
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    messages: dict[str, Message] = field(default_factory=dict)
    timestamps: list[str] = field(default_factory=list)  # of all messages, oldest first
    threads: dict[str, list[str]] = field(default_factory=dict)  # thread_ts -> ts of its replies, oldest first
    ephemerals: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    read_until: dict[str, str] = field(default_factory=dict)

    @property
    def is_ext_shared(self) -> bool:
        return bool(self.shared_with)

    @property
    def payload_name(self) -> str:
        """The name that payloads of commands and interactions give for this channel."""
        return "directmessage" if self.is_im else "privategroup" if self.is_private else self.name

    def add(self, message: Message) -> None:
        """Insert a message by its ts."""
        self.messages[message.ts] = message
        bisect.insort(self.timestamps, message.ts)
        if message.is_reply and message.thread_ts is not None:
            bisect.insort(self.threads.setdefault(message.thread_ts, []), message.ts)

    def remove(self, message: Message) -> None:
        """Remove a message. For a root with replies, the caller leaves a tombstone instead."""
        self.messages.pop(message.ts, None)
        self.timestamps.remove(message.ts)
        if message.ts in self.pins:
            self.pins.remove(message.ts)
        if message.is_reply and message.thread_ts is not None:
            replies = self.threads.get(message.thread_ts, [])
            replies.remove(message.ts)
            if not replies:
                self.threads.pop(message.thread_ts, None)

    def change_id(self, new_id: str) -> None:
        """Set another id, in the messages too."""
        self.id = new_id
        for message in [*self.messages.values(), *self.ephemerals.values()]:
            message.channel = new_id

    def root_of(self, message: Message) -> Message | None:
        """The root message of a reply; None for a root, or when the root is gone."""
        return self.messages.get(message.thread_ts or "") if message.is_reply else None

    def replies(self, root: str) -> list[Message]:
        """Replies to a root, oldest first."""
        return [self.messages[ts] for ts in self.threads.get(root, [])]

    def top_level_messages(self) -> list[Message]:
        """The messages that the channel itself shows: roots and broadcast replies, oldest first."""
        found = (self.messages[ts] for ts in self.timestamps)
        return [one for one in found if not one.is_reply or one.body.get("subtype") == "thread_broadcast"]
