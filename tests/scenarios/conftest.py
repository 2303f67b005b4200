"""Every scenario runs against a whole desk in a pretend Slack.

What is about the way in runs over Socket Mode and over signed HTTP. The other stories are the same behind either door,
so they take Socket Mode; with FOOTBRIDGE_TEST_DOORS=both they take both, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.running_desk import Desk, prepared_home, running_desk

DOORS = ("socket", "http")
BY_BOTH_DOORS = {
    "test_asking",
    "test_bad_input",
    "test_buttons",
    "test_edits",
    "test_escalations",
    "test_home",
    "test_support_command",
    "test_tickets",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desk" in metafunc.fixturenames and "desk" not in vars(metafunc.module):
        both = metafunc.module.__name__.rpartition(".")[2] in BY_BOTH_DOORS
        both = both or os.environ.get("FOOTBRIDGE_TEST_DOORS") == "both"
        metafunc.parametrize("desk", DOORS if both else DOORS[:1], indirect=True, scope="module")


@pytest.fixture(scope="session")
def index(build_cache: Path) -> Path:
    """A home with the demo's articles, read and indexed once for all desks."""
    return prepared_home(build_cache)


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp(f"desk-{request.param}"), index, door=request.param) as running:
        yield running
