"""What a message shows by its form alone, in any language and of any company: it asks, it names a thing, it points."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASKS = re.compile(r"[?¿؟？]")
_LINK = re.compile(r"://|\bwww\.|\S@\S")
# A digit, a word with a sign or a capital inside it ("all_set", "TW-ERP", "NetSuite"), or a path.
_CODE = re.compile(r"\d|\w[_./\\=<>{}|#]\w|[a-z][A-Z]|[A-Z]{2,}-[A-Z]|^[/~]\w|`")


@dataclass(frozen=True)
class Signs:
    """`asks`: a question mark. `link`: an address or an e-mail address. `code`: a number, an identifier or a path."""

    asks: bool
    link: bool
    code: bool

    @property
    def names_a_thing(self) -> bool:
        return self.link or self.code


def signs_in(text: str) -> Signs:
    """The signs in a plain text."""
    return Signs(_ASKS.search(text) is not None, _LINK.search(text) is not None, _CODE.search(text) is not None)
