"""Addresses in Slack, shortly."""

from __future__ import annotations

from bot.incoming import SLACK, Address


def at(channel: str, ts: str = "") -> Address:
    return Address(SLACK, channel, ts)
