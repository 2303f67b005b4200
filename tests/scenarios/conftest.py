"""Every scenario runs against a whole desk in a pretend Slack, over Socket Mode and over signed HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.running_desk import Desk, build_index, running_desk


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's articles, indexed once for all desks."""
    return build_index(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module", params=["socket", "http"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp(f"desk-{request.param}"), index, door=request.param) as running:
        yield running
