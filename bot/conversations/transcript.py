"""What was said in a conversation or an escalation's thread, as a reader sees it; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contents.conversations import TranscriptLine
from bot.directory.people import name_of
from bot.settings.config import Config
from knowledge.markdown_blocks import plain_text
from storage.conversations import Message
from storage.transaction import Transaction


def transcript(tx: Transaction, config: Config, messages: Iterable[Message]) -> tuple[TranscriptLine, ...]:
    """Messages with their authors' names; a message that is only files says so."""
    return tuple(
        TranscriptLine(
            name_of(tx, config, message.author_id) if message.side != "bot" else "Footbridge",
            message.side,
            # Ours is Markdown, which others than a card that draws it would read with its marks.
            plain_text(message.text or "") if message.side == "bot" else message.text or _files(message),
            message.said_at,
        )
        for message in messages
    )


def _files(message: Message) -> str:
    names = ", ".join(str(file.get("name", "a file")) for file in message.files)
    return f"(sent {names})" if names else ""


def title_of(text: str, limit: int = 80) -> str:
    """A question's first line or sentence, short enough for a heading."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "") or "A question"
    if len(first) <= limit:
        return first
    return first[: limit - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
