"""What arrives from any kind of channel: new, edited and deleted messages, their authors, and changes of channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.addresses import SLACK, Address

__all__ = [
    "SLACK",
    "Address",
    "AttachedFile",
    "ChannelClosed",
    "ChannelMoved",
    "HomeOpened",
    "IncomingEvent",
    "IncomingMessage",
    "MessageDeleted",
    "MessageEdited",
    "NothingForUs",
    "OrganisationLeft",
    "Profile",
]


@dataclass(frozen=True)
class Profile:
    """What a kind of channel knows about a person; `tz` is an IANA name or None (Slack hides it for some outsiders).

    `deactivated`: the account is switched off, so that no message reaches this person.
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

    `is_direct`: it is a direct message to Footbridge. `author` is set by kinds of channel whose messages name their
    author, such as e-mail. It holds only what the mail server verified, because it decides which customer wrote.
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
class ChannelClosed:
    """Footbridge was removed from a channel (`how`: left), or the channel was archived (`how`: archived)."""

    place: Address
    how: Literal["left", "archived"]


@dataclass(frozen=True)
class OrganisationLeft:
    """An organisation left a shared channel; `others_remain`: another outside organisation is still in it."""

    place: Address
    team_id: str
    others_remain: bool


@dataclass(frozen=True)
class ChannelMoved:
    """The address of a channel changed from `before` to `after`."""

    before: Address
    after: Address


@dataclass(frozen=True)
class HomeOpened:
    user_id: str
    team_id: str


@dataclass(frozen=True)
class NothingForUs:
    """An event that Footbridge ignores; `reason` says why, for the receipt."""

    reason: str


IncomingEvent = (
    IncomingMessage
    | MessageEdited
    | MessageDeleted
    | ChannelClosed
    | OrganisationLeft
    | ChannelMoved
    | HomeOpened
    | NothingForUs
)
