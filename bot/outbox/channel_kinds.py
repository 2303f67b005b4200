"""One Messenger over several kinds of channels: each message goes out by the Messenger of its address's kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.contents.posts import Content
from bot.errors import OutsideRefused
from bot.ports import Messenger, Posted
from storage.addresses import Address


@dataclass(frozen=True)
class ChannelKinds:
    """Implements bot.ports.Messenger; `messengers` are the kinds that this desk is connected to, by name."""

    messengers: Mapping[str, Messenger]

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        return self._of(place).post(place, content, key=key, thread=thread, may_exist=may_exist)

    def update(self, address: Address, content: Content, *, key: str) -> None:
        self._of(address).update(address, content, key=key)

    def delete(self, address: Address) -> None:
        self._of(address).delete(address)

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        self._of(address).react(address, name, remove=remove)

    def permalink(self, address: Address) -> str | None:
        return self._of(address).permalink(address)

    def _of(self, address: Address) -> Messenger:
        if address.kind not in self.messengers:
            raise OutsideRefused(f"this desk is not connected to channels of the kind {address.kind!r}", code="no_kind")
        return self.messengers[address.kind]
