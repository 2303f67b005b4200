"""The workspace: people, channels, files and scheduled messages, and how to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.channel import Channel, Message
from sandbox.clock import SandboxClock
from sandbox.workspace_file import (
    AppEntry,
    ChannelEntry,
    Json,
    MessageEntry,
    Team,
    UserEntry,
    UsergroupEntry,
    WorkspaceFile,
    seconds_ago,
)

SLACKBOT = "USLACKBOT"


@dataclass
class StoredFile:
    """A file: its bytes, and what `files.info` says about it."""

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
class ScheduledMessage:
    """A message of `chat.scheduleMessage` that is not posted yet."""

    id: str
    channel: str
    post_at: int
    created: int
    body: Json
    metadata: Json | None = None


class Workspace:
    """A workspace that begins as its file says and then changes."""

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
        self.scheduled: dict[str, ScheduledMessage] = {}
        self.sessions: dict[tuple[str, str | None], Json] = {}
        self._count = 0
        self._complete_users()
        started = int(self.clock.now())
        for entry in self.file.channels:
            self.channels[entry.id] = self._create_channel(entry, started)
        self._add_history()

    def _complete_users(self) -> None:
        for user in self.users.values():
            user.team = user.team or self.team.id
            user.real_name = user.real_name or user.name
        bot = self.app.bot_user_id
        if bot not in self.users:
            name = self.app.name.lower().replace(" ", "-")
            self.users[bot] = UserEntry(id=bot, team=self.team.id, name=name, real_name=self.app.name)
        self.users[bot].is_bot = True

    def _create_channel(self, entry: ChannelEntry, started: int) -> Channel:
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

    def _add_history(self) -> None:
        now = self.clock.now()
        refs: dict[str, str] = {}
        for number, entry in enumerate(self.file.messages):
            # The number keeps entries of the same second in the order of the file.
            ts = entry.ts or f"{int(now - seconds_ago(entry.ago or '0s'))}.{number + 1:06d}"
            channel = self.channels.get(entry.channel) or self.open_im(self.app.bot_user_id, entry.channel)
            while ts in channel.messages:
                ts = f"{ts[:-6]}{int(ts[-6:]) + 1:06d}"
            reactions = {name: list(users) for name, users in entry.reactions.items()}
            body = self._history_body(entry, ts, refs)
            channel.add(Message(channel.id, ts, body, reactions=reactions, metadata=entry.metadata))
            if entry.ref:
                refs[entry.ref] = ts
        for channel in self.channels.values():
            if channel.timestamps:
                channel.read_until = dict.fromkeys(channel.members, channel.timestamps[-1])

    def _history_body(self, entry: MessageEntry, ts: str, refs: dict[str, str]) -> Json:
        body = self.author_fields(entry.user) | {"type": "message", "text": entry.text, "ts": ts}
        if entry.thread:
            body["thread_ts"] = refs.get(entry.thread, entry.thread)
            if entry.broadcast:
                body["subtype"] = "thread_broadcast"
        if entry.blocks:
            body["blocks"] = entry.blocks
        if entry.attachments:
            body["attachments"] = entry.attachments
        return body

    # -- people and bots

    def is_external(self, user_id: str) -> bool:
        """Is this person not of the home team? True for unknown people."""
        user = self.users.get(user_id)
        return user is None or user.team != self.team.id

    def author_fields(self, user_id: str) -> Json:
        """The fields that name the author in a message: `user` and `team`, for bots `bot_id`."""
        user = self.users[user_id]
        if user_id == self.app.bot_user_id:
            return self.bot_fields()
        if user.is_bot and user_id != SLACKBOT:
            return {"subtype": "bot_message", "bot_id": self.bot_id_of(user_id), "username": user.real_name}
        return {"user": user_id, "team": user.team}

    def bot_fields(self) -> Json:
        """The fields that name the author in a message of the app's bot."""
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
        """The bot id of a bot user: the app's, or for another bot one made from the user id."""
        return self.app.bot_id if user_id == self.app.bot_user_id else "B" + user_id[1:]

    def find_user_by_name(self, name: str) -> UserEntry | None:
        """A person by user name or display name, ignoring case."""
        low = name.lower()
        return next((u for u in self.users.values() if low in (u.name.lower(), u.display_name.lower())), None)

    def is_visible_to_bot(self, user_id: str) -> bool:
        """Is this person of the home team, or in a channel together with the bot?"""
        if user_id not in self.users:
            return False
        if not self.is_external(user_id):
            return True
        return any(user_id in channel.members for channel in self.channels_of(self.app.bot_user_id))

    # -- channels and files

    def new_id(self, prefix: str) -> str:
        """A new id such as `F0SB0000001`, unique in this workspace."""
        self._count += 1
        return f"{prefix}0SB{self._count:07d}"

    def find_channel_by_name(self, name: str) -> Channel | None:
        """A channel by its name, without `#`."""
        return next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def create_channel(self, name: str, creator: str, *, is_private: bool) -> Channel:
        """A new channel whose only member is `creator`."""
        now = int(self.clock.now())
        channel = Channel(self.new_id("C"), name, now, creator, [creator], is_private=is_private)
        self.channels[channel.id] = channel
        return channel

    def open_im(self, user_id: str, other: str) -> Channel:
        """The IM between two people; a new one if there is none yet."""
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == {user_id, other}:
                return channel
        channel = Channel(
            id=self.new_id("D"),
            name="",
            created=int(self.clock.now()),
            creator=user_id,
            members=[user_id, other],
            is_im=True,
            is_private=True,
        )
        teams = {self.users[one].team for one in (user_id, other)}
        if len(teams) > 1:
            channel.shared_with = sorted(teams - {self.team.id})
        self.channels[channel.id] = channel
        return channel

    def slackbot_im(self) -> Channel:
        """The IM in which Slackbot tells the app's bot something; Slackbot is created if needed."""
        if SLACKBOT not in self.users:
            self.users[SLACKBOT] = UserEntry(
                id=SLACKBOT, team=self.team.id, name="slackbot", real_name="Slackbot", is_bot=True
            )
        return self.open_im(self.app.bot_user_id, SLACKBOT)

    def channels_of(self, user_id: str) -> list[Channel]:
        """Every channel and IM that somebody is a member of."""
        return [channel for channel in self.channels.values() if user_id in channel.members]

    def can_see(self, user_id: str, channel: Channel) -> bool:
        """Can this person read the channel: as a member, or because it is public and of their organisation?"""
        if user_id in channel.members:
            return True
        user = self.users.get(user_id)
        return not channel.is_private and user is not None and user.team in (self.team.id, *channel.shared_with)

    def change_channel_id(self, channel: Channel, new_id: str) -> None:
        """Give a channel another id, everywhere."""
        old_id = channel.id
        self.channels = {(new_id if key == old_id else key): one for key, one in self.channels.items()}
        channel.change_id(new_id)
        for stored in self.files.values():
            stored.channels = [new_id if one == old_id else one for one in stored.channels]
        for waiting in self.scheduled.values():
            waiting.channel = new_id if waiting.channel == old_id else waiting.channel
        self.sessions = {
            (new_id if place == old_id else place, thread): one for (place, thread), one in self.sessions.items()
        }

    def find_files(self, ids: Iterable[Any]) -> list[StoredFile]:
        """Stored files by id; unknown ids are left out."""
        return [self.files[one] for one in ids if one in self.files]
