"""What arrives from a channel, as neutral values: messages, edits, deletions, who wrote them; and changed channels."""

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
class ChannelClosed:
    """We were taken out of a channel, or nobody can write there any more. `how`: left or archived."""

    place: Address
    how: Literal["left", "archived"]


@dataclass(frozen=True)
class OrganisationLeft:
    """An organisation has no part in a channel any more; `others_remain`: the channel has still outside people."""

    place: Address
    team_id: str
    others_remain: bool


@dataclass(frozen=True)
class ChannelMoved:
    """A channel has a new address, under which all of it is found from now on."""

    before: Address
    after: Address


@dataclass(frozen=True)
class HomeOpened:
    user_id: str
    team_id: str


@dataclass(frozen=True)
class NothingForUs:
    """An event that changes nothing here; `reason` says why, for the receipt."""

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
