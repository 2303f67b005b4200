"""What arrives from a channel, as neutral values: messages, edits, deletions, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import SLACK, Address

__all__ = [
    "SLACK",
    "Address",
    "AttachedFile",
    "HomeOpened",
    "IncomingEvent",
    "IncomingMessage",
    "MessageDeleted",
    "MessageEdited",
    "NothingForUs",
    "Profile",
]


@dataclass(frozen=True)
class Profile:
    """What a kind of channel tells about a person; `tz` is an IANA name or None (Slack Connect strangers have none).

    One who is `deactivated` has left the workspace, or was switched off there: no message reaches them.
    """

    user_id: str
    team_id: str
    name: str
    email: str | None = None
    tz: str | None = None
    is_bot: bool = False
    deactivated: bool = False


@dataclass(frozen=True)
class AttachedFile:
    file_id: str
    name: str
    mimetype: str
    size: int


@dataclass(frozen=True)
class IncomingMessage:
    """A new message at `address`, written at `at`; `thread` is the address of the first message of its thread.

    `is_direct`: it was written to Footbridge alone. `author` is for kinds of channel whose messages say themselves who
    wrote them, as a letter does; the door names only what its server has verified, since a customer is known by it.
    """

    address: Address
    at: datetime
    user_id: str
    team_id: str
    text: str
    thread: Address | None = None
    from_bot: bool = False
    mentions_us: bool = False
    is_direct: bool = False
    files: tuple[AttachedFile, ...] = ()
    author: Profile | None = None


@dataclass(frozen=True)
class MessageEdited:
    address: Address
    text: str


@dataclass(frozen=True)
class MessageDeleted:
    address: Address


@dataclass(frozen=True)
class HomeOpened:
    user_id: str
    team_id: str


@dataclass(frozen=True)
class NothingForUs:
    """An event that changes nothing here; `reason` says why, for the receipt."""

    reason: str


IncomingEvent = IncomingMessage | MessageEdited | MessageDeleted | HomeOpened | NothingForUs
