"""Reads durations such as `2d3h`, `15m` or `40s`; it knows nothing else of time."""

from __future__ import annotations

import re
from datetime import timedelta

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def duration(text: str) -> timedelta:
    """`2d3h30m10s` and its parts. Raises ValueError when nothing or something else is written."""
    parts = re.findall(r"(\d+)([dhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(f"{text!r} is no duration; write for instance 2d3h or 15m")
    return timedelta(seconds=sum(int(number) * SECONDS[unit] for number, unit in parts))
