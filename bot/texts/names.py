"""How people are greeted: the first name in a name from Slack."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("""
    mr mrs ms miss mx dr prof herr frau mme mlle m sr sra srta dipl-ing ing
""")
_NO_NAMES = _set("""
    admin support team user test bot it finance billing accounting info office guest the unknown helpdesk sales
    slack procurement purchasing customer system root service desk inc gmbh ltd llc
""")


def first_name(name: str) -> str:
    """How to greet somebody by a name from Slack: the first name, or empty when it does not look like a person's."""
    cleaned = re.sub(r"\([^)]*\)|\[[^\]]*\]|[|/•·–—].*$|\s-\s.*$", " ", name).strip()
    if "," in cleaned:
        before, _, after = cleaned.partition(",")
        cleaned = after.strip() if len(before.split()) == 1 and after.strip() else before
    words = [word for word in re.split(r"[\s._]+", cleaned) if word]
    while words and words[0].lower().rstrip(".") in _TITLES:
        words = words[1:]
    first = words[0] if words else ""
    if _NO_NAMES & {word.lower() for word in words} or not re.fullmatch(
        r"[^\W\d_][^\W\d_'’-]{1,19}(?:[-'’][^\W\d_]{1,19})?", first
    ):
        return ""
    return first if any(char.isupper() for char in first[1:]) and not first.isupper() else first.title()
