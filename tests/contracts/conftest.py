"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import RunningSandbox
from tests.fakes.sandbox_world import running_sandbox, workspace


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_one_sandbox: RunningSandbox) -> RunningSandbox:
    """The minimal workspace, as new."""
    # A test may have replaced the whole workspace, and a reset goes back to what was put in last.
    _one_sandbox.client.post("/sandbox/workspace", **workspace())
    _one_sandbox.client.post("/sandbox/reset")
    return _one_sandbox
