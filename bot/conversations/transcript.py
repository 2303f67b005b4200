"""Builds the transcript of a conversation or of an escalation's thread."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.contents.conversations import TranscriptLine
from bot.directory.people import name_of
from bot.settings.config import Config
from knowledge.markdown_blocks import plain_text
from storage.conversations import Message
from storage.transaction import Transaction

_FENCE = "```"
# Markdown names a code block's language after the fence. In Slack the code itself begins there.
_LANGUAGE = re.compile(r"\A[a-z][a-z0-9+#-]*\n(?=.*\n\s*\Z)", re.DOTALL)
_WORD = re.compile(r"\w")


def transcript(tx: Transaction, config: Config, messages: Iterable[Message]) -> tuple[TranscriptLine, ...]:
    """Return messages with their authors' names. A message that has only files lists them as text."""
    return tuple(
        TranscriptLine(
            name_of(tx, config, message.author_id) if message.side != "bot" else "Footbridge",
            message.side,
            # Our own messages are Markdown; transcripts are shown as plain text.
            plain_text(message.text or "") if message.side == "bot" else message.text or _files(message),
            message.said_at,
        )
        for message in messages
    )


def _files(message: Message) -> str:
    names = ", ".join(str(file.get("name", "a file")) for file in message.files)
    return f"(sent {names})" if names else ""


def title_of(text: str, limit: int = 80) -> str:
    """A title of at most `limit` characters: the first line of words of a text, else its first line of code."""
    pieces = text.split(_FENCE)
    words = _first_line("\n".join(pieces[::2]))
    first = words or _first_line("\n".join(_LANGUAGE.sub("", code) for code in pieces[1::2])) or "A question"
    if len(first) <= limit:
        return first
    return first[: limit - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if _WORD.search(line)), "")
