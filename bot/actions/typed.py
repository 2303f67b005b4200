"""Parses what a person typed after `/support WORD`. Errors say how to type it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.contents.receipts import About
from bot.errors import BadRequest
from storage.addresses import Address

COMMAND = "/support"
_NUMBER = re.compile(r"#?(\d{1,9})")
_ANSWER = re.compile(r"(?:answer|a)\s*#?(\d{1,9})", re.IGNORECASE)


def no_address(link: str) -> Address | None:
    """For kinds of channel whose messages have no links."""
    return None


@dataclass(frozen=True)
class Typed:
    """The text after the command's word; `people` and `places` are those mentioned in it, in their order.

    `example` is how the action is typed. `typed_in` is the channel; `address_of` parses the link to a message.
    """

    word: str
    text: str
    example: str
    typed_in: Address | None = None
    people: tuple[str, ...] = ()
    places: tuple[Address, ...] = ()
    address_of: Callable[[str], Address | None] = no_address

    @property
    def like(self) -> str:
        return f"like `{COMMAND} {self.example}`"


def is_number(text: str) -> bool:
    """Whether a text is the number of a ticket, like `12` or `#12`."""
    return _NUMBER.fullmatch(text) is not None


def read_number(typed: Typed) -> int:
    """Read the number of a ticket. Raises BadRequest with an example."""
    return _split(typed)[0]


def read_number_alone(typed: Typed) -> None:
    """Check that there is a number, and return None, so that the form opens. Raises BadRequest."""
    read_number(typed)


def read_number_and_text(typed: Typed, what: str) -> tuple[int, str]:
    """Read the number of a ticket and the text after it. Raises BadRequest; `what` is what the text should be."""
    number, text = _split(typed)
    if not text:
        raise BadRequest(f"Write {what} after the number, {typed.like}.")
    return number, text


def read_number_and_perhaps_text(typed: Typed) -> tuple[int, str]:
    """Read the number of a ticket and the text after it, which may be empty. Raises BadRequest."""
    return _split(typed)


def read_number_and_person(typed: Typed) -> tuple[int, str]:
    """Read the number of a ticket and the id of the person who is mentioned. Raises BadRequest."""
    number, _ = _split(typed)
    if not typed.people:
        raise BadRequest(f"Assign to whom? Mention a colleague, {typed.like}.")
    return number, typed.people[0]


def _split(typed: Typed) -> tuple[int, str]:
    first, _, rest = typed.text.partition(" ")
    found = _NUMBER.fullmatch(first)
    if found is None:
        wrong = f" “{first[:40]}” is not a number." if first else ""
        raise BadRequest(f"Which ticket? Write its number after `{typed.word}`, {typed.like}.{wrong}")
    return int(found[1]), rest.strip()


def read_text(typed: Typed, question: str) -> str:
    """Return the text. Raises BadRequest with `question` when it is empty."""
    if not typed.text:
        raise BadRequest(f"{question}, {typed.like}.")
    return typed.text


def read_article_and_text(typed: Typed) -> tuple[str, str]:
    """Read the id or link of an article, and the text after it. Raises BadRequest."""
    reference, _, text = typed.text.partition(" ")
    if not reference or not text.strip():
        raise BadRequest(
            f"Which article, and what is wrong with it? Write its id or link and a few words, {typed.like}."
        )
    return reference, text.strip()


def read_channel_and_mode(typed: Typed) -> tuple[str, str]:
    """Read a channel (the key of its address if it is mentioned, else as typed) and the mode. Raises BadRequest."""
    which, _, mode = typed.text.rpartition(" ")
    if not which.strip():
        raise BadRequest(f"Which channel, and which mode? Type it {typed.like}.")
    return typed.places[0].key if typed.places else which.strip(), mode.lower()


def read_about(typed: Typed) -> About:
    """Read what the receipt is about; an empty text means the last thing in this channel. Raises BadRequest."""
    if not typed.text:
        return About(address=typed.typed_in)
    if ticket := _NUMBER.fullmatch(typed.text):
        return About(ticket_id=int(ticket[1]))
    if answer := _ANSWER.fullmatch(typed.text):
        return About(answer_id=int(answer[1]))
    if address := typed.address_of(typed.text):
        return About(address=address)
    raise BadRequest(
        f"Which one? Write a ticket's number, an answer's number or the link of a message, like "
        f"`{COMMAND} {typed.word} 12` or `{COMMAND} {typed.word} answer 7`. Without anything it is what was last in "
        "this channel."
    )
