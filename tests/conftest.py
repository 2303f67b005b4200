"""What holds for every test: random ones draw the same examples in every run, and what is slow to make is made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same-every-time", derandomize=True)
settings.load_profile("same-every-time")


@pytest.fixture(scope="session")
def build_cache(request: pytest.FixtureRequest) -> Path:
    """Where `tests.fakes.built_once` keeps what it makes; deleting the folder does no harm."""
    return request.config.rootpath / ".pytest_cache" / "built"
