"""The contents of channel modes and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.addresses import Address


@dataclass(frozen=True)
class ModeExample:
    """One judged answer: its question, a stable word for the judgement's reason, and the link to its thread."""

    question: str
    why: str
    link: str | None


@dataclass(frozen=True)
class ModeCard:
    """A change of a channel's mode, as its card in the triage channel shows it. `cause`: earned, fell or chosen.

    `state`: proposed (with buttons), done, declined or withdrawn. Of `judged` answers `right` were right, `mended` of
    these after an edit of a few characters; of the wrong ones an agent rewrote `rewritten`. `lower` and `upper` bound
    the share of right answers (0 to 1), `wanted` is the share that is configured. `answered` of `asked` questions were
    answered without a person.
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
    """A channel's mode and its evidence, for `/support mode`; numbers as in ModeCard.

    `cause`: configured, earned, fell or chosen. `next_mode` is None at the highest; `right_ones_missing` more right
    answers in a row would earn it. `judged_until_asked_again` is above 0 for a while after a proposal was declined.
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
