"""Reactions under messages: seen, solved."""

from __future__ import annotations

from bot.directory.channel_mode import VISIBLE_MODES, mode_of
from bot.errors import OutsideRefused
from bot.events import ConversationSolved
from bot.jobs import React
from bot.ports import Messenger
from bot.settings.config import Config
from storage.addresses import Address
from storage.transaction import Transaction


def react(job: React, *, messenger: Messenger) -> None:
    try:
        messenger.react(Address.from_key(job.address), job.name, remove=job.remove)
    except OutsideRefused:
        # The message may be gone, or reactions forbidden in that channel: the words that follow say the same.
        return


def mark_solved(tx: Transaction, event: ConversationSolved, config: Config) -> None:
    """A check mark under the conversation's first message, where anything of us may be seen."""
    conversation = tx.conversations.get(event.conversation_id)
    if mode_of(tx, config, tx.addresses.get(conversation.place_id)) not in VISIBLE_MODES:
        return
    tx.jobs.enqueue(React(tx.addresses.get(conversation.thread_id).key, "white_check_mark"))
