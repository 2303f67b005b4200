"""Marks for people and places inside sentences of ours: each kind of channel shows them in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable

from storage.addresses import Address

_MARK = re.compile(r"\[\[(person|place):([^\[\]\s]{1,300})\]\]")


def person_mark(person_id: str) -> str:
    """A mention of a person in a sentence of ours; who shows it makes a mention or a name of it."""
    return f"[[person:{person_id}]]"


def place_mark(address: Address) -> str:
    """A channel named in a sentence of ours."""
    return f"[[place:{address.whole.key}]]"


def replace_marks(text: str, person: Callable[[str], str], place: Callable[[Address], str]) -> str:
    """The text with each mark as `person` and `place` show it."""
    return _MARK.sub(
        lambda found: person(found[2]) if found[1] == "person" else place(Address.from_key(found[2])), text
    )
