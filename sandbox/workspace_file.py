"""The workspace file: its schema, and how it is read. All errors in a file are reported at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Json = dict[str, Any]
_AGO = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class WorkspaceFileError(ValueError):
    """The workspace file is not valid; the message lists every error with its place."""


def seconds_ago(text: str) -> int:
    """`2d3h`, `15m`, `40s` -> seconds. ValueError on anything else."""
    found = _AGO.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is not a time span (ago) like 2d3h, 15m or 40s")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Team(_Strict):
    """An organisation."""

    id: str
    name: str
    domain: str = ""


class Command(_Strict):
    """A slash command of the app."""

    command: str
    description: str = ""
    usage_hint: str = ""


class Shortcut(_Strict):
    """A shortcut of the app: on a message, or global."""

    type: Literal["message", "global"]
    callback_id: str
    name: str


def _as_command(value: Any) -> Any:
    return {"command": value} if isinstance(value, str) else value


class AppEntry(_Strict):
    """The app that is installed in the home workspace. `None` for scopes and events means all of them."""

    id: str = "A0APP"
    name: str = "App"
    bot_user_id: str = "U0BOT"
    bot_id: str = "B0BOT"
    bot_token: str = "xoxb-sandbox-bot"
    app_token: str = "xapp-sandbox-app"
    signing_secret: str = "sandbox-signing-secret"
    scopes: list[str] | None = None
    events: list[str] | None = None
    commands: list[Annotated[Command, BeforeValidator(_as_command)]] = Field(default_factory=list)
    shortcuts: list[Shortcut] = Field(default_factory=list)
    events_url: str | None = None
    commands_url: str | None = None
    interactivity_url: str | None = None


class DeliveryEntry(_Strict):
    """How long the app has to answer, and when Slack sends an event again. All in seconds."""

    ack_seconds: float = 3.0
    retry_delays: list[float] = Field(default_factory=lambda: [0.0, 60.0, 300.0])
    trigger_seconds: float = 3.0


class UserEntry(_Strict):
    """A person, or another bot."""

    id: str
    team: str = ""
    name: str
    real_name: str = ""
    display_name: str = ""
    title: str = ""
    email: str | None = None
    tz: str = "Etc/UTC"
    locale: str = "en-US"
    color: str = "#5b6770"
    admin: bool = False
    deleted: bool = False
    is_bot: bool = False


class UsergroupEntry(_Strict):
    """A user group."""

    id: str
    handle: str
    name: str
    users: list[str] = Field(default_factory=list)


class ChannelEntry(_Strict):
    """A channel. `shared_with` lists the other organisations in it (Slack Connect)."""

    id: str
    name: str
    members: list[str] = Field(default_factory=list)
    private: bool = False
    archived: bool = False
    shared_with: list[str] = Field(default_factory=list)
    topic: str = ""
    purpose: str = ""


class MessageEntry(_Strict):
    """A message of the history. A user id as `channel` means their IM with the bot."""

    channel: str
    user: str
    text: str = ""
    ago: str | None = None
    ts: str | None = None
    ref: str | None = None
    thread: str | None = None
    reactions: dict[str, list[str]] = Field(default_factory=dict)
    blocks: list[Json] = Field(default_factory=list)
    attachments: list[Json] = Field(default_factory=list)
    metadata: Json | None = None
    broadcast: bool = False

    @model_validator(mode="after")
    def _check_time(self) -> MessageEntry:
        if (self.ago is None) == (self.ts is None):
            raise ValueError("give either `ago` (like 2d3h) or `ts`")
        if self.ago is not None:
            seconds_ago(self.ago)
        return self


class GuideStep(_Strict):
    """One step of the guide that the page shows. `thread: newest` opens the channel's newest thread."""

    title: str
    body: str = ""
    as_: str | None = Field(default=None, alias="as")
    channel: str | None = None
    thread: Literal["newest"] | None = None
    text: str | None = None


class WorkspaceFile(_Strict):
    """A whole workspace, as a sandbox starts with it."""

    team: Team
    app: AppEntry = Field(default_factory=AppEntry)
    delivery: DeliveryEntry = Field(default_factory=DeliveryEntry)
    teams: list[Team] = Field(default_factory=list)
    users: list[UserEntry] = Field(default_factory=list)
    usergroups: list[UsergroupEntry] = Field(default_factory=list)
    channels: list[ChannelEntry] = Field(default_factory=list)
    messages: list[MessageEntry] = Field(default_factory=list)
    guide: list[GuideStep] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check_references(self) -> WorkspaceFile:
        errors = _broken_references(self)
        if errors:
            raise ValueError("; ".join(errors))
        return self


def _broken_references(file: WorkspaceFile) -> list[str]:
    teams = {file.team.id, *(team.id for team in file.teams)}
    users = {user.id for user in file.users} | {file.app.bot_user_id}
    channels = {channel.id for channel in file.channels}
    errors = [
        f"{user.id}: team {user.team} is not among the teams"
        for user in file.users
        if user.team and user.team not in teams
    ]
    for channel in file.channels:
        errors += [f"{channel.id}: member {one} is not among the users" for one in channel.members if one not in users]
        errors += [f"{channel.id}: {one} is not among the teams" for one in channel.shared_with if one not in teams]
    for group in file.usergroups:
        errors += [f"{group.id}: {one} is not among the users" for one in group.users if one not in users]
    errors += _broken_message_references(file.messages, users, channels)
    for number, step in enumerate(file.guide):
        if step.as_ and step.as_ not in users:
            errors.append(f"guide[{number}]: user {step.as_} does not exist")
        if step.channel and step.channel not in channels and step.channel not in users:
            errors.append(f"guide[{number}]: channel {step.channel} does not exist")
    for name, ids in (
        ("users", [user.id for user in file.users]),
        ("channels", [channel.id for channel in file.channels]),
        ("teams", [file.team.id, *(team.id for team in file.teams)]),
    ):
        errors += [f"{name}: {one} appears twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    return errors


def _broken_message_references(messages: list[MessageEntry], users: set[str], channels: set[str]) -> list[str]:
    errors = []
    refs: set[str] = set()
    for number, message in enumerate(messages):
        place = f"messages[{number}]"
        if message.channel not in channels and message.channel not in users:
            errors.append(f"{place}: channel {message.channel} does not exist")
        if message.user not in users:
            errors.append(f"{place}: user {message.user} does not exist")
        if message.thread and message.thread not in refs and "." not in message.thread:
            errors.append(f"{place}: thread {message.thread!r} is not the ref of an earlier message")
        if message.ref:
            refs.add(message.ref)
    return errors


def parse(data: Any) -> WorkspaceFile:
    """A mapping -> WorkspaceFile. WorkspaceFileError lists all errors."""
    if not isinstance(data, dict):
        raise WorkspaceFileError("A workspace must be a mapping with at least `team: {id, name}`.")
    try:
        return WorkspaceFile.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in one['loc']) or 'workspace'}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()
        ]
        raise WorkspaceFileError("The workspace is not valid:\n" + "\n".join(lines)) from None


def parse_text(text: str) -> WorkspaceFile:
    """YAML or JSON text -> WorkspaceFile."""
    try:
        return parse(json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text))
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise WorkspaceFileError(f"Neither valid YAML nor valid JSON: {error}") from None


def load(source: WorkspaceFile | Json | str | Path | None) -> WorkspaceFile:
    """A path, a mapping, or None (the built-in example) -> WorkspaceFile."""
    if isinstance(source, WorkspaceFile):
        return source
    if isinstance(source, dict):
        return parse(source)
    path = Path(source) if source is not None else Path(__file__).with_name("example.yaml")
    try:
        return parse_text(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkspaceFileError(
            f"{path} cannot be read: {error.strerror}. Give an existing YAML or JSON file."
        ) from None
