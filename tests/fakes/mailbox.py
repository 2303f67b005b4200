"""A mailbox: a second kind of channel, which proves that e-mail fits beside Slack. It keeps the letters we send."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any

from bot.contents.answers import AnswerContent
from bot.contents.posts import Content
from bot.contents.tickets import CustomerWords, Notice
from bot.incoming import Address, IncomingEvent, IncomingMessage, NothingForUs, Profile
from bot.ports import Posted

MAIL = "mail"
_QUOTED = re.compile(r"^(?:>.*|On .{3,200} wrote:)$", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """A letter of ours: `in_reply_to` is the letter that began the thread, `key` goes along in a header."""

    address: Address
    in_reply_to: Address | None
    content: Content
    text: str
    key: str


@dataclass
class Mailbox:
    """Implements bot.ports.Messenger. A sent letter cannot be changed or taken back; a reaction is no letter.

    `lost` are raised by the next letters *after* they were sent.
    """

    sent: list[Letter] = field(default_factory=list)
    lost: deque[Exception] = field(default_factory=deque)

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        known = (letter for letter in self.sent if letter.key == key and letter.address.whole == place)
        if may_exist and (found := next(known, None)) is not None:
            return Posted(found.address, None)
        letter = Letter(place.at(f"<{key}@desk.example>"), thread, content, words_of(content), key)
        self.sent.append(letter)
        if self.lost:
            raise self.lost.popleft()
        return Posted(letter.address, None)

    def update(self, address: Address, content: Content, *, key: str) -> None:
        pass

    def delete(self, address: Address) -> None:
        pass

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        pass

    def permalink(self, address: Address) -> str | None:
        return None

    def thread(self, first: Address) -> list[Letter]:
        """Our letters in the thread that this letter began, oldest first."""
        return [letter for letter in self.sent if letter.in_reply_to == first]


@singledispatch
def words_of(content: Content) -> str:
    """What a letter says. Raises TypeError for what is for our people alone: none of that may leave by mail."""
    raise TypeError(f"a {type(content).__name__} is nothing for a customer")


@words_of.register
def _(content: AnswerContent) -> str:
    sources = [f"[{one.number}] {one.title} {one.url or ''}".rstrip() for one in (*content.citations, *content.near)]
    paragraphs = [content.frame, *(part.text for part in content.parts), *content.options, content.closing, *sources]
    return "\n\n".join(filter(None, paragraphs))


@words_of.register
def _(content: CustomerWords) -> str:
    return f"{content.text}\n\n{content.sender or ''}".strip()


@words_of.register
def _(content: Notice) -> str:
    return content.text


def read_letter(payload: dict[str, Any]) -> IncomingEvent:
    """Implements bot.ports.EventReader for letters that the mail server has checked.

    `payload`: message_id, in_reply_to, from (an address), name, to (an address of ours), date (ISO 8601), subject,
    text. What the writer's program quoted from earlier letters is left out. The subject of a first letter is what it
    says first.
    """
    sender, mailbox = _text(payload, "from").lower(), _text(payload, "to").lower()
    letter_id, answered = _text(payload, "message_id"), _text(payload, "in_reply_to")
    words = _QUOTED.sub("", _text(payload, "text")).strip()
    if not (sender and mailbox and letter_id and words):
        return NothingForUs("a letter without its id, sender, mailbox or words")
    try:
        at = datetime.fromisoformat(_text(payload, "date"))
    except ValueError:
        return NothingForUs("a letter without its date")
    subject = "" if answered else _text(payload, "subject")
    place = Address(MAIL, mailbox)
    return IncomingMessage(
        address=place.at(letter_id),
        at=at,
        user_id=sender,
        team_id="",
        text=f"{subject}\n\n{words}" if subject else words,
        thread=place.at(answered) if answered else None,
        author=Profile(sender, "", _text(payload, "name") or sender, email=sender),
    )


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value.strip() if isinstance(value, str) else ""
