"""Durations such as `2d3h`, `15m` or `40s`, as they are written in history.yaml."""

from __future__ import annotations

import re
from datetime import timedelta

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse_duration(text: str) -> timedelta:
    """Parse a duration such as `2d3h30m10s`. Raises ValueError if it is empty or contains anything else."""
    parts = re.findall(r"(\d+)([dhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(f"{text!r} is not a valid duration; write for example 2d3h or 15m")
    return timedelta(seconds=sum(int(number) * SECONDS[unit] for number, unit in parts))
