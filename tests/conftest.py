"""What holds for every test: random ones draw the same examples in every run."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same-every-time", derandomize=True)
settings.load_profile("same-every-time")
