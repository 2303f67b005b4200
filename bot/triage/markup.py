"""Slack's markup as a person reads it: mentions, links and emoji apart from the words."""

from __future__ import annotations

import html
import re
import unicodedata

from bot.privacy.safeguards import strip_invisible

_USER = re.compile(r"<[@!][^>\n]{1,200}>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^>\n]{0,100}))?>")
_LABELLED = re.compile(r"<((?:https?|mailto|tel|ftp):[^>|\s]{1,2000})\|([^>\n]{0,500})>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp):[^>|\s]{1,2000})>")
# One or several names in a row, as in ":tada::raised_hands:"; "std::vector::push" and "10:30:00" are none.
_EMOJI_NAMES = re.compile(r"(?<![\w:])(?::[a-z0-9_+'à-ÿ-]{1,60}:)+(?![\w:])")
_SKIN_TONE = "skin-tone-"
# What changes the sign before it: skin tones, the joiner, "as a picture", and the two of gender.
_MODIFIERS = frozenset("\u200d\ufe0f\u2640\u2642") | {chr(code) for code in range(0x1F3FB, 0x1F400)}


def plain_text(text: str) -> str:
    """Slack's text without mentions of people, links as their words or address, entities decoded."""
    text = _CHANNEL.sub(lambda found: f"#{found[1]}" if found[1] else "", _USER.sub(" ", strip_invisible(text)))
    text = _LINK.sub(r"\1", _LABELLED.sub(r"\2", text))
    return html.unescape(text).strip()


def split_emoji(text: str) -> tuple[str, frozenset[str]]:
    """`text` without emoji, and which there were: Slack's names and the characters, both without skin tones."""
    names = {name for run in _EMOJI_NAMES.findall(text) for name in run.split(":") if name}
    text = _EMOJI_NAMES.sub(" ", text)
    signs = {char for char in text if unicodedata.category(char) in ("So", "Sk") and ord(char) > 0x2000}
    body = "".join(" " if char in signs else char for char in text if char in signs or char not in _MODIFIERS)
    return body, frozenset({name for name in names if not name.startswith(_SKIN_TONE)} | (signs - _MODIFIERS))
