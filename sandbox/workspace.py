"""The state of the pretend workspace: people, channels, messages, files. It holds and finds; it sends nothing."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.workspace_file import (
    AppEntry,
    ChannelEntry,
    Json,
    Team,
    UserEntry,
    UsergroupEntry,
    WorkspaceFile,
    seconds_ago,
)


@dataclass
class Message:
    """One message: Slack's own fields in `body`, the rest beside it."""

    channel: str
    ts: str
    body: Json
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reader: str | None = None  # set: ephemeral, seen by this person only
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
    """A channel, private channel or IM, with everything said in it."""

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
    topic: Json = field(default_factory=dict)
    purpose: Json = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    threads: dict[str, list[str]] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    read_until: dict[str, str] = field(default_factory=dict)

    @property
    def is_ext_shared(self) -> bool:
        return bool(self.shared_with)

    def add(self, message: Message) -> None:
        """Put a message in its place by ts."""
        self.messages[message.ts] = message
        bisect.insort(self.order, message.ts)
        if message.is_reply and message.thread_ts is not None:
            bisect.insort(self.threads.setdefault(message.thread_ts, []), message.ts)

    def remove(self, message: Message) -> None:
        """Take a message out; a root with replies is the caller's to replace by a tombstone."""
        self.messages.pop(message.ts, None)
        self.order.remove(message.ts)
        if message.ts in self.pins:
            self.pins.remove(message.ts)
        if message.is_reply and message.thread_ts is not None:
            replies = self.threads.get(message.thread_ts, [])
            replies.remove(message.ts)
            if not replies:
                self.threads.pop(message.thread_ts, None)

    def replies(self, root: str) -> list[Message]:
        """Replies to a root, oldest first."""
        return [self.messages[ts] for ts in self.threads.get(root, [])]

    def roots(self) -> list[Message]:
        """What the channel itself shows: roots and broadcast replies, oldest first."""
        found = (self.messages[ts] for ts in self.order)
        return [one for one in found if not one.is_reply or one.body.get("subtype") == "thread_broadcast"]


@dataclass
class StoredFile:
    """A file: what `files.info` tells, and its bytes."""

    id: str
    user: str
    name: str
    title: str
    mimetype: str
    created: int
    content: bytes = b""
    channels: list[str] = field(default_factory=list)
    expected: int = 0
    uploaded: bool = False
    complete: bool = False
    alt_txt: str = ""


@dataclass
class Scheduled:
    """A message that waits for its time."""

    id: str
    channel: str
    post_at: int
    created: int
    body: Json
    metadata: Json | None = None


class Workspace:
    """One loaded workspace file, and what happened since."""

    def __init__(self, file: WorkspaceFile, clock: SandboxClock) -> None:
        self.file = file
        self.clock = clock
        self.team: Team = file.team
        self.app: AppEntry = file.app
        self.teams: dict[str, Team] = {team.id: team for team in (file.team, *file.teams)}
        self.users: dict[str, UserEntry] = {user.id: user for user in file.users}
        self.usergroups: dict[str, UsergroupEntry] = {group.id: group for group in file.usergroups}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.sessions: dict[tuple[str, str | None], Json] = {}
        self._count = 0
        self._prepare()

    def _prepare(self) -> None:
        for user in self.users.values():
            user.team = user.team or self.team.id
            user.real_name = user.real_name or user.name
        if self.app.bot_user_id not in self.users:
            name = self.app.name.lower().replace(" ", "-")
            self.users[self.app.bot_user_id] = UserEntry(
                id=self.app.bot_user_id, team=self.team.id, name=name, real_name=self.app.name, is_bot=True
            )
        self.users[self.app.bot_user_id].is_bot = True
        started = int(self.clock.now())
        for entry in self.file.channels:
            self.channels[entry.id] = self._channel(entry, started)
        self._load_history()

    def _channel(self, entry: ChannelEntry, started: int) -> Channel:
        creator = next((one for one in entry.members if not self.is_external(one)), self.app.bot_user_id)
        channel = Channel(
            id=entry.id,
            name=entry.name,
            created=started - 90 * 86400,
            creator=creator,
            members=list(entry.members),
            is_private=entry.private,
            is_archived=entry.archived,
            shared_with=list(entry.shared_with),
        )
        channel.topic = {"value": entry.topic, "creator": creator if entry.topic else "", "last_set": 0}
        channel.purpose = {"value": entry.purpose, "creator": creator if entry.purpose else "", "last_set": 0}
        return channel

    def _load_history(self) -> None:
        now = self.clock.now()
        refs: dict[str, str] = {}
        for number, entry in enumerate(self.file.messages):
            # The number keeps entries of the same second in the order of the file.
            ts = entry.ts or f"{int(now - seconds_ago(entry.ago or '0s'))}.{number + 1:06d}"
            channel = self.channels.get(entry.channel) or self.im_between(self.app.bot_user_id, entry.channel)
            while ts in channel.messages:
                ts = f"{ts[:-6]}{int(ts[-6:]) + 1:06d}"
            body = self.author_fields(entry.user) | {"type": "message", "text": entry.text, "ts": ts}
            if entry.thread:
                body["thread_ts"] = refs.get(entry.thread, entry.thread)
                if entry.broadcast:
                    body["subtype"] = "thread_broadcast"
            if entry.blocks:
                body["blocks"] = entry.blocks
            channel.add(
                Message(
                    channel.id,
                    ts,
                    body,
                    reactions={name: list(users) for name, users in entry.reactions.items()},
                    metadata=entry.metadata,
                )
            )
            if entry.ref:
                refs[entry.ref] = ts
        for channel in self.channels.values():
            if channel.order:
                channel.read_until = dict.fromkeys(channel.members, channel.order[-1])

    # -- finding ---------------------------------------------------------------

    def fresh_id(self, prefix: str) -> str:
        """A new id such as `F000000A`, unique in this workspace."""
        self._count += 1
        return f"{prefix}0SB{self._count:07d}"

    def is_external(self, user_id: str) -> bool:
        """Not of the home team (unknown people too)."""
        user = self.users.get(user_id)
        return user is None or user.team != self.team.id

    def author_fields(self, user_id: str) -> Json:
        """`user`, `team` and, for bots, `bot_id`: what Slack writes into a message of theirs."""
        user = self.users[user_id]
        if user_id == self.app.bot_user_id:
            return self.bot_fields()
        if user.is_bot:
            return {"subtype": "bot_message", "bot_id": self.bot_id_of(user_id), "username": user.real_name}
        return {"user": user_id, "team": user.team}

    def bot_fields(self) -> Json:
        """What stands in each message that the app's bot posts."""
        return {
            "user": self.app.bot_user_id,
            "team": self.team.id,
            "bot_id": self.app.bot_id,
            "app_id": self.app.id,
            "bot_profile": {
                "id": self.app.bot_id,
                "app_id": self.app.id,
                "user_id": self.app.bot_user_id,
                "name": self.app.name,
                "icons": {},
                "deleted": False,
                "updated": 0,
                "team_id": self.team.id,
            },
        }

    def bot_id_of(self, user_id: str) -> str:
        """The bot id of a bot user: the app's, or one made from the user's id."""
        return self.app.bot_id if user_id == self.app.bot_user_id else "B" + user_id[1:]

    def user_named(self, name: str) -> UserEntry | None:
        """A person by user name or display name, ignoring case."""
        low = name.lower()
        return next((u for u in self.users.values() if low in (u.name.lower(), u.display_name.lower())), None)

    def channel_named(self, name: str) -> Channel | None:
        """A channel by its name, without `#`."""
        return next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def im_between(self, one: str, other: str) -> Channel:
        """The IM of two people, opened when needed."""
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == {one, other}:
                return channel
        channel = Channel(
            id=self.fresh_id("D"),
            name="",
            created=int(self.clock.now()),
            creator=one,
            members=[one, other],
            is_im=True,
            is_private=True,
        )
        if self.users[one].team != self.users[other].team:
            outside = self.users[other].team if self.users[one].team == self.team.id else self.users[one].team
            channel.shared_with = [outside]
        self.channels[channel.id] = channel
        return channel

    def channels_of(self, user_id: str) -> list[Channel]:
        """Every channel and IM that somebody is in."""
        return [channel for channel in self.channels.values() if user_id in channel.members]

    def may_see(self, user_id: str, channel: Channel) -> bool:
        """Members see; others see public channels of their own organisation or shared with it."""
        if user_id in channel.members:
            return True
        user = self.users.get(user_id)
        return not channel.is_private and user is not None and user.team in (self.team.id, *channel.shared_with)

    def known_to_bot(self, user_id: str) -> bool:
        """Home people, and people of other teams who share a channel with the bot."""
        if user_id not in self.users:
            return False
        if not self.is_external(user_id):
            return True
        return any(user_id in channel.members for channel in self.channels_of(self.app.bot_user_id))

    def find_file(self, ids: Iterable[Any]) -> list[StoredFile]:
        """Stored files by id, missing ones left out."""
        return [self.files[one] for one in ids if one in self.files]
