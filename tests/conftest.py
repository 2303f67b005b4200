"""What holds for every test: random ones draw the same examples in every run."""

from __future__ import annotations

from hypothesis import settings

# `make test` tries few examples, `make test-slow` many. A test that says nothing of its own follows the profile.
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=25)
settings.register_profile("thorough", derandomize=True, deadline=None, max_examples=300)
settings.load_profile("quick")
