"""Every scenario runs against a whole desk in a pretend Slack.

What is about the way in runs over Socket Mode and over signed HTTP, the latter marked `slow` except for one module. The
other stories are the same behind either door, so they take Socket Mode; with FOOTBRIDGE_TEST_DOORS=both they take both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.changed_config import changed_config
from tests.fakes.prepared_home import index
from tests.fakes.running_desk import BOTH_DOORS, Desk, running_desk

__all__ = ["index"]

BY_BOTH_DOORS = {
    "test_bad_input",
    "test_buttons",
    "test_edits",
    "test_escalations",
    "test_home",
    "test_support_command",
    "test_tickets",
}


SEVERAL_MESSAGES = {"test_edits", "test_following_up"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desk" in metafunc.fixturenames and "desk" not in vars(metafunc.module):
        name = metafunc.module.__name__.rpartition(".")[2]
        both = name in BY_BOTH_DOORS or os.environ.get("FOOTBRIDGE_TEST_DOORS") == "both"
        doors = ("socket", "http") if name == "test_asking" else BOTH_DOORS if both else ("socket",)
        metafunc.parametrize("desk", doors, indirect=True, scope="module")


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp(f"desk-{request.param}")
    # Where several messages are one question, the desk waits for the next one as long as a busy machine needs.
    patient = request.module.__name__.rpartition(".")[2] in SEVERAL_MESSAGES
    config = changed_config(home, settle_seconds=0.5) if patient else None
    with running_desk(home, index, door=request.param, config=config) as running:
        yield running
