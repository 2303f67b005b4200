"""Reads Slack's raw event envelopes into neutral events. It raises no exception, whatever their shape.

A mention would arrive twice, as `message` and as `app_mention`. The message counts, wherever it was written: we
subscribe to the messages of every kind of channel that we serve, so an `app_mention` never tells anything new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from bot.incoming import (
    SLACK,
    Address,
    AttachedFile,
    ChannelClosed,
    ChannelMoved,
    HomeOpened,
    IncomingEvent,
    IncomingMessage,
    MessageDeleted,
    MessageEdited,
    NothingForUs,
    OrganisationLeft,
)
from handlers.slack.client import BotIdentity

Json = Mapping[str, Any]

# Messages that people (or bots) wrote. Every other subtype is Slack's own note: joins, topics, pins, ...
_WRITTEN = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message"})
_LABELLED = re.compile(r"<([#!])([^<>|]*)(?:\|([^<>]*))?>")
_ADDRESS = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>")
_TS = re.compile(r"\d{1,11}\.\d{1,9}")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class EventReader:
    """Implements bot.ports.EventReader for the bot whose ids it has."""

    bot: BotIdentity

    def __call__(self, payload: dict[str, Any]) -> IncomingEvent:
        envelope = _mapping(payload)
        event = _mapping(envelope.get("event"))
        kind = _string(event.get("type"))
        if kind == "message":
            return self._message(envelope, event)
        if kind == "app_home_opened":
            return _home(envelope, event)
        if kind in _OF_CHANNELS:
            return _OF_CHANNELS[kind](event)
        if kind == "app_mention":
            return NothingForUs("the same message arrives as a message event")
        return NothingForUs(f"an event of type {kind[:60] or 'unknown'}")

    def _message(self, envelope: Json, event: Json) -> IncomingEvent:
        subtype = _string(event.get("subtype"))
        channel = _string(event.get("channel"))
        if not channel:
            return NothingForUs("a message without a channel")
        if subtype == "message_changed":
            return self._changed(channel, event)
        if subtype == "message_deleted":
            return self._deleted(channel, event)
        if subtype not in _WRITTEN:
            return NothingForUs(f"a message of subtype {subtype[:60]}")
        if self._ours(event):
            return NothingForUs("our own message")
        return self._written(envelope, event, channel)

    def _written(self, envelope: Json, event: Json, channel: str) -> IncomingEvent:
        ts = _ts(event.get("ts"))
        from_bot = bool(event.get("bot_id") or event.get("bot_profile") or event.get("subtype") == "bot_message")
        author = _string(event.get("user")) or (_string(event.get("bot_id")) if from_bot else "")
        if not ts or not author:
            return NothingForUs("a message without its ts" if author else "a message without an author")
        thread_ts = _ts(event.get("thread_ts"))
        raw = _string(event.get("text"))
        files = _files(event)
        forwarded = _forwarded(event)
        files += tuple(file for each in forwarded for file in _files(each))
        text = "\n".join([self._read(raw), *(_quoted(each) for each in forwarded)]).strip()
        if not raw.strip() and not text and not files:
            return NothingForUs("a message without words or files")
        return IncomingMessage(
            address=Address(SLACK, channel, ts),
            at=datetime.fromtimestamp(float(ts), UTC),
            user_id=author,
            team_id=team_of(envelope),
            text=text,
            thread=Address(SLACK, channel, thread_ts) if thread_ts and thread_ts != ts else None,
            from_bot=from_bot,
            mentions_us=self.bot.user_id in _MENTION.findall(raw),
            is_direct=_string(event.get("channel_type")) == "im" or channel.startswith("D"),
            files=files,
        )

    def _changed(self, channel: str, event: Json) -> IncomingEvent:
        now, before = _mapping(event.get("message")), _mapping(event.get("previous_message"))
        ts = _ts(now.get("ts")) or _ts(before.get("ts"))
        if not ts:
            return NothingForUs("an edit without its ts")
        if self._ours(now) or self._ours(before):
            return NothingForUs("our own message")
        if now.get("subtype") == "tombstone" or (now.get("hidden") is True and not now.get("text")):
            return MessageDeleted(Address(SLACK, channel, ts))
        if before and now.get("text") == before.get("text"):
            return NothingForUs("an edit that changed no words")
        return MessageEdited(Address(SLACK, channel, ts), self._read(_string(now.get("text"))))

    def _read(self, raw: str) -> str:
        """What was said to us: our own name in front or at the end is how people call us, not what they say."""
        us = f"<@{self.bot.user_id}>"
        text = _MENTION.sub(r"<@\1>", raw).strip()
        while text.startswith(us):
            text = text.removeprefix(us).lstrip(" ,:;-\n")
        while text.endswith(us):
            text = text.removesuffix(us).rstrip(" ,")
        return readable(text.replace(us, "Footbridge"))

    def _deleted(self, channel: str, event: Json) -> IncomingEvent:
        before = _mapping(event.get("previous_message"))
        ts = _ts(event.get("deleted_ts")) or _ts(before.get("ts"))
        if not ts:
            return NothingForUs("a deletion without its ts")
        if self._ours(before):
            return NothingForUs("our own message")
        return MessageDeleted(Address(SLACK, channel, ts))

    def _ours(self, message: Json) -> bool:
        bot_id = _string(message.get("bot_id"))
        return _string(message.get("user")) == self.bot.user_id or (bool(bot_id) and bot_id == self.bot.bot_id)


def _home(envelope: Json, event: Json) -> IncomingEvent:
    user = _string(event.get("user"))
    if not user:
        return NothingForUs("a home without its reader")
    if _string(event.get("tab")) not in ("", "home"):
        return NothingForUs("the messages tab of our home")
    return HomeOpened(user, team_of(envelope))


def _closed(event: Json, how: Literal["left", "archived"]) -> IncomingEvent:
    channel = _string(event.get("channel"))
    return ChannelClosed(Address(SLACK, channel), how) if channel else NothingForUs("a change of no channel")


def _unshared(event: Json) -> IncomingEvent:
    channel, team = _string(event.get("channel")), _string(event.get("previously_connected_team_id"))
    if not channel:
        return NothingForUs("a change of no channel")
    return OrganisationLeft(Address(SLACK, channel), team, event.get("is_ext_shared") is True)


def _moved(event: Json) -> IncomingEvent:
    before, after = _string(event.get("old_channel_id")), _string(event.get("new_channel_id"))
    if not before or not after or before == after:
        return NothingForUs("a new id of no channel")
    return ChannelMoved(Address(SLACK, before), Address(SLACK, after))


_OF_CHANNELS: Mapping[str, Callable[[Json], IncomingEvent]] = {
    "channel_left": partial(_closed, how="left"),
    "group_left": partial(_closed, how="left"),
    "channel_archive": partial(_closed, how="archived"),
    "group_archive": partial(_closed, how="archived"),
    "channel_unshared": _unshared,
    "channel_id_changed": _moved,
}


def team_of(envelope: Json) -> str:
    """The author's own team as Slack Connect sends it; empty when it cannot be told, which makes an outsider.

    In a channel shared with others, the envelope's own team is the one that installed us and says nothing about the
    author; elsewhere everybody is of that team unless the event says otherwise.
    """
    event = _mapping(envelope.get("event"))
    named = [_string(event.get(name)) for name in ("user_team", "team")]
    told = next((team for team in named if team.startswith("T")), "")
    if told:
        return told
    grid = next((team for team in named if team.startswith("E")), "")
    if grid and grid == _string(envelope.get("context_enterprise_id")):
        return _string(envelope.get("context_team_id")) or grid
    if grid and grid != _string(envelope.get("enterprise_id")):
        return grid
    if not grid and envelope.get("is_ext_shared_channel") is True:
        return ""
    return _string(envelope.get("team_id"))


def readable(text: str) -> str:
    """Slack's text as its author saw it: names of channels, plain addresses, real & < >. Mentions stay `<@U…>`."""
    text = _ADDRESS.sub(_address, text)
    text = _LABELLED.sub(_label, text)
    text = _MENTION.sub(r"<@\1>", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _address(token: re.Match[str]) -> str:
    address, label = token.group(1), token.group(2)
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return bare if not label or label in (address, bare) or address.endswith("//" + label) else f"{label} ({bare})"


def _label(token: re.Match[str]) -> str:
    mark, what, label = token.groups()
    if mark == "#":
        return f"#{label or what}"
    return label or f"@{what.partition('^')[0]}"


def _forwarded(event: Json) -> list[Json]:
    """The messages that this one forwards; previews of links are attachments, too, and nobody's words."""
    return [_mapping(each) for each in _list(event.get("attachments")) if _mapping(each).get("is_share") is True]


def _quoted(forwarded: Json) -> str:
    """The words of a forwarded message, each line behind a mark of quotation."""
    return "\n".join(f"> {line}" for line in readable(_string(forwarded.get("text"))).splitlines() if line.strip())


def _files(message: Json) -> tuple[AttachedFile, ...]:
    return tuple(file for entry in _list(message.get("files")) if (file := _file(_mapping(entry))) is not None)


def _file(entry: Json) -> AttachedFile | None:
    """A file; of those from other organisations Slack first tells no more than the id (file_access check_file_info)."""
    file_id = _string(entry.get("id"))
    if not file_id or entry.get("mode") == "tombstone":
        return None
    size = entry.get("size")
    return AttachedFile(
        file_id,
        _string(entry.get("name")) or _string(entry.get("title")) or "a file",
        _string(entry.get("mimetype")),
        size if isinstance(size, int) and size > 0 else 0,
    )


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _ts(value: object) -> str:
    """Slack's name for a message, which is a moment too; empty when it is neither."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
