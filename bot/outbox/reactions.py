"""Small signs under a message; they never matter enough to hold anything else up."""

from __future__ import annotations

from bot.errors import OutsideRefused
from bot.jobs import React
from bot.ports import Messenger


def react(job: React, *, messenger: Messenger) -> None:
    try:
        messenger.react(job.channel_id, job.ts, job.name, remove=job.remove)
    except OutsideRefused:
        # The message may be gone, or reactions forbidden in that channel: the words that follow say the same.
        return
