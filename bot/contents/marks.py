"""Marks for people and channels in our sentences, which each kind of channel shows in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable

from storage.addresses import Address

_MARK = re.compile(r"\[\[(person|place):([^\[\]\s]{1,300})\]\]")


def person_mark(person_id: str) -> str:
    """A mark for a person; a view shows it as a mention or a name."""
    return f"[[person:{person_id}]]"


def place_mark(address: Address) -> str:
    """A mark for a channel; a view shows it as a link or a name."""
    return f"[[place:{address.whole.key}]]"


def replace_marks(text: str, person: Callable[[str], str], place: Callable[[Address], str]) -> str:
    """Return the text with each mark replaced by what `person` or `place` returns for it."""
    return _MARK.sub(
        lambda found: person(found[2]) if found[1] == "person" else place(Address.from_key(found[2])), text
    )
