"""What a message shows by its form alone, in any language and of any company: it asks, it names a thing, it points."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASKS = re.compile(r"[?¿؟？]")
_LINK = re.compile(r"://|\bwww\.|\S@\S")
_NUMBER = re.compile(r"\d")
# A word with a digit, a sign or a capital inside it ("HL-22", "all_set", "NetSuite"), or a path.
_CODE = re.compile(r"[^\W\d]-?\d|\d[^\W\d]|\w[_./\\=<>{}|#]\w|[a-z][A-Z]|[A-Z]{2,}-[A-Z]|^[/~]\w|`")


@dataclass(frozen=True)
class Signs:
    """`asks`: a question mark. `link`: an address or an e-mail address. `code`: an identifier or a path."""

    asks: bool
    link: bool
    code: bool
    number: bool

    @property
    def names_a_thing(self) -> bool:
        return self.link or self.code


def signs_in(text: str) -> Signs:
    """The signs in a plain text."""
    return Signs(
        asks=_ASKS.search(text) is not None,
        link=_LINK.search(text) is not None,
        code=_CODE.search(text) is not None,
        number=_NUMBER.search(text) is not None,
    )
