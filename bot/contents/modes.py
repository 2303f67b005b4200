"""Modes of channels and the evidence for them, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class ModeExample:
    """One judged answer: what was asked, a stable word for why it was judged so, and the way to its thread."""

    question: str
    why: str
    link: str | None


@dataclass(frozen=True)
class ModeCard:
    """A step of a channel's mode in the triage channel. `cause`: earned, fell or chosen.

    `state`: proposed (buttons), done, declined or withdrawn. Of `judged` answers `right` were right, `mended` of these
    after a few characters, and `rewritten` of the wrong ones by an agent; `lower` and `upper` bound the share of right
    ones, `wanted` is the share asked for. `answered` of `asked` questions had an answer without a person.
    """

    change_id: int
    place: Address
    customer: str
    before: str
    after: str
    cause: str
    state: str
    judged: int
    right: int
    mended: int
    rewritten: int
    lower: float
    upper: float
    wanted: float
    asked: int
    answered: int
    right_ones: tuple[ModeExample, ...] = ()
    wrong_ones: tuple[ModeExample, ...] = ()
    fell_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class ChannelMode:
    """How a channel stands, for `/support mode`; figures as in ModeCard.

    `cause`: configured, earned, fell or chosen. `next_mode` is None at the highest. `right_ones_missing` in a row would
    earn it; `judged_until_asked_again` is above 0 for a while after people said not yet.
    """

    place: Address
    customer: str
    mode: str
    highest: str
    cause: str
    by: str | None
    judged: int
    right: int
    lower: float
    upper: float
    wanted: float
    asked: int
    answered: int
    next_mode: str | None
    right_ones_missing: int
    waiting: bool
    judged_until_asked_again: int
