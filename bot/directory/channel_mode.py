"""The current mode of a channel: the configured one, and what was earned, lost or chosen since."""

from __future__ import annotations

from typing import cast

from bot.settings.config import MODES, Config, Mode
from storage.addresses import Address
from storage.transaction import Transaction

VISIBLE_MODES: frozenset[Mode] = frozenset({"auto", "suggest"})
"""The modes in which people in the channel may see anything of us."""


def mode_of(tx: Transaction, config: Config, place: Address) -> Mode:
    """The mode of the last finished change, else the configured one; never more than the channel's `highest_mode`.

    Each change remembers the mode that footbridge.yaml gave the channel when it was made. When the file has been
    edited to a lower one since, that was the later word of people, so the lower of the two holds for as long as it
    stands there. A higher one in the file raises nothing that was lost or lowered: `/support mode` does that.
    """
    configured = config.configured_mode(place)
    place_id = tx.addresses.find(place.whole)
    change = tx.channel_modes.last_done(place_id) if place_id is not None else None
    if change is None:
        return configured
    mode = cast(Mode, change.after)
    if is_higher(cast(Mode, change.configured), configured):
        mode = lower_of(mode, configured)
    return lower_of(mode, config.highest_mode(place))


def is_higher(one: Mode, other: Mode) -> bool:
    return MODES.index(one) > MODES.index(other)


def lower_of(one: Mode, other: Mode) -> Mode:
    return min(one, other, key=MODES.index)
